"""What goes when a story, or all of a person, is erased; all in the caller's transaction, and logged in it.

Files in the media store and rings in the queue are not of the transaction: `Erased` says which are to be
deleted after the commit. What is left of them then, a sweep deletes later.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chat_messages, data_files, inbox, photos, recordings, stories
from storage.codes import make_code
from storage.erasures import AskedBy, log_erasure
from storage.farewells import begin_farewell
from storage.tables import (
    addresses,
    answers,
    consents,
    findings,
    jobs,
    outbox,
    participants,
    recording_pieces,
    searches,
    sessions,
    transcripts,
)
from storage.tables import data_files as data_file_table
from storage.tables import photos as photo_table
from storage.tables import recordings as recording_table
from storage.tables import stories as story_table
from storage.vault import Vault


@dataclass(slots=True)
class Erased:
    """What was erased so far: rows by kind of data, ids in the media store, (queue, job) to ring no more."""

    counts: Counter[str] = field(default_factory=Counter[str])
    media: list[str] = field(default_factory=list[str])
    jobs: list[tuple[str, UUID]] = field(default_factory=list[tuple[str, UUID]])

    def add(self, other: "Erased") -> None:
        """Count what was erased elsewhere too."""
        self.counts.update(other.counts)
        self.media += other.media
        self.jobs += other.jobs


async def erase_story(
    connection: AsyncConnection, vault: Vault, session: UUID, asked_by: AskedBy, code: str
) -> Erased:
    """Erase what was told in a session, and what else may hold words of it; `code` is that of the erasure.

    What stays is the plain line that there was a conversation, and its consents, which count no more.
    """
    erased = Erased()
    found = await connection.execute(
        select(sessions.c.participant, sessions.c.address).where(sessions.c.id == session)
    )
    row = found.one()
    await stories.withdraw_all(connection, session)
    await erase_told(connection, vault, [session], erased)
    await connection.execute(
        update(sessions).where(sessions.c.id == session).values(sealed_state=None, wake_at=None)
    )
    await erase_data_files(connection, data_file_table.c.participant == row.participant, erased)
    if row.address is not None:
        await _erase_messages(connection, vault, row.address, erased, all_shown=False)
    await log_erasure(connection, code, "story", asked_by, erased.counts)
    return erased


async def erase_participant(
    connection: AsyncConnection,
    vault: Vault,
    participant: UUID,
    asked_by: AskedBy,
    code: str,
    *,
    stories_stay: bool = False,
    farewell: UUID | None = None,
) -> Erased:
    """Erase all of a person, their stories too unless these stay without anything that leads to them.

    The address `farewell` then belongs to nobody we know, and only brings what is said from now on; it goes
    by `end_farewells`.
    """
    erased = Erased()
    held = select(sessions.c.id).where(sessions.c.participant == participant).with_for_update()
    whose = list((await connection.execute(held)).scalars())
    if stories_stay:
        kept = await detach_stories(connection, vault, whose, erased, wholly=True)
        whose = [session for session in whose if session not in kept]
    await erase_told(connection, vault, whose, erased)
    await erase_data_files(connection, data_file_table.c.participant == participant, erased)
    reached = select(addresses.c.id).where(addresses.c.participant == participant)
    for address in list((await connection.execute(reached)).scalars()):
        await _erase_messages(connection, vault, address, erased, all_shown=address != farewell)
        erased.counts["addresses"] += 1
    if farewell is not None:
        await begin_farewell(connection, farewell)
    await _delete(connection, erased, consents, consents.c.participant == participant)
    await _delete(connection, erased, sessions, sessions.c.participant == participant)
    await connection.execute(delete(participants).where(participants.c.id == participant))
    kind = "anonymised" if stories_stay else "everything"
    await log_erasure(connection, code, kind, asked_by, erased.counts)
    return erased


async def detach_stories(
    connection: AsyncConnection, vault: Vault, whose: Sequence[UUID], erased: Erased, *, wholly: bool
) -> frozenset[UUID]:
    """Cut what leads from confirmed stories to their tellers; answers the sessions that stay for them.

    Each gets a participant of its own, who is nobody; moments become days, and answers that did not count
    go. `wholly`: so does what a voice or a face is in, and the code by which the teller knows the story.
    """
    confirmed = select(story_table.c.session).where(story_table.c.session.in_(whose), story_table.c.complete)
    kept = frozenset((await connection.execute(confirmed)).scalars())
    if wholly:
        await erase_files(connection, vault, list(kept), erased)
    for session in kept:
        nobody = uuid4()
        await connection.execute(
            insert(participants).values(id=nobody, created_at=func.date_trunc("day", func.now()))
        )
        await connection.execute(
            update(sessions)
            .where(sessions.c.id == session)
            .values(
                participant=nobody,
                address=None,
                follows=None,
                sealed_state=None,
                wake_at=None,
                started_at=func.date_trunc("day", sessions.c.started_at),
                updated_at=func.date_trunc("day", sessions.c.updated_at),
            )
        )
        await connection.execute(update(sessions).where(sessions.c.follows == session).values(follows=None))
        for table, moment in (
            (consents, "answered_at"),
            (consents, "withdrawn_at"),
            (answers, "answered_at"),
        ):
            await connection.execute(
                update(table)
                .where(table.c.session == session)
                .values({moment: func.date_trunc("day", table.c[moment])})
            )
        await connection.execute(
            update(consents).where(consents.c.session == session).values(participant=nobody)
        )
        fresh = {"code": make_code()} if wholly else {}
        await connection.execute(
            update(story_table)
            .where(story_table.c.session == session)
            .values(confirmed_at=func.date_trunc("day", story_table.c.confirmed_at), **fresh)
        )
    uncounted = or_(answers.c.superseded, answers.c.sealed_text.is_not(None))
    await _delete(connection, erased, answers, answers.c.session.in_(kept), uncounted)
    erased.counts["stories_detached"] += len(kept)
    return kept


async def erase_told(
    connection: AsyncConnection, vault: Vault, whose: Sequence[UUID], erased: Erased
) -> None:
    """Erase what was told in some sessions: stories, answers, recordings with texts, photos, findings."""
    await erase_files(connection, vault, whose, erased)
    asked = select(searches.c.id).where(searches.c.session.in_(whose))
    await _erase_jobs(connection, jobs.c.subject.in_(asked), erased)
    for table in (searches, findings, answers, story_table):
        await _delete(connection, erased, table, table.c.session.in_(whose))


async def erase_files(
    connection: AsyncConnection, vault: Vault, whose: Sequence[UUID], erased: Erased
) -> None:
    """Erase recordings with their texts, photos, and the jobs on them, of some sessions."""
    for session in whose:
        erased.media += await recordings.list_media(connection, vault, session)
        erased.media += await photos.list_media(connection, vault, session)
    sounds = select(recording_table.c.id).where(recording_table.c.session.in_(whose))
    pictures = select(photo_table.c.id).where(photo_table.c.session.in_(whose))
    pieces = select(recording_pieces.c.id).where(recording_pieces.c.recording.in_(sounds))
    worked = or_(*(jobs.c.subject.in_(each) for each in (sounds, pieces, pictures)))
    await _erase_jobs(connection, worked, erased)
    await _delete(connection, erased, transcripts, transcripts.c.recording.in_(sounds))
    await _delete(connection, erased, recording_table, recording_table.c.session.in_(whose))
    await _delete(connection, erased, photo_table, photo_table.c.session.in_(whose))


async def erase_data_files(connection: AsyncConnection, which: ColumnElement[bool], erased: Erased) -> None:
    """Erase files with all that is held of people, and the jobs that make them."""
    made = await data_files.list_media(connection, which)
    erased.media += made
    wanted = select(data_file_table.c.id).where(which)
    await _erase_jobs(connection, jobs.c.subject.in_(wanted), erased)
    await _delete(connection, erased, data_file_table, which)


async def erase_address(connection: AsyncConnection, vault: Vault, address: UUID, erased: Erased) -> None:
    """Erase a way to reach a person, with all messages there; what they told stays."""
    await erase_data_files(connection, data_file_table.c.address == address, erased)
    await _erase_messages(connection, vault, address, erased, all_shown=True)
    await _delete(connection, erased, addresses, addresses.c.id == address)


async def _erase_messages(
    connection: AsyncConnection, vault: Vault, address: UUID, erased: Erased, *, all_shown: bool
) -> None:
    """Erase what came from and went to an address; what is shown there but its last message, or all."""
    await _delete(connection, erased, outbox, outbox.c.address == address)
    erased.counts["chat_messages"] += await chat_messages.forget_shown(connection, address, whole=all_shown)
    found = await connection.execute(select(addresses).where(addresses.c.id == address))
    row = found.one()
    value = vault.open(row.sealed).decode()
    for token in {row.token, *vault.list_tokens(row.channel, value)}:
        erased.counts["updates"] += await inbox.forget_chat(connection, token, f"{row.channel}:{value}")


async def _erase_jobs(connection: AsyncConnection, which: ColumnElement[bool], erased: Erased) -> None:
    gone = await connection.execute(delete(jobs).where(which).returning(jobs.c.queue, jobs.c.id))
    rows: Sequence[Any] = gone.all()
    erased.jobs += [(row.queue, row.id) for row in rows]
    erased.counts["jobs"] += len(rows)


async def _delete(
    connection: AsyncConnection, erased: Erased, table: Table, *which: ColumnElement[bool]
) -> None:
    erased.counts[table.name] += (await connection.execute(delete(table).where(*which))).rowcount
