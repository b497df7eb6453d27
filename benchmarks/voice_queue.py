"""Voice notes through the queue, from the ring to the text: our workers beside RQ's with a plain job.

Real servers, real worker processes that are up and warm; both sides take turns, the best of two rounds
counts. Only one side's workers are there at a time to do anything: the other's wait.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from faster_whisper import WhisperModel
from rq import Queue

from benchmarks import plain_voice
from benchmarks.audio import Note, count_right, make_long, read_notes
from benchmarks.recorded import make_recorded
from benchmarks.sounds import load_library
from benchmarks.table import Row
from bot.children import count_cores
from flows.hearing import SHORT_RECORDING
from flows.session import Session
from storage import jobs, participants, recordings, schema, sessions
from storage.database import Database
from storage.embedded.home import running_servers
from storage.media import MediaStore
from storage.vault import Vault
from workers.queue import TRANSCRIPTION, Doorbell, choose_bell, connect_valkey
from workers.weights import find_weights

SECRET = "a-secret-for-benchmarks-only-and-long-enough"
ROUNDS = 2
MIXED = 12
SINGLES = 5
PATIENCE = 300.0
_POLL = 0.01

_Heard = tuple[float, list[str]]
"""Seconds taken, and the texts in order."""

_Plain = Callable[[Sequence[Note]], _Heard]


@dataclass(frozen=True, slots=True)
class Line:
    """The stores and the doorbell, and how the plain side is asked."""

    database: Database
    vault: Vault
    media: MediaStore
    doorbell: Doorbell
    weights: Path

    async def hear(self, notes: Sequence[Note]) -> _Heard:
        """Seconds from the first ring until the last text is there, and the texts in order."""
        kept = [await self._keep(note) for note in notes]
        start = time.perf_counter()
        for note, (_, job) in zip(notes, kept, strict=True):
            bell = choose_bell(TRANSCRIPTION, urgent=note.seconds <= SHORT_RECORDING)
            await asyncio.to_thread(self.doorbell.ring, bell, job)
        texts: dict[UUID, str] = {}
        while len(texts) < len(kept):
            if time.perf_counter() - start > PATIENCE:
                raise TimeoutError
            await asyncio.sleep(_POLL)
            async with self.database.reading() as connection:
                for recording, _ in kept:
                    if recording not in texts and (
                        body := await recordings.read_transcript(connection, self.vault, recording)
                    ):
                        texts[recording] = body["text"]
        return time.perf_counter() - start, [texts[recording] for recording, _ in kept]

    def hear_plainly(self, notes: Sequence[Note]) -> _Heard:
        """The same, by the plain job."""
        queue: Any = Queue(plain_voice.QUEUE, connection=self.doorbell.connection)  # RQ leaves kwargs untyped
        start = time.perf_counter()
        asked: list[Any] = [
            queue.enqueue(plain_voice.hear, str(self.weights), str(note.path), job_timeout=600)
            for note in notes
        ]
        while not all(job.get_status(refresh=True) == "finished" for job in asked):
            if time.perf_counter() - start > PATIENCE:
                raise TimeoutError
            time.sleep(_POLL)
        return time.perf_counter() - start, [str(job.return_value()) for job in asked]

    async def _keep(self, note: Note) -> tuple[UUID, UUID]:
        recording = uuid4()
        source = {"source": "media", "reference": self.media.write(note.path.read_bytes()), "size": None}
        async with self.database.transaction() as connection:
            address = await participants.add_address(connection, self.vault, "bench", recording.hex)
            session = await sessions.add_session(
                connection, self.vault, address, Session("wijkcoach", 1, "nl")
            )
            await recordings.add_recording(
                connection,
                self.vault,
                recording=recording,
                session=session.id,
                source=source,
                language="nl",
                seconds=note.seconds,
            )
            return recording, await jobs.add_job(connection, TRANSCRIPTION, recording)


def measure(*, voice: Path, cache: Path) -> list[Row]:
    """Twelve mixed notes, notes of five minutes, and one short note at a time; in `voice` lie real notes.

    The long notes are recorded ones where Debian's package of them is, else those of `voice` joined.
    """
    with tempfile.TemporaryDirectory(prefix="vertelbot-bench-") as home:
        notes = [note for note in read_notes(voice) if note.words] or read_notes(voice, "verhaal.ogg")
        long = make_recorded(Path(home)) or [make_long(notes, Path(home))]
        mixed = (notes * MIXED)[:MIXED]
        short = min(notes, key=lambda note: note.seconds)
        with open_line(Path(home), find_weights("base", cache=cache)) as line, asyncio.Runner() as runner:
            return runner.run(_measure(line, mixed, long, short))


@contextmanager
def open_line(home: Path, weights: Path) -> Generator[Line]:
    """Servers and the workers of both sides, ready and warm."""
    with ExitStack() as stack:
        servers = stack.enter_context(running_servers(home, fsync=False))
        schema.migrate(servers.database_url)
        environ = {
            **os.environ,
            "DATABASE_URL": servers.database_url,
            "REDIS_URL": servers.redis_url,
            "VERTELBOT_HOME": str(home),
            "VERTELBOT_SECRET_KEY": SECRET,
            "WHISPER_MODEL": str(weights),
        }
        commands = [["bot", "worker", "--queue", TRANSCRIPTION] for _ in range(count_cores())]
        for command in (*commands, ["benchmarks.plain_voice", servers.redis_url]):
            process = subprocess.Popen([sys.executable, "-m", *command], env=environ)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        vault = Vault([SECRET])
        database = Database.connect(servers.database_url)
        connection = connect_valkey(servers.redis_url)
        stack.callback(connection.close)
        yield Line(database, vault, MediaStore(home / "media", vault), Doorbell(connection), weights)


async def _measure(line: Line, mixed: list[Note], long: list[Note], short: Note) -> list[Row]:
    await line.hear([short] * (2 * count_cores()))  # every worker has had one: all are up and warm
    line.hear_plainly([short])
    rows: list[Row] = []
    for how, library in (
        ("as its README calls it", WhisperModel(str(line.weights))),
        ("with int8 and two threads", load_library(line.weights)),
    ):
        what = (
            f"{len(long)} notes of {long[0].seconds:.0f} s, queue to text (floor: the library, warm, {how})"
        )
        rows += await _compare(line, what, [[note] for note in long], partial(_hear_by_library, library))
    what = f"{len(mixed)} mixed notes through the queue (floor: a plain RQ job)"
    rows += await _compare(line, what, [mixed], line.hear_plainly)
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(SINGLES):
        ours.append((await line.hear([short]))[0])
        floor.append(line.hear_plainly([short])[0])
    per_minute = [60 / sorted(times)[SINGLES // 2] for times in (ours, floor)]
    what = f"one note of {short.seconds:.0f} s at a time, ring to text (floor: a plain RQ job)"
    rows.append(Row(what, per_minute[0], per_minute[1], "notes per minute"))
    await line.database.close()
    return rows


async def _compare(line: Line, what: str, notes: list[list[Note]], plain: _Plain) -> list[Row]:
    """Groups of notes, one group at a time; the best time of each group counts."""
    ours: list[list[_Heard]] = [[] for _ in notes]
    floor: list[list[_Heard]] = [[] for _ in notes]
    for _ in range(ROUNDS):
        for number, group in enumerate(notes):
            ours[number].append(await line.hear(group))
            floor[number].append(plain(group))
    told = [note for group in notes for note in group]
    seconds = sum(note.seconds for note in told)
    best, other = (sum(min(each)[0] for each in side) for side in (ours, floor))
    rows = [Row(what, seconds / best, seconds / other, "s of sound per s")]
    if all(note.words for note in told):
        heard = [[text for each in side for text in each[-1][1]] for side in (ours, floor)]
        right = [count_right(told, texts) for texts in heard]
        rows.append(Row("   heard right", right[0], right[1], "% of words"))
    return rows


def _hear_by_library(library: Any, notes: Sequence[Note]) -> _Heard:  # Any: its types are unknown in part
    start = time.perf_counter()
    texts = [
        " ".join(segment.text for segment in library.transcribe(str(note.path), language="nl")[0])
        for note in notes
    ]
    return time.perf_counter() - start, texts
