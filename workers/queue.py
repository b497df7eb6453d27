"""The doorbell: RQ on Valkey says that there is work; the work itself stands in Postgres."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from redis import Redis
from rq import Queue, Worker
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

TRANSCRIPTION = "transcription"
"""The queue of work on recordings."""

PRIVACY = "privacy"
"""The queue of work that takes out what nobody needs to know: names in words, what a photo says of itself."""

EXPORTS = "exports"
"""The queue of files that people asked for: all that is held of them."""

ENTRY_POINTS = {
    TRANSCRIPTION: "workers.process.run_transcription",
    PRIVACY: "workers.process.run_privacy",
    EXPORTS: "workers.process.run_exports",
}
"""The function a worker of each queue runs; it gets the job's id and nothing else."""

URGENT = "transcription-urgent"
"""The bell for recordings that others let go before."""

BELLS = {TRANSCRIPTION: (URGENT, TRANSCRIPTION), PRIVACY: (PRIVACY,), EXPORTS: (EXPORTS,)}
"""The bells to which a worker of each queue listens; it answers the first one before the next."""

MOST_RINGS = 200
"""Rings that may wait in a queue."""

KEEP_FAILED_SECONDS = 24 * 60 * 60


def choose_bell(queue: str, *, urgent: bool) -> str:
    """The bell to ring for a job of a queue; most queues have but one."""
    return BELLS[queue][0 if urgent else -1]


@dataclass(frozen=True, slots=True)
class Doorbell:
    """Rings the workers of a queue."""

    connection: Redis

    def ring(self, bell: str, job: UUID) -> None:
        """Tell the workers that listen to a bell of a job; twice is harmless.

        Raises RedisError when Valkey is away.
        While many rings wait unheard no more are added: the jobs stand in Postgres and are rung for later.
        """
        if self.count_waiting(bell) >= MOST_RINGS:
            return
        self._queue(bell).enqueue(  # pyright: ignore[reportUnknownMemberType]  # RQ leaves kwargs untyped
            next(ENTRY_POINTS[queue] for queue, bells in BELLS.items() if bell in bells),
            str(job),
            job_timeout=-1,  # the lease in Postgres watches over it; a signal would not reach C++ code
            result_ttl=0,
            failure_ttl=KEEP_FAILED_SECONDS,
        )

    def unring(self, queue: str, jobs: Collection[UUID]) -> None:
        """Take back the rings for jobs that are erased, unheard or failed. Raises RedisError."""
        gone = {str(job) for job in jobs}
        for rung in map(self._queue, BELLS[queue]):
            failed = FailedJobRegistry(queue=rung)
            for name in (*rung.get_job_ids(), *failed.get_job_ids()):
                ring = rung.fetch_job(name)
                args = cast(tuple[str, ...], ring.args) if ring is not None else ()  # pyright: ignore[reportUnknownMemberType]  # RQ leaves it untyped
                if ring is not None and gone.intersection(args):
                    ring.delete()

    def answers(self) -> bool:
        """Whether Valkey answers; raises RedisError when it is away."""
        return bool(cast(Any, self.connection).ping())  # redis leaves it untyped

    def count_waiting(self, bell: str) -> int:
        """How many rings no worker has answered yet."""
        return self._queue(bell).count

    def count_workers(self, queue: str) -> int:
        """How many workers a queue has, on all machines. Raises RedisError."""
        return Worker.count(self.connection, self._queue(BELLS[queue][-1]))

    def _queue(self, name: str) -> Queue:
        return Queue(name, connection=self.connection, serializer=JSONSerializer)


def connect_valkey(url: str) -> Redis:
    """A connection to Valkey; opened at the first use."""
    client: Redis = Redis.from_url(url, socket_connect_timeout=5, health_check_interval=30)  # pyright: ignore[reportUnknownMemberType]  # redis leaves kwargs untyped
    return client
