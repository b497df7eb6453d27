"""The web chat's API: open a conversation, send, read, and follow it as server-sent events."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from bot.channels.channel import Keep, Settle
from bot.channels.web_bodies import RequestError, reject
from bot.channels.web_requests import COOKIE, is_same_origin, read_posted, read_start
from storage.participants import Address

if TYPE_CHECKING:
    from bot.channels.web import Flows, WebChat

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_LARGEST_NUMBER: Final = 2**31 - 1


def api_routes(chat: "WebChat", keep: Keep, settle: Settle, flows: "Flows") -> list[web.RouteDef]:
    """The routes below `/api/chat`, as `interfaces.md` fixes them."""

    @_answer_errors
    async def begin(request: web.Request) -> web.Response:
        start = await read_start(request)
        published = await flows()
        if start.flow is not None and start.flow not in published:
            names = ", ".join(published) or "none"
            raise RequestError(HTTPStatus.NOT_FOUND, f"There is no such flow; there are: {names}.")
        if start.entry is not None and await chat.find_entry(start.entry) is None:
            raise RequestError(HTTPStatus.NOT_FOUND, "There is no such entry point, or it is closed.")
        token, value = await chat.begin(keep, start)
        await settle(chat.name, value)
        address = await chat.find(token)
        messages = await chat.read(address) if address else []
        return _answer({"token": token, "messages": messages}, HTTPStatus.CREATED)

    @_answer_errors
    async def send(request: web.Request) -> web.Response:
        address = await find_sender(chat, request)
        posted = await read_posted(request)
        new = await chat.receive(keep, address, posted)
        return _answer({"id": posted.id, "new": new}, HTTPStatus.ACCEPTED)

    @_answer_errors
    async def read(request: web.Request) -> web.Response:
        address = await find_sender(chat, request)
        return _answer({"messages": await chat.read(address, read_after(request))})

    @_answer_errors
    async def follow(request: web.Request) -> web.StreamResponse:
        address = await find_sender(chat, request)
        return await _stream(chat, request, address, _find_place(request))

    return [
        web.post("/api/chat/sessions", begin),
        web.post("/api/chat/messages", send),
        web.get("/api/chat/messages", read),
        web.get("/api/chat/events", follow, allow_head=False),
    ]


async def find_sender(chat: "WebChat", request: web.Request) -> Address:
    """Whose conversation a request is about, by its bearer token or our own page's cookie.

    Raises RequestError: 401 without a token that is known, 403 when another site uses the cookie to post.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
        if token and request.method not in ("GET", "HEAD") and not is_same_origin(request):
            raise RequestError(HTTPStatus.FORBIDDEN, "The chat's cookie works from the chat's own page only.")
    address = await chat.find(token.strip()) if token.strip() else None
    if address is None:
        raise RequestError(HTTPStatus.UNAUTHORIZED, "Send the token as `Authorization: Bearer <token>`.")
    return address


def read_after(request: web.Request) -> int:
    """The number after which messages are asked for. Raises RequestError."""
    return _read_number(request.query.get("after", "0"))


def _find_place(request: web.Request) -> int:
    """Where a stream goes on: after the last event a reconnecting client has, else after `after`."""
    last = request.headers.get("Last-Event-ID", "")
    return max(read_after(request), _read_number(last)) if last else read_after(request)


def _read_number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST_NUMBER)) else -1
    if not 0 <= number <= _LARGEST_NUMBER:
        raise reject("`after` must be the number `n` of a message, or 0.")
    return number


async def _stream(chat: "WebChat", request: web.Request, address: Address, after: int) -> web.StreamResponse:
    """Send every message above `after` as it comes, until the client goes or the server stops."""
    stream: web.StreamResponse | None = None
    async with chat.watch(address) as rung:
        forget = chat.note_stream(rung)
        try:
            async with sse_response(request, ping_interval=chat.heartbeat, headers=_HEADERS) as events:
                stream = events
                while not chat.closing and events.is_connected() and not _is_gone(request):
                    rung.clear()
                    after = await _send_new(chat, events, address, after)
                    # A ring may be lost with its connection, so we look again at every heartbeat.
                    with suppress(TimeoutError):
                        await asyncio.wait_for(rung.wait(), chat.heartbeat)
        except (ConnectionResetError, TimeoutError):
            pass  # the client went in the middle of a message
        finally:
            forget()
    return stream or web.Response(status=HTTPStatus.NO_CONTENT)


async def _send_new(chat: "WebChat", stream: EventSourceResponse, address: Address, after: int) -> int:
    for message in await chat.read(address, after):
        after = message["n"]
        await stream.send(json.dumps(message, ensure_ascii=False), id=str(after))
    return after


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _answer(body: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.json_response(body, status=status, headers=_HEADERS)


def _answer_errors(handler: _Handler) -> _Handler:
    """Answer what is wrong with a request as JSON."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except RequestError as error:
            response = _answer({"error": str(error)}, error.status)
            if error.status is HTTPStatus.UNAUTHORIZED:
                response.headers["WWW-Authenticate"] = "Bearer"
            return response

    return answer
