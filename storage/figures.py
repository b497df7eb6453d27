"""Figures for those who operate the bot: what waits, what failed, how old the oldest is; nothing personal."""

from dataclasses import dataclass
from typing import Literal

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
    union all select 'erasures', count(*) from erasures where asked_by <> 'retention'
    union all select 'outdated_erased', coalesce(sum(went.count::bigint), 0)
        from erasures, jsonb_each_text(erasures.counts) as went(kind, count)
        where erasures.asked_by = 'retention'
""")

# Each part names one state as an index does, so that it reads what is open and not all that was ever sent.
_BY_CHANNEL = text("""
    select 'undelivered' as what, a.channel, o.state as detail, count(*)::float as value
        from outbox o join addresses a on a.id = o.address
        where o.state in ('ready', 'sending') group by a.channel, o.state
    union all select 'undelivered', a.channel, 'held', count(*)
        from outbox o join addresses a on a.id = o.address
        where o.state = 'held' group by a.channel
    union all select 'oldest', a.channel, '', extract(epoch from now() - min(o.created_at))
        from outbox o join addresses a on a.id = o.address
        where o.state in ('ready', 'sending') group by a.channel
    union all select 'dead', a.channel, 'out', count(*)
        from outbox o join addresses a on a.id = o.address
        where o.state = 'dead' and o.sealed_message is not null group by a.channel
    union all select 'dead', channel, 'in', count(*)
        from inbox where state = 'dead' and sealed_raw is not null group by channel
""")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, by name."""

    what: str
    value: float


async def read_figures(connection: AsyncConnection) -> list[Figure]:
    """All figures as they are now."""
    return [Figure(row.what, float(row.value)) for row in (await connection.execute(_COUNTS)).all()]


@dataclass(frozen=True, slots=True)
class ChannelFigure:
    """One figure of one channel.

    `undelivered` messages by state (`detail`: ready, sending, held), the age in seconds of the `oldest` that
    is to be delivered, or `dead` letters by direction (`detail`: in, out).
    """

    what: Literal["undelivered", "oldest", "dead"]
    channel: str
    detail: str
    value: float


async def read_channel_figures(connection: AsyncConnection) -> list[ChannelFigure]:
    """The figures of all channels that have any.

    Dead letters count while they hold what was said: one cancelled because its person is gone does not.
    """
    rows = (await connection.execute(_BY_CHANNEL)).all()
    return [ChannelFigure(row.what, row.channel, row.detail, float(row.value)) for row in rows]
