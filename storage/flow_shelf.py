"""Flow versions in memory: the few that were used last, read anew from the database when they are needed.

A version never changes, so what is on the shelf is never old. A shelf is small: with thousands of versions
in use, memory stays what it is, and a version that is not there costs a query and reading its JSON.
"""

import asyncio
import json
from collections import OrderedDict
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.file import read_flow
from flows.flow import Flow
from storage.errors import UnpublishedFlowError
from storage.tables import flow_versions

ROOM = 64
"""Versions on one shelf: some megabytes."""

_UNITS = (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60), ("minute", 1))


class FlowShelf:
    """The flow versions this process used last, `room` of them at most."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._read: OrderedDict[tuple[str, int], Flow] = OrderedDict()

    def __len__(self) -> int:
        return len(self._read)

    async def get(self, connection: AsyncConnection, flow: str, version: int) -> Flow:
        """One version of a flow. Raises UnpublishedFlowError."""
        key = (flow, version)
        known = self._read.get(key) or await _load(connection, flow, version)
        self._read[key] = known
        self._read.move_to_end(key)
        while len(self._read) > self._room:
            self._read.popitem(last=False)
        return known


def write_body(flow: Flow) -> str:
    """A flow as JSON: what its file says, by the keys of the file; `read_body` is its inverse."""
    return json.dumps(
        flow.model_dump(by_alias=True, exclude_unset=True),
        default=_write_value,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_body(body: str) -> Flow:
    """The flow that `write_body` wrote. Raises ValidationError when the format knows it no more."""
    return Flow.model_validate_json(body)


async def _load(connection: AsyncConnection, flow: str, version: int) -> Flow:
    held = flow_versions.c
    body = await connection.execute(select(held.body).where(held.flow == flow, held.version == version))
    written = body.scalar_one_or_none()
    if written is None:
        raise UnpublishedFlowError(f"Version {version} of flow '{flow}' is not published.")
    try:
        return read_body(written)
    except ValidationError:  # written by another release; the file itself is what was published
        source = await connection.execute(
            select(held.source).where(held.flow == flow, held.version == version)
        )
        return await asyncio.to_thread(read_flow, source.scalar_one(), f"{flow} version {version}")


def _write_value(value: object) -> str:
    """What JSON has no form for, as it is written in a flow file."""
    match value:
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            unit, size = next((unit, size) for unit, size in _UNITS if minutes % size == 0)
            return f"{minutes // size} {unit}s"
        case _:
            raise TypeError(f"{type(value).__name__} has no form in a flow file")
