"""Sessions: one participant's place in one version of a flow, sealed while it is open."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.session import Session, read_session, write_session
from storage.participants import Address
from storage.tables import addresses, answers, consents, recordings, sessions
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with what storage knows about it."""

    id: UUID
    participant: UUID
    channel: str
    entry: str | None
    state: Session


async def find_latest(connection: AsyncConnection, vault: Vault, address: UUID) -> StoredSession | None:
    """The session an address was last in, open or ended."""
    statement = (
        select(sessions).where(sessions.c.address == address).order_by(sessions.c.started_at.desc()).limit(1)
    )
    row = (await connection.execute(statement)).first()
    return _read(row, vault) if row else None


async def get_session(connection: AsyncConnection, vault: Vault, session: UUID) -> StoredSession:
    """The session with this id. Raises NoResultFound."""
    return _read((await connection.execute(select(sessions).where(sessions.c.id == session))).one(), vault)


async def find_address_of(connection: AsyncConnection, session: UUID) -> tuple[str, str] | None:
    """The (channel, chat token) in which a session goes on; None when its address is gone."""
    statement = (
        select(addresses.c.channel, addresses.c.token)
        .join(sessions, sessions.c.address == addresses.c.id)
        .where(sessions.c.id == session)
    )
    row = (await connection.execute(statement)).first()
    return (row.channel, row.token) if row else None


async def add_session(
    connection: AsyncConnection, vault: Vault, address: Address, state: Session, entry: str | None
) -> StoredSession:
    """A new session of an address."""
    session = uuid4()
    await connection.execute(
        insert(sessions).values(
            id=session,
            address=address.id,
            participant=address.participant,
            channel=address.channel,
            entry=entry,
            flow=state.flow,
            version=state.version,
            language=state.language,
            status=state.status,
            sealed_state=_seal(state, vault),
            started_at=func.clock_timestamp(),
        )
    )
    return StoredSession(session, address.participant, address.channel, entry, state)


async def save_session(connection: AsyncConnection, vault: Vault, session: UUID, state: Session) -> None:
    """Write the state after a turn; of an ended session nothing that was told stays here."""
    await connection.execute(
        update(sessions)
        .where(sessions.c.id == session)
        .values(
            status=state.status,
            language=state.language,
            sealed_state=_seal(state, vault),
            updated_at=func.now(),
        )
    )


async def forget_told(connection: AsyncConnection, session: UUID) -> None:
    """Delete what was told in a session: answers, recordings with their transcripts, consents."""
    for table in (answers, recordings, consents):
        await connection.execute(delete(table).where(table.c.session == session))


def _seal(state: Session, vault: Vault) -> bytes | None:
    return vault.seal_json(write_session(state)) if state.status == "open" else None


def _read(row: Row[Any], vault: Vault) -> StoredSession:
    state = (
        read_session(vault.open_json(row.sealed_state))
        if row.sealed_state is not None
        else Session(row.flow, row.version, row.language, status=row.status)
    )
    return StoredSession(row.id, row.participant, row.channel, row.entry, state)
