"""Step 6: outbox rows, in order per address, through their channel; what an error means for a message."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import uniform
from uuid import UUID

from bot.channels.channel import (
    Channel,
    DeliveryError,
    MisconfiguredError,
    RecipientGoneError,
    ThrottledError,
    UncertainError,
    WindowClosedError,
)
from storage import outbox, participants
from storage.database import Database
from storage.outbox import Outgoing
from storage.participants import Address
from storage.vault import Vault

log = logging.getLogger(__name__)

BACK_OFF = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each new try of a message that was surely not sent, ±20 %; after the last it is given up."""

CONFIG_PAUSE = 60.0
"""Seconds before a message is tried again while the channel's settings are wrong; never given up."""


@dataclass(slots=True)
class Delivery:
    """Delivers what stands in the outbox."""

    database: Database
    vault: Vault
    channels: Mapping[str, Channel]
    _locks: dict[UUID, asyncio.Lock] = field(default_factory=dict[UUID, asyncio.Lock])

    async def deliver(self, address: Address, messages: Sequence[Outgoing] = ()) -> None:
        """Send messages of an address that are leased to us, or else all that is due; in order."""
        lock = self._locks.setdefault(address.id, asyncio.Lock())
        async with lock:
            leased = messages or await self._claim(address)
            for place, message in enumerate(leased):
                if not await self._send(address, message):
                    async with self.database.transaction() as connection:
                        await outbox.put_back(connection, [later.id for later in leased[place + 1 :]])
                    break
        if not lock.locked():
            self._locks.pop(address.id, None)

    async def _claim(self, address: Address) -> Sequence[Outgoing]:
        async with self.database.transaction() as connection:
            return await outbox.claim_messages(connection, self.vault, address.id)

    async def sweep(self, *, older_than: float) -> None:
        """Deliver what is due and nobody is at: retries whose time has come, leases that ran out."""
        async with self.database.reading() as connection:
            due = await outbox.find_due_addresses(connection, older_than=older_than)
        await asyncio.gather(*(self._deliver_quietly(address) for address in due))

    async def _deliver_quietly(self, address_id: UUID) -> None:
        try:
            async with self.database.reading() as connection:
                address = await participants.get_address(connection, self.vault, address_id)
            await self.deliver(address)
        except Exception:
            log.exception("messages of an address could not be delivered")

    async def _send(self, address: Address, message: Outgoing) -> bool:
        """Send one message and note what came of it; False when those behind it must wait."""
        channel = self.channels.get(address.channel)
        try:
            if channel is None:
                raise MisconfiguredError("the channel is off")
            provider_id = await channel.deliver(address.value, message.utterance, str(message.id))
        except DeliveryError as error:
            return await self._note_failure(address, message, error)
        async with self.database.transaction() as connection:
            await outbox.mark_sent(connection, message.id, provider_id)
        return True

    async def _note_failure(self, address: Address, message: Outgoing, error: DeliveryError) -> bool:
        reason = f"{type(error).__name__}: {error}"
        log.warning("message %s on %s: %s", message.id, address.channel, reason)
        wait = _wait_for(error, message)
        async with self.database.transaction() as connection:
            match error:
                case RecipientGoneError():
                    await participants.mark_gone(connection, address.id, gone=True)
                    await outbox.bury_message(connection, message.id, reason)
                case WindowClosedError():
                    await outbox.hold_message(connection, message.id, reason)
                case _ if wait is None:
                    await outbox.bury_message(connection, message.id, reason)
                case _:
                    await outbox.postpone(connection, message.id, wait, reason)
        return wait is None  # a message given up does not hold back the rest


def _wait_for(error: DeliveryError, message: Outgoing) -> float | None:
    """Seconds until the next try; None when there is none."""
    if not error.retryable:
        return None
    if isinstance(error, ThrottledError) and error.retry_after is not None:
        return error.retry_after + 0.1
    if isinstance(error, MisconfiguredError):
        return CONFIG_PAUSE
    if isinstance(error, UncertainError) and message.uncertain:
        return None
    if message.attempts >= len(BACK_OFF) and not isinstance(error, ThrottledError):
        return None
    pause = BACK_OFF[min(message.attempts, len(BACK_OFF) - 1)]
    return pause * uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing
