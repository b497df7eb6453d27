"""Recordings: where the sound of a voice note is, and the transcript made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import recordings, transcripts
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Recording:
    """A voice note; `source` says where the platform has it, `media` its id in our own store once fetched.

    `languages` may be spoken in it, the likeliest first.
    """

    id: UUID
    session: UUID
    source: Mapping[str, Any]
    media: str | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TroubledRecording:
    """A voice note that is not text; `seconds` as its platform says, if it does."""

    id: UUID
    problem: str
    created_at: datetime
    seconds: float | None


async def add_recording(
    connection: AsyncConnection,
    vault: Vault,
    *,
    recording: UUID,
    session: UUID,
    source: Mapping[str, Any],
    language: str,
    seconds: float | None,
) -> None:
    """Keep where a voice note can be had; doing it twice changes nothing."""
    await connection.execute(
        upsert(recordings)
        .values(
            id=recording,
            session=session,
            sealed_source=vault.seal_json(source),
            language=language,
            seconds=seconds,
        )
        .on_conflict_do_nothing(index_elements=[recordings.c.id])
    )


async def get_recording(connection: AsyncConnection, vault: Vault, recording: UUID) -> Recording | None:
    """A recording; None when it was erased."""
    row = (await connection.execute(select(recordings).where(recordings.c.id == recording))).first()
    if row is None:
        return None
    languages = tuple(row.languages) or (row.language,)
    return Recording(row.id, row.session, vault.open_json(row.sealed_source), row.media, languages)


async def note_languages(connection: AsyncConnection, recording: UUID, languages: Sequence[str]) -> None:
    """Which languages may be spoken in a recording, the likeliest first."""
    await connection.execute(
        update(recordings).where(recordings.c.id == recording).values(languages=list(languages))
    )


async def note_problem(connection: AsyncConnection, recording: UUID, problem: str | None) -> None:
    """Why a recording is not text, or not yet; None once it is."""
    await connection.execute(update(recordings).where(recordings.c.id == recording).values(problem=problem))


async def list_troubled(connection: AsyncConnection, problems: Sequence[str]) -> list[TroubledRecording]:
    """Recordings with one of these problems, the oldest first."""
    statement = (
        select(recordings.c.id, recordings.c.problem, recordings.c.created_at, recordings.c.seconds)
        .where(recordings.c.problem.in_(problems))
        .order_by(recordings.c.created_at)
    )
    rows = (await connection.execute(statement)).all()
    return [TroubledRecording(row.id, row.problem, row.created_at, row.seconds) for row in rows]


async def note_fetched(
    connection: AsyncConnection, recording: UUID, *, media: str, mime: str | None, size: int
) -> bool:
    """The sound lies in the media store now. `size` in bytes. Answers False when the recording is gone."""
    statement = (
        update(recordings)
        .where(recordings.c.id == recording)
        .values(media=media, mime=mime, bytes=size)
        .returning(recordings.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def add_transcript(
    connection: AsyncConnection,
    vault: Vault,
    recording: UUID,
    *,
    body: Mapping[str, Any],
    model: str,
    language: str,
) -> None:
    """Keep a transcript (text, segments, doubts), sealed; a second run of the same job changes nothing."""
    await connection.execute(
        upsert(transcripts)
        .values(recording=recording, sealed_body=vault.seal_json(body), model=model, language=language)
        .on_conflict_do_nothing(index_elements=[transcripts.c.recording])
    )


async def read_transcript(
    connection: AsyncConnection, vault: Vault, recording: UUID
) -> dict[str, Any] | None:
    """The transcript of a recording: `text`, `segments` and `doubts`; None when there is none."""
    statement = select(transcripts.c.sealed_body).where(transcripts.c.recording == recording)
    sealed = (await connection.execute(statement)).scalar_one_or_none()
    return vault.open_json(sealed) if sealed else None


async def delete_recording(connection: AsyncConnection, vault: Vault, recording: UUID) -> tuple[str, ...]:
    """Forget a voice note and its transcript; answers its ids in the media store, to be deleted as well."""
    gone = delete(recordings).where(recordings.c.id == recording).returning(recordings)
    row = (await connection.execute(gone)).first()
    return () if row is None else _name_media(row, vault)


async def list_media(connection: AsyncConnection, vault: Vault, session: UUID) -> tuple[str, ...]:
    """The ids in the media store of all recordings of a session."""
    statement = select(recordings).where(recordings.c.session == session)
    rows = (await connection.execute(statement)).all()
    return tuple(dict.fromkeys(media for row in rows for media in _name_media(row, vault)))


def _name_media(row: Row[Any], vault: Vault) -> tuple[str, ...]:
    """Where the sound of a recording lies: once or, as it came by the web chat, under the id it came with."""
    source = vault.open_json(row.sealed_source)
    own = source["reference"] if source["source"] == "media" else None
    return tuple(dict.fromkeys(media for media in (row.media, own) if media))
