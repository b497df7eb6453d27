"""A worker process: one queue, one job at a time, what the job needs kept warm in this very process.

RQ's SimpleWorker runs jobs without forking: a forked child would load the speech model anew each time, and
a model loaded before the fork hangs in the child.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from rq import SimpleWorker
from rq.serializers import JSONSerializer

from storage.database import Database
from storage.faults import write_fault
from storage.media import MediaStore
from storage.vault import Vault
from workers.loading import loading
from workers.queue import BELLS, EXPORTS, PRIVACY, TRANSCRIPTION, Doorbell, connect_valkey
from workers.settings import WorkerSettings, limit_threads
from workers.weights import Report

log = logging.getLogger(__name__)

Work = Callable[[UUID], Coroutine[None, None, None]]
"""Does one job."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker starts with; what is to end with it goes on the `stack`."""

    settings: WorkerSettings
    database: Database
    vault: Vault
    media: MediaStore
    report: Report | None
    stack: ExitStack


_open: dict[str, tuple[asyncio.Runner, Work]] = {}
"""What this process does for a queue; RQ calls functions by name, so they find it here."""


class WorkerError(Exception):
    """A job broke off; says where, without what the error said. Its lease runs out and it is tried again."""


def serve_queue(settings: WorkerSettings, queue: str, report: Report | None = None) -> None:
    """Work on a queue until told to stop (SIGTERM ends after the job at hand). Raises WeightsError."""
    vault = Vault(settings.storage.secrets)
    media = MediaStore(settings.storage.media_folder, vault)
    prepare = {
        TRANSCRIPTION: _prepare_transcription,
        PRIVACY: _prepare_privacy,
        EXPORTS: _prepare_exports,
    }[queue]
    database = Database.connect(settings.storage.database_url, pool_size=2)
    stack = ExitStack()
    work = prepare(Start(settings, database, vault, media, report, stack))
    with stack, asyncio.Runner() as runner:
        _open[queue] = (runner, work)
        worker = SimpleWorker(
            list(BELLS[queue]),
            connection=connect_valkey(settings.storage.redis_url),
            serializer=JSONSerializer,
            worker_ttl=30,
            maintenance_interval=10,
            job_monitoring_interval=5,
        )
        worker.log_job_description = False
        log.info("worker of queue %s is ready", queue)
        worker.work(logging_level="WARNING", with_scheduler=False)
        runner.run(database.close())


def run_transcription(job: str) -> None:
    """What RQ calls for a ring of queue `transcription`."""
    _run(TRANSCRIPTION, job)


def run_privacy(job: str) -> None:
    """What RQ calls for a ring of queue `privacy`."""
    _run(PRIVACY, job)


def run_exports(job: str) -> None:
    """What RQ calls for a ring of queue `exports`."""
    _run(EXPORTS, job)


def _run(queue: str, job: str) -> None:
    runner, work = _open[queue]
    try:
        runner.run(work(UUID(job)))
    except Exception as error:  # noqa: BLE001 - RQ keeps errors in Valkey for a day; theirs may quote people
        raise WorkerError(write_fault(error)) from None


# Each queue imports what it needs itself: speech takes hundreds of megabytes, and photos none of them.


def _prepare_transcription(start: Start) -> Work:
    limit_threads()  # before the libraries that read it are there
    with loading():
        from workers.decoding import Decoder  # noqa: PLC0415 - see above
        from workers.transcription import transcribe_recording  # noqa: PLC0415
        from workers.weights import find_weights  # noqa: PLC0415
        from workers.whisper import Whisper  # noqa: PLC0415
        from workers.workbench import Workbench  # noqa: PLC0415

    weights = find_weights(
        start.settings.whisper_model, cache=start.settings.models_folder, report=start.report
    )
    whisper = Whisper(
        weights,
        device=start.settings.whisper_device,
        compute_type=start.settings.whisper_compute_type,
        threads=start.settings.whisper_threads,
    )
    whisper.warm()
    decoder = Decoder()
    decoder.warm()
    start.stack.callback(decoder.close)
    doorbell = Doorbell(connect_valkey(start.settings.storage.redis_url))
    bench = Workbench(start.settings, start.database, start.vault, start.media, whisper, decoder, doorbell)
    return lambda job: transcribe_recording(bench, job)


def _prepare_privacy(start: Start) -> Work:
    with loading():
        from workers.deidentification.deidentify import Deidentifier  # noqa: PLC0415 - see above
        from workers.deidentification.frequencies import load_frequencies  # noqa: PLC0415
        from workers.deidentification.word_lists import load_names  # noqa: PLC0415
        from workers.name_search import Desk, run_search  # noqa: PLC0415
        from workers.photography import Darkroom, develop_photo  # noqa: PLC0415

    room = Darkroom(start.settings, start.database, start.vault, start.media)
    load_names(start.settings.municipality)  # a file that cannot be read is told at the start

    @cache
    def load() -> Deidentifier:
        with loading():
            return Deidentifier.load(start.settings.municipality, load_frequencies())

    desk = Desk(start.database, start.vault, load)

    async def work(job: UUID) -> None:
        if not await run_search(desk, job):
            await develop_photo(room, job)

    return work


def _prepare_exports(start: Start) -> Work:
    from workers.data_file.job import Desk, make_data_file  # noqa: PLC0415 - see above

    desk = Desk(start.settings.storage.retention, start.database, start.vault, start.media)
    return lambda job: make_data_file(desk, job)
