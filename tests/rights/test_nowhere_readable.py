"""What people tell is readable in their confirmed story, and nowhere else; after "verwijder" nowhere."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from channels.telegram_builders import CHAT
from channels.telegram_server import TOKEN, TelegramServer
from photographs import SECRETS, take_photo
from quiet_house import publish
from ransack import House, ransack
from running_bot import RunningBot
from storage.database import Database
from storage_probe import read_as_owner
from tales import FLOW
from tellers import TELEGRAM_SECRET, TelegramTeller, Teller, WebTeller, expect, own

VOICE = Path(__file__).parents[1] / "fixtures" / "voice" / "verhaal.ogg"
TYPED, ANSWERED, NAMED = "kruiwagen", "wasknijper", "Zonneveldt"
READABLE = {("typed", "stories.story"), ("answered", "answers.text"), ("spoken", "stories.story")}
"""Where what was told may be read once its teller confirmed it; the name of `NAMED` nowhere at all."""

pytestmark = pytest.mark.timeout(600)


async def show_photo(teller: Teller, telegram: TelegramServer) -> None:
    """Send a photo that says much beside its picture."""
    if isinstance(teller, TelegramTeller):
        file = telegram.add_file(take_photo())
        await teller.bring(telegram.updates.document(file, mime="image/jpeg"))
        return
    assert isinstance(teller, WebTeller)
    form = aiohttp.FormData()
    form.add_field("id", "photo")
    form.add_field("photo", take_photo(), filename="geheime-plek.jpg", content_type="image/jpeg")
    headers = {"Authorization": f"Bearer {teller.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{teller.url}/api/chat/messages", data=form) as answer,
    ):
        assert answer.status == 202, await answer.text()


async def tell(teller: Teller, telegram: TelegramServer) -> None:
    """Tell by photo, voice and text, up to where the text is shown as it will be kept."""
    await teller.start("straat")
    await expect(teller, "Doe je mee?")
    await teller.tap("yes")
    await expect(teller, "Maak een foto van de plek.")
    await show_photo(teller, telegram)
    await expect(teller, "Wat gebeurde er?")
    await teller.speak(VOICE.read_bytes())
    await expect(teller, own("story_voice"))
    await teller.say(f"Gisteren liep mevrouw {NAMED} met de {TYPED}. " * 3)
    await expect(teller, own("story_more"))
    await teller.tap("done")
    await expect(teller, "Wat had je liever gehad?")
    await teller.say(f"Een {ANSWERED}")
    await expect(teller, own("confirm"))


async def wait_until(database_url: str, question: str) -> None:
    """Wait until a question to the database is answered with true."""
    for _ in range(600):
        if read_as_owner(database_url, f"select {question}") == [(True,)]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"never true: {question}")


async def test_what_is_told_is_nowhere_else(
    make_bot: Callable[..., RunningBot],
    telegram: TelegramServer,
    whisper_model: Path,
    database: Database,
    valkey_url: str,
    tmp_path: Path,
) -> None:
    """Through a whole run with real servers and workers, on the web and on Telegram."""
    await publish(database, FLOW)
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET,
        "TELEGRAM_API_URL": telegram.url,
        "WHISPER_MODEL": str(whisper_model),
    }
    bot = make_bot(**settings)
    bot.start_server()
    for queue in ("transcription", "privacy", "exports"):
        make_bot(**settings).start_worker(queue)
    web, chat = WebTeller(bot.url), TelegramTeller(bot.url, TELEGRAM_SECRET, telegram)
    tellers: list[Teller] = [web, chat]
    house = House(database.url, valkey_url, tmp_path, bot.url)
    await asyncio.gather(*(tell(teller, telegram) for teller in tellers))
    words = {
        "typed": TYPED.encode(),
        "answered": ANSWERED.encode(),
        "named": NAMED.encode(),
        "spoken": b"dochter",
        "sound": VOICE.read_bytes()[200:232],
        "web token": web.token.encode(),
        "chat id": f'"{CHAT}"'.encode(),
        **{secret.decode(): secret for secret in SECRETS},
    }
    await wait_until(database.url, "count(*) = 2 from photos where state = 'kept'")
    assert ransack(house, words) == set()

    for teller in tellers:
        await teller.tap("keep")
        await expect(teller, own("finished"))
    assert ransack(house, words) == READABLE

    for teller in tellers:
        await teller.say("mijn gegevens")
        await expect(teller, own("my_data_ready"))
    assert ransack(house, words) == READABLE

    tokens = {
        str(token): str(token).encode()
        for (token,) in read_as_owner(database.url, "select token from addresses")
    }
    people = {
        str(row): str(row).encode() for (row,) in read_as_owner(database.url, "select id from participants")
    }
    codes = {
        str(code): str(code).encode() for (code,) in read_as_owner(database.url, "select code from stories")
    }
    for teller in tellers:
        await teller.say("verwijder")
        await expect(teller, own("erase_which"))
        await teller.tap("everything")
        await expect(teller, own("erase_how").partition("{")[0])
        await teller.tap("everything", ":erase-all")
        await expect(teller, own("erased_all").partition("{")[0])
    read_as_owner(database.url, "update addresses set erase_at = now() where channel = 'web' returning 1")
    await wait_until(database.url, "count(*) = 0 from addresses")
    gone = {**words, **tokens, **people, **codes, "address": web_address(web)}
    left = ransack(house, gone)
    for _ in range(45):  # the limits of sending know a chat by its hash, for a minute after the last message
        if {place for _, place in left} != {"valkey"}:
            break
        await asyncio.sleep(2)
        left = ransack(house, gone)

    assert left == set()
    assert list((tmp_path / "home" / "media").rglob("*.*")) == []
    assert (
        read_as_owner(database.url, "select kind, asked_by from erasures") == [("everything", "teller")] * 2
    )
    assert [method for method in telegram.calls if TYPED.lower() in method.lower()] == []


def web_address(teller: WebTeller) -> bytes:
    """What the web chat knows a conversation by."""
    return hashlib.sha256(teller.token.encode()).hexdigest().encode()
