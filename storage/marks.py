"""What is remembered of a channel as a whole: how far it was caught up, what the bot is called there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import channel_marks


async def read_mark(connection: AsyncConnection, name: str) -> dict[str, Any] | None:
    """What was last noted under a name; None when nothing was."""
    statement = select(channel_marks.c.body).where(channel_marks.c.name == name)
    return (await connection.execute(statement)).scalar_one_or_none()


async def write_mark(connection: AsyncConnection, name: str, body: Mapping[str, Any]) -> None:
    """Note something under a name; what was there before is gone. No personal data."""
    fresh = {"body": dict(body), "noted_at": func.now()}
    statement = upsert(channel_marks).values(name=name, **fresh)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[channel_marks.c.name], set_=fresh)
    )
