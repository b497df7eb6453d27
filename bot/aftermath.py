"""What came of a message, written down: that it was sent, or by the retry table what its error means."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.delivery_errors import (
    DeliveryError,
    MovedError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    WindowClosedError,
)
from bot.gate import Gate
from bot.metrics import Meters
from bot.retrying import CONFIG_PAUSE, Tried, Verdict, judge
from bot.sending import Attempt
from storage import outbox, participants, sends
from storage.database import AWAY, Database
from storage.outbox import Outgoing
from storage.participants import Address
from storage.vault import Vault

log = logging.getLogger(__name__)

_T = TypeVar("_T")

NOTE_TRIES = 20
"""How often what came of a message is written down anew while the database is away, a second apart."""

HELD = "An approved message was sent; this one waits until the person writes."

_ANSWERS = (RefusedError, RecipientGoneError, WindowClosedError, MovedError)
"""Errors by which a platform shows that it knows us: they speak of the message or the person alone."""

Next = Literal["go on", "once more", "wait"]
"""What comes after an error: the message behind it, the same message at once, or nothing for now."""


@dataclass(slots=True)
class Aftermath:
    """Writes down what came of messages, each time in a transaction of its own."""

    database: Database
    vault: Vault
    gate: Gate = field(default_factory=Gate)
    meters: Meters = field(default_factory=Meters)

    async def note_part(
        self, message: Outgoing, part: int, provider_id: str | None, *, last: bool, keep: bool
    ) -> bool:
        """The platform took a part; answers whether the message was still ours."""
        return await self._write(
            lambda connection: sends.note_part(connection, message, part, provider_id, last=last, keep=keep)
        )

    async def find_known(self, message: Outgoing) -> Collection[str]:
        """The platform's ids of other messages to the same person."""
        return await self._write(lambda connection: sends.find_known(connection, message))

    async def note_held(self, message: Outgoing, reason: str = HELD) -> None:
        """A message waits until the person writes."""
        await self._write(lambda connection: outbox.hold_message(connection, message, reason))

    async def put_back(self, messages: Sequence[Outgoing], seconds: float = 0.0) -> None:
        """Messages that were not tried are due again, in some seconds."""
        await self._write(lambda connection: outbox.put_back(connection, messages, seconds))

    async def note_failure(
        self, address: Address, attempt: Attempt, error: DeliveryError, now: datetime
    ) -> tuple[Next, Address]:
        """Do what the retry table says; answers what comes next, and the address, which may have moved."""
        message = attempt.message
        verdict = judge(error, _describe(attempt), now)
        reason = f"{type(error).__name__}: {error}"
        self.meters.note_error(address.channel, error.kind)
        log.log(_find_level(verdict), "message %s on %s: %s", message.id, address.channel, reason)
        if isinstance(error, _ANSWERS):
            self.gate.note_success(address.channel)
        match verdict.act:
            case "plain":
                attempt.plain = True
                return "once more", address
            case "move" if isinstance(error, MovedError):
                return await self._move(address, message, error)
            case "again":
                if isinstance(error, ThrottledError):
                    self.gate.note_throttled(address.channel, address.token, verdict.seconds)
                return await self._try_again(address, attempt, verdict, reason)
            case "hold":
                await self.note_held(message, reason)
            case "gone":
                await self._write(lambda connection: cut_off(connection, address, error, reason))
                return "wait", address
            case "shut":
                self.gate.shut(address.channel, CONFIG_PAUSE)
                await self.put_back([message])
                return "wait", address
            case _:
                await self._write(lambda connection: outbox.bury_message(connection, message, reason))
        return "go on", address

    async def _try_again(
        self, address: Address, attempt: Attempt, verdict: Verdict, reason: str
    ) -> tuple[Next, Address]:
        await self._write(
            lambda connection: outbox.postpone(
                connection,
                attempt.message,
                verdict.seconds,
                reason,
                uncertain=verdict.uncertain,
                throttled=verdict.throttled,
                plain=attempt.plain,
            )
        )
        return "wait", address

    async def _move(self, address: Address, message: Outgoing, error: MovedError) -> tuple[Next, Address]:
        try:
            moved = await self._write(
                lambda connection: participants.move_address(connection, self.vault, address, error.address)
            )
        except IntegrityError:  # whoever has the new address talks to us there already
            reason = "the conversation goes on at another address"
            await self._write(lambda connection: outbox.bury_message(connection, message, reason))
            return "go on", address
        return "once more", moved

    async def _write(self, write: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        """Write down what came of a message, also when the database is away for a moment: it was sent."""
        for _ in range(NOTE_TRIES - 1):
            try:
                async with self.database.transaction() as connection:
                    return await write(connection)
            except AWAY:
                await asyncio.sleep(1.0)
        async with self.database.transaction() as connection:
            return await write(connection)


async def cut_off(connection: AsyncConnection, address: Address, error: DeliveryError, reason: str) -> None:
    """The person is gone: nothing that waits is sent, and nothing new until they are there again."""
    if isinstance(error, RecipientGoneError) and error.until_start:
        await participants.mark_stopped(connection, address.id, stopped=True)
    else:
        await participants.mark_gone(connection, address.id, gone=True)
    await outbox.cancel_messages(connection, address.id, reason)


def _describe(attempt: Attempt) -> Tried:
    message = attempt.message
    return Tried(
        message.created_at,
        attempts=message.attempts,
        throttled=message.throttled,
        uncertain=attempt.uncertain,
        plain=attempt.plain,
        asked=not message.utterance.purpose,
    )


def _find_level(verdict: Verdict) -> int:
    """What an operator must look at stands out."""
    return logging.ERROR if verdict.act in ("bury", "shut") else logging.WARNING
