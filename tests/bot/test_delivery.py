"""Delivery: what an error means for a message, for those behind it, and for a server that comes after."""

import asyncio
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.channel import Quota
from bot.channels.delivery_errors import (
    MisconfiguredError,
    MovedError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UncertainError,
    UnknownError,
    WindowClosedError,
)
from bot.retrying import BACK_OFF, REFUSED_TRIES
from flows.outbound import Utterance
from scripted_channel import ScriptedChannel, make_delivery
from storage import outbox, participants
from storage.database import Database
from storage.participants import Address
from storage.vault import Vault
from storage_probe import read_as_owner

WORDS = ("een", "twee", "drie")


async def write(database: Database, vault: Vault, *says: Utterance) -> Address:
    """Someone new for whom messages wait."""
    async with database.transaction() as connection:
        added = await participants.add_address(connection, vault, "web", f"iemand {datetime.now(UTC)}")
        leased = await outbox.add_messages(connection, vault, added.id, says)
        await outbox.put_back(connection, leased)
    return added


@pytest.fixture
async def address(database: Database, vault: Vault) -> Address:
    """Someone for whom three messages wait."""
    return await write(database, vault, *(Utterance(text, "nl") for text in WORDS))


def _make_due(database_url: str) -> None:
    read_as_owner(database_url, "update outbox set due_at = now() returning 1")


def _states(database_url: str) -> list[str]:
    return [str(state) for (state,) in read_as_owner(database_url, "select state from outbox order by id")]


def _kept(database_url: str) -> list[bool]:
    rows = read_as_owner(database_url, "select sealed_message is not null from outbox order by id")
    return [bool(kept) for (kept,) in rows]


async def test_all_is_sent_in_order(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Nothing goes wrong: everything arrives, once, in order, and no text stays."""
    channel = ScriptedChannel()
    await make_delivery(database, vault, channel).deliver(address)

    assert channel.took == [*WORDS]
    assert (_states(database_url), _kept(database_url)) == (["sent"] * 3, [False] * 3)


@pytest.mark.parametrize(
    ("failure", "states", "took"),
    [
        (ThrottledError("429", retry_after=3.0), ["ready"] * 3, []),
        (NotSentError("ConnectError"), ["ready"] * 3, []),
        (UnavailableError("502"), ["ready"] * 3, []),
        (UncertainError("ReadTimeout"), ["ready"] * 3, []),
        (UnknownError("999"), ["ready"] * 3, []),
        (ValueError("a fault of ours"), ["ready"] * 3, []),
        (MisconfiguredError("401"), ["ready"] * 3, []),
        (RecipientGoneError("403"), ["dead"] * 3, []),
        (RecipientGoneError("21610", until_start=True), ["dead"] * 3, []),
        (RefusedError("400"), ["dead", "sent", "sent"], ["twee", "drie"]),
        (RefusedError("400", simpler=True), ["sent"] * 3, [*WORDS]),
        (WindowClosedError("63016"), ["held", "sent", "sent"], ["twee", "drie"]),
        (MovedError("400", address="elders"), ["sent"] * 3, [*WORDS]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_what_an_error_means(
    failure: Exception,
    states: list[str],
    took: list[str],
    database: Database,
    vault: Vault,
    address: Address,
    database_url: str,
) -> None:
    """Every row of the retry table: what is tried again holds back those behind it, what is given up not."""
    channel = ScriptedChannel(failures=deque([failure]))
    await make_delivery(database, vault, channel).deliver(address)

    assert (_states(database_url), channel.took) == (states, took)


@pytest.mark.parametrize(
    ("failure", "tries"),
    [
        (NotSentError("ConnectError"), len(BACK_OFF) + 1),
        (UnavailableError("503"), REFUSED_TRIES + 1),
        (UncertainError("ReadTimeout"), 2),
        (UnknownError("999"), 2),
    ],
    ids=["surely not sent", "refused for now", "may have arrived", "unknown"],
)
async def test_how_often_a_message_is_tried(
    failure: Exception,
    tries: int,
    database: Database,
    vault: Vault,
    address: Address,
    database_url: str,
) -> None:
    """Until the pauses are used up; what may have arrived, where nobody can be asked, once more."""
    channel = ScriptedChannel(failures=deque([failure] * tries))
    delivery = make_delivery(database, vault, channel)
    for _ in range(tries):
        assert channel.took == []
        _make_due(database_url)
        await delivery.deliver(address)

    assert (_states(database_url), channel.took) == (["dead", "sent", "sent"], ["twee", "drie"])
    assert _kept(database_url)[0], "an operator can still send it"


async def test_a_throttled_message_is_not_given_up(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Slowing down does not count as a try, until a day has passed."""
    channel = ScriptedChannel(failures=deque([ThrottledError("429")] * 20))
    delivery = make_delivery(database, vault, channel)
    for _ in range(20):
        _make_due(database_url)
        await delivery.deliver(address)
    assert _states(database_url) == ["ready"] * 3
    channel.failures.append(ThrottledError("429"))
    read_as_owner(database_url, "update outbox set created_at = now() - interval '25 hours' returning 1")
    _make_due(database_url)
    await delivery.deliver(address)

    assert (_states(database_url)[0], channel.took) == ("dead", ["twee", "drie"])


async def test_what_may_have_arrived_is_looked_for(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Where the platform can be asked, nothing is said twice and nothing is left out."""
    channel = ScriptedChannel(
        asked=True,
        failures=deque([None, UncertainError("reset")]),
        lost=deque([UncertainError("ReadTimeout")]),
    )
    delivery = make_delivery(database, vault, channel)
    for _ in range(3):
        _make_due(database_url)
        await delivery.deliver(address)

    assert (channel.took, _states(database_url)) == ([*WORDS], ["sent"] * 3)


async def test_the_same_words_again_are_not_taken_for_the_first(
    database: Database, vault: Vault, database_url: str
) -> None:
    """A message whose answer was lost is not mistaken for an earlier one that says the same."""
    address = await write(database, vault, Utterance("Nog eens?", "nl"), Utterance("Nog eens?", "nl"))
    channel = ScriptedChannel(asked=True, failures=deque([None, UncertainError("reset")]))
    delivery = make_delivery(database, vault, channel)
    for _ in range(2):
        _make_due(database_url)
        await delivery.deliver(address)

    assert channel.took == ["Nog eens?"] * 2


@pytest.mark.parametrize(("asked", "took"), [(True, [*WORDS]), (False, ["een", *WORDS])])
async def test_a_server_that_died_while_sending(
    *, asked: bool, took: list[str], database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Of what it had in hand only the first may have been sent: that is looked for, or said once more."""
    channel = ScriptedChannel(asked=asked)
    async with database.transaction() as connection:
        held = await outbox.claim_messages(connection, vault, address.id)
    channel.took.append("een")  # taken, and then the lights went out
    assert len(held) == 3
    read_as_owner(database_url, "update outbox set leased_until = now() - interval '1 second' returning 1")
    await make_delivery(database, vault, channel).deliver(address)

    assert (channel.took, _states(database_url)) == (took, ["sent"] * 3)


async def test_a_nudge_is_never_said_twice(database: Database, vault: Vault, database_url: str) -> None:
    """What nobody asked for is rather left out than said again."""
    address = await write(database, vault, replace_purpose("Nog even?", "reminder"), Utterance("twee", "nl"))
    channel = ScriptedChannel(lost=deque([UncertainError("ReadTimeout")]))
    delivery = make_delivery(database, vault, channel)
    for _ in range(2):
        _make_due(database_url)
        await delivery.deliver(address)

    assert channel.took == ["Nog even?", "twee"]


async def test_a_long_message_goes_on_where_it_stopped(
    database: Database, vault: Vault, database_url: str
) -> None:
    """Its parts are noted one by one, so another server sends only what is left."""
    address = await write(database, vault, Utterance("a|b|c", "nl"))
    channel = ScriptedChannel(failures=deque([None, ThrottledError("429", retry_after=1)]))
    await make_delivery(database, vault, channel).deliver(address)
    assert channel.took == ["a"]
    _make_due(database_url)
    await make_delivery(database, vault, channel).deliver(address)

    assert (channel.took, _states(database_url)) == (["a", "b", "c"], ["sent"])


async def test_what_is_refused_goes_plain_from_where_it_stopped(
    database: Database, vault: Vault, database_url: str
) -> None:
    """The form that was refused is not tried again, also not by the server after."""
    address = await write(database, vault, Utterance("a|b", "nl"))
    channel = ScriptedChannel(
        failures=deque([None, RefusedError("63013", simpler=True), ThrottledError("429", retry_after=0)])
    )
    delivery = make_delivery(database, vault, channel)
    for _ in range(2):
        _make_due(database_url)
        await delivery.deliver(address)

    assert (channel.took, channel.plain) == (["a", "b"], [False, True])


async def test_wrong_settings_keep_the_queue(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """The circuit opens: nothing is tried any more, nothing counts as a try, and nothing is lost."""
    channel = ScriptedChannel(failures=deque([MisconfiguredError("401")]))
    delivery = make_delivery(database, vault, channel)
    for _ in range(5):
        _make_due(database_url)
        await delivery.deliver(address)
        await delivery.sweep(older_than=0.0)
        await delivery.stop()
    assert (channel.took, _states(database_url)) == ([], ["ready"] * 3)
    assert read_as_owner(database_url, "select distinct attempts from outbox") == [(0,)]

    _make_due(database_url)
    await make_delivery(database, vault, channel).deliver(address)  # another server, with the right settings

    assert channel.took == [*WORDS]


async def test_two_throttled_chats_stop_the_whole_channel(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """One chat alone waits by itself; with two within a second it is the bot that is too fast."""
    other = await write(database, vault, Utterance("vier", "nl"))
    third = await write(database, vault, Utterance("vijf", "nl"))
    channel = ScriptedChannel(failures=deque([ThrottledError("429", retry_after=30)] * 2))
    delivery = make_delivery(database, vault, channel)
    await delivery.deliver(address)
    assert delivery.aftermath.gate.list_shut() == []
    await delivery.deliver(other)
    await delivery.deliver(third)

    assert (delivery.aftermath.gate.list_shut(), channel.took) == (["web"], [])
    assert _states(database_url) == ["ready"] * 5


async def test_a_person_who_is_gone_hears_nothing_more(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Nothing is tried again, their texts are forgotten, and the address says why."""
    channel = ScriptedChannel(failures=deque([RecipientGoneError("403")]))
    await make_delivery(database, vault, channel).deliver(address)

    assert read_as_owner(database_url, "select gone, stopped_at is null from addresses") == [(True, True)]
    assert _kept(database_url) == [False] * 3


async def test_a_person_who_signed_off_at_the_platform(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Only START reaches us again from there."""
    channel = ScriptedChannel(failures=deque([RecipientGoneError("21610", until_start=True)]))
    await make_delivery(database, vault, channel).deliver(address)

    assert read_as_owner(database_url, "select gone, stopped_at is null from addresses") == [(False, False)]


async def test_a_conversation_that_moved(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """It is sent to the new address at once, and so is all that comes after."""
    channel = ScriptedChannel(failures=deque([MovedError("400", address="elders")]))
    await make_delivery(database, vault, channel).deliver(address)

    assert channel.to == ["elders"] * 3
    assert read_as_owner(database_url, "select token from addresses") == [
        (vault.find_token("web", "elders"),)
    ]


async def test_outside_the_window(database: Database, vault: Vault, database_url: str) -> None:
    """A day after the last message: an approved text for a reminder, and the rest waits until they write."""
    address = await write(database, vault, replace_purpose("Nog even?", "reminder"), Utterance("twee", "nl"))
    long_ago = datetime.now(UTC) - timedelta(hours=24)
    channel = ScriptedChannel(windowed=True)
    delivery = make_delivery(database, vault, channel)
    await delivery.deliver(replace(address, heard_at=long_ago))
    assert (channel.took, channel.templates) == ([], ["reminder"])
    assert _states(database_url) == ["held", "held"]
    async with database.transaction() as connection:
        await outbox.release_held(connection, address.id)
    await delivery.deliver(replace(address, heard_at=datetime.now(UTC)))

    assert (channel.took, _states(database_url)) == (["Nog even?", "twee"], ["sent"] * 2)


async def test_limits_leave_no_room(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """What would have to wait long goes back to its place, and no try is counted."""
    channel = ScriptedChannel(quotas=[Quota("a test's own", per_second=0.01, burst=1)])
    await make_delivery(database, vault, channel).deliver(address)

    assert (channel.took, _states(database_url)) == (["een"], ["sent", "ready", "ready"])
    rows = read_as_owner(database_url, "select attempts, due_at > now() from outbox where state = 'ready'")
    assert rows == [(0, True)] * 2


async def test_two_servers_send_each_message_once(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """A second server that comes while the first is sending finds nothing to do."""
    channel = ScriptedChannel()
    first, second = (make_delivery(database, vault, channel) for _ in range(2))
    await asyncio.gather(first.deliver(address), second.deliver(address), first.deliver(address))

    assert channel.took == [*WORDS]
    assert _states(database_url) == ["sent"] * 3


async def test_the_sweep_does_not_wait_for_a_slow_platform(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """It begins the deliveries; a server that stops lets them come to their end."""
    assert not address.gone
    channel = ScriptedChannel()
    delivery = make_delivery(database, vault, channel)
    await delivery.sweep(older_than=0.0)
    begun = list(channel.took)
    await delivery.stop()

    assert (begun, channel.took) == ([], [*WORDS])
    assert _states(database_url) == ["sent"] * 3


def replace_purpose(text: str, purpose: str) -> Utterance:
    """Something said without being asked for."""
    assert purpose == "reminder"
    return Utterance(text, "nl", purpose="reminder")
