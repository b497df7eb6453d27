"""What Telegram refuses in a call: texts, keyboards, commands and menus past their limits.

The wording of errors is Telegram's own where it is known; for too many buttons and for commands it is ours.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit

from channels.telegram_faults import RefusedCallError

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_SCOPES: Final = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}
    | {"chat_administrators", "chat_member"}
)


def refuse(problem: str) -> RefusedCallError:
    """Make a refusal of a call that is wrong in itself."""
    return RefusedCallError(400, f"Bad Request: {problem}")


def read_json(form: Mapping[str, Any], name: str) -> Any:
    """Read a parameter that holds JSON; None when it is not there. Raises RefusedCallError."""
    if name not in form:
        return None
    try:
        return json.loads(form[name])
    except (TypeError, ValueError):
        raise refuse(f"can't parse {name} JSON object") from None


def check_text(text: str) -> str:
    """Check a message's text, counted in code points; answers it without the space around it."""
    text = text.strip()
    if not text:
        raise refuse("message text is empty")
    if len(text) > 4096:
        raise refuse("message is too long")
    return text


def check_caption(caption: str) -> str:
    """Check what stands under a picture or sound."""
    if len(caption) > 1024:
        raise refuse("message caption is too long")
    return caption


def check_upload(data: bytes | None) -> None:
    """Check a file that a bot uploads: 50 MB at most, and not empty; None for one that is there already."""
    if data is not None and not data:
        raise refuse("file must be non-empty")
    if data is not None and len(data) > 50_000_000:
        raise RefusedCallError(413, "Request Entity Too Large")


def check_voice(data: bytes | None) -> None:
    """Check a voice note: OGG whose first packet says Opus with one channel, or MP3 or M4A."""
    check_upload(data)
    if data is None:
        return
    head = data.find(b"OpusHead")
    spoken = data.startswith(b"OggS") and 0 < head < 100 and data[head + 9] == 1
    if not (spoken or data.startswith(b"ID3") or data[4:8] == b"ftyp"):
        raise refuse("wrong file type for a voice note")


@dataclass(frozen=True)
class Keyboard:
    """An inline keyboard: rows of (label, data), and the buttons that open a page or a Mini App."""

    buttons: list[list[tuple[str, str]]] = field(default_factory=list[list[tuple[str, str]]])
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    apps: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def read_keyboard(markup: Any, chat_id: str) -> Keyboard:
    """Read an inline keyboard as Telegram checks it; a Mini App only in a private chat."""
    if markup is None:
        return Keyboard()
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        raise refuse("object expected as reply markup")
    rows = cast("list[list[dict[str, Any]]]", markup["inline_keyboard"])
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise refuse("too many buttons")
    keyboard = Keyboard()
    for row in rows:
        data = [(key["text"], key["callback_data"]) for key in row if _read_button(key, keyboard, chat_id)]
        if data:
            keyboard.buttons.append(data)
    return keyboard


def _read_button(key: Mapping[str, Any], keyboard: Keyboard, chat_id: str) -> bool:
    """Check a button and keep it when it opens something; tells whether it is one that sends data."""
    label = key.get("text", "")
    if not label.strip():
        raise refuse("text buttons are unallowed in the inline keyboard")
    match sorted(key.keys() - {"text"}):
        case ["callback_data"]:
            if not 1 <= len(key["callback_data"].encode()) <= 64:
                raise refuse("BUTTON_DATA_INVALID")
            return True
        case ["url"]:
            keyboard.links.append((label, _check_link(key["url"])))
        case ["web_app"]:
            if chat_id.startswith("-"):
                raise refuse("BUTTON_TYPE_INVALID")
            keyboard.apps.append((label, check_app(key["web_app"])))
        case _:
            raise refuse("text buttons are unallowed in the inline keyboard")
    return False


def check_app(app: Mapping[str, Any]) -> str:
    """Check the address of a Mini App, which must be HTTPS; answers it."""
    url = str(app.get("url", ""))
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc:
        problem = "Only HTTPS links are allowed"
        raise refuse(f"inline keyboard button Web App URL '{url}' is invalid: {problem}")
    return url


def read_commands(form: Mapping[str, Any]) -> list[dict[str, str]]:
    """Read the commands of a menu as Telegram checks them."""
    commands = cast("list[dict[str, str]]", read_json(form, "commands") or [])
    if len(commands) > 100:
        raise refuse("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
            raise refuse("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise refuse("BOT_COMMAND_DESCRIPTION_INVALID")
    return [{"command": each["command"], "description": each["description"]} for each in commands]


def read_scope(form: Mapping[str, Any]) -> tuple[str, str]:
    """Read for whom and in which language a menu is: (scope, language), "" for any language."""
    scope = cast("dict[str, Any]", read_json(form, "scope") or {"type": "default"})
    if scope.get("type") not in _SCOPES:
        raise refuse("can't parse BotCommandScope: Unsupported type specified")
    if scope["type"].startswith("chat") and "chat_id" not in scope:
        raise refuse("can't parse BotCommandScope: chat_id is missing")
    language = str(form.get("language_code", ""))
    if language and not _LANGUAGE.fullmatch(language):
        raise refuse("invalid language code specified")
    return json.dumps(scope, sort_keys=True), language


def read_menu(form: Mapping[str, Any]) -> dict[str, Any]:
    """Read what the button beside the text field does."""
    menu = cast("dict[str, Any]", read_json(form, "menu_button") or {"type": "default"})
    if menu.get("type") not in {"default", "commands", "web_app"}:
        raise refuse("can't parse menu button: Unsupported type specified")
    if menu["type"] == "web_app":
        if not menu.get("text"):
            raise refuse("menu button text must be non-empty")
        check_app(menu.get("web_app") or {})
    return menu


def _check_link(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "tg"} or not parts.netloc:
        raise refuse(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url
