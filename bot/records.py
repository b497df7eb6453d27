"""Step 5: all that a turn decided is written, and what it takes back is deleted, in one transaction."""

from collections.abc import Sequence
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
    DataAsked,
    Deidentify,
    ErasureAsked,
    Event,
    PhotoKept,
    RecordingKept,
    RecordingSpent,
    SessionEnded,
    StoryConfirmed,
    StoryTakenBack,
    Transcribe,
    Turn,
)
from storage import answers, chat_messages, data_files, jobs, photos, recordings, searches, sessions, stories
from storage.codes import make_code
from storage.erasing import Erased, erase_participant, erase_story, erase_told
from storage.erasures import log_erasure
from storage.participants import Address
from storage.sessions import StoredSession
from storage.vault import Vault
from workers.queue import EXPORTS, PRIVACY, TRANSCRIPTION, choose_bell

SMALL = 150_000
"""Bytes of some half a minute of speech, as phones and browsers send it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What is left to do after the commit.

    (bell, job) to ring for, ids of media nobody needs any more, (queue, job) of rings to take back.
    """

    rings: tuple[tuple[str, UUID], ...] = ()
    discarded: tuple[str, ...] = ()
    unrung: tuple[tuple[str, UUID], ...] = ()


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
    asked = next((event for event in turn.events if isinstance(event, ErasureAsked)), None)
    if asked is not None:  # whatever else was decided is of what goes
        return _finish((), await _erase(connection, vault, address, asked))
    await sessions.save_session(connection, vault, session.id, turn.session, find_due(flow, turn.session))
    rings: list[tuple[str, UUID]] = []
    erased = Erased()
    told_before = False
    for event in turn.events:
        match event:
            case ConsentAnswered():
                told_before |= await stories.add_consent(connection, session, event)
            case StoryTakenBack():
                erased.add(await _take_back(connection, vault, address, event))
            case SessionEnded() if _keeps_nothing(event, turn.events):
                # A no to the very first question deletes nothing: nothing was told before it.
                if event.status != "declined" or told_before:
                    erased.add(await _forget(connection, vault, address, session.id, event))
            case RecordingKept() | PhotoKept():
                rings += await _record_file(connection, vault, session.id, turn.session.language, event, file)
            case RecordingSpent(recording):
                erased.media += await recordings.delete_recording(connection, vault, UUID(recording))
            case _:
                await _record_told(connection, vault, session, flow, event)
    rings += await _add_jobs(connection, vault, address, session.id, turn, file)
    if file is not None and file.source == "media" and not _keeps_file(turn.events):
        erased.media.append(file.reference)  # sent where none was asked for: nothing points at it
    return _finish(rings, erased)


def _finish(rings: Sequence[tuple[str, UUID]], erased: Erased) -> Done:
    return Done(tuple(rings), tuple(erased.media), tuple(erased.jobs))


async def _ask_data(connection: AsyncConnection, address: Address, language: str) -> tuple[str, UUID]:
    """Ask for the file with all that is held of a teller; answers (queue, job) to ring for."""
    wanted = await data_files.ask_file(connection, address, language)
    return EXPORTS, await jobs.add_job(connection, EXPORTS, wanted)


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
            await stories.add_story(connection, vault, session, event, flow)
            if event.complete:
                await answers.open_texts(connection, vault, session.id, event.texts)
                await searches.add_findings(connection, session.id, event.findings)
            await searches.forget_searches(connection, session.id)
        case _:
            pass  # the session's status says it, or whoever called sees to it


async def _add_jobs(
    connection: AsyncConnection,
    vault: Vault,
    address: Address,
    session: UUID,
    turn: Turn,
    file: Sound | Image | None,
) -> list[tuple[str, UUID]]:
    """Keep what is asked of workers; answers which (bell, job) to ring for."""
    rings: list[tuple[str, UUID]] = []
    if any(isinstance(event, DataAsked) for event in turn.events):
        rings.append(await _ask_data(connection, address, turn.session.language))
    for work in turn.work:
        match work:
            case Transcribe():
                recording, urgent = UUID(work.recording), work.urgent or _is_small(file)
                await recordings.note_languages(connection, recording, work.languages)
                job = await jobs.add_job(connection, TRANSCRIPTION, recording, urgent=urgent)
                rings.append((choose_bell(TRANSCRIPTION, urgent=urgent), job))
            case Deidentify(number, story):
                search = await searches.add_search(connection, vault, session, number, story)
                rings.append((PRIVACY, await jobs.add_job(connection, PRIVACY, search)))
    return rings


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
) -> Erased:
    """Delete what was told in a session; answers its media and rings, to be deleted after the commit.

    Who refuses leaves a line in the ledger that says so, and whose time ran out the line by which they
    agreed. A teller who looks on sees the chat emptied; nobody looks on when time runs out.
    """
    erased = Erased()
    await erase_told(connection, vault, [session], erased)
    if ended.status == "declined":
        await stories.withdraw_all_given(connection, session)
    if ended.status != "expired":
        erased.counts["chat_messages"] += await chat_messages.forget_shown(connection, address.id)
    if ended.status == "discarded":
        await stories.delete_consents(connection, session)
        await log_erasure(connection, make_code(), "story", "teller", erased.counts)
    return erased


async def _take_back(
    connection: AsyncConnection, vault: Vault, address: Address, taken: StoryTakenBack
) -> Erased:
    """Delete a kept story with all that belongs to it; only its consents stay, marked as withdrawn."""
    session = await stories.find_session_of(connection, address.participant, taken.code)
    if session is None:
        return Erased()
    return await erase_story(connection, vault, session, "teller", taken.erasure)


async def _erase(connection: AsyncConnection, vault: Vault, address: Address, asked: ErasureAsked) -> Erased:
    """Erase all of the teller; their address stays until it has brought the last words of this turn."""
    return await erase_participant(
        connection,
        vault,
        address.participant,
        "teller",
        asked.erasure,
        stories_stay=asked.stories_stay,
        farewell=address.id,
    )
