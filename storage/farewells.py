"""The address of a person of whom all is erased: there until it has brought the message that says so."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import inbox
from storage.tables import addresses, outbox, participants
from storage.vault import Vault

FAREWELL: Final = timedelta(hours=1)
"""How long an address is kept, at most, to bring the message that all is erased."""


async def begin_farewell(connection: AsyncConnection, address: UUID) -> None:
    """From now on an address belongs to nobody we know, and is only there to bring a last message."""
    nobody = uuid4()
    await connection.execute(insert(participants).values(id=nobody))
    await connection.execute(
        update(addresses)
        .where(addresses.c.id == address)
        .values(participant=nobody, language=None, created_at=func.now(), erase_at=func.now() + FAREWELL)
    )


async def end_farewells(connection: AsyncConnection, vault: Vault, shown: Collection[str]) -> int:
    """Erase addresses that were kept to bring a last message: it is delivered, or their time is over.

    On channels that are `shown` by ourselves a message is there to be read until the time is over. Whoever
    wrote meanwhile, and waits for their turn, keeps their address. Answers how many went.
    """
    waits = select(outbox.c.id).where(
        outbox.c.address == addresses.c.id, text("outbox.state in ('ready', 'sending')")
    )
    over = addresses.c.erase_at <= func.now()
    statement = (
        select(addresses)
        .where(
            addresses.c.erase_at.is_not(None), or_(over, ~addresses.c.channel.in_(shown) & ~waits.exists())
        )
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    gone = 0
    for row in (await connection.execute(statement)).all():
        value = vault.open(row.sealed).decode()
        tokens = {row.token, *vault.list_tokens(row.channel, value)}
        if any([await inbox.is_waiting(connection, token) for token in tokens]):
            continue
        for token in tokens:
            await inbox.forget_chat(connection, token, f"{row.channel}:{value}")
        await connection.execute(delete(participants).where(participants.c.id == row.participant))
        gone += 1
    return gone
