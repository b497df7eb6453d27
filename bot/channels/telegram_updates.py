"""What Telegram sends us: reads raw updates, purely; nothing but ParseError ever comes out of odd input.

The shapes are those of the Bot API (https://core.telegram.org/bots/api#update). Updates are read as plain
JSON, because the library's own reading raises TypeError, KeyError and AttributeError on odd input.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from bot.channels.channel import (
    PHOTO_LIMIT,
    PHOTO_TYPES,
    Arrival,
    Image,
    Inbound,
    ParseError,
    Sound,
    Start,
    read_tap,
)
from bot.channels.telegram_fields import (
    check_mapping,
    is_deep,
    is_whole,
    read_inside,
    read_mapping,
    read_text,
    read_whole,
)
from flows.inbound import Chose, Content, Corrected, Said, Unreadable, UnreadableWhat

LARGEST_FILE: Final = 20_000_000
"""Bytes; getFile refuses what is larger (Telegram says 20 MB, its server 20 MiB: the smaller is safe)."""

_LONGEST_SOUND: Final = 7 * 24 * 3600
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")
_OUTSIDE: Final = frozenset({"kicked", "left"})
# In Telegram's messages one fact can show under two names (an animation is a document too, a venue a
# location), so the first that fits counts.
_UNREADABLE: Final[tuple[tuple[str, UnreadableWhat], ...]] = (
    ("sticker", "sticker"),
    ("animation", "video"),
    ("video", "video"),
    ("video_note", "video"),
    ("document", "document"),
    ("location", "location"),
    ("contact", "contact"),
)

# What Telegram itself writes into a private chat; nobody said anything, so the bot stays silent.
_SERVICE: Final = frozenset(
    {
        "boost_added",
        "chat_background_set",
        "connected_website",
        "message_auto_delete_timer_changed",
        "pinned_message",
        "write_access_allowed",
    }
)


def arrive(raw: Mapping[str, Any], bot_id: str) -> Arrival:
    """Say what is kept of an update: its key for ever, the chat it belongs to, its place in the order.

    Raises:
        ParseError: it has no whole number as `update_id`.
    """
    order = read_whole(raw, "update_id")
    # What is nested so deeply that it cannot be written as JSON again is no update of Telegram's. Its number
    # alone is kept, or it would be brought again and again, and nothing behind it.
    kept = {"update_id": order} if is_deep(raw) else raw
    return Arrival("telegram", f"tg:{bot_id}:{order}", _find_address(kept), kept, order)


def read_update(raw: Mapping[str, Any]) -> Inbound | None:
    """Read an update of a private chat; None for what is worth no turn (groups, edits of anything but text).

    A payload after /start comes as `Start.word`: the conversation decides what it names.

    Raises:
        ParseError: it has not the shape the Bot API promises.
    """
    read_whole(raw, "update_id")
    if "message" in raw:
        message = read_mapping(raw, "message")
        chat = _private_chat(message)
        return None if chat is None else _read_message(message, chat)
    if "edited_message" in raw:
        return _read_edit(read_mapping(raw, "edited_message"))
    if "callback_query" in raw:
        return _read_callback(read_mapping(raw, "callback_query"))
    if "my_chat_member" in raw:
        return _read_membership(read_mapping(raw, "my_chat_member"))
    return None


def find_callback(raw: Mapping[str, Any]) -> str | None:
    """Find the id of a tapped button's callback, which must be answered; None when the update is no tap."""
    callback = raw.get("callback_query")
    if not isinstance(callback, Mapping):
        return None
    number: Any = cast("Mapping[str, Any]", callback).get("id")
    return number if isinstance(number, str) else None


def _find_address(raw: Mapping[str, Any]) -> str:
    """Find the chat's id, or "" where none can be found: what arrives is kept even when it is odd.

    In the order in which `read_update` reads, so that what is read is of the chat it was kept for.
    """
    tapped = read_inside(read_inside(raw, "callback_query"), "message")
    whole = (read_inside(raw, name) for name in ("message", "edited_message"))
    for holder in (*whole, tapped, read_inside(raw, "my_chat_member")):
        number = read_inside(holder, "chat").get("id")
        if is_whole(number):
            return str(number)
    return ""


def _read_edit(message: Mapping[str, Any]) -> Inbound | None:
    """A text that was changed; of other messages only the caption can change, which is not read."""
    address = _private_chat(message)
    if address is None or "text" not in message:
        return None
    number = str(read_whole(message, "message_id"))
    return Inbound(address, Corrected(read_text(message, "text"), number), message=number)


def _read_membership(change: Mapping[str, Any]) -> Inbound | None:
    """The person blocked the bot, or let it in again (https://core.telegram.org/bots/api#chatmemberupdated)."""
    address = _private_chat(change)
    if address is None:
        return None
    status = read_text(read_mapping(change, "new_chat_member"), "status")
    return Inbound(address, contact="lost" if status in _OUTSIDE else "regained")


def _read_callback(callback: Mapping[str, Any]) -> Inbound | None:
    if callback.get("message") is None:
        return None  # a button under an inline message in somebody else's chat; we send none
    address = _private_chat(read_mapping(callback, "message"))
    if address is None:
        return None
    content = _read_data(read_text(callback, "data")) if "data" in callback else Unreadable("other")
    return Inbound(address, content, language=_read_language(callback))


def _read_data(data: str) -> Content:
    try:
        step, code = read_tap(data)
    except ParseError:
        # An old or foreign button: the person did tap something and deserves an answer.
        return Unreadable("other")
    return Chose((code,), step)


def _read_message(message: Mapping[str, Any], address: str) -> Inbound | None:
    language = _read_language(message)
    number = str(read_whole(message, "message_id"))
    match _read_text(message) or _read_sound(message) or _read_image(message) or _read_other(message):
        case None:
            return None
        case Start() as start:
            return Inbound(address, start=start, language=language, message=number)
        case Sound() as sound:
            return Inbound(address, sound=sound, language=language, message=number)
        case Image() as image:
            return Inbound(address, image=image, language=language, message=number)
        case content:
            return Inbound(address, content, language=language, message=number)


def _read_other(message: Mapping[str, Any]) -> Unreadable | None:
    for name, what in _UNREADABLE:
        if name in message:
            return Unreadable(what)
    return Unreadable("other") if _SERVICE.isdisjoint(message) else None


def _read_text(message: Mapping[str, Any]) -> Said | Start | None:
    if "text" not in message:
        return None
    text = read_text(message, "text")
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return Said(text)
    word, rest = command[1], (command[2] or "").strip()
    if word.casefold() == "start":
        return Start(word=rest if _PAYLOAD.fullmatch(rest) else None)
    return Said(f"/{word} {rest}".strip())  # the slash says that it came from the menu


def _read_sound(message: Mapping[str, Any]) -> Sound | Unreadable | None:
    for name in ("voice", "audio", "document"):
        if name not in message or "animation" in message:
            continue
        file = read_mapping(message, name)
        if name == "document" and not (
            "mime_type" in file and read_text(file, "mime_type").startswith("audio/")
        ):
            continue
        reference = read_text(file, "file_id")
        size = read_whole(file, "file_size") if "file_size" in file else None
        seconds = read_whole(file, "duration") if "duration" in file else None
        if seconds is not None and not 0 <= seconds <= _LONGEST_SOUND:
            raise ParseError("a duration that cannot be")
        if size is not None and size > LARGEST_FILE:
            return Unreadable("too_large")
        return Sound("telegram", reference, None if seconds is None else float(seconds), size)
    return None


def _read_image(message: Mapping[str, Any]) -> Image | Unreadable | None:
    """A photo in its largest size, or a picture sent as a file."""
    if "photo" in message:
        sizes = message["photo"]
        if not isinstance(sizes, list) or not sizes:
            raise ParseError("photo is no list of sizes")
        file = check_mapping(cast("list[object]", sizes)[-1], "photo")  # Telegram lists the largest last
    elif "document" in message and "animation" not in message:
        file = read_mapping(message, "document")
        if not ("mime_type" in file and read_text(file, "mime_type") in PHOTO_TYPES):
            return None
    else:
        return None
    size = read_whole(file, "file_size") if "file_size" in file else None
    if size is not None and size > PHOTO_LIMIT:
        return Unreadable("too_large")
    return Image("telegram", read_text(file, "file_id"), size)


def _private_chat(message: Mapping[str, Any]) -> str | None:
    """Read the chat's id; None outside a private chat: the bot talks with one person at a time."""
    chat = read_mapping(message, "chat")
    number = read_whole(chat, "id")
    return str(number) if read_text(chat, "type") == "private" else None


def _read_language(holder: Mapping[str, Any]) -> str | None:
    if holder.get("from") is None:
        return None
    sender = read_mapping(holder, "from")
    match = _LANGUAGE.fullmatch(read_text(sender, "language_code")) if "language_code" in sender else None
    return match[1].lower() if match else None
