"""Flows as published: every version kept for ever, the newest current, the codebook beside them."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, Text, func, insert, literal, null, select, union_all, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.checking.changes import find_changes
from flows.errors import ChangedFlowError, FlowError, FlowFileError
from flows.file import load_flow
from flows.flow import Flow
from storage.codebook import write_codebook
from storage.flow_shelf import write_body
from storage.tables import entries, flow_versions, flows


@dataclass(frozen=True, slots=True)
class Published:
    """A flow version in the database; `new` tells a fresh publication from one that was there already."""

    flow: Flow
    version: int
    new: bool = False


Origin = Literal["catalogue", "file"]
"""Where a version came from: with this project, or from a file an admin published."""

Reason = Literal["usual", "named", "entry", "word", "last"]
"""Why a flow may be the one to begin."""

_CURRENT = select(flows.c.flow, flows.c.current_version)
_BY_ENTRY = select(flows.c.flow, flows.c.current_version, entries.c.code, entries.c.language).join(
    entries, entries.c.flow == flows.c.flow
)


async def publish_flow(
    connection: AsyncConnection,
    flow: Flow,
    source: str,
    origin: Origin = "file",
    *,
    accept_changes: bool = False,
) -> Published:
    """Publish a flow as a new version; the same source as the current version changes nothing.

    The catalogue never takes the place of a version that an admin published. Raises ChangedFlowError when
    a file would break what readers have of the current version, unless the changes are accepted.
    """
    fingerprint = hashlib.sha256(source.encode()).hexdigest()
    await connection.execute(
        upsert(flows)
        .values(flow=flow.flow, current_version=0, published_at=func.clock_timestamp())
        .on_conflict_do_nothing(index_elements=[flows.c.flow])
    )
    held = await connection.execute(
        select(flows.c.current_version).where(flows.c.flow == flow.flow).with_for_update()
    )
    current = held.scalar_one()
    if current:
        held_now = select(flow_versions.c.fingerprint, flow_versions.c.origin, flow_versions.c.source).where(
            flow_versions.c.flow == flow.flow, flow_versions.c.version == current
        )
        now = (await connection.execute(held_now)).one()
        if now.fingerprint == fingerprint or (origin == "catalogue" and now.origin == "file"):
            return Published(flow, current)
        if origin == "file" and not accept_changes:
            _refuse_changes(now.source, flow, source)
    elif origin == "file":
        await _refuse_entry(connection, flow.flow)
    newest = await connection.execute(
        select(func.coalesce(func.max(flow_versions.c.version), 0)).where(flow_versions.c.flow == flow.flow)
    )
    version = newest.scalar_one() + 1
    await connection.execute(
        insert(flow_versions).values(
            flow=flow.flow,
            version=version,
            source=source,
            body=write_body(flow),
            fingerprint=fingerprint,
            origin=origin,
        )
    )
    keywords = [fold_word(keyword) for keyword in flow.keywords]
    await connection.execute(
        update(flows)
        .where(flows.c.flow == flow.flow)
        .values(current_version=version, keywords=keywords, languages=list(flow.languages))
    )
    await write_codebook(connection, flow, version)
    return Published(flow, version, new=True)


def _refuse_changes(old_source: str, flow: Flow, source: str) -> None:
    """Raise ChangedFlowError when the new file breaks what the current version promised."""
    with suppress(FlowFileError):  # published by another release, in a form that is known no more
        old = load_flow(old_source, flow.flow)
        if changes := find_changes(old, flow, source, f"{flow.flow}.yaml"):
            raise ChangedFlowError(changes)


async def _refuse_entry(connection: AsyncConnection, code: str) -> None:
    """Raise FlowError when there is an entry point with this code."""
    found = await connection.execute(select(entries.c.code).where(entries.c.code == code))
    if found.first() is not None:
        raise FlowError(f"There is an entry point {code} already; give the flow another code.")


def fold_word(word: str) -> str:
    """A keyword, or what somebody typed, in the one form in which they are compared."""
    return word.strip().casefold()


@dataclass(frozen=True, slots=True)
class Current:
    """A flow as far as choosing one needs it: its code and its current version.

    `entry` is the code of the entry point that leads to it, `language` the one which that sets.
    """

    flow: str
    version: int
    entry: str | None = None
    language: str | None = None


async def find_current(connection: AsyncConnection, flow: str) -> Current | None:
    """The current version of a flow; None when there is no such flow."""
    row = (await connection.execute(_CURRENT.where(flows.c.flow == flow))).first()
    return Current(row.flow, row.current_version) if row else None


async def find_candidates(
    connection: AsyncConnection,
    *,
    named: str | None,
    word: str | None,
    last: str | None,
    entry: str | None = None,
) -> dict[Reason, Current]:
    """The flows a message may begin, in one small query: none is read, and it matters not how many there are.

    The one a link names, the one an open entry point leads to, the first one that has this word as keyword,
    the one the person was last in, and the usual one: the first published. A reason for which there is none
    is left out.
    """
    usual = _CURRENT.order_by(flows.c.published_at, flows.c.flow).limit(1)
    wanted: list[tuple[Reason, Select[Any, Any]]] = [("usual", usual)]
    if named is not None:
        wanted.append(("named", _CURRENT.where(flows.c.flow == named)))
    if word:
        wanted.append(("word", usual.where(flows.c.keywords.contains([fold_word(word)]))))
    if last is not None:
        wanted.append(("last", _CURRENT.where(flows.c.flow == last)))
    none = null().cast(Text)
    each = [
        select(literal(reason).label("reason"), found.subquery(), none.label("code"), none.label("language"))
        for reason, found in wanted  # one row at most of each
    ]
    if entry is not None:
        open_one = _BY_ENTRY.where(entries.c.code == entry, entries.c.active)
        each.append(select(literal("entry"), open_one.subquery()))
    rows = (await connection.execute(union_all(*each))).all()
    return {row.reason: Current(row.flow, row.current_version, row.code, row.language) for row in rows}


async def list_current(connection: AsyncConnection) -> list[Current]:
    """All flows with their current versions, the first published first."""
    rows = await connection.execute(_CURRENT.order_by(flows.c.published_at, flows.c.flow))
    return [Current(row.flow, row.current_version) for row in rows.all()]


async def list_languages(connection: AsyncConnection) -> dict[str, tuple[str, ...]]:
    """The languages of all flows, the first published first; of each flow its fallback first."""
    statement = select(flows.c.flow, flows.c.languages).order_by(flows.c.published_at, flows.c.flow)
    return {row.flow: tuple(row.languages) for row in (await connection.execute(statement)).all()}


async def read_source(connection: AsyncConnection, flow: str) -> str | None:
    """The file of a flow's current version; None when there is no such flow."""
    statement = (
        select(flow_versions.c.source)
        .join(flows, flows.c.flow == flow_versions.c.flow)
        .where(flows.c.flow == flow, flow_versions.c.version == flows.c.current_version)
    )
    return (await connection.execute(statement)).scalar_one_or_none()
