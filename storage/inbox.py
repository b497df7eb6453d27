"""Raw updates, kept before anything is done with them; taken in order per chat, done or dead in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import inbox
from storage.vault import Vault

TOPIC = "inbox"
"""Rings with a chat's token when something waits for it."""

SYSTEM = "system"
"""The channel of what our own workers hand back."""

MAX_ATTEMPTS = 5
"""Times a row may fail before it is a dead letter, so that it blocks its chat no longer."""


@dataclass(frozen=True, slots=True)
class KeptUpdate:
    """A row to work on; `raw` is what the channel kept."""

    id: int
    channel: str
    raw: Mapping[str, Any]
    attempts: int


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


async def bury_update(
    connection: AsyncConnection, vault: Vault, key: str, raw: Mapping[str, Any], error: str
) -> None:
    """Keep an update that belongs to no chat as a dead letter at once."""
    await connection.execute(
        insert(inbox).values(
            channel="unknown",
            key=key,
            chat="",
            place=0,
            sealed_raw=vault.seal_json(raw),
            state="dead",
            error=error,
        )
    )


async def lock_chat(connection: AsyncConnection, chat: str) -> None:
    """Wait until this transaction is the only one that works on a chat, in any server."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(chat, 0))))


async def find_next(connection: AsyncConnection, vault: Vault, chat: str) -> KeptUpdate | None:
    """The first update of a chat that waits, in the platform's order."""
    statement = (
        select(inbox.c.id, inbox.c.channel, inbox.c.sealed_raw, inbox.c.attempts)
        .where(inbox.c.chat == chat, inbox.c.state == "new")
        .order_by(inbox.c.place, inbox.c.id)
        .limit(1)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    return KeptUpdate(row.id, row.channel, vault.open_json(row.sealed_raw), row.attempts)


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
    """Note a failure; after the last attempt, or when final, it is a dead letter. Answers whether it is."""
    statement = (
        update(inbox)
        .where(inbox.c.id == update_id)
        .values(
            attempts=inbox.c.attempts + 1,
            error=error,
            state=text(
                f"case when {bool(final)} or attempts + 1 >= {MAX_ATTEMPTS} then 'dead' else 'new' end"
            ),
        )
        .returning(inbox.c.state)
    )
    return (await connection.execute(statement)).scalar_one() == "dead"


async def find_waiting_chats(connection: AsyncConnection, *, older_than: float = 0.0) -> list[str]:
    """Chats with updates that wait for longer than some seconds: what another server dropped."""
    statement = (
        select(inbox.c.chat)
        .where(
            inbox.c.state == "new",
            inbox.c.received_at <= func.now() - func.make_interval(0, 0, 0, 0, 0, 0, older_than),
        )
        .group_by(inbox.c.chat)
        .order_by(func.min(inbox.c.id))
        .limit(1000)
    )
    return list((await connection.execute(statement)).scalars())
