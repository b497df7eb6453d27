"""One turn of a conversation: from a kept update to everything recorded, within the caller's transaction."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from bot.advancing import Desk, NotReadyError, Outcome, begin_session, continue_session
from bot.channels.canvas import NAME as CANVAS
from bot.channels.channel import Channel, Inbound
from bot.choosing import Again, Beginning, choose_flow
from bot.line import SMS, asks_to_start, end_contact, lose_contact, reopen, take_report
from bot.system_words import take_system_word
from flows.inbound import Chose, Content, Corrected, Pictured, Recorded, Said
from flows.outbound import Utterance
from flows.phrases import LANGUAGES, find_command, phrase
from flows.texts import clean_text
from storage import inbox, outbox, participants, sessions
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
    channel = channels.get(update.channel)
    if channel is None:
        raise NotReadyError(f"channel {update.channel} is off here")
    inbound = channel.parse(raw)
    if inbound is None:
        return Outcome()
    tokens = [chat] if channel.name == CANVAS else await _list_tokens(desk, channel, inbound)
    address = await participants.find_address(desk.connection, desk.vault, *tokens)
    if (
        inbound.report is not None
        or inbound.contact == "lost"
        or (address is None and channel.name == CANVAS)
    ):
        return await _take_news(desk, address, inbound)
    if address is None:
        address = await participants.add_address(desk.connection, desk.vault, channel.name, inbound.address)
    if address.leaving:
        await participants.stay(desk.connection, address.id)
    if channel.name != CANVAS:  # of what comes by the page for touch the platform knows nothing
        address = await reopen(desk, address, channel)
    session = await sessions.find_latest(desk.connection, desk.vault, address.id)
    if inbound.contact == "stop":
        aloud = channel.name != SMS or inbound.content is not None
        return await end_contact(desk, address, _choose_language(session, inbound), aloud=aloud)
    if inbound.contact or (address.stopped and not asks_to_start(inbound, channel)):
        return Outcome()
    return await _take_words(desk, address, inbound, update, session)


async def _list_tokens(desk: Desk, channel: Channel, inbound: Inbound) -> list[str]:
    """The tokens by which who wrote may be known; with several, nobody else works for them meanwhile."""
    tokens = desk.vault.list_tokens(channel.name, inbound.address)
    if desk.vault.has_older:
        await inbox.lock_person(desk.connection, tokens)
    return tokens


async def _take_news(desk: Desk, address: Address | None, inbound: Inbound) -> Outcome:
    """News of an address rather than from it; of one that nobody knows (any more) nothing comes."""
    if address is None:
        return Outcome()
    if inbound.report is not None:
        return await take_report(desk, address, inbound.report)
    return await lose_contact(desk, address)


async def _take_words(
    desk: Desk, address: Address, inbound: Inbound, update: KeptUpdate, session: StoredSession | None
) -> Outcome:
    """What somebody said, tapped or sent, in the session it belongs to or as the beginning of one."""
    content = _find_content(inbound, update)
    if isinstance(content, Corrected) and session is None:
        return Outcome()
    before: tuple[Utterance, ...] = ()
    if address.stopped:
        await participants.mark_stopped(desk.connection, address.id, stopped=False)
        language = _choose_language(session, inbound)
        before = (Utterance(phrase(language, "opted_in"), language),)
        inbound, content = _read_as_start(inbound), Chose(("start",))
    match await choose_flow(desk.connection, inbound, session):
        case Beginning() as beginning:
            return await _begin(desk, address, inbound, beginning, session, before)
        case Again(going_on):
            return await continue_session(desk, address, going_on, Chose(("start",)), before=before)
        case going_on:
            file = inbound.sound or inbound.image
            return await continue_session(desk, address, going_on, content, file, before=before)


async def _begin(
    desk: Desk,
    address: Address,
    inbound: Inbound,
    beginning: Beginning,
    session: StoredSession | None,
    before: tuple[Utterance, ...],
) -> Outcome:
    """Start a session, in the language asked for, else in that of the last one, else the platform's hint."""
    says = await begin_session(
        desk,
        address,
        beginning.flow,
        asked=beginning.language,
        spoken=session.state.language if session else inbound.language,
        entry=beginning.entry,
        first=beginning.first,
        aloud=_asks_to_hear(inbound),
    )
    whole = (*before, *says)
    return Outcome(address, await outbox.add_messages(desk.connection, desk.vault, address.id, whole))


def _asks_to_hear(inbound: Inbound) -> bool:
    """Whether a conversation begins with the wish to hear it."""
    if inbound.start is not None:
        return inbound.start.aloud or find_command(LANGUAGES[0], inbound.start.word or "") == "read_aloud"
    said = inbound.content
    return isinstance(said, Said) and find_command(LANGUAGES[0], said.text) == "read_aloud"


def _choose_language(session: StoredSession | None, inbound: Inbound) -> str:
    """The language for a sentence of the bot's own: that of the conversation, else the platform's hint."""
    if session is not None:
        return session.state.language
    return inbound.language if inbound.language in LANGUAGES else LANGUAGES[0]


def _read_as_start(inbound: Inbound) -> Inbound:
    """The word by which somebody who wanted no more messages comes back, as a plain wish to start.

    What names a flow or an entry point stays as it is.
    """
    plain = isinstance(inbound.content, Said) and len(inbound.content.text.split()) == 1
    return replace(inbound, content=Chose(("start",))) if plain else inbound


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
        return Said(clean_text(inbound.content.text), inbound.message or "")
    if isinstance(inbound.content, Corrected):
        return Corrected(clean_text(inbound.content.text), inbound.content.id)
    return inbound.content or Chose(("start",))
