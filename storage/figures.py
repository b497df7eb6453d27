"""Figures for those who operate the bot: what waits, what failed, how old the oldest is; nothing personal."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_COUNTS = text("""
    select 'inbox_waiting' as what, count(*)::float as value from inbox where state = 'new'
    union all select 'inbox_dead', count(*) from inbox where state = 'dead'
    union all select 'outbox_waiting', count(*) from outbox where state in ('ready', 'sending')
    union all select 'outbox_held', count(*) from outbox where state = 'held'
    union all select 'outbox_dead', count(*) from outbox where state = 'dead'
    union all select 'outbox_oldest_seconds',
        coalesce(extract(epoch from now() - min(created_at)), 0)
        from outbox where state in ('ready', 'sending')
    union all select 'jobs_waiting', count(*) from jobs where state in ('waiting', 'running')
    union all select 'jobs_failed', count(*) from jobs where state = 'failed'
    union all select 'jobs_oldest_seconds',
        coalesce(extract(epoch from now() - min(created_at)), 0)
        from jobs where state in ('waiting', 'running')
    union all select 'stories', count(*) from stories where complete
    union all select 'stories_unfinished', count(*) from stories where not complete
""")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, by name."""

    what: str
    value: float


async def read_figures(connection: AsyncConnection) -> list[Figure]:
    """All figures as they are now."""
    return [Figure(row.what, float(row.value)) for row in (await connection.execute(_COUNTS)).all()]
