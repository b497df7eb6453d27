"""Coming in by a poster: on every channel a code begins its flow, and readers find the label at the story."""

import aiohttp
import pytest

from channels.telegram_server import TelegramServer
from channels.twilio_server import TwilioServer
from quiet_house import QuietHouse, open_house, publish
from running_bot import RunningBot
from storage.database import Database
from storage.entries import add_entry, set_active
from storage.vault import Vault
from storage_probe import read_as_owner, read_as_reader
from tellers import (
    PUBLIC_URL,
    TELEGRAM_SECRET,
    TelegramTeller,
    Teller,
    WebTeller,
    WhatsAppTeller,
    expect,
    own,
)

ANNA = "anna"
FLOW = """\
format: 1
flow: buurt
title: Buurt
audience: resident
languages: [nl, tr]
steps:
  - ask: mee
    kind: consent
    version: "1"
    text: {nl: Doe je mee?, tr: Katılıyor musunuz?}
    "yes": {nl: Ja, tr: Evet}
    "no": {nl: Nee, tr: Hayır}
  - {ask: verhaal, kind: story, text: {nl: Vertel., tr: Anlatın.}}
"""
OTHER = FLOW.replace("buurt", "werk").replace("Doe je mee?", "Werk je mee?")


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with two flows, and entry points of both."""
    await publish(database, FLOW)
    await publish(database, OTHER)
    async with database.transaction() as connection:
        await add_entry(connection, code="markt", title="Markt", flow="buurt", neighbourhood="Oost")
        await add_entry(connection, code="kadin", title="Kadın", flow="buurt", language="tr")
        await add_entry(connection, code="kantoor", title="Kantoor", flow="werk", team="Noord")
    return open_house(database, vault)


async def test_the_label_is_at_the_story(house: QuietHouse, database_url: str) -> None:
    """A code that is typed begins the flow; readers group the story by where its teller came in."""
    await house.say(ANNA, "Start markt")
    assert "Doe je mee?" in house.heard(ANNA)[-1]
    await house.tap(ANNA, "yes")
    await house.say(ANNA, "Er was soep op de markt en iedereen at mee.")
    await house.tap(ANNA, "done", "keep")

    assert read_as_reader(
        database_url,
        "select story.story, point.neighbourhood from stories_v1 story join entries_v1 point using (entry)",
    ) == [("Er was soep op de markt en iedereen at mee.", "Oost")]


async def test_the_language_of_the_poster(house: QuietHouse) -> None:
    """A Turkish poster begins in Turkish, and in another language where a link asks for that."""
    await house.say(ANNA, "kadin")
    await house.send("bea", {"start": {"entry": "kadin", "language": "nl"}})

    assert "Katılıyor musunuz?" in house.heard(ANNA)[-1]
    assert "Doe je mee?" in house.heard("bea")[-1]


async def test_scanning_again(house: QuietHouse, database_url: str) -> None:
    """In the middle the open question is asked once more; a poster of another flow begins that one."""
    await house.say(ANNA, "start markt")
    await house.tap(ANNA, "yes")
    house.heard(ANNA)
    await house.say(ANNA, "start markt")
    again = house.heard(ANNA)
    await house.send(ANNA, {"start": {"word": "kantoor"}})
    other = house.heard(ANNA)

    assert "Vertel." in again[-1]
    assert "Werk je mee?" in other[-1]
    found = read_as_owner(database_url, "select flow, entry from sessions order by started_at")
    assert found == [("buurt", "markt"), ("werk", "kantoor")]


async def test_a_closed_poster(house: QuietHouse, database: Database, database_url: str) -> None:
    """Whoever comes late gets the usual conversation, after a sentence about it, and no label."""
    async with database.transaction() as connection:
        await set_active(connection, "markt", active=False)
    await house.say(ANNA, "start markt")

    assert house.heard(ANNA)[0] == own("unknown_flow")
    assert read_as_owner(database_url, "select entry from sessions") == [(None,)]


async def test_every_channel(
    reachable_bot: RunningBot,
    telegram: TelegramServer,
    twilio: TwilioServer,
    database: Database,
    database_url: str,
) -> None:
    """What the links of each channel send begins the same flow, and each story has the same label."""
    async with database.transaction() as connection:
        await add_entry(connection, code="markt", title="Markt", flow="coach", language="nl")
    reachable_bot.start_server()
    on_telegram = TelegramTeller(reachable_bot.url, TELEGRAM_SECRET, telegram)
    await on_telegram.start("markt")
    on_whatsapp = WhatsAppTeller(reachable_bot.url, PUBLIC_URL, twilio)
    await on_whatsapp.say("start markt")
    on_web = WebTeller(reachable_bot.url)
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{on_web.url}/api/chat/sessions", json={"entry": "markt"}) as answer:
            on_web.token = (await answer.json())["token"]
        async with http.get(f"{on_web.url}/e/markt") as answer:
            page = await answer.text()
    people: tuple[Teller, ...] = (on_telegram, on_whatsapp, on_web)
    for teller in people:
        await expect(teller, "Wil je meedoen")

    found = read_as_owner(
        database_url,
        "select address.channel, session.flow, session.entry"
        " from sessions session join addresses address on address.id = session.address order by 1",
    )
    assert found == [
        ("telegram", "coach", "markt"),
        ("web", "coach", "markt"),
        ("whatsapp", "coach", "markt"),
    ]
    assert 'href="https://wa.me/31600000000?text=start%20markt"' in page
    assert f"{PUBLIC_URL.removeprefix('https://')}<wbr>/e<wbr>/markt" in page
