"""Raw updates, kept before anything is done with them; taken in order per chat, done or dead in the end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, case, delete, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.signals import notify
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
    received_at: datetime


_KEEP = upsert(inbox).on_conflict_do_nothing(index_elements=[inbox.c.key]).returning(inbox.c.id)


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
    row = {"channel": channel, "key": key, "chat": chat, "place": place, "sealed_raw": vault.seal_json(raw)}
    return (await connection.execute(_KEEP, row)).first() is not None


async def hand_back(
    connection: AsyncConnection, vault: Vault, chat: str, key: str, raw: Mapping[str, Any], *, place: int = 0
) -> None:
    """Put a word of our own workers in the inbox of a conversation, once for each key, and ring for it."""
    await keep_update(connection, vault, SYSTEM, key, chat, place, raw)
    await notify(connection, TOPIC, chat)


_LOCK_CHAT = select(func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("chat", type_=Text), 0)))


async def lock_chat(connection: AsyncConnection, chat: str) -> bool:
    """Make this transaction the only one that works on a chat, in any server; False when another one is.

    It does not wait: a server that hangs in a chat would hold a connection of every other one.
    """
    return bool((await connection.execute(_LOCK_CHAT, {"chat": chat})).scalar_one())


async def lock_person(connection: AsyncConnection, tokens: Collection[str]) -> None:
    """Be the only one that works for a person who may have more than one token: waits for the other."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"person {min(tokens)}", 0))
    await connection.execute(select(lock))


_WAITS = text("inbox.state = 'new'")
"""Written out, not handed over: so a plan that Postgres keeps can use the small index of what waits."""

_FIND_NEXT = (
    select(
        inbox.c.id,
        inbox.c.channel,
        inbox.c.sealed_raw,
        inbox.c.received_at,
        (inbox.c.due_at > func.now()).label("must_wait"),
    )
    .where(inbox.c.chat == bindparam("chat"), _WAITS)
    .order_by(inbox.c.place, inbox.c.id)
    .limit(1)
)


async def find_next(connection: AsyncConnection, chat: str) -> KeptUpdate | None:
    """The first update of a chat that waits, in the platform's order; None while it must wait itself."""
    row = (await connection.execute(_FIND_NEXT, {"chat": chat})).first()
    if row is None or row.must_wait:
        return None
    return KeptUpdate(row.id, row.channel, row.sealed_raw, row.received_at)


_MARK_DONE = (
    update(inbox)
    .where(inbox.c.id == bindparam("done"))
    .values(state="done", sealed_raw=None, done_at=func.now())
    .returning(
        select(inbox.c.id)
        .where(inbox.c.chat == bindparam("whose"), _WAITS, inbox.c.id != bindparam("done"))
        .exists()
    )
)


async def mark_done(connection: AsyncConnection, update_id: int, chat: str) -> bool:
    """An update has had its turn: its key stays, what it said is forgotten. Answers whether more waits."""
    return bool((await connection.execute(_MARK_DONE, {"done": update_id, "whose": chat})).scalar_one())


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


KEY_KEPT_FOR = timedelta(days=8)
"""How long the key of an update is kept: longer than any platform brings it again.

Telegram begins its numbers anew after a week without updates, so a key must not stay for ever either.
"""


async def forget_keys(connection: AsyncConnection) -> None:
    """Throw away the keys of updates that had their turn long ago; dead letters stay."""
    await connection.execute(
        delete(inbox).where(inbox.c.state == "done", inbox.c.done_at < func.now() - KEY_KEPT_FOR)
    )


async def is_waiting(connection: AsyncConnection, chat: str) -> bool:
    """Whether an update of a chat waits for its turn."""
    waiting = select(inbox.c.id).where(inbox.c.chat == chat, _WAITS).limit(1)
    return (await connection.execute(waiting)).first() is not None


async def forget_chat(connection: AsyncConnection, chat: str, front: str) -> int:
    """Nothing leads from updates to a chat any more; those that wait keep their turn. Answers how many went.

    The system's own words go. Of a platform's only the key stays, as long as any: what it brings again must
    not begin anew. A key that begins with `front`, the address itself, goes as well.
    """
    ours = (inbox.c.channel == SYSTEM) | ((inbox.c.state != "new") & func.starts_with(inbox.c.key, front))
    gone = await connection.execute(delete(inbox).where(inbox.c.chat == chat, ours))
    bare = {"chat": "", "sealed_raw": None, "state": "done", "error": None}
    left = await connection.execute(
        update(inbox)
        .where(inbox.c.chat == chat, inbox.c.state != "new")
        .values(**bare, done_at=func.coalesce(inbox.c.done_at, func.now()))
    )
    return gone.rowcount + left.rowcount


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
