"""The platforms' own messages, one row each, and what is reported of them later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from storage.outbox import Outgoing
from storage.tables import outbox, sends

KEPT_FOR = timedelta(hours=24)
"""How long the text of a message is kept for a report that says that it must be sent again."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One of a platform's messages, with the message it is a part of.

    `rank` is how far it came by the reports before this one; `text_kept` whether it could be sent again.
    """

    message: int
    part: int
    address: UUID
    created_at: datetime
    rank: int
    attempts: int
    throttled: int
    plain: bool
    text_kept: bool


@cache
def _write_taken(*, last: bool, keep: bool) -> ReturningUpdate[int]:
    """The statement that notes in a message that is still ours that a part was taken."""
    values: dict[str, Any] = {"uncertain": False}
    if last:
        values |= {"state": "sent", "sent_at": func.now(), "leased_until": None}
        values |= {} if keep else {"sealed_message": None}
    held = (
        outbox.c.id == bindparam("sent"),
        outbox.c.lease == bindparam("token"),
        outbox.c.state == "sending",
    )
    return update(outbox).where(*held).values(**values).returning(outbox.c.id)


@cache
def _write_part(*, last: bool, keep: bool) -> ReturningInsert[int]:
    """The statement that does so, and adds the part itself."""
    mine = _write_taken(last=last, keep=keep).cte("mine")
    part = bindparam("place", type_=sends.c.part.type)
    theirs = bindparam("theirs", type_=sends.c.provider_id.type)
    added = upsert(sends).from_select(["outbox", "part", "provider_id"], select(mine.c.id, part, theirs))
    fresh = {"provider_id": theirs, "status": None, "rank": 0, "error": None, "sent_at": func.now()}
    return added.on_conflict_do_update(index_elements=[sends.c.outbox, sends.c.part], set_=fresh).returning(
        sends.c.outbox
    )


async def note_part(
    connection: AsyncConnection,
    message: Outgoing,
    part: int,
    provider_id: str | None,
    *,
    last: bool,
    keep: bool,
) -> bool:
    """The platform took a part of a message: in one statement it is noted and, with the `last`, the end.

    `keep` leaves the text until a report comes. Answers whether the message was still ours.
    """
    values: dict[str, object] = {"sent": message.id, "token": message.lease}
    if provider_id is None and last and part == 0:  # nothing will ever be asked about it
        return (await connection.execute(_write_taken(last=last, keep=keep), values)).first() is not None
    values |= {"place": part, "theirs": provider_id}
    return (await connection.execute(_write_part(last=last, keep=keep), values)).first() is not None


async def find_known(connection: AsyncConnection, message: Outgoing) -> frozenset[str]:
    """The platform's ids of all messages to the same person since a message was written."""
    address = select(outbox.c.address).where(outbox.c.id == message.id).scalar_subquery()
    statement = (
        select(sends.c.provider_id)
        .join(outbox, outbox.c.id == sends.c.outbox)
        .where(outbox.c.address == address, sends.c.sent_at >= message.created_at - timedelta(minutes=1))
        .where(sends.c.provider_id.is_not(None))
    )
    return frozenset((await connection.execute(statement)).scalars())


async def note_report(
    connection: AsyncConnection, provider_id: str, status: str, rank: int, error: str | None = None
) -> bool:
    """What a platform reports; a report that says less than one before changes nothing.

    What arrived needs its text here no longer. Answers whether the message is known.
    """
    further = (
        update(sends)
        .where(sends.c.provider_id == provider_id, sends.c.rank < rank)
        .values(status=status, rank=rank, error=error)
        .returning(sends.c.outbox)
    )
    found = (await connection.execute(further)).scalar_one_or_none()
    if found is None:
        known = select(sends.c.id).where(sends.c.provider_id == provider_id).limit(1)
        return (await connection.execute(known)).first() is not None
    if rank >= ARRIVED:
        behind = select(sends.c.id).where(sends.c.outbox == found, sends.c.rank < ARRIVED).exists()
        await connection.execute(
            update(outbox)
            .where(outbox.c.id == found, outbox.c.state == "sent", ~behind)
            .values(sealed_message=None)
        )
    return True


ARRIVED = 3
"""The rank from which a message is with the person."""


async def find_sent(connection: AsyncConnection, provider_id: str) -> Sent | None:
    """The message that a platform's id belongs to, locked; None when it is not known (yet)."""
    statement = (
        select(sends.c.part, sends.c.rank, outbox)
        .join(outbox, outbox.c.id == sends.c.outbox)
        .where(sends.c.provider_id == provider_id)
        .with_for_update()
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    return Sent(
        message=row.id,
        part=row.part,
        address=row.address,
        created_at=row.created_at,
        rank=row.rank,
        attempts=row.attempts,
        throttled=row.throttled,
        plain=row.plain,
        text_kept=row.sealed_message is not None,
    )


async def send_again(
    connection: AsyncConnection,
    sent: Sent,
    error: str,
    *,
    seconds: float = 0.0,
    counted: bool = True,
    plain: bool = False,
) -> None:
    """A part did not arrive after all: it is sent once more, after some seconds."""
    await connection.execute(delete(sends).where(sends.c.outbox == sent.message, sends.c.part == sent.part))
    await connection.execute(
        update(outbox)
        .where(outbox.c.id == sent.message, outbox.c.state.in_(("sent", "ready", "held")))
        .values(
            state="ready",
            due_at=func.now() + timedelta(seconds=seconds),
            attempts=outbox.c.attempts + (1 if counted else 0),
            throttled=outbox.c.throttled + (0 if counted else 1),
            plain=plain or outbox.c.plain,
            error=error,
        )
    )


async def give_up(connection: AsyncConnection, sent: Sent, error: str, *, keep: bool = True) -> None:
    """A part did not arrive and will not: the message is a dead letter, its text there for the operator."""
    forget = {} if keep else {"sealed_message": None}
    await connection.execute(delete(sends).where(sends.c.outbox == sent.message, sends.c.part == sent.part))
    await connection.execute(
        update(outbox).where(outbox.c.id == sent.message).values(state="dead", error=error, **forget)
    )


async def forget_texts(connection: AsyncConnection) -> None:
    """Forget the text of messages for which no report came in a day."""
    await connection.execute(
        update(outbox)
        .where(
            outbox.c.state == "sent",
            outbox.c.sealed_message.is_not(None),
            outbox.c.sent_at < func.now() - KEPT_FOR,
        )
        .values(sealed_message=None)
    )
