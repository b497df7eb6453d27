"""All that is held of one conversation, unsealed, as plain JSON for its teller."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.session import load_session
from storage.tables import (
    answers,
    consents,
    entries,
    flow_options,
    flow_questions,
    photos,
    recordings,
    stories,
    transcripts,
)
from storage.vault import Vault

Held = dict[str, Any]
"""A JSON object; its keys are those of the tables, without what only the machine needs."""

Periods = Mapping[str, timedelta | None]
"""How long each kind of data is kept; None for ever."""


async def read_conversation(
    connection: AsyncConnection, vault: Vault, row: Row[Any], periods: Periods
) -> Held:
    """A session's row with all that belongs to it.

    `files` name what lies in the media store: `media` (its id), `name` and `mime`.
    """
    wording = await _read_wording(connection, flow_questions, row, ["question"], "wording")
    labels = await _read_wording(connection, flow_options, row, ["question", "code"], "label")
    files: list[Held] = []
    held: Held = {
        "flow": row.flow,
        "version": row.version,
        "language": row.language,
        "channel": row.channel,
        "status": row.status,
        "started": write_plain(row.started_at),
        "last_change": write_plain(row.updated_at),
        "entry_point": await _read_entry(connection, row.entry),
        "consents": await _read_consents(connection, row.id, wording),
        "answers": await _read_answers(connection, vault, row.id, wording, labels),
        "story": await _read_story(connection, vault, row.id, periods),
        "recordings": await _read_recordings(connection, vault, row.id, periods, files),
        "photos": await _read_photos(connection, row.id, periods, files),
        "files": files,
    }
    if row.sealed_state is not None:
        state = load_session(vault.open(row.sealed_state))
        held["not_confirmed_yet"] = {
            "story": state.story.text,
            "put_aside": "\n\n".join(part.text for part in state.story.previous if part.text),
            "answers": {question: list(values) for question, values in state.remembered.items()},
        }
    return held


async def _read_wording(
    connection: AsyncConnection, table: Table, session: Row[Any], keys: list[str], words: str
) -> dict[tuple[str, ...], str]:
    """How questions or their options were worded in a conversation, by their codes."""
    statement = select(table).where(
        table.c.flow == session.flow,
        table.c.version == session.version,
        table.c.language == session.language,
    )
    rows = (await connection.execute(statement)).mappings()
    return {tuple(row[key] for key in keys): row[words] for row in rows}


async def _read_entry(connection: AsyncConnection, code: str | None) -> str | None:
    if code is None:
        return None
    title = select(entries.c.title).where(entries.c.code == code)
    return (await connection.execute(title)).scalar_one_or_none() or code


async def _read_consents(
    connection: AsyncConnection, session: UUID, wording: Mapping[tuple[str, ...], str]
) -> list[Held]:
    statement = select(consents).where(consents.c.session == session).order_by(consents.c.id)
    return [
        {
            "question": wording.get((row.question,), row.question),
            "purpose": row.purpose,
            "version": row.version,
            "language": row.language,
            "given": row.given,
            "answered": write_plain(row.answered_at),
            "counts_no_more_since": write_plain(row.withdrawn_at),
        }
        for row in (await connection.execute(statement)).all()
    ]


async def _read_answers(
    connection: AsyncConnection,
    vault: Vault,
    session: UUID,
    wording: Mapping[tuple[str, ...], str],
    labels: Mapping[tuple[str, ...], str],
) -> list[Held]:
    statement = select(answers).where(answers.c.session == session).order_by(answers.c.id)
    held: list[Held] = []
    for row in (await connection.execute(statement)).all():
        words = row.text if row.sealed_text is None else vault.open(row.sealed_text).decode()
        part, code = (labels.get((row.question, each), each) for each in (row.part, row.code))
        given = {"part": part, "choice": code, "number": write_plain(row.number), "text": words}
        given |= {"x": row.x, "y": row.y}
        held.append(
            {
                "question": wording.get((row.question,), row.question),
                "kind": row.kind,
                "status": row.status,
                **{key: value for key, value in given.items() if value not in (None, "")},
                "given_by": row.input_method,
                "answered": write_plain(row.answered_at),
                "counts": not row.superseded,
            }
        )
    return held


async def _read_story(
    connection: AsyncConnection, vault: Vault, session: UUID, periods: Periods
) -> Held | None:
    row = (await connection.execute(select(stories).where(stories.c.session == session))).first()
    if row is None:
        return None
    draft = vault.open_json(row.sealed_draft) if row.sealed_draft is not None else {}
    kind = "stories" if row.complete else "unfinished"
    return {
        "code": row.code,
        "title": row.title or draft.get("title"),
        "text": row.story or draft.get("text"),
        "told_by": row.told_by,
        "words": row.words,
        "share_with": row.share_with,
        "confirmed": row.complete,
        "told_on": write_plain(row.told_on),
        "kept_until": find_end(row.confirmed_at, periods.get(kind)),
        "known_to_be_yours_until": find_end(row.confirmed_at, periods.get("link")),
    }


async def _read_recordings(
    connection: AsyncConnection, vault: Vault, session: UUID, periods: Periods, files: list[Held]
) -> list[Held]:
    made = select(recordings, transcripts.c.sealed_body, transcripts.c.created_at.label("made_at"))
    statement = (
        made.outerjoin(transcripts, transcripts.c.recording == recordings.c.id)
        .where(recordings.c.session == session)
        .order_by(recordings.c.created_at)
    )
    held: list[Held] = []
    for row in (await connection.execute(statement)).all():
        source = vault.open_json(row.sealed_source)
        media = row.media or (source["reference"] if source["source"] == "media" else None)
        name = _note_file(files, media, f"recordings/{row.id.hex}", row.mime)
        text = vault.open_json(row.sealed_body)["text"] if row.sealed_body is not None else None
        held.append(
            {
                "file": name,
                "seconds": row.seconds,
                "arrived": write_plain(row.created_at),
                "kept_until": find_end(row.created_at, periods.get("recordings")),
                "text": text,
                "text_kept_until": find_end(row.made_at, periods.get("transcripts")) if text else None,
            }
        )
    return held


async def _read_photos(
    connection: AsyncConnection, session: UUID, periods: Periods, files: list[Held]
) -> list[Held]:
    statement = select(photos).where(photos.c.session == session).order_by(photos.c.created_at)
    return [
        {
            "file": _note_file(files, row.media, f"photos/{row.id.hex}", row.mime),
            "state": row.state,
            "arrived": write_plain(row.created_at),
            "kept_until": find_end(row.created_at, periods.get("photos")),
        }
        for row in (await connection.execute(statement)).all()
    ]


_ENDS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
    "audio/wav": "wav",
}


def _note_file(files: list[Held], media: str | None, front: str, mime: str | None) -> str | None:
    if media is None:
        return None
    end = "jpg" if mime == "image/jpeg" else _ENDS.get(mime or "", "bin")
    files.append({"media": media, "name": f"{front}.{end}", "mime": mime})
    return f"{front}.{end}"


def find_end(since: datetime | None, period: timedelta | None) -> str | None:
    """The day on which a time is over; None when there is no such day."""
    return None if since is None or period is None else (since + period).date().isoformat()


def write_plain(value: datetime | date | Decimal | None) -> str | float | None:
    """A value of a column as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    return None if value is None else value.isoformat()
