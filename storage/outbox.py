"""Messages to be delivered: written in the turn's own transaction, sent in order per address, with leases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, bindparam, case, func, insert, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from flows.outbound import Utterance, read_utterance, write_utterance
from storage.rows import list_rows, number_values
from storage.tables import addresses, outbox, sends
from storage.vault import Vault

LEASE = timedelta(seconds=15)
"""How long a server may be silent before another one takes its messages over; it renews while it sends."""

_WAITS = text("outbox.state in ('ready', 'sending')")
"""Written out, not handed over: so a plan that Postgres keeps can use the small index of what waits."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to deliver now, leased under a token; only who holds the lease may say what came of it.

    `sent` are the parts of it that the platform took. `uncertain` when an earlier try of the next part may
    have reached the person; `throttled` how often the platform asked for patience.
    """

    id: int
    utterance: Utterance
    lease: UUID
    created_at: datetime
    attempts: int = 0
    throttled: int = 0
    uncertain: bool = False
    plain: bool = False
    sent: frozenset[int] = frozenset()


@cache
def _write_add(count: int) -> ReturningInsert[int, str]:
    """The statement that puts so many messages at the end, and leases them when nothing waits before them."""
    given = list_rows(outbox, ("step", "sealed_message"), count)
    before = select(outbox.c.id).where(outbox.c.address == bindparam("whose"), _WAITS)
    busy = select(select(before.exists().label("busy")).cte("line").c.busy).scalar_subquery()
    row: dict[str, ColumnElement[Any]] = {
        "address": bindparam("whose", type_=outbox.c.address.type),
        "step": given.c.step,
        "sealed_message": given.c.sealed_message,
        "state": case((busy, "ready"), else_="sending"),
        "leased_until": case((~busy, func.now() + LEASE)),
        "lease": case((~busy, bindparam("token", type_=outbox.c.lease.type))),
    }
    rows = select(*row.values()).order_by(given.c.place)
    return insert(outbox).from_select(list(row), rows).returning(outbox.c.id, outbox.c.state)


async def add_messages(
    connection: AsyncConnection, vault: Vault, address: UUID, says: Sequence[Utterance]
) -> tuple[Outgoing, ...]:
    """Put messages behind all that wait for an address.

    When nothing waits they are leased to the caller at once, who sends them after the commit; otherwise the
    answer is empty, and whoever claims the messages before them claims these too.
    """
    if not says:
        return ()
    token = uuid4()
    rows = [{"step": each.step, "sealed_message": vault.seal_json(write_utterance(each))} for each in says]
    values = {"whose": address, "token": token, **number_values(rows)}
    added = (await connection.execute(_write_add(len(rows)), values)).all()
    if added[0].state != "sending":
        return ()
    now = datetime.now(UTC)
    ids = sorted(row.id for row in added)
    return tuple(Outgoing(number, each, token, now) for number, each in zip(ids, says, strict=True))


_CLAIM = (
    select(
        outbox,
        or_(
            (outbox.c.state == "sending") & (outbox.c.leased_until > func.now()),
            outbox.c.due_at > func.now(),
        ).label("must_wait"),
        select(func.array_agg(sends.c.part)).where(sends.c.outbox == outbox.c.id).label("taken"),
    )
    .where(outbox.c.address == bindparam("whose"), _WAITS)
    .order_by(outbox.c.id)
    .with_for_update()
)


async def claim_messages(connection: AsyncConnection, vault: Vault, address: UUID) -> list[Outgoing]:
    """Lease every message of an address that is due, in order; none while another server is sending.

    One that must wait holds back those behind it, so the order stays. Of messages whose lease ran out the
    first comes marked uncertain: its sender may have died just after the platform took it. Those behind it
    were not begun.
    """
    rows = (await connection.execute(_CLAIM, {"whose": address})).all()
    due = list(takewhile(lambda row: not row.must_wait, rows))
    token = uuid4()
    if not due:
        return []
    broken_off = due[0].id if due[0].state == "sending" else 0
    await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in due]))
        .values(
            state="sending",
            leased_until=func.now() + LEASE,
            lease=token,
            uncertain=or_(outbox.c.uncertain, outbox.c.id == literal(broken_off)),
        )
    )
    return [_read(row, vault, token, broken_off) for row in due]


async def read_message(connection: AsyncConnection, vault: Vault, message: int) -> Utterance | None:
    """The words of a message, as long as they are kept."""
    statement = select(outbox.c.sealed_message).where(outbox.c.id == message)
    sealed = (await connection.execute(statement)).scalar_one_or_none()
    return None if sealed is None else read_utterance(vault.open_json(sealed))


async def renew_lease(connection: AsyncConnection, lease: UUID) -> bool:
    """Say that the messages of a lease are still being sent; answers whether any is still ours."""
    return await _update(connection, outbox.c.lease == lease, leased_until=func.now() + LEASE)


async def postpone(
    connection: AsyncConnection,
    message: Outgoing,
    seconds: float,
    error: str,
    *,
    uncertain: bool = False,
    throttled: bool = False,
    plain: bool = False,
) -> bool:
    """Try a message again after some seconds.

    `uncertain` when this try may have reached the person; `throttled` when it is not counted as one;
    `plain` when its richer form was refused.
    """
    return await _update(
        connection,
        _held(message),
        state="ready",
        due_at=func.now() + timedelta(seconds=seconds),
        attempts=outbox.c.attempts + (0 if throttled else 1),
        throttled=outbox.c.throttled + (1 if throttled else 0),
        uncertain=or_(outbox.c.uncertain, literal(uncertain)),
        plain=or_(outbox.c.plain, literal(plain)),
        error=error,
        leased_until=None,
    )


async def put_back(connection: AsyncConnection, messages: Sequence[Outgoing], seconds: float = 0.0) -> None:
    """Give up the lease on messages that were not tried after all; they are due in some seconds."""
    for message in messages:
        later = {"due_at": func.now() + timedelta(seconds=seconds)} if seconds else {}
        await _update(
            connection,
            _held(message),
            state="ready",
            leased_until=None,
            **later,
        )


async def bury_message(connection: AsyncConnection, message: Outgoing, error: str) -> bool:
    """A message is a dead letter: an operator sees the reason, and can send it after all."""
    return await _update(connection, _held(message), state="dead", error=error, leased_until=None)


async def hold_message(connection: AsyncConnection, message: Outgoing, error: str) -> bool:
    """A message waits until the person writes again."""
    return await _update(connection, _held(message), state="held", error=error, leased_until=None)


async def cancel_messages(connection: AsyncConnection, address: UUID, reason: str) -> None:
    """Nothing that waits for an address will be sent, and its text is forgotten: the person is gone."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.address == address, outbox.c.state.in_(("ready", "sending", "held")))
        .values(state="dead", error=reason, sealed_message=None, leased_until=None)
    )


async def release_held(connection: AsyncConnection, address: UUID) -> None:
    """The person wrote: what was held for them is due now."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.address == address, outbox.c.state == "held")
        .values(state="ready", due_at=func.now())
    )


async def find_due_addresses(
    connection: AsyncConnection, *, older_than: float = 0.0, shut: Collection[str] = ()
) -> list[UUID]:
    """Addresses for which something is due or was left by a dead server; not on channels that are `shut`."""
    ready = (outbox.c.state == "ready") & (outbox.c.due_at <= func.now() - timedelta(seconds=older_than))
    dropped = (outbox.c.state == "sending") & (outbox.c.leased_until < func.now())
    statement = (
        select(outbox.c.address)
        .where(or_(ready, dropped))
        .group_by(outbox.c.address)
        .order_by(func.min(outbox.c.id))
        .limit(1000)
    )
    if shut:
        closed = select(addresses.c.id).where(addresses.c.channel.in_(shut))
        statement = statement.where(outbox.c.address.not_in(closed))
    return list((await connection.execute(statement)).scalars())


def _read(row: Row[Any], vault: Vault, lease: UUID, broken_off: int) -> Outgoing:
    return Outgoing(
        row.id,
        read_utterance(vault.open_json(row.sealed_message)),
        lease,
        row.created_at,
        attempts=row.attempts,
        throttled=row.throttled,
        uncertain=row.uncertain or row.id == broken_off,
        plain=row.plain,
        sent=frozenset(row.taken or ()),
    )


def _held(message: Outgoing) -> ColumnElement[bool]:
    return (outbox.c.id == message.id) & (outbox.c.lease == message.lease)


async def _update(connection: AsyncConnection, which: ColumnElement[bool], **values: object) -> bool:
    """Change messages that are being sent; one that another server took over or ended stays as it is."""
    statement = (
        update(outbox).where(which, outbox.c.state == "sending").values(**values).returning(outbox.c.id)
    )
    return (await connection.execute(statement)).first() is not None
