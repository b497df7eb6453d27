"""Flows as published: every version kept for ever, the newest current, the codebook beside them."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.file import read_flow
from flows.flow import Flow
from flows.kinds.choice import Choice
from flows.kinds.consent import Consent
from flows.kinds.step import Question, Setting
from flows.kinds.triad import Triad
from storage.errors import UnpublishedFlowError
from storage.tables import flow_options, flow_questions, flow_versions, flows


@dataclass(frozen=True, slots=True)
class Published:
    """A flow version in the database; `new` tells a fresh publication from one that was there already."""

    flow: Flow
    version: int
    new: bool = False


class FlowShelf:
    """Flow versions this process has read; a version never changes, so it is read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], Flow] = {}
        self._reading = asyncio.Lock()  # reading a flow takes a tenth of a second; do it once

    async def get(self, connection: AsyncConnection, flow: str, version: int) -> Flow:
        """One version of a flow. Raises UnpublishedFlowError."""
        if known := self._read.get((flow, version)):
            return known
        async with self._reading:
            if (flow, version) not in self._read:
                self._read[flow, version] = await self._load(connection, flow, version)
        return self._read[flow, version]

    async def _load(self, connection: AsyncConnection, flow: str, version: int) -> Flow:
        statement = select(flow_versions.c.source).where(
            flow_versions.c.flow == flow, flow_versions.c.version == version
        )
        source = (await connection.execute(statement)).scalar_one_or_none()
        if source is None:
            raise UnpublishedFlowError(f"Version {version} of flow '{flow}' is not published.")
        return read_flow(source, f"{flow} version {version}")

    async def list_current(self, connection: AsyncConnection) -> list[Published]:
        """The current version of every flow, the first published first."""
        rows = (
            await connection.execute(
                select(flows.c.flow, flows.c.current_version).order_by(flows.c.published_at, flows.c.flow)
            )
        ).all()
        return [
            Published(await self.get(connection, row.flow, row.current_version), row.current_version)
            for row in rows
        ]


Origin = Literal["catalogue", "file"]
"""Where a version came from: with this project, or from a file an admin published."""


async def publish_flow(
    connection: AsyncConnection, flow: Flow, source: str, origin: Origin = "file"
) -> Published:
    """Publish a flow as a new version; the same source as the current version changes nothing.

    The catalogue never takes the place of a version that an admin published.
    """
    fingerprint = hashlib.sha256(source.encode()).hexdigest()
    await connection.execute(
        upsert(flows)
        .values(flow=flow.flow, current_version=0)
        .on_conflict_do_nothing(index_elements=[flows.c.flow])
    )
    held = await connection.execute(
        select(flows.c.current_version).where(flows.c.flow == flow.flow).with_for_update()
    )
    current = held.scalar_one()
    if current:
        held_now = select(flow_versions.c.fingerprint, flow_versions.c.origin).where(
            flow_versions.c.flow == flow.flow, flow_versions.c.version == current
        )
        now = (await connection.execute(held_now)).one()
        if now.fingerprint == fingerprint or (origin == "catalogue" and now.origin == "file"):
            return Published(flow, current)
    newest = await connection.execute(
        select(func.coalesce(func.max(flow_versions.c.version), 0)).where(flow_versions.c.flow == flow.flow)
    )
    version = newest.scalar_one() + 1
    await connection.execute(
        insert(flow_versions).values(
            flow=flow.flow, version=version, source=source, fingerprint=fingerprint, origin=origin
        )
    )
    await connection.execute(update(flows).where(flows.c.flow == flow.flow).values(current_version=version))
    await _write_codebook(connection, flow, version)
    return Published(flow, version, new=True)


async def read_source(connection: AsyncConnection, flow: str) -> str | None:
    """The file of a flow's current version; None when there is no such flow."""
    statement = (
        select(flow_versions.c.source)
        .join(flows, flows.c.flow == flow_versions.c.flow)
        .where(flows.c.flow == flow, flow_versions.c.version == flows.c.current_version)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def _write_codebook(connection: AsyncConnection, flow: Flow, version: int) -> None:
    questions: list[dict[str, object]] = []
    options: list[dict[str, object]] = []
    for language in flow.languages:
        setting = Setting(language, flow.languages)
        here = {"flow": flow.flow, "version": version, "language": language}
        for place, question in enumerate(flow.questions, start=1):
            questions.append(
                {
                    **here,
                    "question": question.ask,
                    "place": place,
                    "kind": question.message_kind,
                    "wording": setting.word(question.text),
                    "allow": list(question.allow),
                }
            )
            options.extend(
                {**here, "question": question.ask, "place": number, "code": code, "label": label}
                for number, (code, label) in enumerate(_list_codes(question, setting), start=1)
            )
    await connection.execute(insert(flow_questions), questions)
    if options:
        await connection.execute(insert(flow_options), options)


def _list_codes(question: Question, setting: Setting) -> list[tuple[str, str]]:
    """The codes answers can hold, with their wording: options of a choice, corners of a triad."""
    match question:
        case Choice():
            return [(option.code, setting.word(option.label)) for option in question.options]
        case Triad(top=top, left=left, right=right):
            return [(corner.code, setting.word(corner.label)) for corner in (top, left, right)]
        case Consent(yes=yes, no=no):
            return [("yes", setting.word(yes)), ("no", setting.word(no))]
        case _:
            return []
