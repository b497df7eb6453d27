"""Requests as bytes over a connection: no client library mends what is broken on purpose."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PATIENCE: Final = 60.0
"""Seconds within which a whole request is answered, on a machine that has other things to do as well."""

Header = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Shot:
    """One request: which `door` it is for, its bytes, and of whom it tells.

    `chunks` cuts the body up; `claimed` is the length it claims to have where that is not the right one, and
    then no answer is owed; `sound` when nothing in it was broken.
    """

    door: str
    target: str
    headers: tuple[Header, ...]
    body: bytes = b""
    method: str = "POST"
    claimed: int | None = None
    chunks: bool = False
    sound: bool = False

    def write(self) -> bytes:
        """The request as it goes over the line."""
        lines = [
            f"{self.method} {self.target} HTTP/1.1\r\nHost: vertelpunt.example".encode("utf-8", "replace")
        ]
        lines += [name.encode() + b": " + value for name, value in self.headers]
        if self.chunks:
            lines.append(b"Transfer-Encoding: chunked")
            body = b"".join(
                b"%x\r\n%s\r\n" % (len(part), part)
                for part in (self.body[place : place + 700] for place in range(0, len(self.body), 700))
            )
            return b"\r\n".join((*lines, b"", body + b"0\r\n\r\n"))
        if self.method == "POST":
            length = len(self.body) if self.claimed is None else self.claimed
            lines.append(b"Content-Length: %d" % length)
        return b"\r\n".join((*lines, b"", self.body))


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; status 0 when the connection was ended without a word."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


class Pipe:
    """One connection at a time to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def fire(self, shot: Shot) -> Reply:
        """Send a request and wait for its answer. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            reply = await self._exchange(shot)
            if reply.status == 0 and shot.claimed is None:
                reply = await self._exchange(shot)  # the server may end a connection that lay still
        return reply

    async def close(self) -> None:
        """End the connection."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None

    async def _exchange(self, shot: Shot) -> Reply:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        assert self._reader is not None
        with contextlib.suppress(
            OSError
        ):  # refused before all of it was sent: the answer is there all the same
            self._writer.write(shot.write())
            await self._writer.drain()
            if shot.claimed is not None:
                self._writer.write_eof()
        try:
            reply = await _read_reply(self._reader)
        except (OSError, asyncio.IncompleteReadError):
            reply = Reply(0)
        if reply.status == 0 or shot.claimed is not None or reply.headers.get("connection") == "close":
            await self.close()
        return reply


async def _read_reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    headers: dict[str, str] = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = b""
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    elif length := headers.get("content-length"):
        body = await reader.readexactly(int(length))
    return Reply(status, headers, body)
