"""One kept-alive connection to a bot's webhook, on a bare socket: little beside what is measured."""

import asyncio
import re
from http import HTTPStatus
from typing import Final, cast

from benchmarks.load_script import SECRET, WEBHOOK_PATH

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class LoadError(Exception):
    """The bot did not do what the script says it does, so nothing was measured."""


class WebhookLine(asyncio.Protocol):
    """One kept-alive connection to the webhook, for one request at a time."""

    def __init__(self, port: int) -> None:
        self._head = (
            f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
        ).encode()
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for an answer gets none."""
        del exc
        if self._answer and not self._answer.done():
            self._answer.set_exception(LoadError("the webhook hung up"))

    async def bring(self, body: bytes) -> None:
        """Bring one update, again and again while the server asks for that, as a platform does. LoadError."""
        while True:
            status = await self._post(body)
            if status == HTTPStatus.OK:
                return
            if status != HTTPStatus.SERVICE_UNAVAILABLE:
                raise LoadError(f"the webhook answered {status}")
            await asyncio.sleep(1)

    async def _post(self, body: bytes) -> int:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(self._head + b"%d\r\n\r\n" % len(body) + body)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take an answer, in pieces of any size."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        if len(self._buffer) < end + 4 + (int(length[1]) if length else 0):
            return
        status, self._buffer = int(self._buffer[9:12]), b""
        if self._answer and not self._answer.done():
            self._answer.set_result(status)


async def call_webhook(port: int) -> WebhookLine:
    """Open a connection to the webhook at a port of this machine."""
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(lambda: WebhookLine(port), "127.0.0.1", port)
    return line
