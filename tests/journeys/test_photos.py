"""A photo, sent on each channel, ends in the media store as a picture of our own, and nobody else sees it."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from channels.telegram_server import TelegramServer
from channels.twilio_server import TwilioServer
from photographs import SECRETS, take_photo
from quiet_house import publish
from running_bot import RunningBot
from storage.database import Database
from storage.media import MediaStore
from storage.vault import Vault
from storage_probe import dump_database, read_as_owner
from tellers import PUBLIC_URL, TELEGRAM_SECRET, TelegramTeller, WebTeller, WhatsAppTeller, expect

FLOW = """
format: 1
flow: fotorondje
title: {nl: Fotorondje}
audience: resident
languages: [nl]
keywords: [fotorondje]
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Doe je mee?
    yes: Ja
    no: Nee
  - ask: foto
    kind: photo
    text: Maak een foto van de plek.
  - ask: gevoel
    kind: text
    text: Hoe voelt die plek?
"""


@pytest.fixture
def picturing_bot(reachable_bot: RunningBot) -> RunningBot:
    """A bot with all channels on and a worker on photos."""
    reachable_bot.start_worker("privacy")
    reachable_bot.start_server()
    return reachable_bot


async def show_on_the_web(teller: WebTeller, photo: bytes) -> None:
    """Upload a photo."""
    form = aiohttp.FormData()
    form.add_field("id", "photo")
    form.add_field("photo", photo, filename="plek.jpg", content_type="image/jpeg")
    headers = {"Authorization": f"Bearer {teller.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{teller.url}/api/chat/messages", data=form) as answer,
    ):
        assert answer.status == 202, await answer.text()


@pytest.mark.parametrize("channel", ["web", "telegram", "whatsapp"])
async def test_a_photo_ends_as_our_own_picture(
    channel: str,
    picturing_bot: RunningBot,
    telegram: TelegramServer,
    twilio: TwilioServer,
    database: Database,
    database_url: str,
    vault: Vault,
) -> None:
    """Upright and without place and maker; the original is gone, the conversation went on at once."""
    await publish(database, FLOW)
    photo = take_photo()
    web = WebTeller(picturing_bot.url)
    chat = TelegramTeller(picturing_bot.url, TELEGRAM_SECRET, telegram)
    phone = WhatsAppTeller(picturing_bot.url, PUBLIC_URL, twilio)
    teller = {"web": web, "telegram": chat, "whatsapp": phone}[channel]
    if channel == "whatsapp":
        await teller.say("fotorondje")
    else:
        await teller.start("fotorondje")
    await expect(teller, "Doe je mee?")
    await teller.tap("yes")
    await expect(teller, "Maak een foto van de plek.")
    if channel == "web":
        await show_on_the_web(web, photo)
    elif channel == "telegram":
        await chat.bring(telegram.updates.document(telegram.add_file(photo), mime="image/jpeg"))
    else:
        await phone.bring(twilio.image_form(phone.number, twilio.add_media(photo, "image/jpeg")))
    await expect(teller, "Hoe voelt die plek?")

    assert await _wait_for_photo(database_url) == ("kept", "image/jpeg", 600, 800, True)
    folder = Path(picturing_bot.environ["VERTELBOT_HOME"]) / "media"
    [file] = list(folder.rglob("*.sealed"))
    ours = MediaStore(folder, vault).read(file.stem)
    assert [secret for secret in SECRETS if secret in ours or secret in file.read_bytes()] == []
    assert file.stem in dump_database(database_url)
    assert SECRETS[0] not in picturing_bot.read_log().encode()


async def _wait_for_photo(database_url: str) -> tuple[object, ...]:
    for _ in range(600):
        found = read_as_owner(
            database_url,
            "select photos.state, mime, width, height, sealed_source is null from photos"
            " join jobs on jobs.subject = photos.id where jobs.state in ('done', 'failed')",
        )
        if found:
            return found[0]
        await asyncio.sleep(0.1)
    raise AssertionError("the photo's job never ended")
