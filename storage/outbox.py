"""Messages to be delivered: written in the turn's own transaction, sent in order per address, with leases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.outbound import Utterance, read_utterance, write_utterance
from storage.tables import outbox
from storage.vault import Vault

LEASE = timedelta(seconds=15)
"""How long a server may be silent before another one takes its messages over; it renews while it sends."""


_WAITING = ("ready", "sending")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to deliver now, leased under a token; only who holds the lease may say what came of it.

    `uncertain` when an earlier try may have reached the person.
    """

    id: int
    utterance: Utterance
    attempts: int
    uncertain: bool
    lease: UUID


async def add_messages(
    connection: AsyncConnection, vault: Vault, address: UUID, says: Sequence[Utterance]
) -> tuple[Outgoing, ...]:
    """Put messages behind all that wait for an address.

    When nothing waits they are leased to the caller at once, who sends them after the commit; otherwise the
    answer is empty, and whoever claims the messages before them claims these too.
    """
    if not says:
        return ()
    waiting = select(outbox.c.id).where(outbox.c.address == address, outbox.c.state.in_(_WAITING)).exists()
    first = not (await connection.execute(select(waiting))).scalar_one()
    token = uuid4()
    lease = {"state": "sending", "leased_until": func.now() + LEASE, "lease": token} if first else {}
    rows = [
        {"address": address, "sealed_message": vault.seal_json(write_utterance(each)), **lease}
        for each in says
    ]
    added = await connection.execute(insert(outbox).values(rows).returning(outbox.c.id))
    if not first:
        return ()
    ids = sorted(added.scalars())
    return tuple(
        Outgoing(number, each, 0, uncertain=False, lease=token)
        for number, each in zip(ids, says, strict=True)
    )


async def claim_messages(connection: AsyncConnection, vault: Vault, address: UUID) -> list[Outgoing]:
    """Lease every message of an address that is due, in order; none while another server is sending.

    A message whose lease ran out comes again, marked uncertain. One that must wait holds back those
    behind it, so the order stays.
    """
    must_wait = or_(
        and_(outbox.c.state == "sending", outbox.c.leased_until > func.now()), outbox.c.due_at > func.now()
    )
    statement = (
        select(outbox, must_wait.label("must_wait"))
        .where(outbox.c.address == address, outbox.c.state.in_(_WAITING))
        .order_by(outbox.c.id)
        .with_for_update()
    )
    rows = (await connection.execute(statement)).all()
    due = list(takewhile(lambda row: not row.must_wait, rows))
    token = uuid4()
    if due:
        await connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in due]))
            .values(
                state="sending",
                leased_until=func.now() + LEASE,
                lease=token,
                uncertain=or_(outbox.c.uncertain, outbox.c.state == "sending"),
            )
        )
    return [
        Outgoing(
            row.id,
            read_utterance(vault.open_json(row.sealed_message)),
            row.attempts,
            uncertain=row.uncertain or row.state == "sending",
            lease=token,
        )
        for row in due
    ]


async def renew_lease(connection: AsyncConnection, lease: UUID) -> bool:
    """Say that the messages of a lease are still being sent; answers whether any is still ours."""
    return await _update(connection, outbox.c.lease == lease, leased_until=func.now() + LEASE)


async def mark_sent(connection: AsyncConnection, message: Outgoing, provider_id: str | None) -> bool:
    """A message was taken by its platform, its text is forgotten here. Answers whether it was ours."""
    return await _update(
        connection,
        _held(message),
        state="sent",
        sealed_message=None,
        provider_id=provider_id,
        sent_at=func.now(),
        leased_until=None,
    )


async def postpone(
    connection: AsyncConnection, message: Outgoing, seconds: float, error: str, *, uncertain: bool = False
) -> bool:
    """Try a message again after some seconds; `uncertain` when this try may have reached the person."""
    return await _update(
        connection,
        _held(message),
        state="ready",
        due_at=func.now() + timedelta(seconds=seconds),
        attempts=outbox.c.attempts + 1,
        uncertain=or_(outbox.c.uncertain, literal(uncertain)),
        error=error,
        leased_until=None,
    )


async def put_back(connection: AsyncConnection, messages: Sequence[Outgoing]) -> None:
    """Give up the lease on messages that were not tried after all."""
    for message in messages:
        await _update(
            connection, _held(message), state="ready", leased_until=None, uncertain=message.uncertain
        )


async def bury_message(connection: AsyncConnection, message: Outgoing, error: str) -> bool:
    """A message will not be sent; the reason stays for the operator, the text does not."""
    return await _update(
        connection, _held(message), state="dead", error=error, sealed_message=None, leased_until=None
    )


async def hold_message(connection: AsyncConnection, message: Outgoing, error: str) -> bool:
    """A message waits until the person writes again."""
    return await _update(connection, _held(message), state="held", error=error, leased_until=None)


def _held(message: Outgoing) -> ColumnElement[bool]:
    return and_(outbox.c.id == message.id, outbox.c.lease == message.lease)


async def _update(connection: AsyncConnection, which: ColumnElement[bool], **values: object) -> bool:
    """Change messages that are being sent; one that another server took over or ended stays as it is."""
    statement = (
        update(outbox).where(which, outbox.c.state == "sending").values(**values).returning(outbox.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def release_held(connection: AsyncConnection, address: UUID) -> None:
    """The person wrote: what was held for them is due now."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.address == address, outbox.c.state == "held")
        .values(state="ready", due_at=func.now())
    )


async def note_status(connection: AsyncConnection, provider_id: str, status: str, error: str | None) -> None:
    """What the platform reports on a message it took."""
    await connection.execute(
        update(outbox).where(outbox.c.provider_id == provider_id).values(provider_status=status, error=error)
    )


async def find_due_addresses(connection: AsyncConnection, *, older_than: float = 0.0) -> list[UUID]:
    """Addresses for which something is due, or was left by a server that died."""
    ready = (outbox.c.state == "ready") & (outbox.c.due_at <= func.now() - timedelta(seconds=older_than))
    dropped = (outbox.c.state == "sending") & (outbox.c.leased_until < func.now())
    statement = select(outbox.c.address).where(or_(ready, dropped)).group_by(outbox.c.address).limit(1000)
    return list((await connection.execute(statement)).scalars())
