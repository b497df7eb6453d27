"""A job taken on by a worker: leased together with what it is about, and kept while it is worked on."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import jobs
from storage.database import Database
from storage.jobs import Job
from storage.leases import keep_renewing

_Subject = TypeVar("_Subject")


async def take_job(
    database: Database,
    job_id: UUID,
    find: Callable[[AsyncConnection, UUID], Awaitable[_Subject | None]],
) -> tuple[Job, _Subject] | None:
    """Lease a job and `find` its subject; None when it is done, gone, or another worker has it.

    A job whose subject is not there any more, or needs nothing any more, is done.
    """
    async with database.transaction() as connection:
        job = await jobs.claim_job(connection, job_id)
        subject = await find(connection, job.subject) if job else None
        if job is None or subject is None:
            if job is not None:
                await jobs.finish_job(connection, job.id)
            return None
    return job, subject


@asynccontextmanager
async def keep_job(database: Database, job: Job) -> AsyncGenerator[None]:
    """Keep the lease of a job while the block lasts."""
    async with keep_renewing(
        database, jobs.RENEW_SECONDS, lambda connection: jobs.keep_lease(connection, job.id)
    ):
        yield
