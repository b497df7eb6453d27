"""A conversation whose channel takes every message at once, so that only our own work is measured."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.aftermath import Aftermath
from bot.channels.channel import Arrival, Inbound, Parcel, Quota
from bot.channels.delivery_errors import WindowClosedError
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.pacing import Pacer
from flows.inbound import Said
from storage.database import Database
from storage.vault import Vault

SECRET = "a secret for benchmarks only, long enough"


@dataclass(slots=True)
class Silence:
    """A channel that says nothing back; `sent` counts what it took."""

    name: str = "bench"
    windowed: bool = False
    reports: bool = False
    sent: int = 0

    def parse(self, raw: Mapping[str, Any]) -> Inbound:
        """Read what a script says."""
        return Inbound(address=raw["address"], content=Said(raw["text"]))

    def count_parts(self, parcel: Parcel) -> int:
        """A message is one piece here."""
        del parcel
        return 1

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """As many as one likes."""
        del parcel, chat
        return ()

    async def send(self, parcel: Parcel) -> str:
        """Take a message."""
        self.sent += 1
        return parcel.reference

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """Nothing is ever lost here."""
        del parcel, since, known

    async def send_template(self, parcel: Parcel) -> str | None:
        """There are none."""
        del parcel
        raise WindowClosedError


async def say(conversation: Conversation, address: str, key: str, text: str) -> None:
    """Say something in a chat, and wait until it is answered."""
    channel = next(iter(conversation.channels))
    await conversation.keep(Arrival(channel, key, address, {"address": address, "text": text}))
    await conversation.settle(channel, address)


def open_conversation(database: Database) -> Conversation:
    """The way of a message as the server has it, over a silent channel."""
    vault = Vault([SECRET])
    channel = Silence()
    channels = {channel.name: channel}
    return Conversation(
        database=database,
        vault=vault,
        channels=channels,
        delivery=Delivery(database, vault, channels, Aftermath(database, vault), Pacer(None)),
        ring=_ring_nobody,
        unring=_keep_rings,
        discard=_keep_nothing,
    )


def _keep_nothing(media: str) -> None:
    """No files are thrown away in a script."""


def _keep_rings(jobs: Sequence[tuple[str, UUID]]) -> None:
    """Nor is any taken back."""


def _ring_nobody(queue: str, job: UUID) -> None:
    """No work is asked for in a script."""
