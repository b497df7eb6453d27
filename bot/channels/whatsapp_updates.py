"""What Twilio tells of a WhatsApp message, read into what the bot understands. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.channels.channel import Image, Inbound, ParseError, Sound, read_tap
from bot.channels.twilio_arrivals import WHATSAPP, read_field, read_line, read_status
from bot.channels.twilio_media import count_media, read_media
from flows.inbound import Chose, Content, Said, Unreadable
from flows.phrases import find_opt_out


def read_form(raw: Mapping[str, Any]) -> Inbound | None:
    """Read a kept form; None for what asks no turn, such as a reaction. Raises ParseError only.

    Nothing of the person's profile is read. Twilio does nothing with STOP on WhatsApp, so it is read here.
    """
    if (status := read_status(raw)) is not None:
        return status
    channel, address = read_line(read_field(raw, "From"))
    if channel != WHATSAPP:
        raise ParseError("a message without a WhatsApp sender in From")
    kind = read_field(raw, "MessageType").casefold()
    if kind == "reaction":
        return None
    inbound = Inbound(address, message=read_field(raw, "MessageSid") or None)
    match _read_choice(raw, kind) or _read_other(raw, kind):
        case Sound() as sound:
            return replace(inbound, sound=sound)
        case Image() as image:
            return replace(inbound, image=image)
        case None:
            return _read_text(raw, inbound)
        case content:
            return replace(inbound, content=content)


def _read_text(raw: Mapping[str, Any], inbound: Inbound) -> Inbound | None:
    text = read_field(raw, "Body") or read_field(raw, "ListTitle") or read_field(raw, "ButtonText")
    if find_opt_out(text):
        return replace(inbound, contact="stop")
    return replace(inbound, content=Said(text)) if text.strip() else None


def _read_other(raw: Mapping[str, Any], kind: str) -> Sound | Image | Unreadable | None:
    """What came instead of words; None where there are only words."""
    if count_media(raw) > 0:
        return read_media(raw, kind)
    if read_field(raw, "Latitude"):
        return Unreadable("location")
    return Unreadable("contact") if kind == "contacts" else None


def _read_choice(raw: Mapping[str, Any], kind: str) -> Content | None:
    # Twilio documents ButtonPayload; that a list's choice comes in ListId is not confirmed, and some have
    # seen the item's id in Body, so there it counts too, but never in what a person typed.
    names = ("ButtonPayload", "ListId", *(("Body",) if kind in {"interactive", "button"} else ()))
    for name in names:
        if data := read_field(raw, name):
            try:
                step, code = read_tap(data)
            except ParseError:
                continue
            return Chose((code,), step)
    return None
