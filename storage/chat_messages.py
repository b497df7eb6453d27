"""What the web chat shows: every message of a chat, numbered from 1 without gaps, sealed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.signals import notify
from storage.tables import addresses, chat_messages
from storage.vault import Vault

TOPIC = "chat"
"""Rings with the address' id when a chat has something new to show."""


async def append_message(
    connection: AsyncConnection, vault: Vault, address: UUID, source: str, message: Mapping[str, Any]
) -> None:
    """Put a message at the end of a chat; the same source (an outbox row, an inbound) is put once."""
    await connection.execute(select(addresses.c.id).where(addresses.c.id == address).with_for_update())
    there = select(chat_messages.c.n).where(
        chat_messages.c.address == address, chat_messages.c.source == source
    )
    if (await connection.execute(there)).first() is not None:
        return
    last = select(func.coalesce(func.max(chat_messages.c.n), 0)).where(chat_messages.c.address == address)
    number = (await connection.execute(last)).scalar_one() + 1
    await connection.execute(
        insert(chat_messages).values(
            address=address, n=number, source=source, sealed_message=vault.seal_json(message)
        )
    )
    await notify(connection, TOPIC, str(address))


async def list_messages(
    connection: AsyncConnection, vault: Vault, address: UUID, after: int
) -> list[dict[str, Any]]:
    """The messages of a chat with a number above `after`, oldest first, each with its `n`."""
    statement = (
        select(chat_messages.c.n, chat_messages.c.sealed_message)
        .where(chat_messages.c.address == address, chat_messages.c.n > after)
        .order_by(chat_messages.c.n)
        .limit(1000)
    )
    rows = (await connection.execute(statement)).all()
    return [{"n": row.n, **vault.open_json(row.sealed_message)} for row in rows]


async def get_message(
    connection: AsyncConnection, vault: Vault, address: UUID, n: int
) -> dict[str, Any] | None:
    """One message of a chat; None when it is not there (any more)."""
    statement = select(chat_messages.c.sealed_message).where(
        chat_messages.c.address == address, chat_messages.c.n == n
    )
    sealed = (await connection.execute(statement)).scalar_one_or_none()
    return None if sealed is None else vault.open_json(sealed)


async def forget_shown(connection: AsyncConnection, address: UUID, *, whole: bool = False) -> int:
    """Delete all that a chat shows but its last message, by whose number the next ones go on; or the `whole`.

    Answers how many messages went.
    """
    last = select(func.max(chat_messages.c.n)).where(chat_messages.c.address == address).scalar_subquery()
    which = chat_messages.c.address == address
    gone = delete(chat_messages).where(which if whole else which & (chat_messages.c.n < last))
    return (await connection.execute(gone)).rowcount
