"""What could not be done this time: its job goes back, to be done later."""

import logging
from collections.abc import Sequence
from typing import Final

from storage import jobs
from storage.database import Database
from storage.jobs import Job
from workers.fetch_errors import FetchError
from workers.sources import RETRY_SECONDS

DAY_SECONDS: Final = (*RETRY_SECONDS, 600.0, 1800.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0)
"""Pauses before something is tried again that survives a day of trouble, at a platform or here."""

log = logging.getLogger(__name__)


async def try_later(database: Database, job: Job, error: FetchError, pauses: Sequence[float]) -> bool:
    """Put a job back for as long as its tries so far say (`pauses`, seconds).

    Answers False, and leaves the job, when asking again would not help or its tries are used up.
    """
    if not error.retryable or job.attempts > len(pauses):
        return False
    log.warning("job %s: %s; trying again", job.id, error)
    async with database.transaction() as connection:
        await jobs.retry_job(connection, job.id, pauses[job.attempts - 1], str(error))
    return True
