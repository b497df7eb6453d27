"""A Telegram Bot API on loopback, written by hand: keeps what was sent, holds to the limits, fails on demand.

Method names are read without regard to case, as Telegram does. What the methods do is in `telegram_methods`;
webhooks that retry as Telegram's do are in `telegram_delivery`.
"""

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
from aiohttp import web

from channels.scaled_clock import ScaledClock
from channels.telegram_builders import Update, Updates
from channels.telegram_faults import (
    BAD_GATEWAY,
    BLOCKED,
    RESTARTING,
    Chances,
    Fault,
    RefusedCallError,
    throttle,
)
from channels.telegram_methods import Form, SentMessage, TelegramMethods

__all__ = [
    "BAD_GATEWAY",
    "BLOCKED",
    "RESTARTING",
    "TOKEN",
    "Chances",
    "Fault",
    "SentMessage",
    "TelegramServer",
    "throttle",
]

TOKEN: Final = "123456:TEST-token_of-the-fake"
_NEVER_IN_ANSWERS: Final = ("get", "setwebhook", "deletewebhook", "close", "logout")


class TelegramServer(TelegramMethods):
    """The fake; `calls` are the names of all methods that were called, in order.

    `fail` scripts failures; `chances` draws them, with the seed of the `clock`. `dealt` counts both.
    """

    def __init__(self, token: str = TOKEN, *, clock: ScaledClock | None = None) -> None:
        super().__init__(clock or ScaledClock())
        self.token = token
        self.url = ""
        self.updates = Updates()
        self.calls: list[str] = []
        self.chances = Chances()
        self.dealt: Counter[str] = Counter()
        self.confirmed = 0
        self.count_pending: Callable[[], int] = lambda: len(self._waiting)
        """How many updates wait for the bot, as getWebhookInfo tells it."""
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._waiting: list[Update] = []
        self._news = asyncio.Condition()
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

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
                self.obey(await answer.read())
            return answer.status

    def obey(self, answer: bytes) -> None:
        """Carry out the method that the answer of a webhook asks for, if it does; nobody sees the result."""
        try:
            asked = json.loads(answer)
            method = asked["method"].lower()
        except (ValueError, LookupError, TypeError, AttributeError):
            return
        if method.startswith(_NEVER_IN_ANSWERS):
            return
        values = {name: value for name, value in asked.items() if name != "method"}
        form = {name: each if isinstance(each, str) else json.dumps(each) for name, each in values.items()}
        try:
            self.carry_out(method, form)
        except RefusedCallError:
            return

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        async with self._news:
            self.calls.append(method)
            self._news.notify_all()
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        form = dict(await request.post())
        fault = (
            self._faults[method].popleft()
            if self._faults[method]
            else self.chances.draw(method, self.clock.random)
        )
        if fault is not None:
            self.dealt[fault.breaks or str(fault.status)] += 1
        if fault is not None and (fault.status or fault.breaks == "before"):
            return _fail(fault) if fault.status else _hang_up(request)
        try:
            if method == "getupdates":
                result = await self._get_updates(form)
            elif method == "getwebhookinfo":
                result = self._describe_webhook()
            else:
                result = self.carry_out(method, form)
        except RefusedCallError as error:
            return _error(error.status, error.description, error.parameters)
        return await self._break(request, fault, result)

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

    async def _download(self, request: web.Request) -> web.Response:
        file_id = request.match_info["path"].removeprefix("voice/").removesuffix(".oga")
        if request.match_info["token"] != self.token or file_id not in self._files:
            return _error(404, "Not Found")
        return web.Response(body=self._files[file_id], content_type="application/octet-stream")

    def _describe_webhook(self) -> dict[str, Any]:
        info: dict[str, Any] = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        if "allowed_updates" in self.webhook:
            info["allowed_updates"] = json.loads(self.webhook["allowed_updates"])
        return info | {"pending_update_count": self.count_pending()} | self.webhook_error

    async def _get_updates(self, form: Form) -> list[Update]:
        if self.webhook:
            raise RefusedCallError(
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


def _error(status: int, description: str, parameters: Mapping[str, Any] | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    headers: dict[str, str] = {}
    if parameters is not None:
        body["parameters"] = dict(parameters)
        if "retry_after" in parameters:
            headers["Retry-After"] = str(parameters["retry_after"])
    return web.json_response(body, status=status, headers=headers)


def _fail(fault: Fault) -> web.Response:
    if fault.description.startswith("<"):
        return web.Response(status=fault.status, text=fault.description, content_type="text/html")
    wait = None if fault.retry_after is None else {"retry_after": fault.retry_after}
    return _error(fault.status, fault.description, wait)


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
