"""Of each kind of data, how what is older than a moment is found, and how it goes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import erasing
from storage.erasing import Erased
from storage.tables import (
    addresses,
    chat_messages,
    data_files,
    erasures,
    jobs,
    outbox,
    photos,
    recordings,
    sessions,
    stories,
    transcripts,
)
from storage.tables import inbox as inbox_table
from storage.vault import Vault

_GONE: Final = {"source": "gone", "reference": ""}
"""Where the sound of a voice message was, once it is kept no longer."""


_Find = Callable[[datetime], Select[*tuple[Any, ...]]]
_Erase = Callable[[AsyncConnection, Vault, Sequence[Any], Erased], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rule:
    """How rows older than a moment are found (the key in table `of`), and how they go."""

    of: Table
    find: _Find
    erase: _Erase


def _find_recordings(before: datetime) -> Select[*tuple[Any, ...]]:
    held = recordings.c.bytes.is_distinct_from(0)
    worked_on = exists().where(jobs.c.subject == recordings.c.id, jobs.c.state.in_(("waiting", "running")))
    return select(recordings.c.id).where(recordings.c.created_at < before, held, ~worked_on)


async def _erase_recordings(
    connection: AsyncConnection, vault: Vault, found: Sequence[UUID], erased: Erased
) -> None:
    """The sound goes, and where the platform has it; that there was a recording stays, with its text."""
    held = select(recordings.c.media).where(recordings.c.id.in_(found), recordings.c.media.is_not(None))
    erased.media += (await connection.execute(held)).scalars()
    await connection.execute(
        update(recordings)
        .where(recordings.c.id.in_(found))
        .values(media=None, bytes=0, sealed_source=vault.seal_json(_GONE))
    )


def _find_photos(before: datetime) -> Select[*tuple[Any, ...]]:
    held = or_(photos.c.media.is_not(None), photos.c.sealed_source.is_not(None))
    return select(photos.c.id).where(photos.c.created_at < before, held, photos.c.state != "waiting")


async def _erase_photos(
    connection: AsyncConnection, vault: Vault, found: Sequence[UUID], erased: Erased
) -> None:
    del vault
    held = select(photos.c.media).where(photos.c.id.in_(found), photos.c.media.is_not(None))
    erased.media += (await connection.execute(held)).scalars()
    bare = {"media": None, "sealed_source": None, "width": None, "height": None}
    await connection.execute(update(photos).where(photos.c.id.in_(found)).values(bare))


def _find_links(before: datetime) -> Select[*tuple[Any, ...]]:
    """Sessions of confirmed stories that still lead to a person, and wait for nothing more."""
    other = sessions.alias()
    others = exists().where(other.c.participant == sessions.c.participant, other.c.id != sessions.c.id)
    return (
        select(sessions.c.id)
        .join(stories, stories.c.session == sessions.c.id)
        .where(
            stories.c.complete,
            stories.c.confirmed_at < before,
            or_(sessions.c.address.is_not(None), others),
            sessions.c.wake_at.is_(None),
        )
    )


async def _erase_links(
    connection: AsyncConnection, vault: Vault, found: Sequence[UUID], erased: Erased
) -> None:
    await erasing.detach_stories(connection, vault, found, erased, wholly=False)


def _find_told(*, complete: bool) -> Callable[[datetime], Select[*tuple[Any, ...]]]:
    def find(before: datetime) -> Select[*tuple[Any, ...]]:
        old = stories.c.confirmed_at < before
        return select(stories.c.session).where(stories.c.complete.is_(complete), old)

    return find


async def _erase_told(
    connection: AsyncConnection, vault: Vault, found: Sequence[UUID], erased: Erased
) -> None:
    await erasing.erase_told(connection, vault, found, erased)


def _find_bare_sessions(before: datetime) -> Select[*tuple[Any, ...]]:
    """Sessions that ended, wait for nothing, and of which nothing told is kept."""
    told = exists().where(stories.c.session == sessions.c.id)
    over = (sessions.c.status != "open") & sessions.c.wake_at.is_(None)
    return select(sessions.c.id).where(over, sessions.c.updated_at < before, ~told)


async def _erase_sessions(
    connection: AsyncConnection, vault: Vault, found: Sequence[UUID], erased: Erased
) -> None:
    await erasing.erase_told(connection, vault, found, erased)
    await connection.execute(delete(sessions).where(sessions.c.id.in_(found)))


def _find_shown(before: datetime) -> Select[*tuple[Any, ...]]:
    """Messages of web chats, but for the last one of each: from its number the next ones go on."""
    later = chat_messages.alias()
    followed = exists().where(later.c.address == chat_messages.c.address, later.c.n > chat_messages.c.n)
    old = chat_messages.c.created_at < before
    return select(chat_messages.c.address, chat_messages.c.n).where(old, followed)


async def _erase_shown(
    connection: AsyncConnection, vault: Vault, found: Sequence[tuple[UUID, int]], erased: Erased
) -> None:
    del vault, erased
    key = tuple_(chat_messages.c.address, chat_messages.c.n)
    await connection.execute(delete(chat_messages).where(key.in_(found)))


def _find_addresses(before: datetime) -> Select[*tuple[Any, ...]]:
    """Addresses without contact since, in no conversation that goes on or is to go on."""
    open_still = exists().where(
        sessions.c.address == addresses.c.id,
        or_(sessions.c.status == "open", sessions.c.wake_at.is_not(None), sessions.c.updated_at >= before),
    )
    waits = exists().where(
        outbox.c.address == addresses.c.id,
        or_(outbox.c.state.in_(("ready", "sending", "held")), outbox.c.created_at >= before),
    )
    heard = func.greatest(addresses.c.created_at, addresses.c.heard_at, addresses.c.stopped_at)
    unheard = exists().where(inbox_table.c.chat == addresses.c.token, inbox_table.c.state == "new")
    idle = (heard < before) & addresses.c.erase_at.is_(None)
    return select(addresses.c.id).where(idle, ~open_still, ~waits, ~unheard)


async def _erase_addresses(
    connection: AsyncConnection, vault: Vault, found: Sequence[UUID], erased: Erased
) -> None:
    for address in found:
        await erasing.erase_address(connection, vault, address, erased)


def _find_rows(table: Table, since: ColumnElement[Any], *which: ColumnElement[bool]) -> _Find:
    def find(before: datetime) -> Select[*tuple[Any, ...]]:
        return select(next(iter(table.primary_key))).where(since < before, *which)

    return find


def _erase_rows(table: Table) -> _Erase:
    async def erase(connection: AsyncConnection, vault: Vault, found: Sequence[Any], erased: Erased) -> None:
        del vault, erased
        await connection.execute(delete(table).where(next(iter(table.primary_key)).in_(found)))

    return erase


async def _erase_dead_updates(
    connection: AsyncConnection, vault: Vault, found: Sequence[int], erased: Erased
) -> None:
    """The key stays as long as any, so that no platform brings it again."""
    del vault, erased
    bare = {"state": "done", "sealed_raw": None, "chat": "", "error": None, "done_at": func.now()}
    await connection.execute(update(inbox_table).where(inbox_table.c.id.in_(found)).values(bare))


async def _erase_data_files(
    connection: AsyncConnection, vault: Vault, found: Sequence[UUID], erased: Erased
) -> None:
    del vault
    await erasing.erase_data_files(connection, data_files.c.id.in_(found), erased)


_MADE = func.coalesce(data_files.c.made_at, data_files.c.asked_at)
_ENDED = jobs.c.state.in_(("done", "failed"))

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "recordings": (Rule(recordings, _find_recordings, _erase_recordings),),
    "transcripts": (
        Rule(transcripts, _find_rows(transcripts, transcripts.c.created_at), _erase_rows(transcripts)),
    ),
    "photos": (Rule(photos, _find_photos, _erase_photos),),
    "link": (Rule(sessions, _find_links, _erase_links),),
    "unfinished": (Rule(stories, _find_told(complete=False), _erase_told),),
    "stories": (Rule(stories, _find_told(complete=True), _erase_told),),
    "consents": (Rule(sessions, _find_bare_sessions, _erase_sessions),),
    "chat": (Rule(chat_messages, _find_shown, _erase_shown),),
    "addresses": (Rule(addresses, _find_addresses, _erase_addresses),),
    "messages": (
        Rule(outbox, _find_rows(outbox, outbox.c.sent_at, outbox.c.state == "sent"), _erase_rows(outbox)),
    ),
    "dead_letters": (
        Rule(outbox, _find_rows(outbox, outbox.c.created_at, outbox.c.state == "dead"), _erase_rows(outbox)),
        Rule(
            inbox_table,
            _find_rows(inbox_table, inbox_table.c.received_at, inbox_table.c.state == "dead"),
            _erase_dead_updates,
        ),
    ),
    "jobs": (Rule(jobs, _find_rows(jobs, jobs.c.done_at, _ENDED), _erase_rows(jobs)),),
    "data_files": (Rule(data_files, _find_rows(data_files, _MADE), _erase_data_files),),
    "erasures": (Rule(erasures, _find_rows(erasures, erasures.c.erased_at), _erase_rows(erasures)),),
}
"""How each kind goes."""
