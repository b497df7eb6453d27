"""Stories that wait for a facilitator: what they say, words taken out, and letting readers see them."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.deidentification import BY_HAND, NAMELESS, SearchedText, take_words_out
from storage.tables import answers, findings, stories

_NUMBERED = re.compile(r"\[weggehaald (\d+)\]")

_STORY, _TITLE = "story", "title"
"""Keys of the texts that stand in the story's own row; those of answers are their ids."""


@dataclass(frozen=True, slots=True)
class KeptStory:
    """A confirmed story; `held` as long as no facilitator has released it."""

    session: UUID
    code: str
    flow: str
    told_on: date
    words: int
    held: bool


async def find_story(connection: AsyncConnection, code: str) -> KeptStory | None:
    """The confirmed story with this code, in any case; None when there is none."""
    rows = await _find(connection, stories.c.code == code.strip().upper())
    return rows[0] if rows else None


async def list_held(connection: AsyncConnection) -> list[KeptStory]:
    """All stories that wait for a facilitator, the oldest first."""
    return await _find(connection, stories.c.held)


async def read_texts(connection: AsyncConnection, session: UUID) -> list[SearchedText]:
    """All words of a kept story as they are kept: title, story, answers; `question` says which."""
    row = (
        await connection.execute(select(stories.c.title, stories.c.story).where(stories.c.session == session))
    ).one()
    given = (
        await connection.execute(
            select(answers.c.id, answers.c.question, answers.c.text)
            .where(
                answers.c.session == session,
                answers.c.text.is_not(None),
                answers.c.kind.not_in(NAMELESS),
                ~answers.c.superseded,
            )
            .order_by(answers.c.id)
        )
    ).all()
    own = ((_TITLE, row.title), (_STORY, row.story))
    return [
        *(SearchedText(key, key, text) for key, text in own if text),
        *(SearchedText(str(each.id), each.question, each.text) for each in given),
    ]


async def take_out(connection: AsyncConnection, session: UUID, words: str) -> bool:
    """Put a mark in the place of some words wherever they stand; answers False when they stand nowhere."""
    texts = await read_texts(connection, session)
    numbers = [int(number) for text in texts for number in _NUMBERED.findall(text.text)]
    mark = f"[weggehaald {max(numbers, default=0) + 1}]"
    after = {text.key: take_words_out(text.text, words, mark) for text in texts}
    changed = {text.key: after[text.key] for text in texts if after[text.key] != text.text}
    if not changed:
        return False
    for key, text in changed.items():
        if key in (_TITLE, _STORY):
            await connection.execute(update(stories).where(stories.c.session == session).values({key: text}))
        else:
            whose = (answers.c.id == int(key), answers.c.session == session)
            await connection.execute(update(answers).where(*whose).values(text=text))
    why = {"rule": "taken out by a facilitator", "source": "", "state": "by_facilitator"}
    await connection.execute(
        insert(findings).values(session=session, question="", mark=mark, kind=BY_HAND, **why)
    )
    return True


async def release(connection: AsyncConnection, session: UUID) -> bool:
    """Let readers see a story; answers False when they already did."""
    statement = (
        update(stories)
        .where(stories.c.session == session, stories.c.held)
        .values(held=False)
        .returning(stories.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def _find(connection: AsyncConnection, which: ColumnElement[bool]) -> list[KeptStory]:
    statement = (
        select(stories).where(which, stories.c.complete).order_by(stories.c.confirmed_at, stories.c.code)
    )
    return [
        KeptStory(row.session, row.code, row.flow, row.told_on, row.words, row.held)
        for row in (await connection.execute(statement)).all()
    ]
