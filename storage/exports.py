"""Reading the reader views row by row, as any reader may: the one source of every export."""

from collections.abc import AsyncGenerator
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from storage.database import Database

QUERIES: dict[str, str] = {
    "stories": "select * from reader.stories_v1 order by told_on, story_id",
    "answers": "select * from reader.answers_v1 order by story_id, question, part",
    "codebook": """
        select question.*, option.code, option.label
        from reader.questions_v1 as question
        left join reader.options_v1 as option using (flow, flow_version, language, question)
        order by flow, flow_version, language, question.place, option.place
    """,
}
"""What can be exported, as a reader would ask for it."""

Cell = str | int | float | bool | Decimal | date | UUID | list[str] | None


async def read_rows(database: Database, what: str) -> AsyncGenerator[list[Cell]]:
    """The rows of an export; the first is the names of the columns. Memory stays flat."""
    async with database.reading() as connection:
        result = await connection.stream(text(QUERIES[what]))
        yield list(result.keys())
        async for row in result:
            yield list(row)
