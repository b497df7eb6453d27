"""A worker process: one queue, one job at a time, the model warm in this very process.

RQ's SimpleWorker runs jobs without forking: a forked child would load the model anew each time, and a
model loaded before the fork hangs in the child.
"""

import asyncio
import logging
from uuid import UUID

from rq import SimpleWorker
from rq.serializers import JSONSerializer

from storage.database import Database
from storage.faults import write_fault
from storage.media import MediaStore
from storage.vault import Vault
from workers.queue import connect_valkey
from workers.settings import WorkerSettings
from workers.transcription import Workbench, transcribe_recording
from workers.weights import Report, find_weights
from workers.whisper import Whisper

log = logging.getLogger(__name__)

_open: dict[str, tuple[asyncio.Runner, Workbench]] = {}
"""The workbench of this process; RQ calls functions by name, so they find it here."""


class WorkerError(Exception):
    """A job broke off; says where, without what the error said. Its lease runs out and it is tried again."""


def serve_queue(settings: WorkerSettings, queue: str, report: Report | None = None) -> None:
    """Work on a queue until told to stop (SIGTERM ends after the job at hand). Raises WeightsError."""
    weights = find_weights(settings.whisper_model, cache=settings.models_folder, report=report)
    whisper = Whisper(
        weights,
        device=settings.whisper_device,
        compute_type=settings.whisper_compute_type,
        threads=settings.whisper_threads,
    )
    whisper.warm()
    vault = Vault(settings.storage.secrets)
    bench = Workbench(
        settings=settings,
        database=Database.connect(settings.storage.database_url, pool_size=2),
        vault=vault,
        media=MediaStore(settings.storage.media_folder, vault),
        transcriber=whisper,
    )
    with asyncio.Runner() as runner:
        _open[queue] = (runner, bench)
        worker = SimpleWorker(
            [queue],
            connection=connect_valkey(settings.storage.redis_url),
            serializer=JSONSerializer,
            worker_ttl=30,
            maintenance_interval=10,
            job_monitoring_interval=5,
        )
        worker.log_job_description = False
        log.info("worker of queue %s is ready", queue)
        worker.work(logging_level="WARNING", with_scheduler=False)
        runner.run(bench.database.close())


def run_transcription(job: str) -> None:
    """What RQ calls for a ring of queue `transcription`."""
    runner, bench = _open["transcription"]
    try:
        runner.run(transcribe_recording(bench, UUID(job)))
    except Exception as error:  # noqa: BLE001 - RQ keeps errors in Valkey for a day; theirs may quote people
        raise WorkerError(write_fault(error)) from None
