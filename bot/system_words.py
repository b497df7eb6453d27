"""What the system itself brings into a conversation: a recording became text, a file is made, time passed.

Both lie in the inbox like what people send, and have their turn like it: once, in whichever server.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bot.advancing import Desk, Outcome, begin_session, continue_session, decide_turn
from bot.records import record_turn
from flows.inbound import Content, DataReady, Deidentified, TimePassed, TranscriptFailed, TranscriptReady
from flows.outbound import Attachment
from flows.phrases import phrase
from flows.timers import find_due
from flows.turn import FollowUpDue
from flows.values import replace
from storage import data_files, inbox, outbox, participants, recordings, searches, sessions
from storage.participants import Address
from storage.published_flows import find_current
from storage.sessions import DueSession, StoredSession

log = logging.getLogger(__name__)

ZIP = "application/zip"

LATER = timedelta(days=1)
"""How much later a follow-up is tried again when its person is in the middle of something else."""


def write_due(due: DueSession) -> tuple[str, dict[str, Any]]:
    """What is kept in the inbox for a session whose moment has come: a key of that moment, and its body."""
    moment = due.due.isoformat()
    return f"time:{due.id.hex}:{moment}", {"session": due.id.hex, "due": moment}


async def take_system_word(desk: Desk, raw: Mapping[str, Any], chat: str) -> Outcome:
    """A word of the system; a session or address erased meanwhile makes it nothing."""
    address = await _find_address(desk, raw, chat)
    if address is None:
        return Outcome()
    if desk.vault.has_older:
        tokens = desk.vault.list_tokens(address.channel, address.value)
        await inbox.lock_person(desk.connection, tokens)
    if "data_file" in raw:
        return await _take_data(desk, raw, address)
    if "search" in raw:
        return await _take_found(desk, raw, address)
    return await (_take_time if "session" in raw else _take_transcript)(desk, raw, address)


async def _find_address(desk: Desk, raw: Mapping[str, Any], chat: str) -> Address | None:
    """The address of a chat; while secrets change its token may have changed since the word was written."""
    connection, vault = desk.connection, desk.vault
    address = await participants.find_address(connection, vault, chat)
    if address is not None or not vault.has_older:
        return address
    whose = None
    if "data_file" in raw:
        asked = await data_files.find_file(connection, UUID(str(raw["data_file"])))
        whose = asked.address if asked else None
    else:
        named = await _find_session(desk, raw)
        session = await sessions.find_session(connection, vault, UUID(str(named))) if named else None
        whose = session.address if session else None
    return await participants.get_address(connection, vault, whose) if whose else None


async def _find_session(desk: Desk, raw: Mapping[str, Any]) -> UUID | str | None:
    """The session that a word of the system is about; None when that is gone."""
    connection, vault = desk.connection, desk.vault
    if "recording" in raw:
        recording = await recordings.get_recording(connection, vault, UUID(str(raw["recording"])))
        return recording.session if recording else None
    if "search" in raw:
        search = await searches.find_search(connection, vault, UUID(str(raw["search"])))
        return search.session if search else None
    return raw.get("session")


async def _take_data(desk: Desk, raw: Mapping[str, Any], address: Address) -> Outcome:
    """The file with all that is held of a person is made, or could not be; said in their latest session."""
    asked = await data_files.find_file(desk.connection, UUID(str(raw["data_file"])))
    session = await sessions.find_latest(desk.connection, desk.vault, address.id)
    if asked is None or session is None or asked.address != address.id:
        return Outcome()
    name = phrase(asked.language, "my_data_name")
    ends = [f"-{number}" for number, _ in enumerate(asked.media, start=1)] if len(asked.media) > 1 else [""]
    files = tuple(
        Attachment(media, "file", ZIP, f"{name}{end}.zip")
        for media, end in zip(asked.media, ends, strict=False)
    )
    return await continue_session(desk, address, session, DataReady(files), aloud=address.reachable)


async def _take_found(desk: Desk, raw: Mapping[str, Any], address: Address) -> Outcome:
    """Names were looked for in what was told; of a session that is not their latest one nothing is said."""
    connection, vault = desk.connection, desk.vault
    read = await searches.read_found(connection, vault, UUID(str(raw["search"])))
    session = await sessions.find_session(connection, vault, read[0].session) if read else None
    if read is None or session is None or session.state.status != "open":
        return Outcome()
    search, texts = read
    return await _take_aloud(desk, address, session, Deidentified(search.number, texts))


async def _take_transcript(desk: Desk, raw: Mapping[str, Any], address: Address) -> Outcome:
    """A recording became text, or did not; of a session that is not their latest one nothing is said."""
    connection, vault = desk.connection, desk.vault
    recording = await recordings.get_recording(connection, vault, UUID(str(raw["recording"])))
    session = await sessions.find_session(connection, vault, recording.session) if recording else None
    if recording is None or session is None:
        return Outcome()
    if session.state.status != "open" and not session.state.listening:
        return Outcome()
    content: Content
    if problem := raw.get("problem"):
        content = TranscriptFailed(recording.id.hex, problem)
    else:
        transcript = await recordings.read_transcript(connection, vault, recording.id)
        heard = transcript or {"text": ""}
        doubts = tuple(doubt["text"] for doubt in heard.get("doubts", ()))
        content = TranscriptReady(recording.id.hex, heard["text"], doubts)
    return await _take_aloud(desk, address, session, content)


async def _take_aloud(desk: Desk, address: Address, session: StoredSession, content: Content) -> Outcome:
    latest = await sessions.find_latest(desk.connection, desk.vault, address.id)
    aloud = latest is not None and latest.id == session.id and address.reachable
    return await continue_session(desk, address, session, content, aloud=aloud)


async def _take_time(desk: Desk, raw: Mapping[str, Any], address: Address) -> Outcome:
    """A moment has come for one session; nothing comes of it when that session asks for another by now.

    What the person does now goes before: a session that is not their latest one is never spoken of again.
    It ends in its time without a word, and the flow that follows it begins once no conversation is open.
    """
    connection, vault = desk.connection, desk.vault
    wanted = UUID(str(raw["session"]))
    latest = await sessions.find_latest(connection, vault, address.id)
    is_latest = latest is not None and latest.id == wanted
    session = latest if is_latest else await sessions.find_session(connection, vault, wanted)
    if session is None or session.address != address.id:
        return Outcome()
    flow = await desk.shelf.get(connection, session.state.flow, session.state.version)
    due = find_due(flow, session.state)
    if due is None or due > datetime.fromisoformat(raw["due"]):
        await sessions.postpone(connection, session.id, due)
        return Outcome()
    turn = await decide_turn(desk, flow, session, TimePassed(due))
    follow = next((event for event in turn.events if isinstance(event, FollowUpDue)), None)
    if follow and not is_latest and latest is not None and latest.state.status == "open":
        await sessions.postpone(connection, session.id, desk.now + LATER)
        return Outcome()
    done = await record_turn(connection, vault, address, session, flow, turn)
    says = turn.says if is_latest else ()
    if follow and address.reachable:
        following = await find_current(connection, follow.flow)
        if following is None:
            log.warning("flow %s is to be followed by %s, which is not published", flow.flow, follow.flow)
        else:
            language = session.state.language
            begun = await begin_session(
                desk,
                address,
                following,
                asked=language,
                entry=session.entry,
                follows=session.id,
                aloud=session.state.aloud,
            )
            says += tuple(replace(each, purpose="follow_up") for each in begun)
    if not address.reachable:  # what is said now would come all at once should they return
        says = ()
    messages = await outbox.add_messages(connection, vault, address.id, says)
    return Outcome(address if says else None, messages, done.rings, done.discarded, done.unrung)
