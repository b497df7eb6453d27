"""People, known only by a random id, and apart from them the addresses by which they are reached."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import addresses, outbox, participants
from storage.vault import Vault

_SELECT = select(
    addresses,
    select(outbox.c.id)
    .where(outbox.c.address == addresses.c.id, outbox.c.state == "held")
    .exists()
    .label("held"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where one participant is reached; `value` is the platform's opaque id, unsealed.

    `gone` when they blocked us, `held` when messages wait until they write again.
    """

    id: UUID
    participant: UUID
    channel: str
    token: str
    value: str
    gone: bool
    held: bool = False


async def find_address(connection: AsyncConnection, vault: Vault, token: str) -> Address | None:
    """The address with this keyed hash."""
    row = (await connection.execute(_SELECT.where(addresses.c.token == token))).first()
    return _read(row, vault) if row else None


async def get_address(connection: AsyncConnection, vault: Vault, address: UUID) -> Address:
    """The address with this id. Raises NoResultFound."""
    return _read((await connection.execute(_SELECT.where(addresses.c.id == address))).one(), vault)


async def add_address(connection: AsyncConnection, vault: Vault, channel: str, value: str) -> Address:
    """A new participant with this address."""
    participant, address = uuid4(), uuid4()
    token = vault.find_token(channel, value)
    await connection.execute(insert(participants).values(id=participant))
    await connection.execute(
        insert(addresses).values(
            id=address,
            participant=participant,
            channel=channel,
            token=token,
            sealed=vault.seal(value.encode()),
        )
    )
    return Address(address, participant, channel, token, value, gone=False)


async def mark_gone(connection: AsyncConnection, address: UUID, *, gone: bool) -> None:
    """The person blocked us, or came back."""
    await connection.execute(update(addresses).where(addresses.c.id == address).values(gone=gone))


def _read(row: Row[Any], vault: Vault) -> Address:
    value = vault.open(row.sealed).decode()
    return Address(row.id, row.participant, row.channel, row.token, value, row.gone, row.held)
