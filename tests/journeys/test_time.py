"""Time comes in: reminders, a story that is told by silence, expiry, and the flow that follows another."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from flows.phrases import phrase
from quiet_house import CHANNEL, QuietHouse, open_house, publish
from storage import inbox, recordings
from storage.database import Database
from storage.entries import add_entry
from storage.tables import addresses
from storage.vault import Vault
from storage_probe import dump_database, read_as_owner, read_as_reader

ANNA = "anna"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
TOLD = "De buurman kwam langs met soep"

FLOW = """
format: 1
flow: buurt
title: {nl: Uit de buurt}
audience: resident
languages: [nl]
keywords: [buurt]
remind_after: [1 day, 3 days]
expire_after: 1 week
follow_up: {flow: later, after: 3 weeks, when: {question: vervolg, is: ja}}
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
    pause: 10 minutes
  - ask: naam
    kind: text
    text: Hoe noem je het?
    fills: title
    allow: [skip]
  - ask: vervolg
    kind: choice
    text: Mogen we later iets vragen?
    options: [{code: ja, label: Graag}, {code: nee, label: Liever niet}]
"""

LATER = """
format: 1
flow: later
title: {nl: Later}
audience: resident
languages: [nl]
keywords: [later]
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Weet je nog van toen?
    yes: Ja
    no: Nee
  - ask: hoe
    kind: choice
    text: Hoe ging het verder?
    options: [{code: goed, label: Goed zo}, {code: slecht, label: Slecht}]
"""

DAYS = """
format: 1
flow: dagen
title: {nl: Dagen}
audience: resident
languages: [nl]
keywords: [dagen]
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Doe je mee?
    yes: Ja
    no: Nee
  - ask: dag
    kind: date
    text: Wanneer was het?
"""


def own(key: str) -> str:
    """One of the bot's own sentences."""
    return phrase("nl", key)


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the two flows of these tests."""
    await publish(database, FLOW)
    await publish(database, LATER)
    async with database.transaction() as connection:
        await add_entry(connection, code="poster-7", title="Poster", flow="buurt")
    return open_house(database, vault)


async def begin_telling(house: QuietHouse, address: str = ANNA) -> None:
    """Agree, and tell the first words."""
    await house.start(address, "buurt", entry="poster-7")
    await house.tap(address, "yes")
    await house.say(address, TOLD)
    house.heard(address)


async def tell_all(house: QuietHouse, address: str = ANNA) -> None:
    """Tell a story and keep it; a follow-up is welcome."""
    await begin_telling(house, address)
    await house.tap(address, "done")
    await house.say(address, "Soep")
    await house.tap(address, "ja", "keep")
    house.heard(address)


def count_time_words(database_url: str) -> int:
    """How often a session was told of the time."""
    found = read_as_owner(database_url, "select count(*) from inbox where key like 'time:%'")
    return int(str(found[0][0]))


async def test_nothing_happens_before_its_time(house: QuietHouse, database_url: str) -> None:
    """A sweep finds no session whose moment has not come."""
    await begin_telling(house)
    await house.wait(timedelta(minutes=9))

    assert house.heard(ANNA) == []
    assert count_time_words(database_url) == 0


async def test_silence_ends_the_telling(house: QuietHouse) -> None:
    """After the pause of the story question the bot goes on as if the teller had said that it is all."""
    await begin_telling(house)
    await house.wait(timedelta(minutes=11))

    assert "Hoe noem je het?" in house.heard(ANNA)[-1]


async def test_an_unfinished_session_is_nudged_and_then_ends(house: QuietHouse, database_url: str) -> None:
    """Two reminders, at their times; then the session ends, and what was told stays as unfinished."""
    await begin_telling(house)
    await house.wait(timedelta(minutes=11))
    house.heard(ANNA)
    heard: list[list[str]] = []
    for _ in range(8):
        await house.wait(DAY)
        heard.append(house.heard(ANNA))

    assert [day for day, texts in enumerate(heard, 1) if own("reminder") in texts] == [1, 3]
    assert [day for day, texts in enumerate(heard, 1) if own("expired") in texts] == [7]
    assert read_as_reader(
        database_url, "select entry, title, story, words, complete from reader.stories_v1"
    ) == [("poster-7", None, None, 6, False)]
    assert TOLD not in dump_database(database_url)
    assert read_as_owner(database_url, "select status, sealed_state, wake_at from sessions") == [
        ("expired", None, None)
    ]


async def test_the_free_texts_of_an_unfinished_story_stay_sealed(
    house: QuietHouse, database_url: str
) -> None:
    """What was typed before time ran out is an answer, but nobody reads its words."""
    await begin_telling(house)
    await house.tap(ANNA, "done")
    await house.say(ANNA, "De soep van hiernaast")
    await house.wait(2 * WEEK)
    await house.wait(2 * WEEK)
    await house.wait(2 * WEEK)

    answers = read_as_reader(database_url, "select question, status, text from reader.answers_v1")
    assert answers == [("naam", "answered", None)]
    assert "hiernaast" not in dump_database(database_url)


async def test_after_an_outage_one_reminder_goes_out(house: QuietHouse) -> None:
    """Two moments went by while no server ran: one nudge stands for both, and the next is the end."""
    await begin_telling(house)
    await house.tap(ANNA, "done")
    house.heard(ANNA)
    await house.wait(4 * DAY)
    await house.sweep()
    await house.sweep()
    first = house.heard(ANNA)
    await house.wait(4 * DAY)

    assert first == [own("reminder")]
    assert house.heard(ANNA) == [own("expired")]


async def test_after_a_long_outage_only_the_end_is_told(house: QuietHouse) -> None:
    """Whose time ran out meanwhile is not nudged first."""
    await begin_telling(house)
    await house.tap(ANNA, "done")
    house.heard(ANNA)
    await house.wait(2 * WEEK)
    await house.sweep()

    assert house.heard(ANNA) == [own("expired")]


async def test_who_never_agreed_is_not_reminded(house: QuietHouse, database_url: str) -> None:
    """Without a yes there is no reminder, and nothing is kept when the time is over."""
    await house.start(ANNA, "buurt")
    house.heard(ANNA)
    for _ in range(8):
        await house.wait(DAY)

    assert house.heard(ANNA) == []
    assert read_as_owner(database_url, "select status from sessions") == [("expired",)]
    assert read_as_owner(database_url, "select count(*) from stories") == [(0,)]


async def test_an_answer_moves_the_moment(house: QuietHouse, database_url: str) -> None:
    """Who writes just before a reminder gets it a day after that."""
    await begin_telling(house)
    await house.tap(ANNA, "done")
    await house.wait(23 * HOUR)
    await house.say(ANNA, "Soep")
    house.heard(ANNA)
    await house.wait(2 * HOUR)
    early = house.heard(ANNA)
    await house.wait(22 * HOUR)

    assert early == []
    assert own("reminder") in house.heard(ANNA)
    assert count_time_words(database_url) == 1


async def test_a_moment_that_was_overtaken_is_nothing(house: QuietHouse, database_url: str) -> None:
    """A session told of the time that asks for a later moment by now stays as it is, and is told then."""
    await begin_telling(house)
    read_as_owner(database_url, "update sessions set wake_at = now() - interval '1 hour' returning 1")
    await house.sweep()

    assert house.heard(ANNA) == []
    assert count_time_words(database_url) == 1
    assert read_as_owner(database_url, "select wake_at > now() from sessions") == [(True,)]
    await house.wait(timedelta(minutes=11))
    assert "Hoe noem je het?" in house.heard(ANNA)[-1]


async def test_several_servers_tell_it_once(
    house: QuietHouse, database: Database, vault: Vault, database_url: str
) -> None:
    """Three servers see the same moment come; one reminder goes out."""
    await begin_telling(house)
    await house.tap(ANNA, "done")
    house.heard(ANNA)
    others = [open_house(database, vault) for _ in range(2)]
    for each in (house, *others):
        each.now = house.now + DAY + HOUR
    for _ in range(2):
        for each in (*others, house):
            await each.sweep()
            await each.conversation.settle("quiet", ANNA)

    said = [text for each in (house, *others) for text in each.heard(ANNA)]
    assert said.count(own("reminder")) == 1
    assert count_time_words(database_url) == 1


async def test_an_older_session_ends_without_a_word(house: QuietHouse, database_url: str) -> None:
    """Who went on to another conversation hears no more of the first; it ends in its time all the same."""
    await begin_telling(house)
    await house.start(ANNA, "later")
    await house.tap(ANNA, "yes")
    house.heard(ANNA)
    for _ in range(20):
        await house.wait(DAY)

    heard = house.heard(ANNA)
    assert own("reminder") not in heard
    assert heard.count(own("expired")) == 1  # of the conversation that was the latest
    found = read_as_owner(database_url, "select flow, status from sessions order by flow")
    assert found == [("buurt", "expired"), ("later", "expired")]


async def test_a_flow_follows_after_its_time(house: QuietHouse, database_url: str) -> None:
    """Three weeks after the end the other flow begins by itself, from the same entry, after the first."""
    await tell_all(house)
    await house.wait(2 * WEEK)
    early = house.heard(ANNA)
    await house.wait(2 * WEEK)

    assert early == []
    assert "Weet je nog van toen?" in house.heard(ANNA)[-1]
    found = read_as_owner(
        database_url,
        "select s.flow, s.entry, first.flow from sessions s join sessions first on first.id = s.follows",
    )
    assert found == [("later", "poster-7", "buurt")]
    await house.tap(ANNA, "yes")
    assert house.heard(ANNA)
    kept = read_as_owner(database_url, "select sealed_state, wake_at from sessions where flow = 'buurt'")
    assert kept == [(None, None)]


async def test_a_follow_up_waits_until_nothing_else_is_open(house: QuietHouse, database_url: str) -> None:
    """In the middle of another conversation the follow-up is put off, a day at a time."""
    await tell_all(house)
    await house.wait(3 * WEEK - HOUR)
    await house.start(ANNA, "buurt")
    house.heard(ANNA)
    await house.wait(2 * HOUR)
    during = house.heard(ANNA)
    await house.tap(ANNA, "no")
    house.heard(ANNA)
    await house.wait(DAY + HOUR)

    assert during == []
    assert "Weet je nog van toen?" in house.heard(ANNA)[-1]
    found = read_as_owner(database_url, "select count(*) from sessions where flow = 'later'")
    assert found == [(1,)]


async def test_a_flow_that_is_not_published_does_not_follow(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """A follow-up nobody published comes to nothing, once."""
    await publish(database, FLOW.replace("{flow: later,", "{flow: nergens,"))
    await tell_all(house)
    for _ in range(3):
        await house.wait(3 * WEEK)

    assert house.heard(ANNA) == []
    assert read_as_owner(database_url, "select flow, wake_at from sessions") == [("buurt", None)]
    assert read_as_owner(database_url, "select count(*) from inbox where state <> 'done'") == [(0,)]


async def test_who_blocked_us_hears_nothing(house: QuietHouse, database_url: str) -> None:
    """To an address that is gone no reminder and no follow-up is written."""
    await tell_all(house)
    await begin_telling(house, "bram")
    read_as_owner(database_url, "update addresses set gone = true returning 1")
    for _ in range(4):
        await house.wait(WEEK)

    assert (house.heard(ANNA), house.heard("bram")) == ([], [])
    found = read_as_owner(database_url, "select count(*) from outbox where state <> 'sent'")
    assert found == [(0,)]


async def test_a_transcript_of_an_older_conversation_is_not_spoken_of(
    house: QuietHouse, database: Database, vault: Vault, database_url: str
) -> None:
    """Who went on to another conversation does not get the text of the first read back within it."""
    await house.start(ANNA, "buurt")
    await house.tap(ANNA, "yes")
    await house.send(ANNA, {"sound": "note"})
    await house.tap(ANNA, "done")
    await house.say(ANNA, "Soep")
    await house.tap(ANNA, "ja")
    await house.start(ANNA, "later")
    house.heard(ANNA)
    found = read_as_owner(database_url, "select id from recordings")
    recording = UUID(str(found[0][0]))
    async with database.transaction() as connection:
        body = {"text": TOLD}
        await recordings.add_transcript(connection, vault, recording, body=body, model="m", language="nl")
        chat = (await connection.execute(select(addresses.c.token))).scalar_one()
        raw = {"recording": recording.hex, "problem": None}
        await inbox.keep_update(connection, vault, inbox.SYSTEM, "recording:1", chat, 0, raw)
    house.conversation.wake(chat)
    await house.conversation.settle(CHANNEL, ANNA)

    assert read_as_owner(database_url, "select count(*) from inbox where state <> 'done'") == [(0,)]
    assert house.heard(ANNA) == []
    await house.wait(2 * WEEK)
    told = read_as_owner(database_url, "select words from stories")
    assert told == [(len(TOLD.split()),)]


async def test_today_is_the_day_of_the_teller(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """Just after midnight in Amsterdam it is still yesterday in UTC; the teller's day is kept."""
    await publish(database, DAYS)
    house.now = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)
    await house.start(ANNA, "dagen")
    await house.tap(ANNA, "yes", "today")

    told = read_as_reader(database_url, "select text from reader.answers_v1 where question = 'dag'")
    assert told == [("2026-07-15",)]
