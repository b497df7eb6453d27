"""Keeping a lease while one works: renewed in the background, also over a moment without the database."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import AWAY, Database


@asynccontextmanager
async def keep_renewing(
    database: Database, seconds: float, renew: Callable[[AsyncConnection], Awaitable[object]]
) -> AsyncGenerator[None]:
    """Call `renew` in a transaction every so many seconds while the block lasts."""

    async def renew_for_ever() -> None:
        while True:
            await asyncio.sleep(seconds)
            with contextlib.suppress(*AWAY):
                async with database.transaction() as connection:
                    await renew(connection)

    task = asyncio.create_task(renew_for_ever(), name="lease")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
