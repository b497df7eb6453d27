"""Postgres' own doorbell (NOTIFY and LISTEN): wakes who waits; a lost ring loses nothing, sweeps find all."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import psycopg
from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import StorageError

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0


async def notify(connection: AsyncConnection, topic: str, token: str) -> None:
    """Ring for a token when this transaction commits. Tokens are random or keyed hashes, never personal."""
    await connection.execute(select(func.pg_notify(topic, token)))


class Signals:
    """One listening connection per process, and who in this process waits for which ring."""

    def __init__(self, database_url: str, topics: tuple[str, ...]) -> None:
        self._dsn = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._topics = topics
        self._waiting: dict[tuple[str, str], set[asyncio.Event]] = defaultdict(set)
        self._hooks: dict[str, Callable[[str], None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen; returns once the first connection listens."""
        self._task = asyncio.create_task(self._listen_for_ever(), name="signals")
        waiting = asyncio.create_task(self._listening.wait())
        await asyncio.wait([self._task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            raise StorageError("The database's address cannot be used for listening; look at DATABASE_URL.")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def on(self, topic: str, hook: Callable[[str], None]) -> None:
        """Call a function with the token of every ring of a topic; also with "" after a lost connection."""
        self._hooks[topic] = hook

    @asynccontextmanager
    async def watch(self, topic: str, token: str) -> AsyncGenerator[asyncio.Event]:
        """An event that is set at every ring for a token, while the block lasts."""
        event = asyncio.Event()
        self._waiting[topic, token].add(event)
        try:
            yield event
        finally:
            self._waiting[topic, token].discard(event)
            if not self._waiting[topic, token]:
                del self._waiting[topic, token]

    def _ring(self, topic: str, token: str) -> None:
        for event in self._waiting.get((topic, token), ()):
            event.set()
        if hook := self._hooks.get(topic):
            hook(token)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError:
                log.warning("lost the listening connection; trying again")
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
            for topic in self._topics:
                await connection.execute(sql.SQL("listen {}").format(sql.Identifier(topic)))
            self._listening.set()
            for hook in self._hooks.values():
                hook("")  # whatever rang while nobody listened is looked up by a sweep
            async for ring in connection.notifies():
                self._ring(ring.channel, ring.payload)
