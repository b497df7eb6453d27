"""A Telegram Bot API on loopback, written by hand: keeps what was sent, holds to the limits, fails on demand.

The wording of errors is Telegram's own (tdlib/telegram-bot-api) where it is known; for too many buttons it
is ours. Method names are read without regard to case, as Telegram does.
"""

import asyncio
import json
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Literal

import aiohttp
from aiohttp import web

from channels.telegram_builders import BOT, DATE, Update, Updates

Form = dict[str, Any]

TOKEN: Final = "123456:TEST-token_of-the-fake"
_LARGEST_DOWNLOAD: Final = 20 << 20
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True)
class Fault:
    """One scripted failure: an error answer, or a connection that breaks in some way.

    `before` breaks the connection before the request counts, `after` when it was carried out; `hang` carries
    it out and never answers; `garbage` and `bare` carry it out and answer 200 with no JSON or no result.
    """

    status: int = 0
    description: str = ""
    retry_after: int | None = None
    breaks: Literal["before", "after", "hang", "garbage", "bare"] | None = None


BLOCKED: Final = Fault(403, "Forbidden: bot was blocked by the user")
RESTARTING: Final = Fault(500, "Internal Server Error: restart")
BAD_GATEWAY: Final = Fault(502, "<html>Bad Gateway</html>")


def throttle(seconds: int) -> Fault:
    """Make the answer of a server that is asked too much."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


@dataclass(frozen=True)
class SentMessage:
    """A message the bot sent; buttons are rows of (label, data)."""

    message_id: int
    chat_id: str
    text: str | None = None
    caption: str | None = None
    buttons: list[list[tuple[str, str]]] = field(default_factory=list[list[tuple[str, str]]])
    photo: bytes | None = None
    file_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict[str, str])

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


class TelegramServer:
    """The fake; `sent` is in order of arrival, `acknowledged` holds the ids of answered callbacks."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.url = ""
        self.updates = Updates()
        self.sent: list[SentMessage] = []
        self.acknowledged: list[str] = []
        self.calls: list[str] = []
        self.results: list[dict[str, Any]] = []
        self.webhook: Form = {}
        self.webhook_error: dict[str, Any] = {}
        self.confirmed = 0
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._files: dict[str, bytes] = {}
        self._waiting: list[Update] = []
        self._news = asyncio.Condition()
        self._stopping = asyncio.Event()
        self._message_ids = count(5000)
        self._runner: web.AppRunner | None = None
        self._methods: dict[str, Callable[[Form], Awaitable[Any]]] = {
            "answercallbackquery": self._answer_callback,
            "deletewebhook": self._delete_webhook,
            "getfile": self._get_file,
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "getwebhookinfo": self._describe_webhook,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "setwebhook": self._set_webhook,
        }

    async def start(self) -> None:
        """Listen on a free port of the loopback address; `url` says which."""
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening; what hangs is let go."""
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail, one fault a call."""
        self._faults[method.lower()].extend(faults)

    def add_file(self, data: bytes) -> str:
        """Keep a file as if a person had sent it; answers its file_id."""
        file_id = f"file-{len(self._files) + 1}"
        self._files[file_id] = data
        return file_id

    async def queue(self, *updates: Update) -> None:
        """Let updates wait for getUpdates."""
        async with self._news:
            self._waiting.extend(updates)
            self._news.notify_all()

    async def wait_for_call(self, method: str) -> None:
        """Wait until a method was called."""
        async with self._news:
            await self._news.wait_for(lambda: method.lower() in self.calls)

    async def post(self, update: Update) -> int:
        """Send an update to the webhook that was set, and do what the answer asks; answers the status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.webhook["url"], json=update, headers=headers) as answer,
        ):
            if answer.ok:
                asked = await answer.json()
                if asked.get("method") == "answerCallbackQuery":
                    self.acknowledged.append(asked["callback_query_id"])
            return answer.status

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        async with self._news:
            self.calls.append(method)
            self._news.notify_all()
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        form = dict(await request.post())
        fault = self._faults[method].popleft() if self._faults[method] else None
        if fault is not None and (fault.status or fault.breaks == "before"):
            return _fail(fault) if fault.status else _hang_up(request)
        if method not in self._methods:
            return _error(404, "Not Found: method not found")
        try:
            return await self._break(request, fault, await self._methods[method](form))
        except _RefusedError as error:
            return _error(error.status, error.description)

    async def _break(self, request: web.Request, fault: Fault | None, result: Any) -> web.StreamResponse:
        match fault.breaks if fault is not None else None:
            case "after":
                return _hang_up(request)
            case "garbage":
                return web.Response(text="<html>ok</html>")
            case "bare":
                return web.json_response({"ok": True})
            case breaks:
                if breaks == "hang":
                    await self._stopping.wait()
                return web.json_response({"ok": True, "result": result})

    async def _get_me(self, _form: Form) -> dict[str, Any]:
        return dict(BOT) | {"can_join_groups": False}

    async def _answer_callback(self, form: Form) -> bool:
        self.acknowledged.append(form["callback_query_id"])
        return True

    async def _set_webhook(self, form: Form) -> bool:
        if not _SECRET.fullmatch(form.get("secret_token", "none")):
            raise _RefusedError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = form
        return True

    async def _delete_webhook(self, _form: Form) -> bool:
        self.webhook = {}
        return True

    async def _send_message(self, form: Form) -> dict[str, Any]:
        text = form.get("text", "").strip()
        if not text:
            raise _RefusedError(400, "Bad Request: message text is empty")
        if len(text) > 4096:
            raise _RefusedError(400, "Bad Request: message is too long")
        return self._send(form, {"text": text})

    async def _send_photo(self, form: Form) -> dict[str, Any]:
        photo, caption = form.get("photo", ""), form.get("caption", "")
        if len(caption) > 1024:
            raise _RefusedError(400, "Bad Request: message caption is too long")
        if isinstance(photo, web.FileField):
            data, file_id = photo.file.read(), None
            known = self.add_file(data)
        elif photo in self._files:
            data, file_id, known = None, photo, photo
        else:
            raise _RefusedError(400, "Bad Request: wrong file identifier/HTTP URL specified")
        sizes = [
            {"file_id": name, "file_unique_id": f"u-{name}", "width": side, "height": side}
            for name, side in (("thumb", 90), (known, 800))
        ]
        content: dict[str, Any] = {"photo": sizes}
        return self._send(
            form, content | ({"caption": caption} if caption else {}), photo=data, file_id=file_id
        )

    def _send(self, form: Form, content: dict[str, Any], **kept: Any) -> dict[str, Any]:
        chat_id = str(form.get("chat_id", ""))
        if not re.fullmatch(r"-?\d+", chat_id):
            raise _RefusedError(400, "Bad Request: chat not found")
        markup = json.loads(form["reply_markup"]) if "reply_markup" in form else None
        buttons = _read_buttons(markup)
        number = next(self._message_ids)
        words = {name: content[name] for name in ("text", "caption") if name in content}
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        self.sent.append(SentMessage(number, chat_id, buttons=buttons, fields=fields, **words, **kept))
        chat = {"id": int(chat_id), "type": "private", "first_name": "Noa"}
        message = {"message_id": number, "date": DATE, "chat": chat, "from": dict(BOT), **content}
        self.results.append(message if markup is None else message | {"reply_markup": markup})
        return self.results[-1]

    async def _get_file(self, form: Form) -> dict[str, Any]:
        file_id = form.get("file_id", "")
        if file_id not in self._files:
            raise _RefusedError(400, "Bad Request: invalid file_id")
        size = len(self._files[file_id])
        if size > _LARGEST_DOWNLOAD:
            raise _RefusedError(400, "Bad Request: file is too big")
        path = f"voice/{file_id}.oga"
        return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_size": size, "file_path": path}

    async def _download(self, request: web.Request) -> web.Response:
        file_id = request.match_info["path"].removeprefix("voice/").removesuffix(".oga")
        if request.match_info["token"] != self.token or file_id not in self._files:
            return _error(404, "Not Found")
        return web.Response(body=self._files[file_id], content_type="application/octet-stream")

    async def _describe_webhook(self, _form: Form) -> dict[str, Any]:
        info: dict[str, Any] = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        if "allowed_updates" in self.webhook:
            info["allowed_updates"] = json.loads(self.webhook["allowed_updates"])
        return info | {"pending_update_count": len(self._waiting)} | self.webhook_error

    async def _get_updates(self, form: Form) -> list[Update]:
        if self.webhook:
            raise _RefusedError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        offset, patience = int(form.get("offset", 0)), min(int(form.get("timeout", 0)), 50)
        async with self._news:
            self.confirmed = max(self.confirmed, offset - 1)
            self._waiting = [update for update in self._waiting if update.get("update_id", offset) >= offset]
            self._news.notify_all()
            if not self._waiting and patience:
                arrived = asyncio.ensure_future(self._news.wait_for(lambda: bool(self._waiting)))
                stopped = asyncio.ensure_future(self._stopping.wait())
                await asyncio.wait({arrived, stopped}, return_when=asyncio.FIRST_COMPLETED, timeout=patience)
                for task in (arrived, stopped):
                    task.cancel()
                await asyncio.gather(arrived, stopped, return_exceptions=True)
            return self._waiting[:100]


class _RefusedError(Exception):
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


def _read_buttons(markup: Any) -> list[list[tuple[str, str]]]:
    if markup is None:
        return []
    rows = [[(key["text"], key["callback_data"]) for key in row] for row in markup["inline_keyboard"]]
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise _RefusedError(400, "Bad Request: too many buttons")
    for label, data in (button for row in rows for button in row):
        if not label.strip():
            raise _RefusedError(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if not 1 <= len(data.encode()) <= 64:
            raise _RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


def _error(status: int, description: str, parameters: Mapping[str, Any] | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return web.json_response(body | ({"parameters": dict(parameters)} if parameters else {}), status=status)


def _fail(fault: Fault) -> web.Response:
    if fault.description.startswith("<"):
        return web.Response(status=fault.status, text=fault.description, content_type="text/html")
    if fault.retry_after is None:
        return _error(fault.status, fault.description)
    return _error(fault.status, fault.description, {"retry_after": fault.retry_after})


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
