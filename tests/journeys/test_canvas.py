"""A question answered on the touch page: opened from a chat, and the chat goes on by itself."""

import asyncio
import re
from datetime import UTC, datetime

import aiohttp
import pytest

from channels.telegram_builders import CHAT
from channels.telegram_server import TOKEN, TelegramServer
from channels.twilio_server import TwilioServer
from init_data import sign_init_data
from quiet_house import publish
from running_bot import RunningBot
from storage.database import Database
from storage_probe import read_as_owner
from tellers import (
    PATIENCE,
    PUBLIC_URL,
    TELEGRAM_SECRET,
    TelegramTeller,
    Teller,
    WhatsAppTeller,
    expect,
    own,
)

FLOW = """
format: 1
flow: aanwijzen
title: {nl: Aanwijzen}
audience: resident
languages: [nl]
keywords: [aanwijzen]
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Doe je mee?
    yes: Ja
    no: Nee
  - ask: oorzaak
    kind: triad
    text: Waardoor kwam het?
    top: {code: regels, label: De regels}
    left: {code: kennis, label: De kennis}
    right: {code: toeval, label: Het toeval}
  - ask: plek
    kind: stones
    text: Wie had invloed?
    stones:
      - {code: buur, label: de buren}
      - {code: team, label: het team}
    left: weinig
    right: veel
    bottom: deed weinig
    top: deed veel
    allow: [skip]
  - ask: slot
    kind: text
    text: Wat wil je nog kwijt?
"""


@pytest.fixture
def open_bot(reachable_bot: RunningBot) -> RunningBot:
    """A bot with all channels on and no worker."""
    reachable_bot.start()
    return reachable_bot


async def find_path(channel: str, telegram: TelegramServer, twilio: TwilioServer, *, times: int) -> str:
    """The path of the touch page in the last message with one, as soon as so many of them have come."""
    for _ in range(int(PATIENCE / 0.05)):
        if channel == "telegram":
            found = [address for message in telegram.sent for _, address in message.apps]
        else:
            found = [
                link
                for message in twilio.sent
                for link in re.findall(r"https?://\S+/canvas/\S+", message.body)
            ]
        if len(found) >= times:
            assert found[-1].startswith(f"{PUBLIC_URL}/canvas/")
            return found[-1].removeprefix(PUBLIC_URL)
        await asyncio.sleep(0.05)
    raise AssertionError(f"no link to the touch page ({times}×)")


async def begin(teller: Teller, channel: str) -> None:
    """Up to the triad."""
    await (teller.say("aanwijzen") if channel == "whatsapp" else teller.start("aanwijzen"))
    await expect(teller, "Doe je mee?")
    await teller.tap("yes")
    await expect(teller, "Waardoor kwam het?")


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_question_answered_by_touch(
    channel: str,
    open_bot: RunningBot,
    telegram: TelegramServer,
    twilio: TwilioServer,
    database: Database,
    database_url: str,
) -> None:
    """Previews of the link use nothing up; one answer counts, also beside one given in the chat."""
    await publish(database, FLOW)
    chat = TelegramTeller(open_bot.url, TELEGRAM_SECRET, telegram)
    phone = WhatsAppTeller(open_bot.url, PUBLIC_URL, twilio)
    teller: Teller = chat if channel == "telegram" else phone
    await begin(teller, channel)
    path = await find_path(channel, telegram, twilio, times=1)
    fields = {"top": "20", "left": "30", "right": "50"}
    if channel == "telegram":
        fields["init_data"] = sign_init_data(TOKEN, CHAT, datetime.now(UTC))
    async with aiohttp.ClientSession(open_bot.url) as http:
        for method in ("GET", "HEAD", "GET"):
            async with http.request(method, path) as answer:
                assert answer.status == 200
        posted = [http.post(path, data=fields) for _ in range(3)]
        statuses = [answer.status for answer in await asyncio.gather(*posted)]
        assert sorted(statuses) == [200, 409, 409]
        await expect(teller, "Wie had invloed?")
        async with http.get(path) as answer:
            assert "Deze vraag is al beantwoord" in await answer.text()

        first = await find_path(channel, telegram, twilio, times=2)
        await teller.say("1")
        await expect(teller, "Waar hoort dit: het team?")
        second = await find_path(channel, telegram, twilio, times=3)
        assert first != second
        async with http.post(second, data={"x1": "10", "y1": "20", "off2": "1"}) as answer:
            assert answer.status == 200
        await expect(teller, "Wat wil je nog kwijt?")
        async with http.post(first, data={"x1": "1", "y1": "2", "x2": "3", "y2": "4"}) as answer:
            assert answer.status == 409
    await teller.say("Niets meer")
    await expect(teller, own("confirm"))
    await teller.tap("keep")
    await expect(teller, own("finished"))

    kept = read_as_owner(
        database_url,
        "select question, part, code, number::float, x::float, y::float, input_method from answers"
        " where question in ('oorzaak', 'plek') order by id",
    )
    assert kept == [
        ("oorzaak", "regels", None, 20.0, None, None, "canvas"),
        ("oorzaak", "kennis", None, 30.0, None, None, "canvas"),
        ("oorzaak", "toeval", None, 50.0, None, None, "canvas"),
        ("plek", "buur", None, None, 10.0, 20.0, "canvas"),
        ("plek", "team", "off", None, None, None, "canvas"),
    ]
    log = open_bot.read_log()
    assert path.removeprefix("/canvas/") not in log
    assert str(CHAT) not in log


async def test_a_touch_and_a_tap_at_once(
    open_bot: RunningBot,
    telegram: TelegramServer,
    twilio: TwilioServer,
    database: Database,
    database_url: str,
) -> None:
    """Whichever comes first is the answer; the chat goes on once, and loses nobody."""
    await publish(database, FLOW)
    teller = TelegramTeller(open_bot.url, TELEGRAM_SECRET, telegram)
    await begin(teller, "telegram")
    path = await find_path("telegram", telegram, twilio, times=1)

    async def touch() -> int:
        async with (
            aiohttp.ClientSession(open_bot.url) as http,
            http.post(path, data={"top": "100", "left": "0", "right": "0"}) as answer,
        ):
            return answer.status

    status, _ = await asyncio.gather(touch(), teller.tap("left"))
    await expect(teller, "Wie had invloed?")

    assert status in (200, 409)
    kept = read_as_owner(
        database_url, "select number::float from answers where question = 'oorzaak' order by id"
    )
    assert kept in ([(100.0,), (0.0,), (0.0,)], [(10.0,), (80.0,), (10.0,)])
