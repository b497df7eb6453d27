"""Step 6: outbox rows, in order per address, through their channel, by one server at a time."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from weakref import WeakValueDictionary

from bot.aftermath import Aftermath
from bot.channels.channel import Channel, File, Parcel
from bot.channels.delivery_errors import DeliveryError, MisconfiguredError, ThrottledError, UnknownError
from bot.clock import Clock, read_clock
from bot.pacing import Pacer
from bot.sending import Attempt, HeldError, PausedError, Sending, TakenOverError
from storage import outbox, participants
from storage.database import Database
from storage.faults import write_fault
from storage.leases import keep_renewing
from storage.outbox import LEASE, Outgoing
from storage.participants import Address
from storage.vault import Vault

log = logging.getLogger(__name__)

RENEW_SECONDS = LEASE.total_seconds() / 3
"""How often a lease is renewed while a slow platform takes its time."""


class _WaitError(Exception):
    """Messages from the one in hand on go back, to be due in some `seconds`; not those `passed` already."""

    def __init__(self, *, passed: int = 0, seconds: float = 0.0) -> None:
        super().__init__()
        self.passed = passed
        self.seconds = seconds


@dataclass(slots=True)
class Delivery:
    """Delivers what stands in the outbox."""

    database: Database
    vault: Vault
    channels: Mapping[str, Channel]
    aftermath: Aftermath
    pacer: Pacer
    write_canvas: Callable[[int], str] | None = None
    attach: Callable[[Outgoing], tuple[File, ...]] | None = None
    clock: Clock = read_clock
    _locks: WeakValueDictionary[UUID, asyncio.Lock] = field(
        default_factory=WeakValueDictionary[UUID, asyncio.Lock]
    )
    _running: dict[UUID, asyncio.Task[None]] = field(default_factory=dict[UUID, asyncio.Task[None]])

    async def deliver(
        self, address: Address, messages: Sequence[Outgoing] = (), arrived: datetime | None = None
    ) -> None:
        """Send messages of an address that are leased to us, or else all that is due; in order.

        `arrived` is when that came to which they are the reply.
        """
        lock = self._locks.setdefault(address.id, asyncio.Lock())
        async with lock:
            leased = messages or await self._claim(address)
            if not leased:
                return
            lease = leased[0].lease
            async with keep_renewing(
                self.database, RENEW_SECONDS, lambda connection: outbox.renew_lease(connection, lease)
            ):
                done = await self._send_all(address, leased)
            if arrived is not None and done:
                self.aftermath.meters.note_reply(address.channel, (self.clock() - arrived).total_seconds())

    async def sweep(self, *, older_than: float) -> None:
        """Begin to deliver what is due and nobody is at: retries whose time has come, leases that ran out."""
        async with self.database.reading() as connection:
            due = await outbox.find_due_addresses(
                connection, older_than=older_than, shut=self.aftermath.gate.list_shut()
            )
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

    async def _send_all(self, address: Address, leased: Sequence[Outgoing]) -> bool:
        """Send messages one after the other; what is not reached goes back, and keeps its place."""
        for place, message in enumerate(leased):
            try:
                address = await self._send(address, message)
            except _WaitError as error:
                await self.aftermath.put_back(leased[place + error.passed :], error.seconds)
                return False
        return True

    async def _send(self, address: Address, message: Outgoing) -> Address:
        """Send one message, or note what became of it; answers the address, which may have moved.

        Raises _WaitError when those behind it must wait.
        """
        attempt = Attempt.of(message)
        while True:
            if not self.aftermath.gate.is_open(address.channel):
                raise _WaitError(seconds=self.aftermath.gate.find_wait(address.channel))
            try:
                await self._try(address, attempt)
            except DeliveryError as error:
                after, address = await self.aftermath.note_failure(address, attempt, error, self.clock())
                await self._slow_down(address, message, error)
                if after == "wait":
                    raise _WaitError(passed=1) from None
                if after == "go on":
                    return address
            else:
                return address

    async def _try(self, address: Address, attempt: Attempt) -> None:
        """Send what is left of a message. Raises DeliveryError and _WaitError."""
        message, channel = attempt.message, self._find_channel(address)
        sending = Sending(self.pacer, self.aftermath, self.write_canvas, self.attach)
        try:
            await sending.send(channel, address, attempt, self.clock())
        except PausedError as error:
            raise _WaitError(seconds=error.seconds) from None
        except TakenOverError:
            raise _WaitError(passed=1) from None
        except HeldError:
            await self.aftermath.note_held(message)
        except DeliveryError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours must not block an address for ever
            log.error("message %s: %s", message.id, write_fault(error))  # noqa: TRY400 - it may quote people
            raise UnknownError(type(error).__name__) from None
        self.aftermath.gate.note_success(address.channel)
        self.aftermath.meters.note_out(address.channel)

    async def _slow_down(self, address: Address, message: Outgoing, error: DeliveryError) -> None:
        """Where the whole channel is to wait, all other servers wait too."""
        wait = self.aftermath.gate.find_wait(address.channel)
        channel = self.channels.get(address.channel)
        if channel is not None and isinstance(error, ThrottledError) and wait > 0:
            parcel = Parcel(address.value, message.utterance, str(message.id))
            for quota in channel.list_quotas(parcel, address.token)[:1]:
                await self.pacer.hold(quota.key, wait)

    def _find_channel(self, address: Address) -> Channel:
        channel = self.channels.get(address.channel)
        if channel is None:
            raise MisconfiguredError("the channel is off")
        return channel
