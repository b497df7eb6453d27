"""Answers: appended, never overwritten; free text sealed until the story is confirmed."""

from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.turn import AnswerGiven, Part
from storage.tables import answers
from storage.vault import Vault


async def add_answer(connection: AsyncConnection, vault: Vault, session: UUID, answer: AnswerGiven) -> None:
    """Record an answer, one row a part; an earlier answer to the same question is superseded, not lost."""
    await withdraw_answer(connection, session, answer.question)
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
    await connection.execute(insert(answers), rows)


async def withdraw_answer(connection: AsyncConnection, session: UUID, question: str) -> None:
    """The answers to a question count no more; they are superseded, not lost."""
    await connection.execute(
        update(answers)
        .where(answers.c.session == session, answers.c.question == question, ~answers.c.superseded)
        .values(superseded=True)
    )


async def open_texts(connection: AsyncConnection, vault: Vault, session: UUID) -> None:
    """The story is confirmed: its free texts may be read from now on; what was superseded stays sealed."""
    statement = select(answers.c.id, answers.c.sealed_text).where(
        answers.c.session == session, answers.c.sealed_text.is_not(None), ~answers.c.superseded
    )
    for row in (await connection.execute(statement)).all():
        await connection.execute(
            update(answers)
            .where(answers.c.id == row.id)
            .values(text=vault.open(row.sealed_text).decode(), sealed_text=None)
        )
