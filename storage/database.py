"""The door to Postgres: one engine a process, one `transaction` as the only commit, a reading side."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

AWAY = (OperationalError, PoolTimeoutError)
"""What using the database raises while it is away or has no connection free: a thing that passes."""

IDLE_TRANSACTION_SECONDS = 30
"""After this Postgres ends a transaction whose server hangs, so that its locks are free."""

IDLE_SECONDS = 1.0
"""How long a connection may lie unused before it is tried first."""


@dataclass(frozen=True, slots=True)
class Database:
    """Hands out connections; made once per process and closed at its end."""

    engine: AsyncEngine
    url: str

    @classmethod
    def connect(cls, url: str, *, pool_size: int = 10) -> Self:
        """Prepare a pool for a URL (`postgresql+psycopg://…`); nothing is opened yet."""
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            hide_parameters=True,  # what people told has no place in an error's text
            connect_args={"options": f"-c idle_in_transaction_session_timeout={IDLE_TRANSACTION_SECONDS}s"},
        )
        _look_after_idle(engine)
        return cls(engine, url)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """A connection whose work is committed at the end, or rolled back whole on an error."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """A connection that cannot write."""
        async with self.engine.connect() as connection:
            await connection.execution_options(postgresql_readonly=True)
            yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _look_after_idle(engine: AsyncEngine) -> None:
    """Try a connection that lay idle before it is used, and take a new one when Postgres was restarted.

    SQLAlchemy's own pre-ping does so at every use, which costs each message several round trips.
    """

    def note_use(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del connection
        record.info["used"] = time.monotonic()

    def try_idle(
        connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection
    ) -> None:
        del proxy
        if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool takes another one and asks again

    event.listen(engine.sync_engine, "checkin", note_use)
    event.listen(engine.sync_engine, "checkout", try_idle)
