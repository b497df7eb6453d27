"""Step 5: all that a turn decided is written, and what it takes back is deleted, in one transaction."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.channel import Image, Sound
from flows.flow import Flow
from flows.timers import find_due
from flows.turn import (
    AnswerGiven,
    AnswerWithdrawn,
    ConsentAnswered,
    Event,
    PhotoKept,
    RecordingKept,
    SessionEnded,
    StoryConfirmed,
    StoryTakenBack,
    Turn,
)
from storage import answers, chat_messages, jobs, photos, recordings, sessions, stories
from storage.participants import Address
from storage.sessions import StoredSession
from storage.vault import Vault
from workers.queue import PRIVACY, TRANSCRIPTION, choose_bell

SMALL = 150_000
"""Bytes of some half a minute of speech, as phones and browsers send it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What is left to do after the commit: (bell, job) to ring for, ids of media nobody needs any more."""

    rings: tuple[tuple[str, UUID], ...] = ()
    discarded: tuple[str, ...] = ()


async def record_turn(
    connection: AsyncConnection,
    vault: Vault,
    address: Address,
    session: StoredSession,
    flow: Flow,
    turn: Turn,
    file: Sound | Image | None = None,
) -> Done:
    """Write the session and every event and work of a turn; `file` is what came with the message."""
    await sessions.save_session(connection, vault, session.id, turn.session, find_due(flow, turn.session))
    rings: list[tuple[str, UUID]] = []
    discarded: list[str] = []
    told_before = False
    for event in turn.events:
        match event:
            case ConsentAnswered():
                told_before |= await stories.add_consent(connection, session, event)
            case StoryTakenBack(code):
                discarded += await _take_back(connection, vault, address, code)
            case SessionEnded() if _keeps_nothing(event, turn.events):
                # A no to the very first question deletes nothing: nothing was told before it.
                if event.status != "declined" or told_before:
                    discarded += await _forget(connection, vault, address, session.id, event)
            case RecordingKept() | PhotoKept():
                rings += await _record_file(connection, vault, session.id, turn.session.language, event, file)
            case _:
                await _record_told(connection, vault, session, flow, event)
    for work in turn.work:
        recording = UUID(work.recording)
        await recordings.note_languages(connection, recording, work.languages)
        urgent = work.urgent or _is_small(file)
        job = await jobs.add_job(connection, TRANSCRIPTION, recording, urgent=urgent)
        rings.append((choose_bell(TRANSCRIPTION, urgent=urgent), job))
    if file is not None and file.source == "media" and not _keeps_file(turn.events):
        discarded.append(file.reference)  # sent where none was asked for: nothing points at it
    return Done(tuple(rings), tuple(discarded))


async def _record_told(
    connection: AsyncConnection, vault: Vault, session: StoredSession, flow: Flow, event: Event
) -> None:
    match event:
        case AnswerGiven():
            await answers.add_answer(connection, vault, session.id, event)
        case AnswerWithdrawn(question):
            await answers.withdraw_answer(connection, session.id, question)
            await stories.withdraw_consent(connection, session.id, question)
        case StoryConfirmed():
            await stories.add_story(connection, vault, session, event, flow.audience)
            if event.complete:
                await answers.open_texts(connection, vault, session.id)
        case _:
            pass  # the session's status says it, or whoever called sees to it


async def _record_file(
    connection: AsyncConnection,
    vault: Vault,
    session: UUID,
    language: str,
    event: RecordingKept | PhotoKept,
    file: Sound | Image | None,
) -> tuple[tuple[str, UUID], ...]:
    """Keep where a file can be had; answers which (bell, job) to ring for."""
    match event, file:
        case RecordingKept(recording, seconds), Sound():
            await recordings.add_recording(
                connection,
                vault,
                recording=UUID(recording),
                session=session,
                source=asdict(file),
                language=language,
                seconds=seconds,
            )
        case PhotoKept(photo), Image():
            await photos.add_photo(connection, vault, photo=UUID(photo), session=session, source=asdict(file))
            return ((PRIVACY, await jobs.add_job(connection, PRIVACY, UUID(photo))),)
        case _:
            pass
    return ()


def _keeps_nothing(ended: SessionEnded, events: tuple[Event, ...]) -> bool:
    """Whether nothing of what was told stays: thrown away, refused, or left without a story to keep it by."""
    if ended.status in ("discarded", "declined"):
        return True
    return ended.status == "expired" and not any(isinstance(each, StoryConfirmed) for each in events)


def _is_small(file: Sound | Image | None) -> bool:
    """Whether a recording is short by its size, for where no platform says how long it is."""
    return file is not None and file.size is not None and file.size <= SMALL


def _keeps_file(events: tuple[Event, ...]) -> bool:
    return any(isinstance(each, RecordingKept | PhotoKept) for each in events)


async def _forget(
    connection: AsyncConnection, vault: Vault, address: Address, session: UUID, ended: SessionEnded
) -> tuple[str, ...]:
    """Delete what was told in a session; answers its media, to be deleted after the commit.

    Who refuses leaves a line in the ledger that says so, and whose time ran out the line by which they
    agreed. A teller who looks on sees the chat emptied; nobody looks on when time runs out.
    """
    media = await _list_media(connection, vault, session)
    await sessions.forget_told(connection, session, consents_too=ended.status == "discarded")
    if ended.status == "declined":
        await stories.withdraw_all_given(connection, session)
    if ended.status != "expired":
        await chat_messages.forget_shown(connection, address.id)
    return media


async def _take_back(
    connection: AsyncConnection, vault: Vault, address: Address, code: str
) -> tuple[str, ...]:
    """Delete a kept story with all that belongs to it; only its consents stay, marked as withdrawn."""
    session = await stories.find_session_of(connection, address.participant, code)
    if session is None:
        return ()
    media = await _list_media(connection, vault, session)
    await stories.delete_story(connection, session)
    await sessions.forget_told(connection, session, consents_too=False)
    await sessions.forget_state(connection, session)
    await chat_messages.forget_shown(connection, address.id)
    return media


async def _list_media(connection: AsyncConnection, vault: Vault, session: UUID) -> tuple[str, ...]:
    return (
        *await recordings.list_media(connection, vault, session),
        *await photos.list_media(connection, vault, session),
    )
