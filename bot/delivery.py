"""Step 6: outbox rows, in order per address, through their channel; what an error means for a message."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import uniform
from typing import TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

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
from storage.database import AWAY, Database
from storage.faults import write_fault
from storage.leases import keep_renewing
from storage.outbox import LEASE, Outgoing
from storage.participants import Address
from storage.vault import Vault

log = logging.getLogger(__name__)

_T = TypeVar("_T")

BACK_OFF = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each new try of a message that was surely not sent, ±20 %; after the last it is given up."""

CONFIG_PAUSE = 60.0
"""Seconds before a message is tried again while the channel's settings are wrong; never given up."""

RENEW_SECONDS = LEASE.total_seconds() / 3
"""How often a lease is renewed while a slow platform takes its time."""

NOTE_TRIES = 20
"""How often what came of a message is written down anew while the database is away, a second apart."""


@dataclass(slots=True)
class Delivery:
    """Delivers what stands in the outbox."""

    database: Database
    vault: Vault
    channels: Mapping[str, Channel]
    _locks: WeakValueDictionary[UUID, asyncio.Lock] = field(
        default_factory=WeakValueDictionary[UUID, asyncio.Lock]
    )
    _running: dict[UUID, asyncio.Task[None]] = field(default_factory=dict[UUID, asyncio.Task[None]])

    async def deliver(self, address: Address, messages: Sequence[Outgoing] = ()) -> None:
        """Send messages of an address that are leased to us, or else all that is due; in order."""
        lock = self._locks.setdefault(address.id, asyncio.Lock())
        async with lock:
            leased = messages or await self._claim(address)
            if not leased:
                return
            lease = leased[0].lease
            async with keep_renewing(
                self.database, RENEW_SECONDS, lambda connection: outbox.renew_lease(connection, lease)
            ):
                for place, message in enumerate(leased):
                    if not await self._send(address, message):
                        later = leased[place + 1 :]
                        await self._note(lambda connection, rest=later: outbox.put_back(connection, rest))
                        break

    async def sweep(self, *, older_than: float) -> None:
        """Begin to deliver what is due and nobody is at: retries whose time has come, leases that ran out."""
        async with self.database.reading() as connection:
            due = await outbox.find_due_addresses(connection, older_than=older_than)
        for address in due:
            if address not in self._running:
                task = asyncio.create_task(self._deliver_quietly(address), name="delivery")
                self._running[address] = task
                task.add_done_callback(lambda _, done=address: self._running.pop(done))

    async def stop(self) -> None:
        """Let what is being sent come to its end."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def _deliver_quietly(self, address_id: UUID) -> None:
        try:
            async with self.database.reading() as connection:
                address = await participants.get_address(connection, self.vault, address_id)
            await self.deliver(address)
        except Exception as error:  # noqa: BLE001 - written down; the next sweep tries again
            log.error("messages of an address could not be delivered: %s", write_fault(error))  # noqa: TRY400

    async def _claim(self, address: Address) -> Sequence[Outgoing]:
        async with self.database.transaction() as connection:
            return await outbox.claim_messages(connection, self.vault, address.id)

    async def _send(self, address: Address, message: Outgoing) -> bool:
        """Send one message and note what came of it; False when those behind it must wait."""
        channel = self.channels.get(address.channel)
        if channel is None:
            return await self._note_failure(address, message, MisconfiguredError("the channel is off"))
        try:
            provider_id = await channel.deliver(address.value, message.utterance, str(message.id))
        except DeliveryError as error:
            return await self._note_failure(address, message, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not block an address for ever
            log.error("message %s: %s", message.id, write_fault(error))  # noqa: TRY400
            return await self._note_failure(address, message, UncertainError(type(error).__name__))
        return await self._note(lambda connection: outbox.mark_sent(connection, message, provider_id))

    async def _note_failure(self, address: Address, message: Outgoing, error: DeliveryError) -> bool:
        reason = f"{type(error).__name__}: {error}"
        log.warning("message %s on %s: %s", message.id, address.channel, reason)
        wait = _wait_for(error, message)

        async def write(connection: AsyncConnection) -> bool:
            match error:
                case RecipientGoneError():
                    await participants.mark_gone(connection, address.id, gone=True)
                    return await outbox.bury_message(connection, message, reason)
                case WindowClosedError():
                    return await outbox.hold_message(connection, message, reason)
                case _ if wait is None:
                    return await outbox.bury_message(connection, message, reason)
                case _:
                    unsure = isinstance(error, UncertainError)
                    return await outbox.postpone(connection, message, wait, reason, uncertain=unsure)

        ours = await self._note(write)
        return ours and wait is None  # a message given up does not hold back the rest

    async def _note(self, write: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        """Write down what came of a message, also when the database is away for a moment: it was sent."""
        for _ in range(NOTE_TRIES - 1):
            try:
                async with self.database.transaction() as connection:
                    return await write(connection)
            except AWAY:
                await asyncio.sleep(1.0)
        async with self.database.transaction() as connection:
            return await write(connection)


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
