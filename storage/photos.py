"""Photos: where a picture as it was sent can be had, and the one without metadata that was made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import photos
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo; `source` says where the original is, None once ours (`media`) was made of it, or it failed."""

    id: UUID
    session: UUID
    source: Mapping[str, Any] | None
    state: str
    media: str | None

    @property
    def original(self) -> str | None:
        """The id of the original in our own media store, if it lies there."""
        return _find_original(self.source)


async def add_photo(
    connection: AsyncConnection, vault: Vault, *, photo: UUID, session: UUID, source: Mapping[str, Any]
) -> None:
    """Keep where a photo can be had; doing it twice changes nothing."""
    await connection.execute(
        upsert(photos)
        .values(id=photo, session=session, sealed_source=vault.seal_json(source))
        .on_conflict_do_nothing(index_elements=[photos.c.id])
    )


async def find_photo(connection: AsyncConnection, vault: Vault, photo: UUID) -> Photo | None:
    """A photo; None when it was erased."""
    row = (await connection.execute(select(photos).where(photos.c.id == photo))).first()
    if row is None:
        return None
    source = vault.open_json(row.sealed_source) if row.sealed_source is not None else None
    return Photo(row.id, row.session, source, row.state, row.media)


async def note_kept(
    connection: AsyncConnection, photo: UUID, *, media: str, mime: str, width: int, height: int
) -> bool:
    """Our own picture (sides in pixels) lies in the media store. Answers False when the photo is gone."""
    statement = (
        update(photos)
        .where(photos.c.id == photo)
        .values(state="kept", media=media, mime=mime, width=width, height=height, done_at=func.now())
        .returning(photos.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def note_failed(connection: AsyncConnection, photo: UUID) -> None:
    """The photo cannot be had or read; that there was one stays."""
    await connection.execute(
        update(photos).where(photos.c.id == photo).values(state="failed", done_at=func.now())
    )


async def forget_source(connection: AsyncConnection, photo: UUID) -> None:
    """The original is needed no more: forget where it was."""
    await connection.execute(update(photos).where(photos.c.id == photo).values(sealed_source=None))


async def list_media(connection: AsyncConnection, vault: Vault, session: UUID) -> tuple[str, ...]:
    """The ids in the media store of all photos of a session, originals included."""
    statement = select(photos.c.media, photos.c.sealed_source).where(photos.c.session == session)
    found: list[str] = []
    for row in (await connection.execute(statement)).all():
        source = vault.open_json(row.sealed_source) if row.sealed_source is not None else None
        found += [media for media in (row.media, _find_original(source)) if media]
    return tuple(dict.fromkeys(found))


def _find_original(source: Mapping[str, Any] | None) -> str | None:
    return source["reference"] if source is not None and source["source"] == "media" else None
