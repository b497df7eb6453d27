"""Sessions: one participant's place in one version of a flow, sealed while something may still come of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.session import Session, load_session
from flows.session import save_session as write_state
from storage.participants import Address
from storage.tables import addresses, sessions
from storage.vault import Vault

CLAIM = timedelta(days=1)
"""After so long a session is told again that time has passed, when the first telling came to nothing."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with what storage knows about it; `address` is None once that was erased."""

    id: UUID
    address: UUID | None
    participant: UUID
    channel: str
    entry: str | None
    state: Session


@dataclass(frozen=True, slots=True)
class DueSession:
    """A session for which a moment has come: `due`, in the chat with this token."""

    id: UUID
    due: datetime
    chat: str


_FIND_LATEST = (
    select(sessions)
    .where(sessions.c.address == bindparam("address"))
    .order_by(sessions.c.started_at.desc())
    .limit(1)
)


async def find_latest(connection: AsyncConnection, vault: Vault, address: UUID) -> StoredSession | None:
    """The session an address was last in, open or ended."""
    row = (await connection.execute(_FIND_LATEST, {"address": address})).first()
    return _read(row, vault) if row else None


async def find_session(connection: AsyncConnection, vault: Vault, session: UUID) -> StoredSession | None:
    """The session with this id; None when it was erased."""
    row = (await connection.execute(select(sessions).where(sessions.c.id == session))).first()
    return _read(row, vault) if row else None


async def find_chat(connection: AsyncConnection, session: UUID) -> str | None:
    """The token of the chat in which a session goes on; None when its address is gone."""
    statement = (
        select(addresses.c.token)
        .join(sessions, sessions.c.address == addresses.c.id)
        .where(sessions.c.id == session)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def is_open(connection: AsyncConnection, session: UUID) -> bool:
    """Whether a conversation still goes on."""
    statement = select(sessions.c.status).where(sessions.c.id == session)
    return (await connection.execute(statement)).scalar_one_or_none() == "open"


_ADD = insert(sessions).values(started_at=func.clock_timestamp())


async def add_session(
    connection: AsyncConnection,
    vault: Vault,
    address: Address,
    state: Session,
    *,
    entry: str | None = None,
    wake_at: datetime | None = None,
    follows: UUID | None = None,
) -> StoredSession:
    """A new session of an address; `follows` is the finished one after which it began by itself."""
    session = uuid4()
    row = {
        "id": session,
        "address": address.id,
        "participant": address.participant,
        "channel": address.channel,
        "entry": entry,
        "flow": state.flow,
        "version": state.version,
        "language": state.language,
        "status": state.status,
        "follows": follows,
        "sealed_state": _seal(state, vault, wake_at),
        "wake_at": wake_at,
    }
    await connection.execute(_ADD, row)
    return StoredSession(session, address.id, address.participant, address.channel, entry, state)


_SAVE = update(sessions).where(sessions.c.id == bindparam("saved")).values(updated_at=func.now())


async def save_session(
    connection: AsyncConnection, vault: Vault, session: UUID, state: Session, wake_at: datetime | None
) -> None:
    """Write the state after a turn, and when the session is to be told that time has passed.

    Of a session that ended and waits for nothing any more, no state stays here.
    """
    values = {
        "saved": session,
        "status": state.status,
        "language": state.language,
        "sealed_state": _seal(state, vault, wake_at),
        "wake_at": wake_at,
    }
    await connection.execute(_SAVE, values)


async def claim_due(connection: AsyncConnection, now: datetime, *, limit: int = 100) -> list[DueSession]:
    """Sessions whose moment has come, the oldest first; each is claimed by one server, for a day.

    Its turn sets the next moment. Should that turn fail for ever, the claim keeps it from being tried all
    the time, and from standing in the way of others.
    """
    ripe = (
        select(sessions.c.id, sessions.c.wake_at, addresses.c.token)
        .join(addresses, addresses.c.id == sessions.c.address)
        .where(sessions.c.wake_at <= now)
        .order_by(sessions.c.wake_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=sessions)
        .cte("ripe")
    )
    statement = (
        update(sessions)
        .where(sessions.c.id == ripe.c.id)
        .values(wake_at=now + CLAIM)
        .returning(ripe.c.id, ripe.c.wake_at, ripe.c.token)
    )
    rows = (await connection.execute(statement)).all()
    return [DueSession(row.id, row.wake_at, row.token) for row in sorted(rows, key=lambda row: row.wake_at)]


async def postpone(connection: AsyncConnection, session: UUID, wake_at: datetime | None) -> None:
    """Tell a session of the time at another moment; None: never."""
    await connection.execute(update(sessions).where(sessions.c.id == session).values(wake_at=wake_at))


def _seal(state: Session, vault: Vault, wake_at: datetime | None) -> bytes | None:
    awaited = state.status == "open" or wake_at is not None or bool(state.menu)
    return vault.seal(write_state(state)) if awaited else None


def _read(row: Row[Any], vault: Vault) -> StoredSession:
    state = (
        load_session(vault.open(row.sealed_state))
        if row.sealed_state is not None
        else Session(row.flow, row.version, row.language, at=0, status=row.status)  # it is past its beginning
    )
    return StoredSession(row.id, row.address, row.participant, row.channel, row.entry, state)
