"""What a message begins: by an entry point, a flow's name or a keyword, in at most one query."""

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.channel import Inbound, Start
from bot.choosing import Again, Beginning, choose_flow
from flows.inbound import Chose, Said
from quiet_house import open_house
from storage.database import Database
from storage.entries import add_entry, set_active
from storage.participants import find_address
from storage.sessions import StoredSession, find_latest
from storage.vault import Vault


@pytest.fixture
async def connection(database: Database) -> AsyncGenerator[AsyncConnection]:
    """A database with three entry points: one without a language, a Turkish one, a closed one."""
    async with database.transaction() as opened:
        await add_entry(opened, code="markt", title="Markt", flow="inwoner")
        await add_entry(opened, code="kadin", title="Kadın", flow="inwoner", language="tr")
        await add_entry(opened, code="dicht", title="Dicht", flow="inwoner")
        await set_active(opened, "dicht", active=False)
    async with database.transaction() as opened:
        yield opened


async def begin(database: Database, vault: Vault, flow: str, *, ended: bool = False) -> StoredSession:
    """A session of somebody who began a flow, and stopped it where wanted."""
    house = open_house(database, vault)
    await house.start("anna", flow)
    if ended:
        await house.tap("anna", "no")
    async with database.reading() as connection:
        address = await find_address(connection, vault, vault.find_token("quiet", "anna"))
        assert address is not None
        session = await find_latest(connection, vault, address.id)
    assert session is not None
    return session


@contextmanager
def count_queries(connection: AsyncConnection) -> Generator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*given: object) -> None:
        sent.append(str(given[2]))

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection.sync_connection, "before_cursor_execute", note)


def say(text: str) -> Inbound:
    """Somebody types this."""
    return Inbound("anna", Said(text))


def link(
    *, flow: str | None = None, entry: str | None = None, language: str | None = None, word: str | None = None
) -> Inbound:
    """Somebody follows a link."""
    return Inbound("anna", start=Start(flow, entry, language, word))


@pytest.mark.parametrize(
    ("inbound", "expected"),
    [
        (link(word="markt"), ("inwoner", "", "markt", None)),
        (link(word="Markt"), ("inwoner", "", "markt", None)),
        (link(entry="markt"), ("inwoner", "", "markt", None)),
        (link(word="kadin"), ("inwoner", "", "kadin", "tr")),
        (link(entry="kadin", language="nl"), ("inwoner", "", "kadin", "nl")),
        (link(entry="kadin", flow="coach"), ("coach", "", "kadin", "tr")),
        (link(word="coach"), ("coach", "", None, None)),
        (link(flow="coach", language="nl"), ("coach", "", None, "nl")),
        (link(), ("wijkcoach", "", None, None)),
        (link(language="en"), ("wijkcoach", "", None, "en")),
        (link(word="weg"), ("wijkcoach", "unknown_flow", None, None)),
        (link(word="dicht"), ("wijkcoach", "unknown_flow", None, None)),
        (link(flow="markt"), ("wijkcoach", "unknown_flow", None, None)),
        (say("start markt"), ("inwoner", "", "markt", None)),
        (say(" START  Markt."), ("inwoner", "", "markt", None)),
        (say("“start: kadin”"), ("inwoner", "", "kadin", "tr")),
        (say("start coach"), ("coach", "", None, None)),
        (say("start weg"), ("wijkcoach", "unknown_flow", None, None)),
        (say("start dicht"), ("wijkcoach", "unknown_flow", None, None)),
        (say("Markt"), ("inwoner", "", "markt", None)),
        (say("'markt'"), ("inwoner", "", "markt", None)),
        (say("dicht"), ("wijkcoach", "", None, None)),
        (say("coachverhaal"), ("coach", "", None, None)),
        (say("ik sta op de markt"), ("wijkcoach", "", None, None)),
        (say("start over"), ("wijkcoach", "", None, None)),
        (say("start " + "x" * 100_000), ("wijkcoach", "", None, None)),
    ],
    ids=str,
)
async def test_the_first_message(
    connection: AsyncConnection, inbound: Inbound, expected: tuple[str, str, str | None, str | None]
) -> None:
    """The flow, the sentence before it, the entry point that is noted, and the language, in one query."""
    with count_queries(connection) as sent:
        begun = await choose_flow(connection, inbound, None)

    assert isinstance(begun, Beginning)
    assert (begun.flow.flow, begun.first, begun.entry, begun.language) == expected
    assert len(sent) == 1


async def test_in_the_middle_of_the_same_flow(
    connection: AsyncConnection, database: Database, vault: Vault
) -> None:
    """Scanning again, or another poster of the same flow, asks the open question once more."""
    session = await begin(database, vault, "inwoner")

    for inbound in (link(word="markt"), say("start kadin"), link(), link(word="weg"), link(flow="inwoner")):
        assert await choose_flow(connection, inbound, session) == Again(session)


async def test_in_the_middle_of_another_flow(
    connection: AsyncConnection, database: Database, vault: Vault
) -> None:
    """A poster of another flow begins that one."""
    session = await begin(database, vault, "coach")

    for inbound in (link(word="markt"), say("Start markt")):
        begun = await choose_flow(connection, inbound, session)
        assert isinstance(begun, Beginning)
        assert (begun.flow.flow, begun.entry) == ("inwoner", "markt")


async def test_words_that_only_look_like_a_start(
    connection: AsyncConnection, database: Database, vault: Vault
) -> None:
    """In a conversation they are said in it; a code alone is an answer there, and asks no query."""
    session = await begin(database, vault, "coach")
    with count_queries(connection) as sent:
        for inbound in (say("markt"), say("ik ga van start"), Inbound("anna", Chose(("start",)))):
            assert await choose_flow(connection, inbound, session) is session
    assert sent == []

    for words in ("start weg", "start dicht", "start maar"):
        assert await choose_flow(connection, say(words), session) is session


async def test_after_the_end(connection: AsyncConnection, database: Database, vault: Vault) -> None:
    """Whoever is done begins anew by a poster, or another of the last flow by the word."""
    session = await begin(database, vault, "coach", ended=True)
    by_code = await choose_flow(connection, say("markt"), session)
    by_word = await choose_flow(connection, say("start"), session)

    assert isinstance(by_code, Beginning)
    assert (by_code.flow.flow, by_code.entry) == ("inwoner", "markt")
    assert isinstance(by_word, Beginning)
    assert (by_word.flow.flow, by_word.entry) == ("coach", None)
    assert await choose_flow(connection, say("dank je"), session) is session
