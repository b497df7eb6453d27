"""What Twilio tells of a text message (SMS or MMS), read into what the bot understands. Pure."""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

from bot.channels.channel import Image, Inbound, ParseError, Sound
from bot.channels.twilio_arrivals import SMS, read_field, read_line, read_status
from bot.channels.twilio_media import MOST_FILES, count_media, read_media
from flows.inbound import Said, Unreadable
from flows.phrases import TWILIO_OPT_OUT, find_opt_out

_REOPENS: Final = frozenset({"start", "unstop"})
"""Words by which Twilio lets us write again to who said STOP."""

_ALSO_AN_ANSWER: Final = "yes"
"""So does this one, but it may also answer a question: it is left as it was said."""

_ENCODED: Final = re.compile(
    r"(?:[A-Za-z0-9+/]{4}){14,}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)"
)
"""At least 60 characters of base64 without a space: much longer than any word."""


def read_form(raw: Mapping[str, Any]) -> Inbound | None:
    """Read a kept form; None for an empty message. Raises ParseError only.

    STOP and the words like it are blocked by Twilio itself, and come here too; `OptOutType` names them where
    the account has words of its own for it. START reads as the word `start`.
    """
    if (status := read_status(raw)) is not None:
        return status
    channel, address = read_line(read_field(raw, "From"))
    if channel != SMS:
        raise ParseError("a message without a phone number in From")
    message = read_field(raw, "MessageSid") or None
    text = read_body(raw)
    opt_out = read_field(raw, "OptOutType").upper()
    if opt_out == "STOP" or (not opt_out and find_opt_out(text)):
        # To its own words Twilio answers itself, and lets nothing of ours through after them.
        answered = bool(opt_out) or text.strip(" .!\"'").casefold() in TWILIO_OPT_OUT
        return Inbound(address, None if answered else Said(text), message=message, contact="stop")
    if count_media(raw) > 0:
        return _read_files(address, raw, message)
    word = text.strip().casefold()
    if word in _REOPENS or (opt_out == "START" and word != _ALSO_AN_ANSWER):
        text = "start"
    return Inbound(address, content=Said(text), message=message) if text.strip() else None


def read_body(raw: Mapping[str, Any]) -> str:
    """The text of a message. Twilio passes on some long texts, which came in parts, in base64.

    That is only taken for it when the form says that the text was long (it came as MMS or in several
    segments), all of it is base64, and what comes out is text with spaces in it and nothing unprintable:
    no word of 60 letters and digits does so by chance.
    """
    body = read_field(raw, "Body")
    is_long = read_field(raw, "MessageSid").startswith("MM") or read_field(raw, "NumSegments") not in {
        "",
        "0",
        "1",
    }
    packed = "".join(body.split("\n")).replace("\r", "").strip()
    if not is_long or not _ENCODED.fullmatch(packed):
        return body
    try:
        text = base64.b64decode(packed, validate=True).decode("utf-8").replace("\0", "")
    except ValueError:
        return body
    readable = all(letter.isprintable() or letter in "\n\r\t" for letter in text)
    return text if readable and " " in text.strip() else body


def _read_files(address: str, raw: Mapping[str, Any], message: str | None) -> Inbound:
    """The first sound or photo; an MMS may hold other files beside it."""
    files = [read_media(raw, "", place) for place in range(min(count_media(raw), MOST_FILES))]
    for each in files:
        if isinstance(each, Sound):
            return Inbound(address, sound=each, message=message)
        if isinstance(each, Image):
            return Inbound(address, image=each, message=message)
    return Inbound(
        address, content=next(each for each in files if isinstance(each, Unreadable)), message=message
    )
