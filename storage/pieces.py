"""Pieces of a long recording: where each begins and ends, and what was heard in it, until all are joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import recording_pieces, recordings
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a recording, from `starts` to `ends` in seconds."""

    id: UUID
    recording: UUID
    starts: float
    ends: float


async def add_pieces(
    connection: AsyncConnection, recording: UUID, bounds: Sequence[tuple[float, float]]
) -> tuple[UUID, ...]:
    """Cut a recording at these bounds, in seconds; the ids in order. Done twice, the first cut counts."""
    rows = [
        {"id": uuid4(), "recording": recording, "number": number, "starts": starts, "ends": ends}
        for number, (starts, ends) in enumerate(bounds)
    ]
    added = upsert(recording_pieces).on_conflict_do_nothing(
        index_elements=[recording_pieces.c.recording, recording_pieces.c.number]
    )
    await connection.execute(added, rows)
    there = (
        select(recording_pieces.c.id)
        .where(recording_pieces.c.recording == recording)
        .order_by(recording_pieces.c.number)
    )
    return tuple((await connection.execute(there)).scalars())


async def find_piece(connection: AsyncConnection, piece: UUID) -> Piece | None:
    """A piece; None when all were joined, or the recording was erased."""
    statement = select(recording_pieces).where(recording_pieces.c.id == piece)
    row = (await connection.execute(statement)).first()
    return Piece(row.id, row.recording, row.starts, row.ends) if row else None


async def lock_recording(connection: AsyncConnection, recording: UUID) -> bool:
    """Let one transaction at a time finish pieces of a recording; answers False when it was erased."""
    statement = select(recordings.c.id).where(recordings.c.id == recording).with_for_update()
    return (await connection.execute(statement)).first() is not None


async def keep_heard(connection: AsyncConnection, vault: Vault, piece: UUID, body: Mapping[str, Any]) -> None:
    """Keep what was heard in a piece, sealed."""
    await connection.execute(
        update(recording_pieces)
        .where(recording_pieces.c.id == piece)
        .values(sealed_body=vault.seal_json(body))
    )


async def read_heard(
    connection: AsyncConnection, vault: Vault, recording: UUID
) -> list[dict[str, Any]] | None:
    """What was heard in all pieces, in order; None as long as one is still to be heard."""
    statement = (
        select(recording_pieces.c.sealed_body)
        .where(recording_pieces.c.recording == recording)
        .order_by(recording_pieces.c.number)
    )
    sealed = (await connection.execute(statement)).scalars().all()
    return None if None in sealed else [vault.open_json(each) for each in sealed]


async def forget_pieces(connection: AsyncConnection, recording: UUID) -> None:
    """Delete the pieces of a recording: they are joined, or it is to be cut anew."""
    await connection.execute(delete(recording_pieces).where(recording_pieces.c.recording == recording))
