"""How Telegram's updates come in: by webhook or by polling, always kept before confirmed."""

import asyncio
import hmac
import json
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol, cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.channel import Keep, ParseError
from bot.channels.delivery_errors import DeliveryError
from bot.channels.telegram_updates import arrive, find_callback

WEBHOOK_PATH: Final = "/webhooks/telegram"
POLL_WAITS: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds to wait after the first, second … failure in a row, give or take 20 %."""

_SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not its value
_LARGEST_BODY: Final = 1024 * 1024  # bytes; Telegram's own limit for one update is 512 KiB
_RETRY_AFTER: Final = "5"  # seconds; Telegram honours the header

_log = logging.getLogger(__name__)


class UpdateSource(Protocol):
    """Where polling gets its updates; its methods raise DeliveryError only."""

    @property
    def bot_id(self) -> str:
        """The bot's own id, the number before the colon in its token."""
        ...

    async def remove_webhook(self) -> None:
        """Make polling possible; waiting updates stay."""
        ...

    async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """Wait for updates from `offset` on, which confirms all earlier ones."""
        ...

    async def acknowledge(self, callback: str) -> None:
        """Stop the waiting sign on a tapped button."""
        ...


def answer_webhook(
    secrets: Sequence[str], bot_id: str, keep: Keep
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Make the handler of `POST /webhooks/telegram`, which keeps an update and answers 200.

    403 without one of the secrets (always, when there is none), 413 above 1 MiB, 400 for what is no update,
    503 when it could not be kept: Telegram then sends it again.
    """

    async def handle(request: web.Request) -> web.Response:
        if not _is_right(request.headers.get(_SECRET_HEADER, ""), secrets):
            return _refuse(403, "This is not for you.")
        try:
            body = await _read_body(request)
        except (web.RequestPayloadError, HttpProcessingError, OSError):  # broken off, or badly packed
            return _refuse(400, "The body could not be read.")
        if body is None:
            return _refuse(413, "An update is at most 1 MiB.")
        try:
            arrival = arrive(_read_json(body), bot_id)
        except ParseError as error:
            return _refuse(400, f"This is no update: {error}.")
        try:
            await keep(arrival)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, Telegram must send it again
            # Without the error's own text, which may hold the row and with it what a person wrote.
            _log.error("An update could not be kept (%s); Telegram sends it again.", type(error).__name__)
            return _refuse(503, "The update could not be kept.", retry_after=_RETRY_AFTER)
        callback = find_callback(arrival.raw)
        if callback is None:
            return web.json_response({})
        # A method in the answer is carried out by Telegram: the button is answered without a call of ours.
        return web.json_response({"method": "answerCallbackQuery", "callback_query_id": callback})

    return handle


async def poll_updates(
    source: UpdateSource, keep: Keep, stopping: asyncio.Event, *, waits: Sequence[float] = POLL_WAITS
) -> None:
    """Fetch and keep updates until `stopping` is set; an update is confirmed only after it was kept.

    Lives through every failure of Telegram and of `keep`, waiting longer each time. What goes wrong is
    logged once, not at every try.
    """
    loop = _Polling(source, keep)
    failures, told = 0, ""
    while not stopping.is_set():
        try:
            if not await _until(stopping, loop.take_batch()):
                return
        except DeliveryError as error:
            problem, wait = str(error), error.retry_after
        except ParseError:
            problem, wait = "Telegram sent an update without a number.", None
        except Exception as error:  # noqa: BLE001 - storage may be away for a while; nothing is confirmed
            problem, wait = f"Updates could not be kept ({type(error).__name__}).", None
        else:
            failures, told = 0, ""
            continue
        if problem != told:
            _log.error("Polling Telegram fails and is tried again: %s", problem)
            told = problem
        pause = waits[min(failures, len(waits) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        failures += 1
        await _until(stopping, asyncio.sleep(pause if wait is None else max(wait, pause)))


class _Polling:
    """One poller's place in the stream of updates."""

    def __init__(self, source: UpdateSource, keep: Keep) -> None:
        self._source = source
        self._keep = keep
        self._offset: int | None = None
        self._ready = False

    async def take_batch(self) -> None:
        if not self._ready:
            await self._source.remove_webhook()
            self._ready = True
        callbacks: list[str] = []
        try:
            for raw in await self._source.fetch_updates(self._offset):
                arrival = arrive(raw, self._source.bot_id)
                await self._keep(arrival)
                if arrival.order is not None:
                    self._offset = arrival.order + 1
                callback = find_callback(raw)
                if callback is not None:
                    callbacks.append(callback)
        finally:
            # An unanswered button only shows a waiting sign for a while, so errors here are of no account.
            await asyncio.gather(*map(self._source.acknowledge, callbacks), return_exceptions=True)


async def _until(stopping: asyncio.Event, work: Awaitable[object]) -> bool:
    """Wait for the work, or give it up when stopping is set; tells whether the work was done."""
    task = asyncio.ensure_future(work)
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            return False
        task.result()
        return True
    finally:
        for waiting in (task, stop):
            waiting.cancel()
        await asyncio.gather(task, stop, return_exceptions=True)


async def _read_body(request: web.Request) -> bytes | None:
    """Read the body; None when it is larger than an update can be (other routes may allow more)."""
    if (request.content_length or 0) > _LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > _LARGEST_BODY:
            return None
    return bytes(body)


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        raw: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise ParseError("the body is not JSON") from None
    if not isinstance(raw, dict):
        raise ParseError("the body is no object")
    return cast("dict[str, Any]", raw)


def _is_right(given: str, secrets: Sequence[str]) -> bool:
    # On bytes: compare_digest raises TypeError for text outside ASCII, which anyone could send.
    shown = given.encode("utf-8", "surrogateescape")
    return any(hmac.compare_digest(shown, secret.encode()) for secret in secrets)


def _refuse(status: int, problem: str, *, retry_after: str | None = None) -> web.Response:
    headers = {"Retry-After": retry_after} if retry_after else None
    return web.json_response({"error": problem}, status=status, headers=headers)
