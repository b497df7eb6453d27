"""One job of queue `privacy`: find what says who a story is about, and hand it back to its conversation.

It may be done twice: the same words give the same findings, and the hand-back has a key of its own.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from flows.deidentification import Finding, SearchedText
from flows.values import replace
from storage import inbox, jobs, searches, sessions
from storage.database import Database
from storage.jobs import Job
from storage.searches import Search
from storage.vault import Vault
from workers.deidentification.deidentify import Deidentifier
from workers.leasing import keep_job, take_job

MOST_TRIES = 20
"""After which a search is given up: a text that breaks it so often breaks it always."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker on words works with; made once per process.

    `load` gives the rules with their lists: a second the first time, so not before it is asked for.
    """

    database: Database
    vault: Vault
    load: Callable[[], Deidentifier]


async def run_search(desk: Desk, job_id: UUID) -> bool:
    """Do a job if it is a search; answers False, and leaves it, when it is not."""
    async with desk.database.reading() as connection:
        if not await searches.is_search(connection, job_id):
            return False
    await search_names(desk, job_id)
    return True


async def search_names(desk: Desk, job_id: UUID) -> None:
    """Do a search, unless it is done or another worker has it."""

    async def find(connection: AsyncConnection, subject: UUID) -> tuple[Search, list[SearchedText]] | None:
        search = await searches.find_search(connection, desk.vault, subject)
        return (search, await searches.list_texts(connection, desk.vault, search)) if search else None

    taken = await take_job(desk.database, job_id, find)
    if taken is None:
        return
    job, (search, texts) = taken
    if job.attempts > MOST_TRIES:
        log.error("job %s: every search for names broke off; its story waits unread", job.id)
        async with desk.database.transaction() as connection:
            await jobs.fail_job(connection, job.id, "every try broke off")
        return
    async with keep_job(desk.database, job):
        found = await asyncio.to_thread(lambda: search_texts(desk.load(), texts, search.language))
        await _hand_back(desk, job, search, found)


def search_texts(deidentifier: Deidentifier, texts: list[SearchedText], language: str) -> list[SearchedText]:
    """The texts with what was found in them; whoever is named in several has the same mark in all."""
    found = deidentifier.deidentify_all([text.text for text in texts], language)
    return [
        replace(
            text,
            findings=tuple(
                Finding(each.start, each.end, each.kind, replaced.mark, each.rule, each.source)
                for replaced in replaced_here
                for each in (replaced.finding,)
            ),
        )
        for text, replaced_here in zip(texts, found, strict=True)
    ]


async def _hand_back(desk: Desk, job: Job, search: Search, found: list[SearchedText]) -> None:
    async with desk.database.transaction() as connection:
        there = await searches.note_found(connection, desk.vault, search.id, found)
        if not await jobs.finish_job(connection, job.id) or not there:
            return
        if chat := await sessions.find_chat(connection, search.session):
            key = f"search:{search.id.hex}"
            await inbox.hand_back(connection, desk.vault, chat, key, {"search": search.id.hex})
