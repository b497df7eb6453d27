"""What the files of a Twilio message are: a sound, a photo, or something that is no answer. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.channel import PHOTO_TYPES, Image, ParseError, Sound
from bot.channels.twilio_arrivals import read_field
from flows.inbound import Unreadable, UnreadableWhat

MOST_FILES: Final = 10
"""An MMS holds at most ten; a WhatsApp message holds one."""

_SOUNDS_ELSEWHERE: Final = frozenset({"video/ogg", "application/ogg"})
_CARDS: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})


def count_media(raw: Mapping[str, Any]) -> int:
    """How many files came along. Raises ParseError."""
    try:
        return int(read_field(raw, "NumMedia") or "0")
    except ValueError as error:
        raise ParseError("NumMedia is not a number") from error


def read_media(raw: Mapping[str, Any], kind: str = "", place: int = 0) -> Sound | Image | Unreadable:
    """Read one file of a message; `kind` is WhatsApp's MessageType. Raises ParseError."""
    media = read_field(raw, f"MediaContentType{place}").partition(";")[0].strip().casefold()
    reference = read_field(raw, f"MediaUrl{place}")
    if media.startswith("audio/") or media in _SOUNDS_ELSEWHERE:
        if not reference:
            raise ParseError("a sound without its address")
        return Sound("twilio", reference)
    # A sticker is a picture too, in WebP; photos hardly ever are, so only one that says so is taken for it.
    if media in PHOTO_TYPES and kind != "sticker" and (media != "image/webp" or kind == "image"):
        if not reference:
            raise ParseError("a photo without its address")
        return Image("twilio", reference)
    return Unreadable(_name_media(media))


def _name_media(media: str) -> UnreadableWhat:
    if media == "image/webp":
        return "sticker"
    if media in _CARDS:
        return "contact"
    whole = media.partition("/")[0]
    if whole == "image":
        return "photo"
    if whole == "video":
        return "video"
    return "document" if whole in {"application", "text"} else "other"
