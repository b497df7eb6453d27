"""Which question a message asked, for the page on which that question is answered by touch."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import inbox, outbox


@dataclass(frozen=True, slots=True)
class Asked:
    """The address a message was for, the question it asked, and whether an answer under `key` is kept."""

    address: UUID
    step: str
    answered: bool


async def find_asked(connection: AsyncConnection, message: int, key: str) -> Asked | None:
    """What the outbox row `message` asked, and whom; None when it is gone or asked nothing."""
    kept = select(inbox.c.id).where(inbox.c.key == key).exists()
    statement = select(outbox.c.address, outbox.c.step, kept.label("answered")).where(outbox.c.id == message)
    row = (await connection.execute(statement)).first()
    return Asked(row.address, row.step, row.answered) if row and row.step is not None else None
