"""One job of queue `transcription`: fetch the voice note, store it, make text of it, hand it back.

Every step may be done twice: the job is leased in Postgres, the recording keeps its place in the media
store, and the result goes back as one inbound of the system, in the transaction that ends the job.
"""

import asyncio
import logging
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from flows.inbound import TranscriptProblem
from storage import inbox, jobs, recordings, sessions
from storage.database import Database
from storage.errors import StorageError
from storage.jobs import Job
from storage.leases import keep_renewing
from storage.media import MediaStore
from storage.recordings import Recording
from storage.signals import notify
from storage.vault import Vault
from workers.fetch_errors import FetchError, TooLargeError
from workers.settings import SOUND_LIMIT, WorkerSettings
from workers.sound import SoundError, TooLongSoundError, read_samples, sniff
from workers.sources import RETRY_SECONDS, fetch_source
from workers.transcriber import Transcriber, Transcription
from workers.trying_again import try_later

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workbench:
    """What a worker works with; made once per process."""

    settings: WorkerSettings
    database: Database
    vault: Vault
    media: MediaStore
    transcriber: Transcriber


async def transcribe_recording(bench: Workbench, job_id: UUID) -> None:
    """Do a transcription job, unless it is done or another worker has it."""
    async with bench.database.transaction() as connection:
        job = await jobs.claim_job(connection, job_id)
        recording = await recordings.get_recording(connection, bench.vault, job.subject) if job else None
    if job is None:
        return
    if recording is None:
        async with bench.database.transaction() as connection:
            await jobs.finish_job(connection, job.id)
        return
    if job.attempts > jobs.MAX_ATTEMPTS:
        await _give_up(bench, job, recording, "unavailable", "every try broke off")
        return
    async with keep_renewing(
        bench.database, jobs.RENEW_SECONDS, lambda connection: jobs.keep_lease(connection, job.id)
    ):
        try:
            await _hand_back(bench, job, recording, await _make_text(bench, recording))
        except TooLargeError as error:
            await _give_up(bench, job, recording, "too_large", str(error))
        except TooLongSoundError as error:
            await _give_up(bench, job, recording, "too_long", str(error))
        except SoundError as error:
            await _give_up(bench, job, recording, "unreadable", str(error))
        except StorageError as error:
            await _give_up(bench, job, recording, "unavailable", str(error))
        except FetchError as error:
            if not await try_later(bench.database, job, error, RETRY_SECONDS):
                await _give_up(bench, job, recording, "unavailable", str(error))


async def _make_text(bench: Workbench, recording: Recording) -> Transcription:
    data = await _get_sound(bench, recording)
    samples = await asyncio.to_thread(read_samples, data)
    language = bench.settings.whisper_language or recording.language
    return await asyncio.to_thread(bench.transcriber.transcribe, samples, language=language)


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


async def _hand_back(bench: Workbench, job: Job, recording: Recording, made: Transcription) -> None:
    text = made.text.strip()
    async with bench.database.transaction() as connection:
        if await recordings.get_recording(connection, bench.vault, recording.id) is None:
            await jobs.finish_job(connection, job.id)  # the teller threw the story away meanwhile
            return
        if text:
            body = {"text": text, "segments": [asdict(segment) for segment in made.segments]}
            await recordings.add_transcript(
                connection,
                bench.vault,
                recording.id,
                body=body,
                model=bench.settings.whisper_model,
                language=made.language,
            )
        if not await jobs.finish_job(connection, job.id):
            return
        await _tell(bench, connection, recording, None if text else "empty")


async def _give_up(
    bench: Workbench, job: Job, recording: Recording, problem: TranscriptProblem, error: str
) -> None:
    log.warning("job %s: %s", job.id, error)
    async with bench.database.transaction() as connection:
        if await jobs.fail_job(connection, job.id, error):
            await _tell(bench, connection, recording, problem)


async def _tell(
    bench: Workbench,
    connection: AsyncConnection,
    recording: Recording,
    problem: TranscriptProblem | None,
) -> None:
    """Put the result in the inbox of the conversation, as an inbound of the system."""
    place = await sessions.find_address_of(connection, recording.session)
    if place is None:
        return
    _, chat = place
    raw = {"recording": recording.id.hex, "problem": problem}
    await inbox.keep_update(
        connection, bench.vault, inbox.SYSTEM, f"recording:{recording.id.hex}", chat, 0, raw
    )
    await notify(connection, inbox.TOPIC, chat)
