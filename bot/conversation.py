"""The way of one message, steps 2 to 7: keep, parse, advance, record, deliver, follow up; there is no other.

`keep` commits the raw update and wakes its chat. `advance` takes a chat's updates one by one, in the
platform's order, each in one transaction under the chat's lock: parse, one engine call, everything it
decided recorded. After the commit the outbox is delivered and the queue is rung. A crash anywhere leaves
rows that `sweep`, in this or another server, picks up again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import OperationalError

from bot.channels.channel import Arrival, Channel, ParseError
from bot.clock import Clock, read_clock
from bot.delivery import Delivery
from bot.narration import Narration
from bot.system_words import write_due
from bot.turns import Desk, NotReadyError, Outcome, take_turn
from storage import inbox, sessions
from storage.database import AWAY, Database
from storage.errors import SealError
from storage.faults import write_fault
from storage.flow_shelf import FlowShelf
from storage.inbox import KeptUpdate
from storage.vault import Vault

log = logging.getLogger(__name__)

SETTLE_SECONDS = 10.0
"""How long a request waits at most for the answer to what it brought."""


SWEEP_SECONDS = 2.0
"""How often leftovers are looked for, and how old they are before they count as such."""


@dataclass(slots=True)
class Conversation:
    """Moves messages through the seven steps; one per server, as many servers as one likes."""

    database: Database
    vault: Vault
    channels: Mapping[str, Channel]
    delivery: Delivery
    ring: Callable[[str, UUID], None]
    discard: Callable[[str], None]
    unring: Callable[[Sequence[tuple[str, UUID]]], None]
    shelf: FlowShelf = field(default_factory=FlowShelf)
    clock: Clock = read_clock
    narration: Narration | None = None
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, asyncio.Task[None]])
    _again: set[str] = field(default_factory=set[str])

    async def keep(self, arrival: Arrival) -> bool:
        """Step 2: commit the raw update under its unique key and wake its chat; False for a repeat."""
        chat = arrival.chat or self.vault.find_token(arrival.channel, arrival.address)
        try:
            new = await self._insert(arrival, chat)
        except OperationalError as error:
            if not error.connection_invalidated:
                raise
            new = await self._insert(arrival, chat)  # Postgres was restarted; platforms may not ask twice
        self.delivery.aftermath.meters.note_in(arrival.channel, new=new)
        if new:
            self.wake(chat)
        return new

    async def _insert(self, arrival: Arrival, chat: str) -> bool:
        async with self.database.transaction() as connection:
            return await inbox.keep_update(
                connection, self.vault, arrival.channel, arrival.key, chat, arrival.order or 0, arrival.raw
            )

    async def settle(self, channel: str, address: str) -> None:
        """Wait until what was kept for an address had its turn and was delivered, or some seconds passed."""
        chat = self.vault.find_token(channel, address)
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(contextlib.suppress(TimeoutError))
            await stack.enter_async_context(asyncio.timeout(SETTLE_SECONDS))
            while task := self._running.get(chat):
                await asyncio.shield(asyncio.wait([task]))

    def wake(self, chat: str) -> None:
        """See to a chat soon; while it is being seen to already, once more after that."""
        if not chat:
            return
        if chat in self._running:
            self._again.add(chat)
            return
        task = asyncio.create_task(self._see_to(chat), name="chat")
        self._running[chat] = task
        task.add_done_callback(lambda _: self._leave(chat))

    def _leave(self, chat: str) -> None:
        del self._running[chat]
        if chat in self._again:
            self._again.discard(chat)
            self.wake(chat)

    async def _see_to(self, chat: str) -> None:
        """Steps 3 to 7 for all that waits in one chat."""
        try:
            more = True
            while more:
                outcome, arrived, more = await self._advance(chat)
                for bell, job in outcome.jobs:
                    self.ring(bell, job)
                for media in outcome.discarded:
                    await self._discard(media)
                if outcome.unrung:
                    self.unring(outcome.unrung)
                if outcome.address is not None:
                    await self.delivery.deliver(outcome.address, outcome.messages, arrived)
        except AWAY:
            log.warning("the database is away; the sweep goes on when it is back")
        except NotReadyError as error:
            log.warning("an update waits: %s", error)
        except Exception as error:  # noqa: BLE001 - written down; the sweep tries again
            log.error("a chat could not be seen to: %s", write_fault(error))  # noqa: TRY400

    async def _discard(self, media: str) -> None:
        """Delete a file that nobody needs; one that cannot be deleted now, the sweep of the folder finds."""
        try:
            await asyncio.to_thread(self.discard, media)
        except OSError:
            log.warning("a file of the media store could not be deleted; that is tried again later")

    async def _advance(self, chat: str) -> tuple[Outcome, datetime | None, bool]:
        """Steps 3 to 5 for the next update of a chat; answers also when it arrived, and whether more wait."""
        update = None
        try:
            async with self.database.transaction() as connection:
                if not await inbox.lock_chat(connection, chat):
                    return Outcome(), None, False  # another server is at it; what it leaves the sweep finds
                update = await inbox.find_next(connection, chat)
                if update is None:
                    return Outcome(), None, False
                raw = self.vault.open_json(update.sealed)
                desk = Desk(connection, self.vault, self.shelf, self.clock(), self.narration)
                outcome = await take_turn(desk, self.channels, update, raw, chat)
                arrived = None if update.channel == inbox.SYSTEM else update.received_at
                return outcome, arrived, await inbox.mark_done(connection, update.id, chat)
        except (*AWAY, NotReadyError):
            raise
        except Exception as error:
            if update is None:
                raise
            await self._note_failure(update, error)
            return Outcome(), None, True

    async def _note_failure(self, update: KeptUpdate, error: Exception) -> None:
        """An update failed: it is tried again later, and in the end put aside so that the chat goes on."""
        final = isinstance(error, ParseError | SealError)
        reason = f"{type(error).__name__}: {error}" if final else write_fault(error)
        async with self.database.transaction() as connection:
            dead = await inbox.mark_failed(connection, update.id, reason, final=final)
        log.error("update %s %s: %s", update.id, "is a dead letter now" if dead else "failed", reason)

    async def sweep(self) -> None:
        """Tell sessions of the time, and pick up what was dropped: waiting updates, due messages."""
        await self._tell_time()
        known = (*self.channels, inbox.SYSTEM)
        async with self.database.reading() as connection:
            chats = await inbox.find_waiting_chats(connection, known, older_than=SWEEP_SECONDS)
        for chat in chats:
            self.wake(chat)
        await self.delivery.sweep(older_than=SWEEP_SECONDS)

    async def _tell_time(self) -> None:
        """Keep a word of the system for every session whose moment has come; its turn does the rest."""
        async with self.database.transaction() as connection:
            due = await sessions.claim_due(connection, self.clock())
            for each in due:
                key, raw = write_due(each)
                await inbox.keep_update(connection, self.vault, inbox.SYSTEM, key, each.chat, inbox.LAST, raw)
        for each in due:
            self.wake(each.chat)

    async def stop(self) -> None:
        """Let what is being seen to come to its end."""
        while self._running:
            await asyncio.wait(list(self._running.values()))
        await self.delivery.stop()
