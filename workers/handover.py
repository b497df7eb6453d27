"""How a job on a recording ends: with text, in pieces for others, later, or not at all.

What its teller is to know of it goes back as one inbound of the system, in the transaction that ends the
job. Each outcome of a recording has its own key in the inbox, so it is told once however often it comes.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.inbound import TranscriptProblem
from storage import inbox, jobs, pieces, recordings, sessions
from storage.jobs import Job
from storage.pieces import Piece
from storage.recordings import Recording
from workers.doubts import Doubt, choose_doubts, find_doubts
from workers.queue import TRANSCRIPTION, choose_bell
from workers.sources import RETRY_SECONDS
from workers.transcriber import Segment, Transcription
from workers.trying_again import DAY_SECONDS
from workers.workbench import Workbench

log = logging.getLogger(__name__)


async def hand_back(bench: Workbench, job: Job, recording: Recording, made: Transcription) -> None:
    """The text of a whole recording goes back."""
    async with bench.database.transaction() as connection:
        if not await pieces.lock_recording(connection, recording.id):
            await jobs.finish_job(connection, job.id)  # the teller threw the story away meanwhile
            return
        await _conclude(bench, connection, job.id, recording, _describe(made))


async def split(
    bench: Workbench, job: Job, recording: Recording, bounds: Sequence[tuple[float, float]]
) -> None:
    """A long recording is left to whoever takes its pieces, on any machine."""
    async with bench.database.transaction() as connection:
        if not await pieces.lock_recording(connection, recording.id):
            await jobs.finish_job(connection, job.id)
            return
        if not await jobs.split_job(connection, job.id):
            return  # another worker was first
        ids = await pieces.add_pieces(connection, recording.id, bounds)
        parts = [await jobs.add_job(connection, TRANSCRIPTION, piece) for piece in ids]
    for part in parts:
        with suppress(RedisError, OSError):  # the server's sweep rings for what was not heard
            await asyncio.to_thread(bench.doorbell.ring, choose_bell(TRANSCRIPTION, urgent=False), part)


async def hand_back_piece(
    bench: Workbench, job: Job, piece: Piece, recording: Recording, made: Transcription
) -> None:
    """The text of a piece is kept; with the last one the whole goes back."""
    async with bench.database.transaction() as connection:
        # The lock makes one of two that finish together the last.
        there = await pieces.lock_recording(connection, recording.id)
        if not await jobs.finish_job(connection, job.id) or not there:
            return
        await pieces.keep_heard(connection, bench.vault, piece.id, _describe(made, offset=piece.starts))
        heard = await pieces.read_heard(connection, bench.vault, recording.id)
        whole = await jobs.find_job(connection, TRANSCRIPTION, recording.id)
        if heard and whole:
            await _conclude(bench, connection, whole, recording, _join(heard))


async def put_back(bench: Workbench, job: Job, recording: Recording, reason: str) -> None:
    """A job is done later, for as long as a day; its teller hears so once it takes more than minutes."""
    late = job.attempts > len(RETRY_SECONDS)
    async with bench.database.transaction() as connection:
        waited_for = not late or await sessions.is_open(connection, recording.session)
        if waited_for and job.attempts <= len(DAY_SECONDS):
            log.warning("job %s: %s; trying again", job.id, reason)
            await jobs.retry_job(connection, job.id, DAY_SECONDS[job.attempts - 1], reason)
            if late:
                await recordings.note_problem(connection, recording.id, "delayed")
                await _tell(bench, connection, recording, "delayed")
            return
    await give_up(bench, job, recording, "unavailable", reason)


async def give_up(
    bench: Workbench, job: Job, recording: Recording, problem: TranscriptProblem, error: str
) -> None:
    """A recording does not become text, and neither do its other pieces; the sound stays where it is."""
    log.warning("job %s: %s", job.id, error)
    async with bench.database.transaction() as connection:
        await pieces.lock_recording(connection, recording.id)
        ended = await jobs.fail_job(connection, job.id, error)
        if job.subject != recording.id:
            await pieces.forget_pieces(connection, recording.id)
            whole = await jobs.find_job(connection, TRANSCRIPTION, recording.id)
            ended = whole is not None and await jobs.fail_job(connection, whole, error)
        if ended:
            await recordings.note_problem(connection, recording.id, problem)
            await _tell(bench, connection, recording, problem)


async def _conclude(
    bench: Workbench, connection: AsyncConnection, job: UUID, recording: Recording, body: Mapping[str, Any]
) -> None:
    """Keep a transcript, end the job of the whole recording, and tell; nothing when it had ended before."""
    if not await jobs.finish_job(connection, job):
        return
    problem: TranscriptProblem | None = None if body["text"] else "empty"
    if problem is None:
        await recordings.add_transcript(
            connection,
            bench.vault,
            recording.id,
            body=body,
            model=bench.settings.whisper_model,
            language=body["language"],
        )
    await pieces.forget_pieces(connection, recording.id)
    await recordings.note_problem(connection, recording.id, problem)
    await _tell(bench, connection, recording, problem)


def _describe(made: Transcription, *, offset: float = 0.0) -> dict[str, Any]:
    """What was heard, as it is kept; `offset` (seconds) is where its sound begins in the recording."""
    return {
        "text": made.text.strip(),
        "language": made.language,
        "seconds": made.seconds,
        "segments": [asdict(_move(segment, offset)) for segment in made.segments],
        "doubts": [asdict(doubt) for doubt in find_doubts(made.segments)],
    }


def _move(segment: Segment, offset: float) -> Segment:
    words = tuple(replace(word, start=word.start + offset, end=word.end + offset) for word in segment.words)
    return replace(segment, start=segment.start + offset, end=segment.end + offset, words=words)


def _join(heard: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was heard in all pieces, as one; its language is the one most was told in."""
    spoken: Counter[str] = Counter()
    for body in heard:
        spoken[body["language"]] += len(body["text"])
    doubts = choose_doubts(Doubt(**doubt) for body in heard for doubt in body["doubts"])
    return {
        "text": " ".join(body["text"] for body in heard if body["text"]),
        "language": spoken.most_common(1)[0][0],
        "seconds": sum(body["seconds"] for body in heard),
        "segments": [segment for body in heard for segment in body["segments"]],
        "doubts": [asdict(doubt) for doubt in doubts],
    }


async def _tell(
    bench: Workbench,
    connection: AsyncConnection,
    recording: Recording,
    problem: TranscriptProblem | None,
) -> None:
    """Put the outcome in the inbox of the conversation, as an inbound of the system."""
    if chat := await sessions.find_chat(connection, recording.session):
        key = f"recording:{recording.id.hex}:{problem or 'text'}"
        raw = {"recording": recording.id.hex, "problem": problem}
        await inbox.hand_back(connection, bench.vault, chat, key, raw)
