"""Raw updates, kept before anything is done with them; taken in order per chat, done or dead in the end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import inbox
from storage.vault import Vault

TOPIC = "inbox"
"""Rings with a chat's token when something waits for it."""

SYSTEM = "system"
"""The channel of what our own workers hand back."""

LAST = 2**62
"""The place behind all that people sent: what they said counts before the time that passed meanwhile."""

MAX_ATTEMPTS = 5
"""Times a row may fail before it is a dead letter, so that it blocks its chat no longer."""


@dataclass(frozen=True, slots=True)
class KeptUpdate:
    """A row to work on; what the channel kept is still sealed."""

    id: int
    channel: str
    sealed: bytes


async def keep_update(
    connection: AsyncConnection,
    vault: Vault,
    channel: str,
    key: str,
    chat: str,
    place: int,
    raw: Mapping[str, Any],
) -> bool:
    """Insert an update under its unique key; answers False and changes nothing when it is a repeat.

    Whoever keeps an update from outside a server rings `TOPIC` with the chat in the same transaction.
    """
    statement = (
        upsert(inbox)
        .values(channel=channel, key=key, chat=chat, place=place, sealed_raw=vault.seal_json(raw))
        .on_conflict_do_nothing(index_elements=[inbox.c.key])
        .returning(inbox.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def lock_chat(connection: AsyncConnection, chat: str) -> bool:
    """Make this transaction the only one that works on a chat, in any server; False when another one is.

    It does not wait: a server that hangs in a chat would hold a connection of every other one.
    """
    lock = select(func.pg_try_advisory_xact_lock(func.hashtextextended(chat, 0)))
    return bool((await connection.execute(lock)).scalar_one())


async def find_next(connection: AsyncConnection, chat: str) -> KeptUpdate | None:
    """The first update of a chat that waits, in the platform's order; None while it must wait itself."""
    statement = (
        select(
            inbox.c.id,
            inbox.c.channel,
            inbox.c.sealed_raw,
            (inbox.c.due_at > func.now()).label("must_wait"),
        )
        .where(inbox.c.chat == chat, inbox.c.state == "new")
        .order_by(inbox.c.place, inbox.c.id)
        .limit(1)
    )
    row = (await connection.execute(statement)).first()
    if row is None or row.must_wait:
        return None
    return KeptUpdate(row.id, row.channel, row.sealed_raw)


async def mark_done(connection: AsyncConnection, update_id: int, chat: str) -> bool:
    """An update has had its turn: its key stays, what it said is forgotten. Answers whether more waits."""
    waits = select(inbox.c.id).where(inbox.c.chat == chat, inbox.c.state == "new", inbox.c.id != update_id)
    statement = (
        update(inbox)
        .where(inbox.c.id == update_id)
        .values(state="done", sealed_raw=None, done_at=func.now())
        .returning(waits.exists())
    )
    return bool((await connection.execute(statement)).scalar_one())


async def mark_failed(connection: AsyncConnection, update_id: int, error: str, *, final: bool) -> bool:
    """Note a failure and when to try again; after the last try, or when final, it is a dead letter.

    Answers whether it is one now. An update that had its turn meanwhile stays done.
    """
    last = or_(literal(final), inbox.c.attempts + 1 >= MAX_ATTEMPTS)
    statement = (
        update(inbox)
        .where(inbox.c.id == update_id, inbox.c.state == "new")
        .values(
            attempts=inbox.c.attempts + 1,
            error=error,
            due_at=func.now() + func.power(3, inbox.c.attempts) * timedelta(seconds=1),
            state=case((last, "dead"), else_="new"),
        )
        .returning(inbox.c.state)
    )
    return (await connection.execute(statement)).scalar_one_or_none() == "dead"


async def find_waiting_chats(
    connection: AsyncConnection, channels: Collection[str], *, older_than: float = 0.0
) -> list[str]:
    """Chats on some channels with updates that wait for longer than some seconds: what was dropped."""
    statement = (
        select(inbox.c.chat)
        .where(
            inbox.c.state == "new",
            inbox.c.channel.in_(channels),
            inbox.c.due_at <= func.now() - timedelta(seconds=older_than),
        )
        .group_by(inbox.c.chat)
        .order_by(func.min(inbox.c.id))
        .limit(1000)
    )
    return list((await connection.execute(statement)).scalars())
