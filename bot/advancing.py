"""Steps 4 and 5 for one session: it begins or goes on, and all that is decided is recorded."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.channel import Image, Sound
from bot.narration import Narration
from bot.records import record_turn
from flows.engine import begin, resume, wants_aloud, wants_count, wants_kept
from flows.flow import Flow
from flows.inbound import Content
from flows.outbound import Utterance
from flows.phrases import phrase
from flows.timers import find_due
from flows.turn import Turn, World
from storage import outbox, sessions, stories
from storage.codes import make_code
from storage.flow_shelf import FlowShelf
from storage.outbox import Outgoing
from storage.participants import Address
from storage.published_flows import Current
from storage.sessions import StoredSession
from storage.vault import Vault

SEEDS = 2**31

TELLERS_CLOCK = ZoneInfo("Europe/Amsterdam")
"""Where tellers are: just after midnight `today` is their day, not that of UTC."""


class NotReadyError(Exception):
    """This server cannot take this update now; it waits, and no try is counted."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a turn is made at: one transaction, the moment it takes place, and who reads aloud, if anyone."""

    connection: AsyncConnection
    vault: Vault
    shelf: FlowShelf
    now: datetime
    narration: Narration | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be done after the commit: deliver to whom, which (bell, job) to ring for.

    `messages` are those already leased to us; without them the address' outbox is claimed anew.
    `discarded` are ids in the media store that nobody needs any more, `unrung` (queue, job) of rings to take
    back.
    """

    address: Address | None = None
    messages: tuple[Outgoing, ...] = ()
    jobs: tuple[tuple[str, UUID], ...] = ()
    discarded: tuple[str, ...] = ()
    unrung: tuple[tuple[str, UUID], ...] = ()


async def begin_session(
    desk: Desk,
    address: Address,
    chosen: Current,
    *,
    asked: str | None = None,
    spoken: str | None = None,
    entry: str | None = None,
    first: str = "",
    follows: UUID | None = None,
    aloud: bool = False,
) -> tuple[Utterance, ...]:
    """Start a session; answers what is said, a sentence with the key `first` before all.

    In the language `asked` for by a link, else in the one that is `spoken` already, unless the flow asks;
    read aloud when that is asked for.
    """
    flow = await desk.shelf.get(desk.connection, chosen.flow, chosen.version)
    language = asked or (None if flow.ask_language else spoken)
    heard_in = language or flow.languages[0]
    can_read = aloud and await _can_read(desk, address.channel, flow, heard_in)
    turn = begin(flow, chosen.version, language, _make_world(desk, reads_aloud=can_read), aloud=aloud)
    await sessions.add_session(
        desk.connection,
        desk.vault,
        address,
        turn.session,
        entry=entry,
        wake_at=find_due(flow, turn.session),
        follows=follows,
    )
    language = turn.session.language
    keys = [*([first] if first else []), *(["aloud_not_here"] if aloud and not can_read else [])]
    return (*(Utterance(phrase(language, key), language) for key in keys), *turn.says)


async def continue_session(
    desk: Desk,
    address: Address,
    session: StoredSession,
    content: Content,
    file: Sound | Image | None = None,
    *,
    aloud: bool = True,
    before: tuple[Utterance, ...] = (),
) -> Outcome:
    """One message in a session, open or ended; what comes of it is said only when `aloud`, after `before`."""
    flow = await desk.shelf.get(desk.connection, session.state.flow, session.state.version)
    turn = await decide_turn(desk, flow, session, content)
    done = await record_turn(desk.connection, desk.vault, address, session, flow, turn, file)
    says = (*before, *turn.says) if aloud else ()
    messages = await outbox.add_messages(desk.connection, desk.vault, address.id, says)
    return Outcome(address if says else None, messages, done.rings, done.discarded, done.unrung)


async def decide_turn(desk: Desk, flow: Flow, session: StoredSession, content: Content) -> Turn:
    """Let the engine decide, with what it may know of the outside, looked up only when it may need it."""
    return resume(flow, session.state, content, await _look_around(desk, flow, session, content))


async def _look_around(desk: Desk, flow: Flow, session: StoredSession, content: Content) -> World:
    shared, kept = 0, ()
    if session.state.status == "open" and wants_count(flow, session.state):
        shared = await stories.count_stories(desk.connection, flow.flow) + 1  # with the one now told
    if wants_kept(session.state, content):
        kept = await stories.list_codes(desk.connection, session.participant)
    aloud = wants_aloud(session.state, content) and await _can_read(
        desk, session.channel, flow, session.state.language
    )
    return _make_world(desk, shared, kept, reads_aloud=aloud)


async def _can_read(desk: Desk, channel: str, flow: Flow, language: str) -> bool:
    return desk.narration is not None and await desk.narration.can_read(
        desk.connection, channel, flow.flow, language
    )


def _make_world(
    desk: Desk, shared: int = 0, kept: tuple[str, ...] = (), *, reads_aloud: bool = False
) -> World:
    now = desk.now.astimezone(TELLERS_CLOCK)
    return World(now, shared, make_code(), secrets.randbelow(SEEDS), kept, reads_aloud)
