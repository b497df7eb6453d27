"""What the system itself brings into a conversation: a recording became text, a moment has come.

Both lie in the inbox like what people send, and have their turn like it: once, in whichever server.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bot.advancing import Desk, Outcome, begin_session, continue_session, decide_turn
from bot.records import record_turn
from flows.inbound import Content, TimePassed, TranscriptFailed, TranscriptReady
from flows.timers import find_due
from flows.turn import FollowUpDue
from flows.values import replace
from storage import outbox, participants, recordings, sessions
from storage.participants import Address
from storage.published_flows import find_current
from storage.sessions import DueSession

log = logging.getLogger(__name__)

LATER = timedelta(days=1)
"""How much later a follow-up is tried again when its person is in the middle of something else."""


def write_due(due: DueSession) -> tuple[str, dict[str, Any]]:
    """What is kept in the inbox for a session whose moment has come: a key of that moment, and its body."""
    moment = due.due.isoformat()
    return f"time:{due.id.hex}:{moment}", {"session": due.id.hex, "due": moment}


async def take_system_word(desk: Desk, raw: Mapping[str, Any], chat: str) -> Outcome:
    """A word of the system; a session or address erased meanwhile makes it nothing."""
    address = await participants.find_address(desk.connection, desk.vault, chat)
    if address is None:
        return Outcome()
    return await (_take_time if "session" in raw else _take_transcript)(desk, raw, address)


async def _take_transcript(desk: Desk, raw: Mapping[str, Any], address: Address) -> Outcome:
    """A recording became text, or did not; of a session that is not their latest one nothing is said."""
    connection, vault = desk.connection, desk.vault
    recording = await recordings.get_recording(connection, vault, UUID(str(raw["recording"])))
    session = await sessions.find_session(connection, vault, recording.session) if recording else None
    if recording is None or session is None or session.state.status != "open":
        return Outcome()
    content: Content
    if problem := raw.get("problem"):
        content = TranscriptFailed(recording.id.hex, problem)
    else:
        transcript = await recordings.read_transcript(connection, vault, recording.id)
        heard = transcript or {"text": ""}
        doubts = tuple(doubt["text"] for doubt in heard.get("doubts", ()))
        content = TranscriptReady(recording.id.hex, heard["text"], doubts)
    latest = await sessions.find_latest(connection, vault, address.id)
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
                desk, address, following, asked=language, entry=session.entry, follows=session.id
            )
            says += tuple(replace(each, purpose="follow_up") for each in begun)
    if not address.reachable:  # what is said now would come all at once should they return
        says = ()
    messages = await outbox.add_messages(connection, vault, address.id, says)
    return Outcome(address if says else None, messages, done.rings, done.discarded)
