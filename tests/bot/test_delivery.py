"""Delivery: what an error means for a message, for those behind it, and for a server that comes after."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.channels.channel import (
    DeliveryError,
    Inbound,
    MisconfiguredError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UncertainError,
    WindowClosedError,
)
from bot.delivery import BACK_OFF, Delivery
from flows.outbound import Utterance
from storage import outbox, participants
from storage.database import Database
from storage.participants import Address
from storage.vault import Vault
from storage_probe import read_as_owner


@dataclass(slots=True)
class ScriptedChannel:
    """A channel that fails as the test says, and remembers what it took."""

    name: str = "web"
    failures: list[Exception] = field(default_factory=list[Exception])
    taken: list[str] = field(default_factory=list[str])
    pause: float = 0.0

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Nothing comes in here."""
        raise AssertionError(raw)

    async def deliver(self, address: str, utterance: Utterance, reference: str) -> str:
        """Take a message, or fail as the script says."""
        assert address == "iemand"
        await asyncio.sleep(self.pause)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(utterance.text)
        return f"p{reference}"


@pytest.fixture
async def address(database: Database, vault: Vault) -> Address:
    """Someone for whom three messages wait."""
    async with database.transaction() as connection:
        added = await participants.add_address(connection, vault, "web", "iemand")
        leased = await outbox.add_messages(
            connection, vault, added.id, [Utterance(text, "nl") for text in ("een", "twee", "drie")]
        )
        await outbox.put_back(connection, leased)
    return added


def _make_due(database_url: str) -> None:
    read_as_owner(database_url, "update outbox set due_at = now() returning 1")


def _states(database_url: str) -> list[str]:
    return [str(state) for (state,) in read_as_owner(database_url, "select state from outbox order by id")]


async def test_all_is_sent_in_order(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Nothing goes wrong: everything arrives, once, in order."""
    channel = ScriptedChannel()
    await Delivery(database, vault, {"web": channel}).deliver(address)

    assert channel.taken == ["een", "twee", "drie"]
    assert _states(database_url) == ["sent"] * 3


@pytest.mark.parametrize(
    ("failure", "states", "taken"),
    [
        (NotSentError("ConnectError"), ["ready"] * 3, []),
        (ThrottledError("429", retry_after=3.0), ["ready"] * 3, []),
        (UncertainError("ReadTimeout"), ["ready"] * 3, []),
        (MisconfiguredError("401"), ["ready"] * 3, []),
        (ValueError("a fault of ours"), ["ready"] * 3, []),
        (RefusedError("400"), ["dead", "sent", "sent"], ["twee", "drie"]),
        (RecipientGoneError("403"), ["dead", "sent", "sent"], ["twee", "drie"]),
        (WindowClosedError("63016"), ["held", "sent", "sent"], ["twee", "drie"]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_what_an_error_means(
    failure: Exception,
    states: list[str],
    taken: list[str],
    database: Database,
    vault: Vault,
    address: Address,
    database_url: str,
) -> None:
    """What is tried again holds back those behind it; what is given up does not."""
    channel = ScriptedChannel(failures=[failure])
    await Delivery(database, vault, {"web": channel}).deliver(address)

    assert (_states(database_url), channel.taken) == (states, taken)


@pytest.mark.parametrize(
    ("failure", "tries"),
    [(NotSentError("ConnectError"), len(BACK_OFF) + 1), (UncertainError("ReadTimeout"), 2)],
    ids=["surely not sent", "may have arrived"],
)
async def test_how_often_a_message_is_tried(
    failure: DeliveryError,
    tries: int,
    database: Database,
    vault: Vault,
    address: Address,
    database_url: str,
) -> None:
    """What was surely not sent is tried until the pauses are used up; what may have arrived once more."""
    channel = ScriptedChannel(failures=[failure] * tries)
    delivery = Delivery(database, vault, {"web": channel})
    for _ in range(tries):
        assert channel.taken == []
        _make_due(database_url)
        await delivery.deliver(address)

    assert (_states(database_url)[0], channel.failures) == ("dead", [])
    assert channel.taken == ["twee", "drie"]


async def test_a_throttled_message_is_never_given_up(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Slowing down does not count as a try."""
    channel = ScriptedChannel(failures=[ThrottledError("429")] * 20)
    delivery = Delivery(database, vault, {"web": channel})
    for _ in range(21):
        _make_due(database_url)
        await delivery.deliver(address)

    assert channel.taken == ["een", "twee", "drie"]


async def test_two_servers_send_each_message_once(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """A second server that comes while the first is sending finds nothing to do."""
    channel = ScriptedChannel(pause=0.05)
    first, second = (Delivery(database, vault, {"web": channel}) for _ in range(2))
    await asyncio.gather(first.deliver(address), second.deliver(address), first.deliver(address))

    assert channel.taken == ["een", "twee", "drie"]
    assert _states(database_url) == ["sent"] * 3


async def test_the_sweep_does_not_wait_for_a_slow_platform(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """It begins the deliveries; a server that stops lets them come to their end."""
    assert address.value == "iemand"
    channel = ScriptedChannel(pause=0.2)
    delivery = Delivery(database, vault, {"web": channel})
    await delivery.sweep(older_than=0.0)
    begun = list(channel.taken)
    await delivery.stop()

    assert (begun, channel.taken) == ([], ["een", "twee", "drie"])
    assert _states(database_url) == ["sent"] * 3
