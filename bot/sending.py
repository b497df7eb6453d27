"""How one message is sent: part by part, within the platform's limits, never twice if that can be known."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.channels.channel import Channel, File, Parcel
from bot.channels.delivery_errors import UnknownFateError, WindowClosedError
from bot.pacing import Pacer
from storage.outbox import Outgoing
from storage.participants import Address

WINDOW: Final = timedelta(hours=24) - timedelta(minutes=5)
"""How long after the person's last message free text is taken, less what a message may be under way."""

TOUCHED: Final = frozenset({"triad", "dyad", "stones"})
"""Kinds of question that can be answered on the page for touch."""


class PausedError(Exception):
    """The platform's limits leave no room for some `seconds`; that is no try."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.1f} s")
        self.seconds = seconds


class TakenOverError(Exception):
    """Another server has the message now; what it does counts."""


class HeldError(Exception):
    """An approved text was sent instead; the message itself waits until the person writes."""


@dataclass(slots=True)
class Attempt:
    """One try of a message, as far as it came: the parts `sent`, whether the next one may be there already.

    `uncertain` is false again once the platform said that it is not.
    """

    message: Outgoing
    sent: set[int]
    uncertain: bool
    plain: bool

    @classmethod
    def of(cls, message: Outgoing) -> "Attempt":
        """The try of a message that was just leased."""
        return cls(message, set(message.sent), message.uncertain, message.plain)


class Notes(Protocol):
    """How what happens to a message is written down."""

    async def note_part(
        self, message: Outgoing, part: int, provider_id: str | None, *, last: bool, keep: bool
    ) -> bool:
        """The platform took a part; answers whether the message was still ours."""
        ...

    async def find_known(self, message: Outgoing) -> Collection[str]:
        """The platform's ids of other messages to the same person since this one was written."""
        ...


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends messages through channels; keeps nothing of its own.

    `write_canvas` makes the path of the page for touch from a message's id, `attach` finds its files.
    """

    pacer: Pacer
    notes: Notes
    write_canvas: Callable[[int], str] | None = None
    attach: Callable[[Outgoing], tuple[File, ...]] | None = None

    async def send(self, channel: Channel, address: Address, attempt: Attempt, now: datetime) -> None:
        """Send what is not sent yet of a message; the attempt says how far it came, also after an error.

        Raises DeliveryError, and PausedError, HeldError or TakenOverError when it goes no further now.
        """
        parcel = self._make_parcel(address, attempt)
        count = channel.count_parts(parcel)
        left = [part for part in range(count) if part not in attempt.sent]
        if not left:  # its words became fewer since a part was sent, as by a new release: nothing is missing
            await self._note(channel, attempt, count - 1, None, last=True)
            return
        if channel.windowed and (address.heard_at is None or now - address.heard_at > WINDOW):
            await self._send_template(channel, address, parcel)
        for part in left:
            here = replace(parcel, part=part)
            found = await self._find(channel, here, attempt) if attempt.uncertain else None
            if found is None:
                await self._wait_turn(channel, here, address)
                found = await channel.send(here)
            await self._note(channel, attempt, part, found, last=part == left[-1])

    def _make_parcel(self, address: Address, attempt: Attempt) -> Parcel:
        """A message as its channel sees it."""
        said, number = attempt.message.utterance, attempt.message.id
        touched = said.kind in TOUCHED and bool(said.options)
        path = self.write_canvas(number) if self.write_canvas and touched else None
        files = self.attach(attempt.message) if self.attach else ()
        return Parcel(address.value, said, str(number), plain=attempt.plain, canvas=path, files=files)

    async def _find(self, channel: Channel, parcel: Parcel, attempt: Attempt) -> str | None:
        """What became of a part that may have been sent; None when it is to be sent (again)."""
        known = await self.notes.find_known(attempt.message)
        try:
            found = await channel.find_sent(parcel, attempt.message.created_at, known)
        except UnknownFateError:
            if parcel.utterance.purpose:
                raise  # nobody asked for it, so saying it twice is worse than not at all
            return None
        attempt.uncertain = False
        return found

    async def _send_template(self, channel: Channel, address: Address, parcel: Parcel) -> None:
        if not parcel.utterance.purpose:
            raise WindowClosedError("more than a day since the last message")
        await self._wait_turn(channel, parcel, address)
        await channel.send_template(parcel)
        raise HeldError

    async def _wait_turn(self, channel: Channel, parcel: Parcel, address: Address) -> None:
        place = await self.pacer.take(channel.list_quotas(parcel, address.token))
        if not place.reserved:
            raise PausedError(place.wait)
        if place.wait > 0:
            await asyncio.sleep(place.wait)

    async def _note(
        self, channel: Channel, attempt: Attempt, part: int, provider_id: str | None, *, last: bool
    ) -> None:
        attempt.sent.add(part)
        attempt.uncertain = False
        keep = channel.reports
        if not await self.notes.note_part(attempt.message, part, provider_id, last=last, keep=keep):
            raise TakenOverError
