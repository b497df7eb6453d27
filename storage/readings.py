"""Readings: sound of fixed texts, recorded by people or made by a program; found by the text it speaks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import readings


@dataclass(frozen=True, slots=True)
class Reading:
    """Sound that a person recorded for a step; `digest` is of the text that it speaks, `size` in bytes."""

    flow: str
    step: str
    language: str
    digest: str
    media: str
    size: int
    made_at: datetime


def digest_text(text: str) -> str:
    """What a text is known by: 64 hex digits; spaces and ends of lines make no difference."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


async def find_reading(connection: AsyncConnection, language: str, digest: str, voice: str) -> str | None:
    """The id in the media store of sound that speaks a text; a person's goes before that of `voice`."""
    statement = (
        select(readings.c.media)
        .where(readings.c.language == language, readings.c.digest == digest)
        .where((readings.c.origin == "recorded") | (readings.c.voice == voice))
        .order_by(readings.c.origin.desc(), readings.c.id.desc())
        .limit(1)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def has_recorded(connection: AsyncConnection, flow: str, language: str) -> bool:
    """Whether a person recorded anything of a flow in a language."""
    statement = select(readings.c.id).where(
        readings.c.origin == "recorded", readings.c.flow == flow, readings.c.language == language
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def list_recorded(connection: AsyncConnection, flow: str | None = None) -> Sequence[Reading]:
    """What people recorded, by flow, step and language."""
    statement = select(readings).where(readings.c.origin == "recorded")
    if flow is not None:
        statement = statement.where(readings.c.flow == flow)
    ordered = statement.order_by(readings.c.flow, readings.c.step, readings.c.language)
    return [
        Reading(row.flow, row.step, row.language, row.digest, row.media, row.bytes, row.made_at)
        for row in (await connection.execute(ordered)).all()
    ]


async def add_recorded(
    connection: AsyncConnection, *, flow: str, step: str, language: str, digest: str, media: str, size: int
) -> tuple[str, ...]:
    """Keep what a person recorded for a step, in place of what there was; answers media nobody needs now."""
    gone = await remove_recorded(connection, flow, step, language)
    row = {"flow": flow, "step": step, "language": language, "digest": digest, "media": media, "bytes": size}
    await connection.execute(insert(readings).values(origin="recorded", **row))
    return gone


async def remove_recorded(
    connection: AsyncConnection, flow: str, step: str, language: str
) -> tuple[str, ...]:
    """Forget what a person recorded for a step; answers the ids in the media store that nobody needs now."""
    statement = (
        delete(readings)
        .where(readings.c.origin == "recorded", readings.c.flow == flow)
        .where(readings.c.step == step, readings.c.language == language)
        .returning(readings.c.media)
    )
    return tuple((await connection.execute(statement)).scalars())


async def add_made(
    connection: AsyncConnection, *, language: str, digest: str, voice: str, media: str, size: int
) -> bool:
    """Keep what a program made of a text; False when it was there already, and this sound is not needed."""
    statement = (
        upsert(readings)
        .values(origin="made", language=language, digest=digest, voice=voice, media=media, bytes=size)
        .on_conflict_do_nothing()
        .returning(readings.c.id)
    )
    return (await connection.execute(statement)).first() is not None
