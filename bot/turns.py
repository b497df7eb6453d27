"""One turn of a conversation: from a kept update to everything recorded, within the caller's transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.channel import Channel, Inbound, ParseError, Sound
from flows.engine import ask, begin, resume, wants_count
from flows.inbound import Chose, Content, Recorded, Said, TranscriptFailed, TranscriptReady
from flows.outbound import Utterance
from flows.phrases import LANGUAGES, find_command, phrase
from flows.texts import clean_text
from flows.turn import AnswerGiven, ConsentAnswered, RecordingKept, SessionEnded, StoryConfirmed, Turn, World
from storage import answers, chat_messages, jobs, outbox, participants, recordings, sessions, stories
from storage.inbox import SYSTEM, KeptUpdate
from storage.outbox import Outgoing
from storage.participants import Address
from storage.published_flows import FlowShelf, Published
from storage.recordings import read_transcript
from storage.sessions import StoredSession
from storage.vault import Vault

TRANSCRIPTION = "transcription"
"""The queue of work on recordings."""

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""For story codes: without I, L, O, 0 and 1, which people mix up."""

CODE_LENGTH = 8


class NotReadyError(Exception):
    """This server cannot take this update now; it waits, and no try is counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be done after the commit: deliver to whom, which (queue, job) to ring for.

    `messages` are those already leased to us; without them the address' outbox is claimed anew.
    `discarded` are ids in the media store that nobody needs any more.
    """

    address: Address | None = None
    messages: tuple[Outgoing, ...] = ()
    jobs: tuple[tuple[str, UUID], ...] = ()
    discarded: tuple[str, ...] = ()


async def take_turn(
    connection: AsyncConnection,
    vault: Vault,
    shelf: FlowShelf,
    channels: Mapping[str, Channel],
    update: KeptUpdate,
    raw: Mapping[str, Any],
    chat: str,
) -> Outcome:
    """Parse an update, let the engine decide, record what it decided. Raises ParseError; the rest is ours."""
    if update.channel == SYSTEM:
        return await _take_system_word(connection, vault, shelf, raw, chat)
    inbound = _parse(channels, update.channel, raw)
    if inbound is None:
        return Outcome()
    address = await _greet(connection, vault, update.channel, inbound, chat)
    session = await sessions.find_latest(connection, vault, address.id)
    if session is None or session.state.status != "open" or inbound.start is not None:
        published = await shelf.list_current(connection)
        if not published:
            raise NotReadyError("no flow is published; run `vertelbot flows publish`")
        if chosen := _choose_flow(published, inbound, session):
            spoken = session.state.language if session else None
            return await _begin(connection, vault, address, chosen, inbound, spoken)
    if session is None:  # unreachable: without a session a flow is always chosen
        raise ParseError("no session to go on with")
    content = _name_recording(inbound, update) if inbound.sound else inbound.content
    if isinstance(content, Said):
        content = Said(clean_text(content.text))
    if content is None:
        return await _repeat(connection, vault, shelf, address, session)
    sound = inbound.sound
    return await _go_on(connection, vault, shelf, address, session, content, sound)


async def _greet(
    connection: AsyncConnection, vault: Vault, channel: str, inbound: Inbound, chat: str
) -> Address:
    """The address of whoever writes; new people are added, and for those who come back the line is open."""
    address = await participants.find_address(connection, vault, chat)
    if address is None:
        return await participants.add_address(connection, vault, channel, inbound.address)
    if address.gone:
        await participants.mark_gone(connection, address.id, gone=False)
    if address.held:
        await outbox.release_held(connection, address.id)
    return address


def _parse(channels: Mapping[str, Channel], name: str, raw: Mapping[str, Any]) -> Inbound | None:
    channel = channels.get(name)
    if channel is None:
        raise NotReadyError(f"channel {name} is off here")
    return channel.parse(raw)


def _choose_flow(
    published: list[Published], inbound: Inbound, session: StoredSession | None
) -> tuple[Published, str | None] | None:
    """The flow this message starts and what to say first (a sentence's key); None when it starts none."""
    ended = session is None or session.state.status != "open"
    start = inbound.start
    if start is not None:
        named = next((each for each in published if each.flow.flow == start.flow), None)
        if named is None and start.flow is not None and ended:
            return published[0], "unknown_flow"
        other = named is not None and session is not None and named.flow.flow != session.state.flow
        return (named or published[0], None) if ended or other else None
    if isinstance(inbound.content, Said):
        word = inbound.content.text.strip().casefold()
        for each in published:
            if word in {keyword.casefold() for keyword in each.flow.keywords}:
                return each, None
    if session and _asks_for_another(inbound.content):
        flow = next((each for each in published if each.flow.flow == session.state.flow), published[0])
        return flow, None
    return (published[0], None) if session is None else None


def _asks_for_another(content: Content | None) -> bool:
    """Whether someone whose conversation ended wants another one, by the button or by the word."""
    if isinstance(content, Said):
        return any(find_command(language, content.text) == "start" for language in LANGUAGES)
    return content == Chose(("start",))


async def _begin(
    connection: AsyncConnection,
    vault: Vault,
    address: Address,
    chosen: tuple[Published, str | None],
    inbound: Inbound,
    spoken: str | None,
) -> Outcome:
    """Start a session, in the language asked for, else in that of the last one, else the platform's hint."""
    published, first = chosen
    start = inbound.start
    asked = start.language if start else None
    language = asked or spoken or inbound.language or published.flow.languages[0]
    turn = begin(published.flow, published.version, language, await _look_around(connection, None))
    if first:
        spoken = turn.session.language
        turn = replace(turn, says=(Utterance(phrase(spoken, first), spoken), *turn.says))
    entry = start.entry if start else None
    await sessions.add_session(connection, vault, address, turn.session, entry)
    return Outcome(address, await outbox.add_messages(connection, vault, address.id, turn.says))


async def _repeat(
    connection: AsyncConnection, vault: Vault, shelf: FlowShelf, address: Address, session: StoredSession
) -> Outcome:
    """A start in the middle of a conversation: the question being asked, once more."""
    flow = await shelf.get(connection, session.state.flow, session.state.version)
    turn = ask(flow, replace(session.state, paused=False))
    await sessions.save_session(connection, vault, session.id, turn.session)
    return Outcome(address, await outbox.add_messages(connection, vault, address.id, turn.says))


async def _go_on(
    connection: AsyncConnection,
    vault: Vault,
    shelf: FlowShelf,
    address: Address,
    session: StoredSession,
    content: Content,
    sound: Sound | None,
) -> Outcome:
    flow = await shelf.get(connection, session.state.flow, session.state.version)
    counts = wants_count(flow, session.state) and session.state.status == "open"
    world = await _look_around(connection, session.state.flow if counts else None)
    turn = resume(flow, session.state, content, world)
    rings = await _record(connection, vault, session, turn, sound, flow.audience)
    discarded = await _discard(connection, vault, address, session, turn)
    messages = await outbox.add_messages(connection, vault, address.id, turn.says)
    if sound and sound.source == "media" and not any(isinstance(each, RecordingKept) for each in turn.events):
        discarded = (*discarded, sound.reference)  # a recording where none was asked: nothing points at it
    return Outcome(address if turn.says else None, messages, rings, discarded)


async def _discard(
    connection: AsyncConnection, vault: Vault, address: Address, session: StoredSession, turn: Turn
) -> tuple[str, ...]:
    """Throw away what a teller wants not kept; answers the media to delete after the commit."""
    if SessionEnded("discarded") not in turn.events:
        return ()
    media = await recordings.list_media(connection, vault, session.id)
    await sessions.forget_told(connection, session.id)
    await chat_messages.forget_shown(connection, address.id)
    return media


async def _take_system_word(
    connection: AsyncConnection, vault: Vault, shelf: FlowShelf, raw: Mapping[str, Any], chat: str
) -> Outcome:
    """What a worker hands back; a session or address erased meanwhile makes it nothing."""
    address = await participants.find_address(connection, vault, chat)
    recording = await recordings.get_recording(connection, vault, UUID(str(raw["recording"])))
    if address is None or recording is None:
        return Outcome()
    session = await sessions.get_session(connection, vault, recording.session)
    if session.state.status != "open":
        return Outcome()
    content: Content
    if problem := raw.get("problem"):
        content = TranscriptFailed(recording.id.hex, problem)
    else:
        transcript = await read_transcript(connection, vault, recording.id)
        content = TranscriptReady(recording.id.hex, transcript["text"] if transcript else "")
    return await _go_on(connection, vault, shelf, address, session, content, None)


async def _record(
    connection: AsyncConnection,
    vault: Vault,
    session: StoredSession,
    turn: Turn,
    sound: Sound | None,
    audience: str,
) -> tuple[tuple[str, UUID], ...]:
    """Write the session and every event and work of a turn; answers which (queue, job) to ring for."""
    await sessions.save_session(connection, vault, session.id, turn.session)
    for event in turn.events:
        match event:
            case ConsentAnswered():
                await stories.add_consent(connection, session, event)
            case AnswerGiven():
                await answers.add_answer(connection, vault, session.id, event)
            case StoryConfirmed():
                await stories.add_story(connection, session, event, audience)
                await answers.open_texts(connection, vault, session.id)
            case RecordingKept(recording, seconds) if sound is not None:
                await recordings.add_recording(
                    connection,
                    vault,
                    recording=UUID(recording),
                    session=session.id,
                    source=asdict(sound),
                    language=turn.session.language,
                    seconds=seconds,
                )
            case RecordingKept() | SessionEnded():
                pass  # the session's status says it; a recording without sound is none
    return tuple(
        [
            (TRANSCRIPTION, await jobs.add_job(connection, TRANSCRIPTION, UUID(work.recording)))
            for work in turn.work
        ]
    )


def _name_recording(inbound: Inbound, update: KeptUpdate) -> Recorded:
    """A recording's id follows from its update, so that a second try makes no second recording."""
    seconds = inbound.sound.seconds if inbound.sound else None
    return Recorded(uuid5(NAMESPACE_OID, f"inbox {update.id}").hex, seconds)


async def _look_around(connection: AsyncConnection, counted_flow: str | None) -> World:
    """What the engine may know: the moment, the count with the story now told, a fresh code."""
    shared = await stories.count_stories(connection, counted_flow) + 1 if counted_flow else 0
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return World(datetime.now(UTC), shared, code)
