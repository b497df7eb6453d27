"""Jobs: one worker at a time, a lease that runs out, rings that go unanswered."""

from uuid import UUID, uuid4

import pytest

from storage import jobs
from storage.database import Database
from storage_probe import read_as_owner


@pytest.fixture
async def job(database: Database) -> UUID:
    """A job that was rung for just now."""
    async with database.transaction() as connection:
        return await jobs.add_job(connection, "transcription", uuid4())


async def _claim(database: Database, job: UUID) -> int | None:
    async with database.transaction() as connection:
        claimed = await jobs.claim_job(connection, job)
    return claimed.attempts if claimed else None


async def test_a_subject_has_one_job(database: Database) -> None:
    """Asking twice for the same work gives the same job."""
    subject = uuid4()
    async with database.transaction() as connection:
        first = await jobs.add_job(connection, "transcription", subject)
        second = await jobs.add_job(connection, "transcription", subject)

    assert first == second


async def test_one_worker_at_a_time(database: Database, job: UUID) -> None:
    """The second worker that heard the ring finds it taken."""
    assert (await _claim(database, job), await _claim(database, job)) == (1, None)


async def test_a_silent_worker_loses_its_job(database: Database, job: UUID, database_url: str) -> None:
    """After its lease another takes over, and the try is counted."""
    await _claim(database, job)
    read_as_owner(database_url, "update jobs set leased_until = now() - interval '1 second' returning 1")

    assert await _claim(database, job) == 2


async def test_a_lease_can_be_kept(database: Database, job: UUID, database_url: str) -> None:
    """A worker that says it is still at it keeps its job."""
    await _claim(database, job)
    read_as_owner(database_url, "update jobs set leased_until = now() - interval '1 second' returning 1")
    async with database.transaction() as connection:
        await jobs.keep_lease(connection, job)

    assert await _claim(database, job) is None


async def test_a_result_is_given_once(database: Database, job: UUID) -> None:
    """Of two runs of the same job the second one's result is dropped."""
    await _claim(database, job)
    async with database.transaction() as connection:
        results = [await jobs.finish_job(connection, job) for _ in range(2)]
        failed = await jobs.fail_job(connection, job, "too late")

    assert (results, failed) == ([True, False], False)
    assert await _claim(database, job) is None


async def test_an_unanswered_ring_is_rung_again(database: Database, job: UUID, database_url: str) -> None:
    """A ring that Valkey lost is found by the sweep, once per while."""
    async with database.transaction() as connection:
        fresh = await jobs.take_unanswered(connection)
    read_as_owner(database_url, "update jobs set rung_at = now() - interval '1 hour' returning 1")
    async with database.transaction() as connection:
        old = await jobs.take_unanswered(connection)
        again = await jobs.take_unanswered(connection)

    assert (fresh, old, again) == ([], [(job, "transcription", False)], [])


async def test_a_retry_waits_for_its_time(database: Database, job: UUID, database_url: str) -> None:
    """A job to be tried later is not rung for before."""
    await _claim(database, job)
    async with database.transaction() as connection:
        await jobs.retry_job(connection, job, 60.0, "away")
        early = await jobs.take_unanswered(connection)
    read_as_owner(database_url, "update jobs set due_at = now() returning 1")
    async with database.transaction() as connection:
        due = await jobs.take_unanswered(connection)

    assert (early, due) == ([], [(job, "transcription", False)])
