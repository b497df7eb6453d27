"""Files with all that is held of a person, asked for by them: made by a job, kept for a short time."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.participants import Address
from storage.tables import data_files


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that was asked for, by whom and from where; `media` are its parts once it is made, in order."""

    id: UUID
    participant: UUID
    address: UUID
    language: str
    state: str
    media: tuple[str, ...]


async def ask_file(connection: AsyncConnection, address: Address, language: str) -> UUID:
    """A file for a person in a language; the one they wait for already, when there is one."""
    waiting = select(data_files.c.id).where(
        data_files.c.address == address.id, data_files.c.state == "waiting"
    )
    there = (await connection.execute(waiting.limit(1))).scalar_one_or_none()
    if there is not None:
        return there
    made = uuid4()
    row = {"id": made, "participant": address.participant, "address": address.id, "language": language}
    await connection.execute(insert(data_files).values(row))
    return made


async def find_file(connection: AsyncConnection, data_file: UUID) -> DataFile | None:
    """A file that was asked for; None when it is gone."""
    row = (await connection.execute(select(data_files).where(data_files.c.id == data_file))).first()
    if row is None:
        return None
    return DataFile(row.id, row.participant, row.address, row.language, row.state, tuple(row.media))


async def note_made(connection: AsyncConnection, data_file: UUID, media: Sequence[str]) -> bool:
    """All parts lie in the media store now. Answers False when nobody waits for them any more."""
    statement = (
        update(data_files)
        .where(data_files.c.id == data_file, data_files.c.state == "waiting")
        .values(state="made", media=list(media), made_at=func.now())
        .returning(data_files.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def note_failed(connection: AsyncConnection, data_file: UUID) -> None:
    """The file could not be made."""
    await connection.execute(
        update(data_files)
        .where(data_files.c.id == data_file, data_files.c.state == "waiting")
        .values(state="failed", made_at=func.now())
    )


async def list_media(connection: AsyncConnection, which: ColumnElement[bool]) -> list[str]:
    """The ids in the media store of the parts of some files."""
    rows = await connection.execute(select(data_files.c.media).where(which))
    return [media for parts in rows.scalars() for media in parts]
