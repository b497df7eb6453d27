"""One turn of a conversation: from a kept update to everything recorded, within the caller's transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from bot.advancing import Desk, NotReadyError, Outcome, begin_session, continue_session
from bot.channels.channel import Channel, Inbound
from bot.choosing import Beginning, choose_flow
from bot.system_words import take_system_word
from flows.inbound import Chose, Content, Pictured, Recorded, Said
from flows.texts import clean_text
from storage import outbox, participants, sessions
from storage.inbox import SYSTEM, KeptUpdate
from storage.participants import Address
from storage.sessions import StoredSession

__all__ = ["Desk", "NotReadyError", "Outcome", "take_turn"]


async def take_turn(
    desk: Desk, channels: Mapping[str, Channel], update: KeptUpdate, raw: Mapping[str, Any], chat: str
) -> Outcome:
    """Parse an update, let the engine decide, record what it decided.

    Raises NotReadyError, ParseError; the rest is ours.
    """
    if update.channel == SYSTEM:
        return await take_system_word(desk, raw, chat)
    inbound = _parse(channels, update.channel, raw)
    if inbound is None:
        return Outcome()
    address = await _greet(desk, update.channel, inbound, chat)
    session = await sessions.find_latest(desk.connection, desk.vault, address.id)
    match await choose_flow(desk.connection, inbound, session):
        case Beginning() as beginning:
            return await _begin(desk, address, inbound, beginning, session)
        case going_on:
            content = _find_content(inbound, update)
            return await continue_session(desk, address, going_on, content, inbound.sound or inbound.image)


async def _begin(
    desk: Desk, address: Address, inbound: Inbound, beginning: Beginning, session: StoredSession | None
) -> Outcome:
    """Start a session, in the language asked for, else in that of the last one, else the platform's hint."""
    start = inbound.start
    says = await begin_session(
        desk,
        address,
        beginning.flow,
        asked=start.language if start else None,
        spoken=session.state.language if session else inbound.language,
        entry=start.entry if start else None,
        first=beginning.first,
    )
    return Outcome(address, await outbox.add_messages(desk.connection, desk.vault, address.id, says))


def _find_content(inbound: Inbound, update: KeptUpdate) -> Content:
    """What a message says in a session; a start in the middle of one asks the open question once more.

    The id of a recording or photo follows from its update, so that a second try makes no second one.
    """
    name = uuid5(NAMESPACE_OID, f"inbox {update.id}").hex
    if inbound.sound is not None:
        return Recorded(name, inbound.sound.seconds)
    if inbound.image is not None:
        return Pictured(name)
    if isinstance(inbound.content, Said):
        return Said(clean_text(inbound.content.text))
    return inbound.content or Chose(("start",))


async def _greet(desk: Desk, channel: str, inbound: Inbound, chat: str) -> Address:
    """The address of whoever writes; new people are added, and for those who come back the line is open."""
    address = await participants.find_address(desk.connection, desk.vault, chat)
    if address is None:
        return await participants.add_address(desk.connection, desk.vault, channel, inbound.address)
    if address.gone:
        await participants.mark_gone(desk.connection, address.id, gone=False)
    if address.held:
        await outbox.release_held(desk.connection, address.id)
    return address


def _parse(channels: Mapping[str, Channel], name: str, raw: Mapping[str, Any]) -> Inbound | None:
    channel = channels.get(name)
    if channel is None:
        raise NotReadyError(f"channel {name} is off here")
    return channel.parse(raw)
