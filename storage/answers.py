"""Answers: appended, never overwritten; free text sealed until the story is confirmed."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import Insert, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.deidentification import NAMELESS, KeptText
from flows.turn import AnswerGiven, Part
from storage.rows import list_rows, number_values
from storage.tables import answers
from storage.vault import Vault

_WITHDRAW = (
    update(answers)
    .where(
        answers.c.session == bindparam("whose"),
        answers.c.question == bindparam("asked"),
        ~answers.c.superseded,
    )
    .values(superseded=True)
)

_COLUMNS = (
    *("session", "question", "kind", "status", "part", "code", "number", "sealed_text", "x", "y"),
    *("input_method", "shown"),
)


@cache
def _write_add(parts: int) -> Insert:
    """The statement that records an answer of so many parts in the place of an earlier one."""
    given = list_rows(answers, _COLUMNS, parts)
    rows = select(*(given.c[name] for name in _COLUMNS)).order_by(given.c.place)
    return insert(answers).from_select(_COLUMNS, rows).add_cte(_WITHDRAW.cte("earlier"))


async def add_answer(connection: AsyncConnection, vault: Vault, session: UUID, answer: AnswerGiven) -> None:
    """Record an answer, one row a part; an earlier answer to the same question is superseded, not lost."""
    rows = [
        {
            "session": session,
            "question": answer.question,
            "kind": answer.kind,
            "status": answer.status,
            "part": part.part,
            "code": part.code,
            "number": part.number,
            "sealed_text": vault.seal(part.text.encode()) if part.text else None,
            "x": part.x,
            "y": part.y,
            "input_method": answer.input_method,
            "shown": list(answer.shown),
        }
        for part in answer.parts or (Part(),)
    ]
    values = {"whose": session, "asked": answer.question, **number_values(rows)}
    await connection.execute(_write_add(len(rows)), values)


async def withdraw_answer(connection: AsyncConnection, session: UUID, question: str) -> None:
    """The answers to a question count no more; they are superseded, not lost."""
    await connection.execute(_WITHDRAW, {"whose": session, "asked": question})


async def open_texts(
    connection: AsyncConnection, vault: Vault, session: UUID, kept: Sequence[KeptText]
) -> None:
    """The story is confirmed: its free texts may be read from now on, as they are kept, by their ids.

    Days name nobody and are opened as they are. A text in which no names were looked for stays sealed, and
    so does what was superseded.
    """
    words = {text.key: text.text for text in kept}
    statement = select(answers.c.id, answers.c.kind, answers.c.sealed_text).where(
        answers.c.session == session, answers.c.sealed_text.is_not(None), ~answers.c.superseded
    )
    for row in (await connection.execute(statement)).all():
        text = vault.open(row.sealed_text).decode() if row.kind in NAMELESS else words.get(str(row.id))
        if text is not None:
            await connection.execute(
                update(answers).where(answers.c.id == row.id).values(text=text, sealed_text=None)
            )
