"""One job of queue `exports`: gather all that is held of a person, pack it, hand it back.

Every step may be done twice: what an earlier try packed is pointed at by no row, and the sweep of the media
store deletes it.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import data_files, holdings, inbox, jobs, participants
from storage.data_files import DataFile
from storage.database import Database
from storage.jobs import Job
from storage.media import MediaStore
from storage.vault import Vault
from workers.data_file.archive import pack
from workers.leasing import keep_job, take_job

MOST_TRIES = 5
"""After which a file is given up; whoever asked hears so, and may ask again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker on such files works with; made once per process. `retention` as of the settings."""

    retention: Mapping[str, timedelta | None]
    database: Database
    vault: Vault
    media: MediaStore


async def make_data_file(desk: Desk, job_id: UUID) -> None:
    """Do a job on a file, unless it is done or another worker has it."""

    async def find(connection: AsyncConnection, subject: UUID) -> DataFile | None:
        wanted = await data_files.find_file(connection, subject)
        return wanted if wanted and wanted.state == "waiting" else None  # else all was done but the last word

    taken = await take_job(desk.database, job_id, find)
    if taken is None:
        return
    job, wanted = taken
    if job.attempts > MOST_TRIES:
        await _give_up(desk, job, wanted)
        return
    async with keep_job(desk.database, job):
        await _make(desk, job, wanted)


async def _make(desk: Desk, job: Job, wanted: DataFile) -> None:
    async with desk.database.reading() as connection:
        held = await holdings.read_holdings(connection, desk.vault, wanted.participant, desk.retention)
    parts = await asyncio.to_thread(pack, desk.media, held, wanted.language) if held is not None else []
    async with desk.database.transaction() as connection:
        there = await data_files.note_made(connection, wanted.id, parts)
        if await jobs.finish_job(connection, job.id) and there:
            await _tell(desk, connection, wanted)
    if not there:  # erased meanwhile
        for media in parts:
            await asyncio.to_thread(desk.media.delete, media)


async def _give_up(desk: Desk, job: Job, wanted: DataFile) -> None:
    log.warning("job %s: every try broke off", job.id)
    async with desk.database.transaction() as connection:
        await data_files.note_failed(connection, wanted.id)
        if await jobs.fail_job(connection, job.id, "every try broke off"):
            await _tell(desk, connection, wanted)


async def _tell(desk: Desk, connection: AsyncConnection, wanted: DataFile) -> None:
    """Put the result in the inbox of the conversation, as an inbound of the system."""
    address = await participants.get_address(connection, desk.vault, wanted.address)
    raw = {"data_file": wanted.id.hex}
    key = f"data:{wanted.id.hex}"
    await inbox.hand_back(connection, desk.vault, address.token, key, raw, place=inbox.LAST)
