"""The line to a person: no more messages, blocked and back, the day's window, and what is reported later."""

from datetime import timedelta

import pytest

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    WindowClosedError,
)
from flows.phrases import phrase
from quiet_house import QuietHouse, open_house, publish
from storage.database import Database
from storage.vault import Vault
from storage_probe import read_as_owner

ANNA = "anna"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

FLOW = """
format: 1
flow: buurt
title: {nl: Uit de buurt}
audience: resident
languages: [nl]
keywords: [buurt]
remind_after: [2 days]
expire_after: 1 week
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Doe je mee?
    yes: Ja
    no: Nee
  - ask: verhaal
    kind: story
    text: Wat gebeurde er?
    pause: 3 days
  - ask: naam
    kind: text
    text: Hoe noem je het?
    fills: title
"""


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server on a platform with a window and with reports, where Anna is asked for her story."""
    await publish(database, FLOW)
    house = open_house(database, vault)
    house.channel.windowed = house.channel.reports = True
    await house.start(ANNA, "buurt")
    await house.tap(ANNA, "yes")
    assert house.heard(ANNA)[-1] == "Wat gebeurde er?"
    return house


def _states(database_url: str) -> list[str]:
    return [str(row[0]) for row in read_as_owner(database_url, "select state from outbox order by id")]


async def test_stop_is_for_good(house: QuietHouse) -> None:
    """One last sentence says how to come back; then nothing is said, not even when asked something."""
    await house.send(ANNA, {"contact": "stop"})
    assert house.heard(ANNA) == [phrase("nl", "opted_out")]
    await house.say(ANNA, "Er was nog iets", "hallo?", "buurt")
    await house.wait(3 * DAY)
    await house.wait(7 * DAY)
    await house.send(ANNA, {"contact": "stop"})

    assert house.heard(ANNA) == [phrase("nl", "opted_out")]
    assert house.channel.templates == []


@pytest.mark.parametrize("word", ["START", "start", "Aanmelden!"])
async def test_start_comes_back(house: QuietHouse, word: str) -> None:
    """The open question is asked again, and the conversation goes on as if nothing was."""
    await house.send(ANNA, {"contact": "stop"})
    house.heard(ANNA)
    await house.say(ANNA, word)
    assert house.heard(ANNA) == [phrase("nl", "opted_in"), "Wat gebeurde er?"]
    await house.say(ANNA, "De buurman kwam met soep")

    assert phrase("nl", "story_more") in house.heard(ANNA)[-1]


async def test_a_link_comes_back(house: QuietHouse) -> None:
    """Whoever follows a link asks to start."""
    await house.send(ANNA, {"contact": "stop"})
    house.heard(ANNA)
    await house.start(ANNA, "buurt")

    assert house.heard(ANNA) == [phrase("nl", "opted_in"), "Wat gebeurde er?"]


async def test_who_blocks_hears_nothing_until_they_write(house: QuietHouse, database_url: str) -> None:
    """No reminder is written for them; their next message opens the line."""
    await house.send(ANNA, {"contact": "lost"})
    await house.wait(3 * DAY)
    assert house.heard(ANNA) == []
    assert read_as_owner(database_url, "select gone from addresses") == [(True,)]
    await house.send(ANNA, {"contact": "regained"})
    await house.say(ANNA, "Ik ben er weer")

    assert read_as_owner(database_url, "select gone from addresses") == [(False,)]
    assert phrase("nl", "story_more") in house.heard(ANNA)[-1]


async def test_news_of_nobody_is_nothing(house: QuietHouse, database_url: str) -> None:
    """Who blocks a bot they never spoke with is not made a participant."""
    await house.send("niemand", {"contact": "lost"})
    report = {"provider_id": "9", "status": "failed", "rank": 5, "failed": True, "code": "1"}
    await house.send("niemand", {"report": report})

    assert read_as_owner(database_url, "select count(*) from addresses") == [(1,)]
    assert read_as_owner(database_url, "select count(*) from inbox where state <> 'done'") == [(0,)]


async def test_a_reminder_outside_the_window(house: QuietHouse, database_url: str) -> None:
    """It goes by an approved text; the reminder itself, with its button, comes when they write."""
    await house.wait(2 * DAY + HOUR)
    assert (house.heard(ANNA), house.channel.templates) == ([], ["reminder"])
    assert _states(database_url)[-1] == "held"
    await house.say(ANNA, "De buurman kwam met soep")

    assert house.heard(ANNA)[0] == phrase("nl", "reminder")
    assert house.channel.templates == ["reminder"]


async def _fail(house: QuietHouse, error: type[DeliveryError], *, after: str = "") -> None:
    """The last message turns out not to have arrived, after an earlier report."""
    if after:
        arrived = {"provider_id": "2", "status": after, "rank": 3, "failed": False, "code": ""}
        await house.send(ANNA, {"report": arrived})
    house.channel.errors = {"77": error("77")}
    report = {"provider_id": "2", "status": "failed", "rank": 5, "failed": True, "code": "77"}
    await house.send(ANNA, {"report": report})


@pytest.mark.parametrize(
    ("error", "states", "heard"),
    [
        (ThrottledError, ["sent", "ready"], []),
        (UnavailableError, ["sent", "ready"], []),
        (MisconfiguredError, ["sent", "ready"], []),
        (RecipientGoneError, ["sent", "dead"], []),
        (WindowClosedError, ["sent", "held"], []),
        (RefusedError, ["sent", "sent"], ["Wat gebeurde er?"]),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
async def test_a_message_that_did_not_arrive(
    house: QuietHouse, database_url: str, error: type[DeliveryError], states: list[str], heard: list[str]
) -> None:
    """By the same table as an error at once; what was refused for its form goes as text alone, once."""
    await _fail(house, error)

    assert (_states(database_url)[-2:], house.heard(ANNA)) == (states, heard)


async def test_what_arrived_did_not_fail(house: QuietHouse, database_url: str) -> None:
    """Reports come in any order; a failure after the arrival is another message's, or none."""
    await _fail(house, ThrottledError, after="delivered")

    assert (_states(database_url)[-2:], house.heard(ANNA)) == (["sent", "sent"], [])


async def test_held_by_a_report_and_released(house: QuietHouse) -> None:
    """What a closed window held back comes when the person writes, before the answer to that."""
    await _fail(house, WindowClosedError)
    assert house.heard(ANNA) == []
    await house.say(ANNA, "Ben je er nog?")

    assert house.heard(ANNA)[0] == "Wat gebeurde er?"


async def test_an_edited_message_corrects(house: QuietHouse, database_url: str) -> None:
    """As long as its question is open, what a message was changed into is what was said."""
    await house.send(ANNA, {"message": "7", "text": "De buurman kwam met roep"})
    house.heard(ANNA)
    await house.send(ANNA, {"edits": "7", "text": "De buurman kwam met soep en brood"})
    assert phrase("nl", "corrected") in house.heard(ANNA)[0]
    await house.say(ANNA, "klaar", "Soep")
    await house.tap(ANNA, "keep")
    assert read_as_owner(database_url, "select story from stories") == [
        ("De buurman kwam met soep en brood",)
    ]
    house.heard(ANNA)
    await house.send(ANNA, {"edits": "7", "text": "iets anders"})

    assert house.heard(ANNA) == [phrase("nl", "correction_unused")]
    assert read_as_owner(database_url, "select story from stories") == [
        ("De buurman kwam met soep en brood",)
    ]


async def test_an_edit_begins_nothing(house: QuietHouse, database_url: str) -> None:
    """Who changes an old message, and was never in a conversation here, gets none by that."""
    await house.send("bob", {"edits": "1", "text": "buurt"})

    assert house.heard("bob") == []
    assert read_as_owner(database_url, "select count(*) from sessions") == [(1,)]
