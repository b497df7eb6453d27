"""The consent ledger as it can be shown: who agreed to what, by random ids, with the text as it was asked."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.kinds.consent import Consent
from flows.kinds.step import Setting
from storage.flow_shelf import FlowShelf
from storage.tables import consents, sessions


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One answer to a consent. `withdrawn_at` since when it counts no more.

    `text`, `yes`, `no` and `more` are what was read then: the words of that version of the flow, in that
    language; "" where that version has no such question.
    """

    participant: UUID
    session: UUID
    flow: str
    flow_version: int
    question: str
    purpose: str
    version: str
    language: str
    given: bool
    answered_at: datetime
    withdrawn_at: datetime | None
    text: str
    yes: str
    no: str
    more: str


async def read_ledger(connection: AsyncConnection) -> AsyncGenerator[LedgerLine]:
    """The whole ledger, the oldest line first; memory stays flat."""
    statement = (
        select(consents, sessions.c.flow, sessions.c.version.label("flow_version"))
        .join(sessions, sessions.c.id == consents.c.session)
        .order_by(consents.c.id)
    )
    shelf = FlowShelf()
    last = -1
    while rows := (await connection.execute(statement.where(consents.c.id > last).limit(500))).all():
        for row in rows:
            flow = await shelf.get(connection, row.flow, row.flow_version)
            asked = flow.asked.get(row.question)
            setting = Setting(row.language, flow.languages)
            texts = (
                (asked.text, asked.yes, asked.no, asked.more) if isinstance(asked, Consent) else (None,) * 4
            )
            words = [setting.word(each) if each is not None else "" for each in texts]
            yield LedgerLine(
                row.participant,
                row.session,
                row.flow,
                row.flow_version,
                row.question,
                row.purpose,
                row.version,
                row.language,
                row.given,
                row.answered_at,
                row.withdrawn_at,
                *words,
            )
        last = rows[-1].id
