"""One job of queue `privacy`: fetch a photo, make our own picture of it, and let go of what was sent.

Every step may be done twice. What was sent is deleted before the job ends, so that a job that broke off
half-way deletes it when it is taken up again. Nothing waits for the result: the conversation went on.
"""

import asyncio
import logging
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import jobs, photos
from storage.database import Database
from storage.errors import StorageError
from storage.jobs import Job
from storage.media import MediaStore
from storage.photos import Photo
from storage.vault import Vault
from workers.fetch_errors import FetchError
from workers.leasing import keep_job, take_job
from workers.picture import MIME, PictureError, clean_picture
from workers.settings import PHOTO_LIMIT, WorkerSettings
from workers.sources import fetch_source
from workers.trying_again import DAY_SECONDS, try_later

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Darkroom:
    """What a worker on photos works with; made once per process."""

    settings: WorkerSettings
    database: Database
    vault: Vault
    media: MediaStore


async def develop_photo(room: Darkroom, job_id: UUID) -> None:
    """Do a job on a photo, unless it is done or another worker has it."""

    async def find(connection: AsyncConnection, subject: UUID) -> Photo | None:
        photo = await photos.find_photo(connection, room.vault, subject)
        return photo if photo and photo.source else None  # else all was done but the last word

    taken = await take_job(room.database, job_id, find)
    if taken is None:
        return
    job, photo = taken
    if job.attempts > len(DAY_SECONDS) + 1:
        await _give_up(room, job, photo, "every try broke off")
        return
    async with keep_job(room.database, job):
        try:
            await _develop(room, job, photo)
        except (PictureError, StorageError) as error:
            await _give_up(room, job, photo, str(error))
        except FetchError as error:
            if not await try_later(room.database, job, error, DAY_SECONDS):
                await _give_up(room, job, photo, str(error))


async def _develop(room: Darkroom, job: Job, photo: Photo) -> None:
    if photo.state == "waiting":
        picture = await asyncio.to_thread(clean_picture, await _get_original(room, photo))
        media = await asyncio.to_thread(room.media.write, picture.data)
        async with room.database.transaction() as connection:
            there = await photos.note_kept(
                connection, photo.id, media=media, mime=MIME, width=picture.width, height=picture.height
            )
        if not there:  # the teller took the story back meanwhile
            await asyncio.to_thread(room.media.delete, media)
    await _let_go(room, photo)
    async with room.database.transaction() as connection:
        await photos.forget_source(connection, photo.id)
        await jobs.finish_job(connection, job.id)


async def _get_original(room: Darkroom, photo: Photo) -> bytes:
    if photo.original is not None:
        return await asyncio.to_thread(room.media.read, photo.original)
    return await asyncio.to_thread(fetch_source, room.settings, photo.source or {}, limit=PHOTO_LIMIT)


async def _let_go(room: Darkroom, photo: Photo) -> None:
    """Delete the original, where it lies with us: it says where it was taken."""
    if photo.original is not None:
        await asyncio.to_thread(room.media.delete, photo.original)


async def _give_up(room: Darkroom, job: Job, photo: Photo, error: str) -> None:
    """A photo that cannot be had or read is marked so; the answer, and the story, stay."""
    log.warning("job %s: %s", job.id, error)
    await _let_go(room, photo)
    async with room.database.transaction() as connection:
        await photos.note_failed(connection, photo.id)
        await photos.forget_source(connection, photo.id)
        await jobs.fail_job(connection, job.id, error)
