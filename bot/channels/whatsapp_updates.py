"""What Twilio tells of a WhatsApp message, read into what the bot understands. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.channel import PHOTO_TYPES, Arrival, Image, Inbound, ParseError, Sound, read_tap
from flows.inbound import Chose, Content, Said, Unreadable, UnreadableWhat

PREFIX: Final = "whatsapp:"
_SOUNDS_ELSEWHERE: Final = frozenset({"video/ogg", "application/ogg"})
_CARDS: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})


def arrive(form: Mapping[str, str]) -> Arrival:
    """Turn the form of a verified webhook into an arrival. Raises ParseError without MessageSid or sender.

    The address is what Twilio's `From` says behind `whatsapp:`, and opaque: it need not be a phone number
    but may be a business-scoped id (`ID.…`).
    """
    # A text column of Postgres cannot hold NUL, and some phones send it.
    raw = {name.replace("\0", ""): value.replace("\0", "") for name, value in form.items()}
    sid = raw.get("MessageSid")
    if not sid:
        raise ParseError("a message without MessageSid")
    return Arrival("whatsapp", f"tw:{raw.get('AccountSid', '')}:in:{sid}", _read_address(raw), raw)


def read_form(raw: Mapping[str, Any]) -> Inbound | None:
    """Read a kept form; None for what asks no turn, such as a reaction. Raises ParseError only."""
    address = _read_address(raw)
    kind = _read_field(raw, "MessageType").casefold()
    if kind == "reaction":
        return None
    if (chose := _read_choice(raw, kind)) is not None:
        return Inbound(address, content=chose)
    if _count_media(raw) > 0:
        return _read_media(address, raw, kind)
    if _read_field(raw, "Latitude"):
        return Inbound(address, content=Unreadable("location"))
    if kind == "contacts":
        return Inbound(address, content=Unreadable("contact"))
    text = _read_field(raw, "Body") or _read_field(raw, "ListTitle") or _read_field(raw, "ButtonText")
    return Inbound(address, content=Said(text)) if text.strip() else None


def _read_field(raw: Mapping[str, Any], name: str) -> str:
    value: object = raw.get(name, "")
    if not isinstance(value, str):
        raise ParseError(f"{name} is not a text")
    return value.replace("\0", "")


def _read_address(raw: Mapping[str, Any]) -> str:
    sender = _read_field(raw, "From")
    address = sender.removeprefix(PREFIX)
    if not address or address == sender:
        raise ParseError("a message without a WhatsApp sender in From")
    return address


def _read_choice(raw: Mapping[str, Any], kind: str) -> Content | None:
    # Twilio documents ButtonPayload; that a list's choice comes in ListId is not confirmed, and some have
    # seen the item's id in Body, so there it counts too, but never in what a person typed.
    names = ("ButtonPayload", "ListId", *(("Body",) if kind in {"interactive", "button"} else ()))
    for name in names:
        if data := _read_field(raw, name):
            try:
                step, code = read_tap(data)
            except ParseError:
                continue
            return Chose((code,), step)
    return None


def _count_media(raw: Mapping[str, Any]) -> int:
    try:
        return int(_read_field(raw, "NumMedia") or "0")
    except ValueError as error:
        raise ParseError("NumMedia is not a number") from error


def _read_media(address: str, raw: Mapping[str, Any], kind: str) -> Inbound:
    media = _read_field(raw, "MediaContentType0").partition(";")[0].strip().casefold()
    if media.startswith("audio/") or media in _SOUNDS_ELSEWHERE:
        reference = _read_field(raw, "MediaUrl0")
        if not reference:
            raise ParseError("a sound without MediaUrl0")
        return Inbound(address, sound=Sound("twilio", reference))
    # A sticker is a picture too, in WebP; photos hardly ever are, so only one that says so is taken for it.
    if media in PHOTO_TYPES and kind != "sticker" and (media != "image/webp" or kind == "image"):
        reference = _read_field(raw, "MediaUrl0")
        if not reference:
            raise ParseError("a photo without MediaUrl0")
        return Inbound(address, image=Image("twilio", reference))
    return Inbound(address, content=Unreadable(_name_media(media)))


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
