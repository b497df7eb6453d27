"""Entry points in storage: what a code may be, what is refused, and what readers see of them."""

import re

import pytest

from bot.commands.flows import publish_all
from flows.errors import FlowError
from flows.file import read_flow
from flows.flow import Flow
from storage.database import Database
from storage.entries import Entry, EntryError, add_entry, find_entry, list_entries, set_active
from storage.published_flows import find_candidates
from storage_probe import read_as_owner, read_as_reader

FLOW = """\
format: 1
flow: {code}
title: Proef
audience: team
languages: [nl]
steps:
  - {{ask: mee, kind: consent, version: "1", text: Doe je mee?, "yes": Ja, "no": Nee}}
"""


async def add(database: Database, **given: str) -> Entry:
    """Add an entry point of the residents' flow, with what is given."""
    async with database.transaction() as connection:
        return await add_entry(connection, **{"title": "Op de markt", "flow": "inwoner", **given})


def make_flow(code: str) -> tuple[Flow, str]:
    """A small flow with this code."""
    source = FLOW.format(code=code)
    return read_flow(source, f"{code}.yaml"), source


async def test_an_entry_is_kept_as_given(database: Database) -> None:
    """All of it comes back, the code in small letters, the labels on one line."""
    added = await add(
        database, code=" Markt-1 ", title="Op  de\nmarkt", language="NL", team="Oost", neighbourhood="Linde"
    )
    async with database.reading() as connection:
        found = await find_entry(connection, "MARKT-1")

    assert added == Entry("markt-1", "Op de markt", "inwoner", "nl", "Oost", "Linde", active=True)
    assert found == added


async def test_a_code_is_made(database: Database) -> None:
    """Without a code one is made, of letters and figures that nobody mixes up."""
    made = {(await add(database)).code for _ in range(20)}

    assert len(made) == 20
    assert all(re.fullmatch(r"[bcdfghjkmnpqrstvwxz][bcdfghjkmnpqrstvwxz2-9]{5}", code) for code in made)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"code": "ab"}, "3 to 32"),
        ({"code": "a" * 33}, "3 to 32"),
        ({"code": "1markt"}, "letter first"),
        ({"code": "markt-"}, "no - at the end"),
        ({"code": "op de markt"}, "3 to 32"),
        ({"code": "wijkcoach"}, "starts the flow wijkcoach"),
        ({"code": "coachverhaal"}, "starts the flow coach"),
        ({"code": "stop"}, "knows already"),
        ({"code": "start"}, "knows already"),
        ({"code": "over"}, "knows already"),
        ({"code": "unsubscribe"}, "knows already"),
        ({"code": "nee"}, "knows already"),
        ({"flow": "weg"}, "Published flows: wijkcoach"),
        ({"language": "fr"}, "does not speak"),
        ({"title": " "}, "title must have 1 to 120"),
        ({"team": "x" * 81}, "team must have 1 to 80"),
        ({"neighbourhood": "a\x07b"}, "cannot be kept"),
        ({"title": "\udcff"}, "cannot be kept"),
    ],
    ids=str,
)
async def test_what_is_refused(database: Database, given: dict[str, str], words: str) -> None:
    """Each fault is said in one sentence, and nothing is added."""
    with pytest.raises(EntryError, match=re.escape(words)):
        await add(database, **given)

    async with database.reading() as connection:
        assert await list_entries(connection) == []


async def test_a_code_is_given_once(database: Database) -> None:
    """The second one with a code is refused, and the first stays."""
    first = await add(database, code="markt")
    with pytest.raises(EntryError, match="already"):
        await add(database, code="markt", title="Anders")

    async with database.reading() as connection:
        assert await list_entries(connection) == [first]


async def test_closing_and_opening(database: Database) -> None:
    """A closed entry point stays in the list and leads nowhere; it can be opened again."""
    await add(database, code="markt")
    async with database.transaction() as connection:
        closed = await set_active(connection, "Markt", active=False)
        none = await find_candidates(connection, named=None, word=None, last=None, entry="markt")
        opened = await set_active(connection, "markt", active=True)
        found = await find_candidates(connection, named=None, word=None, last=None, entry="markt")
        with pytest.raises(EntryError, match="no entry point"):
            await set_active(connection, "plein", active=False)

    assert (closed.active, opened.active) == (False, True)
    assert "entry" not in none
    assert (found["entry"].flow, found["entry"].entry) == ("inwoner", "markt")


async def test_a_new_flow_cannot_have_the_code(database: Database, database_url: str) -> None:
    """An admin's file is refused; a release with such a flow is not held up, and the entry goes first."""
    await add(database, code="markt")
    with pytest.raises(FlowError, match="entry point markt"):
        await publish_all(database_url, [make_flow("markt")])
    (done,) = await publish_all(database_url, [make_flow("markt")], "catalogue")
    (again,) = await publish_all(database_url, [make_flow("markt")])

    assert (done.new, again.new) == (True, False)


async def test_one_of_ten_thousand(database: Database, database_url: str) -> None:
    """With ten thousand entry points the right one is found by its key, not by looking at all."""
    async with database.transaction() as connection:
        await connection.exec_driver_sql(
            "insert into entries (code, title, flow, language)"
            " select 'punt-' || n, 'Punt', 'inwoner', 'tr' from generate_series(1, 10000) as n"
        )
        await connection.exec_driver_sql("analyze entries")
        found = await find_candidates(connection, named=None, word=None, last=None, entry="punt-77")
    plan = read_as_owner(database_url, "explain select * from entries where code = 'punt-77' and active")

    assert (found["entry"].entry, found["entry"].language) == ("punt-77", "tr")
    assert "Index Scan using pk_entries" in str(plan[0][0])


async def test_readers_see_the_labels(database: Database, database_url: str) -> None:
    """The view has closed ones too, for stories were told by them."""
    await add(database, code="markt", neighbourhood="Oost")
    await add(database, code="team-noord", title="Team Noord", flow="werkteam", team="Noord", language="nl")
    async with database.transaction() as connection:
        await set_active(connection, "markt", active=False)

    assert read_as_reader(database_url, "select * from reader.entries_v1 order by entry") == [
        ("markt", "Op de markt", "inwoner", None, None, "Oost"),
        ("team-noord", "Team Noord", "werkteam", "nl", "Noord", None),
    ]
