"""One job of queue `transcription`: a recording, or a piece of a long one, is heard and its text handed back.

Every step may be done twice: the job is leased in Postgres, the recording keeps its place in the media
store, and what was heard goes back in the transaction that ends the job.
"""

import asyncio
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import pieces, recordings
from storage.errors import StorageError
from storage.jobs import Job
from storage.pieces import Piece
from storage.recordings import Recording
from workers.fetch_errors import FetchError, TooLargeError
from workers.handover import give_up, hand_back, hand_back_piece, put_back, split
from workers.leasing import keep_job, take_job
from workers.queue import TRANSCRIPTION
from workers.settings import SOUND_LIMIT
from workers.sound import Samples, SoundError, TooLongSoundError, sniff
from workers.sources import fetch_source
from workers.splitting import find_pieces
from workers.transcriber import Transcription
from workers.workbench import Workbench

CALM_TRIES = 2
"""Tries that may break off before the next one waits: a note that ends its worker must not do so for ever."""


async def transcribe_recording(bench: Workbench, job_id: UUID) -> None:
    """Do a transcription job, unless it is done or another worker has it."""

    async def find(connection: AsyncConnection, subject: UUID) -> tuple[Recording, Piece | None] | None:
        piece = await pieces.find_piece(connection, subject)
        whole = piece.recording if piece else subject
        recording = await recordings.get_recording(connection, bench.vault, whole)
        return (recording, piece) if recording else None

    taken = await take_job(bench.database, job_id, find)
    if taken is None:
        return
    job, (recording, piece) = taken
    if job.broke_off and job.attempts > CALM_TRIES:
        await put_back(bench, job, recording, "every try broke off")
        return
    async with keep_job(bench.database, job):
        try:
            await _work_on(bench, job, recording, piece)
        except TooLargeError as error:
            await give_up(bench, job, recording, "too_large", str(error))
        except TooLongSoundError as error:
            await give_up(bench, job, recording, "too_long", str(error))
        except SoundError as error:
            await give_up(bench, job, recording, "unreadable", str(error))
        except StorageError as error:
            await put_back(bench, job, recording, str(error))
        except FetchError as error:
            if error.retryable:
                await put_back(bench, job, recording, str(error))
            else:
                await give_up(bench, job, recording, "unavailable", str(error))


async def _work_on(bench: Workbench, job: Job, recording: Recording, piece: Piece | None) -> None:
    data = await _get_sound(bench, recording)
    if piece is not None:
        samples = await bench.decoder.read(data, starts=piece.starts, ends=piece.ends)
        await hand_back_piece(bench, job, piece, recording, await _make_text(bench, recording, samples))
        return
    samples = await bench.decoder.read(data)
    bounds = await asyncio.to_thread(find_pieces, samples, _count_workers(bench))
    if len(bounds) > 1:
        await split(bench, job, recording, bounds)
    else:
        await hand_back(bench, job, recording, await _make_text(bench, recording, samples))


def _count_workers(bench: Workbench) -> int:
    try:
        return bench.doorbell.count_workers(TRANSCRIPTION)
    except (RedisError, OSError):  # nobody can be rung for either; the server's sweep does so later
        return 1


async def _make_text(bench: Workbench, recording: Recording, samples: Samples) -> Transcription:
    fixed = bench.settings.whisper_language
    languages = (fixed,) if fixed else recording.languages
    return await asyncio.to_thread(bench.transcriber.transcribe, samples, languages=languages)


async def _get_sound(bench: Workbench, recording: Recording) -> bytes:
    """The sound from our own store; else from its platform, and then kept in the store first."""
    media = recording.media or (
        recording.source["reference"] if recording.source["source"] == "media" else None
    )
    if media is not None:
        data = await asyncio.to_thread(bench.media.read, media)
    else:
        data = await asyncio.to_thread(fetch_source, bench.settings, recording.source, limit=SOUND_LIMIT)
        media = await asyncio.to_thread(bench.media.write, data)
    if recording.media is None:
        async with bench.database.transaction() as connection:
            there = await recordings.note_fetched(
                connection, recording.id, media=media, mime=sniff(data), size=len(data)
            )
        if not there:  # the teller threw the story away meanwhile
            await asyncio.to_thread(bench.media.delete, media)
    return data
