"""What was kept for long enough, by the setting of each kind: counted, and erased in small batches.

A batch is one transaction that takes rows no other server is at, so any number of servers may do this at
once, again and again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.erasing import Erased
from storage.erasures import log_erasure
from storage.outdated_rows import RULES
from storage.retention import KEPT
from storage.tables import addresses, participants, sessions
from storage.vault import Vault

BATCH: Final = 100
"""Rows that one transaction erases."""

Periods = Mapping[str, timedelta | None]
"""How long each kind of data is kept; None for ever."""


async def count_outdated(connection: AsyncConnection, periods: Periods, now: datetime) -> dict[str, int]:
    """How many of each kind would go now; nothing is changed."""
    counts: dict[str, int] = {}
    for kept in KEPT:
        period = periods.get(kept.kind)
        if period is None:
            continue
        for rule in RULES[kept.kind]:
            found = rule.find(now - period).subquery()
            count = (await connection.execute(select(func.count()).select_from(found))).scalar_one()
            counts[kept.kind] = counts.get(kept.kind, 0) + count
    return counts


async def erase_outdated(
    connection: AsyncConnection, vault: Vault, kind: str, before: datetime, code: str
) -> tuple[int, Erased]:
    """Erase one batch of a kind that is older than a moment, and log it under a code of this sweep.

    Answers how many were found, and what is to be deleted after the commit; nothing more is there once
    nothing was found.
    """
    erased, count = Erased(), 0
    for rule in RULES[kind]:
        wanted = rule.find(before).limit(BATCH).with_for_update(skip_locked=True, of=rule.of)
        keys = (await connection.execute(wanted)).all()
        found = [key[0] if len(key) == 1 else tuple(key) for key in keys]
        if found:
            await rule.erase(connection, vault, found, erased)
            count += len(found)
    if count and kind != "erasures":
        await log_erasure(connection, code, "outdated", "retention", {kind: count})
    return count, erased


async def erase_nobodies(connection: AsyncConnection) -> None:
    """Participants of whom nothing is left are no more."""
    reached = exists().where(addresses.c.participant == participants.c.id)
    told = exists().where(sessions.c.participant == participants.c.id)
    fresh = participants.c.created_at > func.now() - timedelta(hours=1)
    await connection.execute(delete(participants).where(~reached, ~told, ~fresh))
