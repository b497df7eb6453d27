"""Jobs: slow work with its truth in Postgres; the queue only rings, a lease says who works on it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import jobs

LEASE = timedelta(seconds=30)
"""How long a worker may be silent before its job is given to another."""

RENEW_SECONDS = LEASE.total_seconds() / 3
"""How often a worker says that it is still at a job."""

RING_AGAIN = timedelta(seconds=20)
"""How long a ring may go unanswered before it is rung again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: what it is about, how often it was tried, and whether the try before broke off."""

    id: UUID
    queue: str
    subject: UUID
    attempts: int
    broke_off: bool = False


_OPEN = ("waiting", "running", "split")
"""What has not ended. `split`: it waits for jobs that do its pieces; nobody rings for it."""


async def add_job(connection: AsyncConnection, queue: str, subject: UUID, *, urgent: bool = False) -> UUID:
    """A new job, or the one there is for the same subject; an `urgent` one goes before others."""
    await connection.execute(
        upsert(jobs)
        .values(id=uuid4(), queue=queue, subject=subject, urgent=urgent, rung_at=func.now())
        .on_conflict_do_nothing(index_elements=[jobs.c.queue, jobs.c.subject])
    )
    statement = select(jobs.c.id).where(jobs.c.queue == queue, jobs.c.subject == subject)
    return (await connection.execute(statement)).scalar_one()


async def claim_job(connection: AsyncConnection, job: UUID) -> Job | None:
    """Lease a job; None when it is done, gone, or another worker has it."""
    free = or_(jobs.c.state == "waiting", and_(jobs.c.state == "running", jobs.c.leased_until < func.now()))
    found = select(jobs.c.state).where(jobs.c.id == job, free).with_for_update()
    before = (await connection.execute(found)).scalar_one_or_none()
    if before is None:
        return None
    statement = (
        update(jobs)
        .where(jobs.c.id == job)
        .values(state="running", leased_until=func.now() + LEASE, attempts=jobs.c.attempts + 1)
        .returning(jobs.c.id, jobs.c.queue, jobs.c.subject, jobs.c.attempts)
    )
    row = (await connection.execute(statement)).one()
    return Job(row.id, row.queue, row.subject, row.attempts, broke_off=before == "running")


async def keep_lease(connection: AsyncConnection, job: UUID) -> None:
    """Say that a job is still being worked on."""
    await connection.execute(
        update(jobs)
        .where(jobs.c.id == job, jobs.c.state == "running")
        .values(leased_until=func.now() + LEASE)
    )


async def split_job(connection: AsyncConnection, job: UUID) -> bool:
    """Let a job wait for the jobs of its pieces; answers False when it is not being worked on any more."""
    statement = (
        update(jobs)
        .where(jobs.c.id == job, jobs.c.state == "running")
        .values(state="split", leased_until=None)
        .returning(jobs.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def find_job(connection: AsyncConnection, queue: str, subject: UUID) -> UUID | None:
    """The job about a subject."""
    statement = select(jobs.c.id).where(jobs.c.queue == queue, jobs.c.subject == subject)
    return (await connection.execute(statement)).scalar_one_or_none()


async def begin_anew(connection: AsyncConnection, queue: str, subject: UUID) -> bool:
    """Do a job that failed, or waits for its next try, as if it were new; answers whether there is one."""
    statement = (
        update(jobs)
        .where(
            jobs.c.queue == queue, jobs.c.subject == subject, jobs.c.state.in_(("failed", "waiting", "split"))
        )
        .values(state="waiting", attempts=0, due_at=func.now(), rung_at=None, done_at=None, error=None)
        .returning(jobs.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def finish_job(connection: AsyncConnection, job: UUID) -> bool:
    """A job is done; answers False when it had ended already, so that its result is not given twice."""
    statement = (
        update(jobs)
        .where(jobs.c.id == job, jobs.c.state.in_(_OPEN))
        .values(state="done", leased_until=None, done_at=func.now(), error=None)
        .returning(jobs.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def retry_job(connection: AsyncConnection, job: UUID, seconds: float, error: str) -> None:
    """Try a job again after some seconds."""
    await connection.execute(
        update(jobs)
        .where(jobs.c.id == job, jobs.c.state == "running")
        .values(
            state="waiting",
            due_at=func.now() + timedelta(seconds=seconds),
            rung_at=None,
            leased_until=None,
            error=error,
        )
    )


async def fail_job(connection: AsyncConnection, job: UUID, error: str) -> bool:
    """Give a job up; answers False when it had ended already."""
    statement = (
        update(jobs)
        .where(jobs.c.id == job, jobs.c.state.in_(_OPEN))
        .values(state="failed", leased_until=None, done_at=func.now(), error=error)
        .returning(jobs.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def take_unanswered(connection: AsyncConnection) -> list[tuple[UUID, str, bool]]:
    """Jobs (id, queue, urgent) that are due and whose ring went unanswered, or whose worker fell silent."""
    unanswered = and_(
        jobs.c.state == "waiting",
        jobs.c.due_at <= func.now(),
        or_(jobs.c.rung_at.is_(None), jobs.c.rung_at < func.now() - RING_AGAIN),
    )
    silent = and_(
        jobs.c.state == "running",
        jobs.c.leased_until < func.now(),
        or_(jobs.c.rung_at.is_(None), jobs.c.rung_at < func.now() - RING_AGAIN),
    )
    chosen = (
        select(jobs.c.id)
        .where(or_(unanswered, silent))
        .order_by(jobs.c.urgent.desc(), jobs.c.due_at)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(jobs)
        .where(jobs.c.id.in_(chosen))
        .values(rung_at=func.now())
        .returning(jobs.c.id, jobs.c.queue, jobs.c.urgent)
    )
    return [(row.id, row.queue, row.urgent) for row in (await connection.execute(statement)).all()]
