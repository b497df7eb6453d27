"""Searches for names in what was told: what is to be searched, what was found, what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.deidentification import NAMELESS, KeptFinding, SearchedText
from flows.values import read_value, write_value
from storage.tables import answers, findings, jobs, searches, sessions
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Search:
    """One search: its session and number there, the language spoken, the story as told ("" without one)."""

    id: UUID
    session: UUID
    number: int
    language: str
    story: str


_FIND = (
    select(searches, sessions.c.language)
    .join(sessions, sessions.c.id == searches.c.session)
    .where(searches.c.id == bindparam("search"))
)


async def add_search(
    connection: AsyncConnection, vault: Vault, session: UUID, number: int, story: str
) -> UUID:
    """Keep what is to be searched; answers its id. The same number twice is the same search."""
    statement = (
        upsert(searches)
        .values(id=uuid4(), session=session, number=number, sealed_story=vault.seal(story.encode()))
        .on_conflict_do_update(
            index_elements=[searches.c.session, searches.c.number],
            set_={"sealed_story": vault.seal(story.encode())},
        )
        .returning(searches.c.id)
    )
    return (await connection.execute(statement)).scalar_one()


async def find_search(connection: AsyncConnection, vault: Vault, search: UUID) -> Search | None:
    """A search; None when what it was for is gone."""
    row = (await connection.execute(_FIND, {"search": search})).first()
    return _read(vault, row) if row is not None else None


async def is_search(connection: AsyncConnection, job: UUID) -> bool:
    """Whether a job is about a search."""
    statement = select(searches.c.id).join(jobs, jobs.c.subject == searches.c.id).where(jobs.c.id == job)
    return (await connection.execute(statement)).first() is not None


async def list_texts(connection: AsyncConnection, vault: Vault, search: Search) -> list[SearchedText]:
    """All that is to be searched: the story, where there is one, and the answers in own words that count."""
    statement = (
        select(answers.c.id, answers.c.question, answers.c.sealed_text)
        .where(
            answers.c.session == search.session,
            answers.c.sealed_text.is_not(None),
            answers.c.kind.not_in(NAMELESS),
            ~answers.c.superseded,
        )
        .order_by(answers.c.id)
    )
    given = [
        SearchedText(str(row.id), row.question, vault.open(row.sealed_text).decode())
        for row in (await connection.execute(statement)).all()
    ]
    return [*([SearchedText("", "", search.story)] if search.story else []), *given]


async def note_found(
    connection: AsyncConnection, vault: Vault, search: UUID, texts: Sequence[SearchedText]
) -> bool:
    """Keep what was found. Answers False when the search is gone."""
    body = vault.seal_json({"texts": [write_value(text) for text in texts]})
    statement = (
        update(searches).where(searches.c.id == search).values(sealed_found=body).returning(searches.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def read_found(
    connection: AsyncConnection, vault: Vault, search: UUID
) -> tuple[Search, tuple[SearchedText, ...]] | None:
    """A search with what it found; None when it is gone, or nothing was handed back yet."""
    row = (await connection.execute(_FIND, {"search": search})).first()
    if row is None or row.sealed_found is None:
        return None
    texts: list[Mapping[str, Any]] = vault.open_json(row.sealed_found)["texts"]
    return _read(vault, row), tuple(read_value(SearchedText, text) for text in texts)


async def forget_searches(connection: AsyncConnection, session: UUID) -> None:
    """What was searched, and the words that were found, are needed no more."""
    await connection.execute(delete(searches).where(searches.c.session == session))


async def add_findings(connection: AsyncConnection, session: UUID, found: Sequence[KeptFinding]) -> None:
    """Keep why each mark stands in a story, without the words it stands for."""
    if found:
        rows = [{"session": session, **write_value(each)} for each in found]
        await connection.execute(insert(findings), rows)


async def list_findings(connection: AsyncConnection, session: UUID) -> list[KeptFinding]:
    """Why each mark stands in a story, in their order."""
    statement = select(findings).where(findings.c.session == session).order_by(findings.c.id)
    return [
        KeptFinding(row.question, row.mark, row.kind, row.rule, row.source, row.state)
        for row in (await connection.execute(statement)).all()
    ]


def _read(vault: Vault, row: Row[Any]) -> Search:
    return Search(row.id, row.session, row.number, row.language, vault.open(row.sealed_story).decode())
