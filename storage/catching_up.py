"""Catching up after an outage: by one server at a time, with what is kept already left out."""

import contextlib
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import inbox


@asynccontextmanager
async def be_only_one(database: Database, work: str) -> AsyncGenerator[bool]:
    """Whether this is the only server at some work while the block lasts; it does not wait for another.

    The lock belongs to a connection and not to a transaction: the work waits for others' servers, for
    longer than a transaction may lie idle. It ends with the connection, however this process ends.
    """
    key = func.hashtextextended(work, 0)
    async with database.engine.connect() as opened:
        connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
        alone = bool((await connection.execute(select(func.pg_try_advisory_lock(key)))).scalar_one())
        try:
            yield alone
        finally:
            if alone:
                await _unlock(connection, work)


async def _unlock(connection: AsyncConnection, work: str) -> None:
    """Let the lock go; a connection that is lost has done so already."""
    try:
        await connection.execute(select(func.pg_advisory_unlock(func.hashtextextended(work, 0))))
    except DBAPIError:
        with contextlib.suppress(DBAPIError):
            await connection.invalidate()


async def find_kept(connection: AsyncConnection, keys: Collection[str]) -> frozenset[str]:
    """Which of these keys are in the inbox, whatever became of them."""
    if not keys:
        return frozenset()
    statement = select(inbox.c.key).where(inbox.c.key.in_(keys))
    return frozenset((await connection.execute(statement)).scalars())
