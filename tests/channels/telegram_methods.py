"""What the methods of the fake Telegram do, without HTTP, and all that the bot did with them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final

from aiohttp import web

from channels.scaled_clock import ScaledClock
from channels.telegram_builders import BOT, DATE
from channels.telegram_faults import Chats, Rates, RefusedCallError
from channels.telegram_limits import (
    check_caption,
    check_text,
    check_upload,
    check_voice,
    read_commands,
    read_json,
    read_keyboard,
    read_menu,
    read_scope,
    refuse,
)

Form = dict[str, Any]

_LARGEST_DOWNLOAD: Final = 20 << 20
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


@dataclass(frozen=True)
class SentMessage:
    """A message the bot sent; buttons are rows of (label, data), links and apps are (label, address)."""

    message_id: int
    chat_id: str
    text: str | None = None
    caption: str | None = None
    buttons: list[list[tuple[str, str]]] = field(default_factory=list[list[tuple[str, str]]])
    photo: bytes | None = None
    file_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    apps: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    voice: bytes | None = None
    document: tuple[str, bytes] | None = None

    @property
    def words(self) -> str:
        """What can be read: the text or the caption."""
        return self.text or self.caption or ""

    @property
    def labels(self) -> list[str]:
        """All labels on the buttons, in order."""
        return [label for row in self.buttons for label, _ in row]

    def data_of(self, label: str) -> str:
        """Find what the button with this label sends when it is tapped."""
        return next(data for row in self.buttons for shown, data in row if shown == label)


class TelegramMethods:
    """Carries out the methods, by their names in lower case.

    `sent` is in order of arrival, `edits` holds each message as it was after an edit, `acknowledged` the ids
    of answered callbacks, `results` what was answered for messages. `chats` says who cannot be written to;
    with `hold_to_rates` messages that come faster than `rates` are refused.
    """

    def __init__(self, clock: ScaledClock) -> None:
        self.clock = clock
        self.chats = Chats()
        self.rates = Rates(clock)
        self.hold_to_rates = False
        self.sent: list[SentMessage] = []
        self.edits: list[SentMessage] = []
        self.acknowledged: list[str] = []
        self.results: list[dict[str, Any]] = []
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        """The menus that were set, by (scope as JSON, language)."""
        self.menus: dict[str, dict[str, Any]] = {}
        """The menu buttons that were set, by chat; "" for all."""
        self.webhook: Form = {}
        self.webhook_error: dict[str, Any] = {}
        self._files: dict[str, bytes] = {}
        self._standing: dict[tuple[str, int], tuple[SentMessage, dict[str, Any]]] = {}
        self._message_ids = count(5000)
        self._methods: dict[str, Callable[[Form], Any]] = {
            "answercallbackquery": self._answer_callback,
            "deletemycommands": self._delete_commands,
            "deletewebhook": self._delete_webhook,
            "editmessagereplymarkup": self._edit_markup,
            "editmessagetext": self._edit_text,
            "getchatmenubutton": lambda form: self.menus.get(_menu_of(form), {"type": "default"}),
            "getfile": self._get_file,
            "getme": lambda _form: dict(BOT) | {"can_join_groups": False},
            "getmycommands": lambda form: self.commands.get(read_scope(form), []),
            "sendchataction": self._send_action,
            "senddocument": self._send_document,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "sendvoice": self._send_voice,
            "setchatmenubutton": self._set_menu,
            "setmycommands": self._set_commands,
            "setwebhook": self._set_webhook,
        }

    def carry_out(self, method: str, form: Form) -> Any:
        """Do what a call asks; answers its result. Raises RefusedCallError."""
        if method not in self._methods:
            raise RefusedCallError(404, "Not Found: method not found")
        if method.startswith(("send", "edit")):
            chat_id = str(form.get("chat_id", ""))
            self.chats.check(chat_id)
            if self.hold_to_rates and method != "sendchataction":
                self.rates.take(chat_id)
        return self._methods[method](form)

    def add_file(self, data: bytes) -> str:
        """Keep a file as if a person had sent it; answers its file_id."""
        file_id = f"file-{len(self._files) + 1}"
        self._files[file_id] = data
        return file_id

    def told(self, chat_id: int | str) -> list[SentMessage]:
        """All that was accepted for a chat, in order, each as it was when it was sent."""
        return [message for message in self.sent if message.chat_id == str(chat_id)]

    def shown(self, chat_id: int | str) -> list[SentMessage]:
        """The messages of a chat as they stand now, after edits."""
        return [message for (chat, _), (message, _) in self._standing.items() if chat == str(chat_id)]

    def _answer_callback(self, form: Form) -> bool:
        if len(form.get("text", "")) > 200:
            raise refuse("MESSAGE_TOO_LONG")
        if not form.get("callback_query_id"):
            raise refuse("query is too old and response timeout expired or query ID is invalid")
        self.acknowledged.append(form["callback_query_id"])
        return True

    def _set_webhook(self, form: Form) -> bool:
        if not _SECRET.fullmatch(form.get("secret_token", "none")):
            raise refuse("secret token contains unallowed characters")
        self.webhook = form
        return True

    def _delete_webhook(self, _form: Form) -> bool:
        self.webhook = {}
        return True

    def _set_commands(self, form: Form) -> bool:
        commands, key = read_commands(form), read_scope(form)
        if commands:
            self.commands[key] = commands
        else:
            self.commands.pop(key, None)
        return True

    def _delete_commands(self, form: Form) -> bool:
        self.commands.pop(read_scope(form), None)
        return True

    def _set_menu(self, form: Form) -> bool:
        self.menus[_menu_of(form)] = read_menu(form)
        return True

    def _send_action(self, _form: Form) -> bool:
        return True

    def _send_message(self, form: Form) -> dict[str, Any]:
        return self._send(form, {"text": check_text(form.get("text", ""))})

    def _send_photo(self, form: Form) -> dict[str, Any]:
        words = _read_caption(form)
        data, file_id, known = self._take_upload(form.get("photo", ""))
        sizes = [
            _describe_file(name) | {"width": s, "height": s} for name, s in (("thumb", 90), (known, 800))
        ]
        return self._send(form, {"photo": sizes} | words, photo=data, file_id=file_id)

    def _send_voice(self, form: Form) -> dict[str, Any]:
        words = _read_caption(form)
        data, file_id, known = self._take_upload(form.get("voice", ""))
        check_voice(data)
        seconds = int(form.get("duration", 0))
        voice = _describe_file(known) | {"duration": seconds, "mime_type": "audio/ogg"}
        return self._send(form, {"voice": voice} | words, voice=data, file_id=file_id)

    def _send_document(self, form: Form) -> dict[str, Any]:
        words, upload = _read_caption(form), form.get("document", "")
        data, file_id, known = self._take_upload(upload)
        name = upload.filename if isinstance(upload, web.FileField) else "file"
        check_upload(data)
        document = _describe_file(known) | {"file_name": name}
        return self._send(form, {"document": document} | words, document=(name, data), file_id=file_id)

    def _take_upload(self, upload: Any) -> tuple[bytes | None, str | None, str]:
        """Take a file or the id of one: (its bytes when new, its id when known, its id in any case)."""
        if isinstance(upload, web.FileField):
            data = upload.file.read()
            return data, None, self.add_file(data)
        if upload not in self._files:
            raise refuse("wrong file identifier/HTTP URL specified")
        return None, upload, upload

    def _send(self, form: Form, content: dict[str, Any], **kept: Any) -> dict[str, Any]:
        chat_id, markup = str(form["chat_id"]), read_json(form, "reply_markup")
        keyboard = read_keyboard(markup, chat_id)
        number = next(self._message_ids)
        words = {name: content[name] for name in ("text", "caption") if name in content}
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        message = SentMessage(number, chat_id, fields=fields, **vars(keyboard), **words, **kept)
        kind = "supergroup" if chat_id.startswith("-") else "private"
        named = {"title": "Groep"} if kind == "supergroup" else {"first_name": "Noa"}
        chat = {"id": int(chat_id), "type": kind, **named}
        result = {"message_id": number, "date": DATE, "chat": chat, "from": dict(BOT), **content}
        if markup is not None:
            result["reply_markup"] = markup
        self.sent.append(message)
        self._standing[chat_id, number] = (message, result)
        self.results.append(result)
        return result

    def _edit_text(self, form: Form) -> dict[str, Any]:
        message, result = self._find_standing(form)
        text = check_text(form.get("text", ""))
        if message.text is None:
            raise refuse("there is no text in the message to edit")
        return self._edit(form, replace(message, text=text), result | {"text": text})

    def _edit_markup(self, form: Form) -> dict[str, Any]:
        return self._edit(form, *self._find_standing(form))

    def _find_standing(self, form: Form) -> tuple[SentMessage, dict[str, Any]]:
        key = str(form.get("chat_id", "")), int(form.get("message_id", 0))
        if key not in self._standing:
            raise refuse("message to edit not found")
        return self._standing[key]

    def _edit(self, form: Form, message: SentMessage, result: dict[str, Any]) -> dict[str, Any]:
        markup = read_json(form, "reply_markup")
        keyboard = read_keyboard(markup, message.chat_id)
        edited = {name: value for name, value in result.items() if name not in {"reply_markup", "edit_date"}}
        if markup is not None and markup["inline_keyboard"]:
            edited["reply_markup"] = markup
        key = message.chat_id, message.message_id
        old = {name: value for name, value in self._standing[key][1].items() if name != "edit_date"}
        if json.dumps(edited, sort_keys=True) == json.dumps(old, sort_keys=True):
            raise refuse(_NOT_MODIFIED)
        edited["edit_date"] = DATE + 60
        self._standing[key] = (replace(message, **vars(keyboard)), edited)
        self.edits.append(self._standing[key][0])
        self.results.append(edited)
        return edited

    def _get_file(self, form: Form) -> dict[str, Any]:
        file_id = form.get("file_id", "")
        if file_id not in self._files:
            raise refuse("invalid file_id")
        size = len(self._files[file_id])
        if size > _LARGEST_DOWNLOAD:
            raise refuse("file is too big")
        return _describe_file(file_id) | {"file_size": size, "file_path": f"voice/{file_id}.oga"}


def _menu_of(form: Form) -> str:
    return str(form.get("chat_id", ""))


def _read_caption(form: Form) -> dict[str, Any]:
    caption = check_caption(form.get("caption", ""))
    return {"caption": caption} if caption else {}


def _describe_file(file_id: str) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": f"u-{file_id}"}
