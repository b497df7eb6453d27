"""Sealing all that is sealed with the newest secret: every column, every address' token, every file.

What the newest secret sealed already is passed over, so this can break off anywhere and begin again. Rows
that somebody works on are passed over too: `count_older` tells whether any are left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, Select, Table, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import SealError
from storage.tables import addresses, consents, inbox, metadata, participants, sessions
from storage.vault import Vault

BATCH: Final = 200
"""Rows of one transaction."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sealed column, and by which columns its rows are told apart."""

    table: Table
    column: Column[Any]
    key: tuple[Column[Any], ...]

    @property
    def name(self) -> str:
        """What it is called in lists."""
        return f"{self.table.name}.{self.column.name}"


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of one batch: rows changed, those no secret opens, and its last key; None at the end."""

    changed: int
    lost: int
    last: tuple[Any, ...] | None


def list_places() -> Iterator[Place]:
    """Every sealed column of every table."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary) and column.name.startswith("sealed"):
                yield Place(table, column, tuple(table.primary_key))


async def reseal_batch(
    connection: AsyncConnection, vault: Vault, place: Place, after: Sequence[Any] | None
) -> Batch:
    """Seal the next rows of a column anew, in the caller's transaction."""
    wanted = _select(place, after).with_for_update(skip_locked=True)
    rows = (await connection.execute(wanted)).all()
    changed = lost = 0
    for *key, sealed in rows:
        if vault.is_newest(sealed):
            continue
        try:
            fresh = vault.reseal(sealed)
        except SealError:
            lost += 1
            continue
        which = [column == value for column, value in zip(place.key, key, strict=True)]
        await connection.execute(update(place.table).where(*which).values({place.column: fresh}))
        changed += 1
    return Batch(changed, lost, tuple(rows[-1][:-1]) if len(rows) == BATCH else None)


async def count_older(connection: AsyncConnection, vault: Vault, place: Place) -> Counter[str]:
    """How many values of a column the `newest` secret sealed, an `older` one, and how many are `lost`."""
    counts: Counter[str] = Counter()
    rows = await connection.stream(select(place.column).where(place.column.is_not(None)))
    async for (sealed,) in rows:
        counts[_judge(vault, sealed)] += 1
    return counts


async def renew_tokens(connection: AsyncConnection, vault: Vault, after: Any) -> Batch:
    """Give the next addresses the token of the newest secret, and what waits for them with it.

    Two rows for one person, made by servers that did not know the same secrets, become one again.
    """
    wanted = select(addresses).order_by(addresses.c.id).limit(BATCH).with_for_update(skip_locked=True)
    if after is not None:
        wanted = wanted.where(addresses.c.id > after)
    rows = (await connection.execute(wanted)).all()
    changed = lost = 0
    for row in rows:
        try:
            newest, *older = vault.list_tokens(row.channel, vault.open(row.sealed).decode())
        except SealError:
            lost += 1
            continue
        await connection.execute(update(inbox).where(inbox.c.chat.in_(older)).values(chat=newest))
        if row.token == newest:
            continue
        twin = (await connection.execute(select(addresses).where(addresses.c.token == newest))).first()
        if twin is not None:
            await _join(connection, row.participant, twin)
        else:
            await connection.execute(update(addresses).where(addresses.c.id == row.id).values(token=newest))
        changed += 1
    return Batch(changed, lost, (rows[-1].id,) if len(rows) == BATCH else None)


async def count_old_tokens(connection: AsyncConnection, vault: Vault) -> int:
    """How many addresses are not found by the newest secret alone."""
    rows = await connection.stream(select(addresses.c.channel, addresses.c.token, addresses.c.sealed))
    count = 0
    async for row in rows:
        try:
            value = vault.open(row.sealed).decode()
        except SealError:
            continue
        count += row.token != vault.find_token(row.channel, value)
    return count


async def _join(connection: AsyncConnection, participant: Any, twin: Any) -> None:
    """All of a participant belongs to another one, who is the same person."""
    whole = {"participant": twin.participant}
    told = update(sessions).where(sessions.c.participant == participant)
    await connection.execute(told.values(address=twin.id, **whole))
    await connection.execute(update(consents).where(consents.c.participant == participant).values(whole))
    await connection.execute(delete(participants).where(participants.c.id == participant))


def _select(place: Place, after: Sequence[Any] | None) -> Select[Any]:
    statement = select(*place.key, place.column).where(place.column.is_not(None))
    if after is not None:
        statement = statement.where(tuple_(*place.key) > tuple_(*after))
    return statement.order_by(*place.key).limit(BATCH)


def _judge(vault: Vault, sealed: bytes) -> str:
    if vault.is_newest(sealed):
        return "newest"
    try:
        vault.open(sealed)
    except SealError:
        return "lost"
    return "older"
