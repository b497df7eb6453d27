"""A conversation whose channel takes every message at once, so that only our own work is measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.channels.channel import Arrival, Inbound
from bot.conversation import Conversation
from bot.delivery import Delivery
from flows.inbound import Said
from flows.outbound import Utterance
from storage.database import Database
from storage.vault import Vault

SECRET = "a secret for benchmarks only, long enough"


@dataclass(slots=True)
class Silence:
    """A channel that says nothing back; `sent` counts what it took."""

    name: str = "bench"
    sent: int = 0

    def parse(self, raw: Mapping[str, Any]) -> Inbound:
        """Read what a script says."""
        return Inbound(address=raw["address"], content=Said(raw["text"]))

    async def deliver(self, address: str, utterance: Utterance, reference: str) -> str:
        """Take a message."""
        del address, utterance
        self.sent += 1
        return reference


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
        delivery=Delivery(database, vault, channels),
        ring=_ring_nobody,
        discard=_keep_nothing,
    )


def _keep_nothing(media: str) -> None:
    """No files are thrown away in a script."""


def _ring_nobody(queue: str, job: UUID) -> None:
    """No work is asked for in a script."""
