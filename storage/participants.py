"""People, known only by a random id, and apart from them the addresses by which they are reached."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import addresses, outbox, participants
from storage.vault import Vault

_SELECT = select(
    addresses,
    select(outbox.c.id)
    .where(outbox.c.address == addresses.c.id, text("outbox.state = 'held'"))
    .exists()
    .label("held"),
)
_FIND = _SELECT.where(addresses.c.token == bindparam("token"))
_GET = _SELECT.where(addresses.c.id == bindparam("address"))
_ADD = insert(addresses).add_cte(insert(participants).values(id=bindparam("person")).cte("person"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where one participant is reached; `value` is the platform's opaque id, unsealed.

    `gone` when they blocked us, `stopped` when they asked for no more messages, `held` when messages wait
    until they write again, `heard_at` when they last wrote (kept where a platform counts from it). `leaving`
    when all of them was erased, and the address is only there to say so.
    """

    id: UUID
    participant: UUID
    channel: str
    token: str
    value: str
    gone: bool = False
    stopped: bool = False
    held: bool = False
    heard_at: datetime | None = None
    leaving: bool = False

    @property
    def reachable(self) -> bool:
        """Whether anything may be said to them without being asked."""
        return not self.gone and not self.stopped


async def find_address(connection: AsyncConnection, vault: Vault, *tokens: str) -> Address | None:
    """The address with this keyed hash, or with the first of several that is there."""
    for token in tokens:
        if row := (await connection.execute(_FIND, {"token": token})).first():
            return _read(row, vault)
    return None


async def get_address(connection: AsyncConnection, vault: Vault, address: UUID) -> Address:
    """The address with this id. Raises NoResultFound."""
    return _read((await connection.execute(_GET, {"address": address})).one(), vault)


async def add_address(connection: AsyncConnection, vault: Vault, channel: str, value: str) -> Address:
    """A new participant with this address."""
    participant, address = uuid4(), uuid4()
    token = vault.find_token(channel, value)
    row = {
        "id": address,
        "participant": participant,
        "channel": channel,
        "token": token,
        "sealed": vault.seal(value.encode()),
    }
    await connection.execute(_ADD, {"person": participant, **row})
    return Address(address, participant, channel, token, value)


async def mark_gone(connection: AsyncConnection, address: UUID, *, gone: bool) -> None:
    """The person blocked us, or came back."""
    await connection.execute(update(addresses).where(addresses.c.id == address).values(gone=gone))


async def mark_stopped(connection: AsyncConnection, address: UUID, *, stopped: bool) -> None:
    """The person asked for no more messages, or asked to start again."""
    moment = func.now() if stopped else None
    await connection.execute(update(addresses).where(addresses.c.id == address).values(stopped_at=moment))


async def stay(connection: AsyncConnection, address: UUID) -> None:
    """Whoever writes after all of them was erased is somebody new, and their address stays."""
    await connection.execute(update(addresses).where(addresses.c.id == address).values(erase_at=None))


async def note_heard(connection: AsyncConnection, address: UUID, moment: datetime | None) -> None:
    """When the person last wrote, from where a platform counts how long we may answer; None: too long ago."""
    await connection.execute(update(addresses).where(addresses.c.id == address).values(heard_at=moment))


async def move_address(connection: AsyncConnection, vault: Vault, address: Address, value: str) -> Address:
    """The platform gave a conversation another id. Raises IntegrityError when somebody has that already."""
    token = vault.find_token(address.channel, value)
    await connection.execute(
        update(addresses)
        .where(addresses.c.id == address.id)
        .values(token=token, sealed=vault.seal(value.encode()))
    )
    return replace(address, token=token, value=value)


def _read(row: Row[Any], vault: Vault) -> Address:
    value = vault.open(row.sealed).decode()
    return Address(
        row.id,
        row.participant,
        row.channel,
        row.token,
        value,
        gone=row.gone,
        stopped=row.stopped_at is not None,
        held=row.held,
        heard_at=row.heard_at,
        leaving=row.erase_at is not None,
    )
