"""Versions and memory: who began on a version ends on it, and thousands of versions cost next to nothing."""

import asyncio
import gc

import psycopg
import pytest

from benchmarks.memory import fill_database, read_memory, talk_to_some
from benchmarks.silence import open_conversation
from flows.file import read_catalogue, read_flow
from quiet_house import QuietHouse, open_house, publish
from storage.database import Database
from storage.flow_shelf import ROOM, FlowShelf, read_body, write_body
from storage.published_flows import find_candidates
from storage.vault import Vault
from storage_probe import read_as_owner, read_as_reader

PEOPLE = [f"person {number}" for number in range(100)]

FIRST = """
format: 1
flow: praatje
title: {nl: Praatje}
audience: resident
languages: [nl]
keywords: [Praatje]
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Doe je mee?
    yes: Ja
    no: Nee
  - ask: kleur
    kind: choice
    text: Welke kleur had het?
    options: [{code: rood, label: Rood}, {code: blauw, label: Blauw}]
  - ask: waarom
    kind: text
    text: Waarom die kleur?
"""

SECOND = FIRST.replace("ask: kleur", "ask: smaak").replace("Welke kleur had het?", "Hoe smaakte het?")


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the first version of the flow."""
    assert await publish(database, FIRST) == 1
    return open_house(database, vault)


async def test_a_hundred_waiting_sessions_end_on_their_own_version(
    house: QuietHouse, database: Database, vault: Vault, database_url: str
) -> None:
    """The question they wait at is gone from the new version; all of them answer it and finish."""
    await asyncio.gather(*(house.start(person, "praatje") for person in PEOPLE))
    await asyncio.gather(*(house.tap(person, "yes") for person in PEOPLE))
    assert all("Welke kleur had het?" in house.heard(person)[-1] for person in PEOPLE)
    assert await publish(database, SECOND) == 2
    later = open_house(database, vault)  # a server that never saw the first version
    later.sent = house.sent
    await asyncio.gather(*(later.tap(person, "blauw") for person in PEOPLE))
    asked = {later.heard(person)[-1] for person in PEOPLE}
    await asyncio.gather(*(later.say(person, "Zomaar") for person in PEOPLE))
    await asyncio.gather(*(later.tap(person, "keep") for person in PEOPLE))

    assert asked == {"Waarom die kleur?"}
    found = read_as_owner(database_url, "select version, status, count(*) from sessions group by 1, 2")
    assert found == [(1, "finished", 100)]
    told = read_as_reader(
        database_url,
        "select question, code, text, count(*) from reader.answers_v1 group by 1, 2, 3 order by 1",
    )
    assert told == [("kleur", "blauw", None, 100), ("waarom", None, "Zomaar", 100)]
    await later.start("someone new", "praatje")
    await later.tap("someone new", "yes")
    assert "Hoe smaakte het?" in later.heard("someone new")[-1]


@pytest.mark.parametrize("name", sorted(read_catalogue()))
def test_a_flow_as_json_is_the_same_flow(name: str) -> None:
    """What is kept beside the file reads back as just what was read from the file."""
    flow = read_flow(read_catalogue()[name], name)

    assert read_body(write_body(flow)) == flow


async def test_json_of_another_release_falls_back_on_the_file(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """A body this release cannot read is no trouble: the file is read instead."""
    del house
    read_as_owner(database_url, "update flow_versions set body = '{\"format\": 9}' returning 1")
    async with database.reading() as connection:
        flow = await FlowShelf().get(connection, "praatje", 1)

    assert [question.ask for question in flow.questions] == ["toestemming", "kleur", "waarom"]


async def test_the_shelf_holds_the_last_few(database: Database) -> None:
    """A full shelf lets go of the version that was not used for longest."""
    shelf = FlowShelf(room=2)
    async with database.reading() as connection:
        first = await shelf.get(connection, "wijkcoach", 1)
        await shelf.get(connection, "inwoner", 1)
        assert await shelf.get(connection, "wijkcoach", 1) is first
        await shelf.get(connection, "werkteam", 1)
        kept = await shelf.get(connection, "wijkcoach", 1)

    assert kept is first
    assert len(shelf) == 2


async def test_choosing_a_flow_reads_none_of_ten_thousand(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """With ten thousand flows a first message is still one small query, and reads the one flow it begins."""
    with psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        connection.execute(
            "insert into flows (flow, current_version, keywords)"
            " select 'flow-' || n, 1, array['woord' || n] from generate_series(1, 10000) as n"
        )
    async with database.reading() as connection:
        found = await find_candidates(connection, named="flow-77", word=" WOORD5000 ", last="praatje")

    assert {reason: each.flow for reason, each in found.items() if reason != "usual"} == {
        "named": "flow-77",
        "word": "flow-5000",
        "last": "praatje",
    }
    await house.say("anna", "praatje")
    assert "Doe je mee?" in house.heard("anna")[-1]
    assert len(house.conversation.shelf) == 1


async def test_memory_stays_what_it_is(database_url: str, database: Database) -> None:
    """With 300 versions and 2,000 open sessions the process holds some flows and no sessions."""
    fill_database(database_url, versions=300, sessions=2_000)
    conversation = open_conversation(database)
    await talk_to_some(conversation, 200, sessions=2_000, name="warm")
    gc.collect()
    before = read_memory()
    await talk_to_some(conversation, 200, sessions=2_000, name="counted")
    gc.collect()

    assert len(conversation.shelf) == ROOM
    assert read_memory() - before < 10_000_000  # 300 versions more would be some 30 MB
    waiting = read_as_owner(database_url, "select count(*) from inbox where state <> 'done'")
    assert waiting == [(0,)]
