"""A Telegram that takes everything at once: `python -m benchmarks.telegram_sink`, a process of its own.

It prints its port. Who asks `GET /watch` gets a record of chat 0 at once, and then one for every message that
comes in, in the order of arrival, until it hangs up. As little as possible is read of a request, so that it
weighs little in a load.
"""

import asyncio
import json
import re
import struct
import time
from itertools import count
from typing import Final, cast

from benchmarks.load_script import END

RECORD: Final = struct.Struct("<qqB")
"""One message: its chat, when it came (nanoseconds of `time.monotonic_ns`), 1 when it ends a conversation."""

_METHOD: Final = re.compile(rb"[A-Z]+ /(?:bot[^/ ]+/)?([A-Za-z]+)")
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHAT: Final = re.compile(
    rb'chat_id"?(?:=|: *"?|\r\n(?:[^\r\n]+\r\n)*\r\n)(\d+)'
)  # a form, JSON, parts of a form
_END: Final = END.encode()
_BOT: Final = {"id": 123456, "is_bot": True, "first_name": "Vertelbot", "username": "vertelbot"}
_TRUE: Final = b'{"ok":true,"result":true}'
_ME: Final = json.dumps({"ok": True, "result": _BOT}).encode()
_MESSAGE: Final = (
    b'{"ok":true,"result":{"message_id":%d,"date":1800000000,"chat":{"id":%d,"type":"private"},"from":'
    + json.dumps(_BOT).encode()
    + b",%s}}"
)
_TEXT: Final = b'"text":"."'
_PHOTO: Final = b'"photo":[{"file_id":"sheet","file_unique_id":"sheet","width":800,"height":200}]'


class TelegramSink:
    """What all connections share: who watches, and the ids of messages."""

    def __init__(self) -> None:
        self.watching: set[asyncio.Transport] = set()
        self.numbers = count(1)

    def answer(self, method: bytes, body: bytes) -> bytes:
        """Answer one method of the Bot API; tell of a message to all who watch."""
        if method not in (b"sendmessage", b"sendphoto"):
            return _ME if method == b"getme" else _TRUE
        found = _CHAT.search(body)
        chat = int(found[1]) if found else 0
        record = RECORD.pack(chat, time.monotonic_ns(), _END in body)
        for each in self.watching:
            each.write(record)
        return _MESSAGE % (next(self.numbers), chat, _TEXT if method == b"sendmessage" else _PHOTO)


class _Connection(asyncio.Protocol):
    """One kept-alive HTTP connection; requests must tell their length."""

    def __init__(self, sink: TelegramSink) -> None:
        self._sink = sink
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._sink.watching.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end])
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body = bytes(self._buffer[end + 4 : whole])
            del self._buffer[:whole]
            found = _METHOD.match(head)
            method = found[1].lower() if found else b""
            if method == b"watch":
                self._sink.watching.add(self._transport)
                self._transport.write(RECORD.pack(0, time.monotonic_ns(), 0))
                continue
            answer = self._sink.answer(method, body)
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % len(answer)
                + answer
            )


async def serve_for_ever() -> None:
    """Listen on a free port of the loopback address, and say which."""
    sink = TelegramSink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(sink), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve_for_ever())
