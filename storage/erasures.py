"""The log of what was erased: what kind, when, at whose wish and how much; nothing of what it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import erasures

Kind = Literal["story", "everything", "anonymised", "outdated"]
"""One story; all of a person; the same, but their stories stayed; what was kept for long enough."""

AskedBy = Literal["teller", "operator", "retention"]


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line of the log; `counts` says how many rows of each kind of data went."""

    code: str
    kind: Kind
    asked_by: AskedBy
    counts: Mapping[str, int]
    erased_at: datetime


async def log_erasure(
    connection: AsyncConnection, code: str, kind: Kind, asked_by: AskedBy, counts: Mapping[str, int]
) -> None:
    """Write down an erasure, in its own transaction; counts under the same code add up."""
    held = select(erasures.c.counts).where(erasures.c.code == code).with_for_update()
    before: dict[str, int] = (await connection.execute(held)).scalar_one_or_none() or {}
    whole = {what: before.get(what, 0) + counts.get(what, 0) for what in {*before, *counts}}
    row = {"code": code, "kind": kind, "asked_by": asked_by}
    row["counts"] = {what: count for what, count in sorted(whole.items()) if count}  # pyright: ignore[reportArgumentType]  # JSON
    statement = upsert(erasures).values(**row)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[erasures.c.code], set_={"counts": row["counts"]})
    )


async def find_erasure(connection: AsyncConnection, code: str) -> Erasure | None:
    """The erasure with this code; None when there was none."""
    row = (await connection.execute(select(erasures).where(erasures.c.code == code))).first()
    return _read(row) if row else None


async def list_erasures(connection: AsyncConnection, since: datetime | None = None) -> list[Erasure]:
    """All erasures, or those since a moment, the oldest first."""
    statement = select(erasures).order_by(erasures.c.erased_at, erasures.c.code)
    if since is not None:
        statement = statement.where(erasures.c.erased_at >= since)
    return [_read(row) for row in (await connection.execute(statement)).all()]


def _read(row: Row[Any]) -> Erasure:
    return Erasure(row.code, row.kind, row.asked_by, row.counts, row.erased_at)
