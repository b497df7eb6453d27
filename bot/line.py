"""The line to a person: blocked or open again, no more messages wanted, and what a platform reports later."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.advancing import Desk, Outcome
from bot.aftermath import cut_off
from bot.channels.channel import Channel, Inbound, Report
from bot.channels.delivery_errors import UnknownError
from bot.retrying import CONFIG_PAUSE, Tried, judge
from flows.inbound import Said
from flows.outbound import Utterance
from flows.phrases import find_opt_in, phrase
from storage import outbox, participants, sends
from storage.participants import Address
from storage.sends import ARRIVED

log = logging.getLogger(__name__)

SMS: Final = "sms"

HEARD_AGAIN: Final = timedelta(minutes=3)
"""How long a noted moment of the person's last message will do: less than the window is cut short by."""


async def reopen(desk: Desk, address: Address, channel: Channel) -> Address:
    """Whoever writes can be written to: the line is open, what was held is due."""
    if address.gone:
        await participants.mark_gone(desk.connection, address.id, gone=False)
        address = replace(address, gone=False)
    stale = address.heard_at is None or desk.now - address.heard_at > HEARD_AGAIN
    if channel.windowed and stale:
        await participants.note_heard(desk.connection, address.id, desk.now)
        address = replace(address, heard_at=desk.now)
    if address.held and not address.stopped:
        await outbox.release_held(desk.connection, address.id)
    return address


def asks_to_start(inbound: Inbound, channel: Channel) -> bool:
    """Whether somebody who wanted no more messages wants them again: by a link, or by the word START."""
    if inbound.start is not None:
        return True
    said = inbound.content
    return isinstance(said, Said) and find_opt_in(said.text, sms=channel.name == SMS)


async def end_contact(desk: Desk, address: Address, language: str, *, aloud: bool) -> Outcome:
    """No more messages, from now on: what waits is thrown away, one sentence says how to come back.

    Not `aloud` where the platform itself cuts the line and says so, as for some words by SMS.
    """
    await outbox.cancel_messages(desk.connection, address.id, "The person asked for no more messages.")
    await participants.mark_stopped(desk.connection, address.id, stopped=True)
    if not aloud:
        return Outcome()
    last = (Utterance(phrase(language, "opted_out"), language),)
    return Outcome(address, await outbox.add_messages(desk.connection, desk.vault, address.id, last))


async def lose_contact(desk: Desk, address: Address) -> Outcome:
    """The person blocked us: nothing that waits can be said."""
    await participants.mark_gone(desk.connection, address.id, gone=True)
    await outbox.cancel_messages(desk.connection, address.id, "The person blocked the bot.")
    return Outcome()


async def take_report(desk: Desk, address: Address, report: Report) -> Outcome:
    """A platform says how far a message came; when it did not arrive, the retry table says what comes of it.

    What arrived before stays so: reports come in any order.
    """
    if not report.failed:
        await sends.note_report(desk.connection, report.provider_id, report.status, report.rank)
        return Outcome()
    sent = await sends.find_sent(desk.connection, report.provider_id)
    if sent is None or sent.rank >= ARRIVED or sent.address != address.id:
        log.info("a report of a message that is not waited for: %s", report.status)
        return Outcome()
    error = report.error or UnknownError(report.code)
    reason = f"{type(error).__name__}: {error}"
    log.warning("message %s on %s: %s", sent.message, address.channel, reason)
    tried = Tried(sent.created_at, sent.attempts, sent.throttled, plain=sent.plain, uncertain=True)
    verdict = judge(error, tried, desk.now)
    if verdict.act == "gone":
        await cut_off(desk.connection, address, error, reason)
        await sends.give_up(desk.connection, sent, reason, keep=False)
        return Outcome()
    if verdict.act == "hold":  # our clock was wrong: an approved text, or later
        await participants.note_heard(desk.connection, address.id, None)
        address = replace(address, heard_at=None)
    seconds = {"again": verdict.seconds, "hold": 0.0, "plain": 0.0, "shut": CONFIG_PAUSE}.get(verdict.act)
    plain = verdict.act == "plain" or (verdict.act == "bury" and error.kind == "content" and not sent.plain)
    if plain:
        seconds = 0.0
    if seconds is None or not sent.text_kept:
        await sends.give_up(desk.connection, sent, reason)
        return Outcome()
    counted = not verdict.throttled and verdict.act == "again"
    await sends.send_again(desk.connection, sent, reason, seconds=seconds, counted=counted, plain=plain)
    return Outcome(address)
