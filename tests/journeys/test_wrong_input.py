"""Wrong input: whoever sent it gets a clear answer, nothing breaks and nothing told is lost."""

import asyncio
import io
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.telegram_server import TelegramServer
from channels.twilio_server import TwilioServer
from flows.kinds.story import STORY_LIMIT
from running_bot import RunningBot
from storage_probe import read_as_owner
from tellers import (
    PUBLIC_URL,
    TELEGRAM_SECRET,
    TelegramTeller,
    Teller,
    WebTeller,
    WhatsAppTeller,
    answer_questions,
    begin_telling,
    expect,
    go_on_to_confirmation,
    keep_story,
    own,
)

VOICE = Path(__file__).parents[1] / "fixtures" / "voice"
MEGABYTE = 1_000_000


async def post(url: str, headers: dict[str, str] | None = None, **body: Any) -> tuple[int, str]:
    """Post something; answers the status and the text."""
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, **body) as answer:
        return answer.status, await answer.text()


async def test_a_forged_telegram_update_is_refused(
    open_bot: RunningBot, telegram: TelegramServer, database_url: str
) -> None:
    """Without the secret: 403, and nothing is kept."""
    for secret in (None, "", "wrong", "webhook-secret2", "geheim€"):
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        update = telegram.updates.text("hallo")
        status, _ = await post(f"{open_bot.url}/webhooks/telegram", headers, json=update)
        assert status == 403, secret
    assert read_as_owner(database_url, "select count(*) from inbox") == [(0,)]


async def test_a_forged_twilio_form_is_refused(
    open_bot: RunningBot, twilio: TwilioServer, database_url: str
) -> None:
    """Without a signature over just this form and address: 403, and nothing is kept."""
    form = twilio.text_form("whatsapp:+31600000001", "hallo")
    signatures = {
        "missing": None,
        "wrong": "bm90IHRoaXMgb25l",
        "other body": twilio.sign(f"{PUBLIC_URL}/webhooks/twilio", {**form, "Body": "dag"}),
        "other address": twilio.sign(f"{PUBLIC_URL}/webhooks/twilio/status", form),
    }
    for forgery, signature in signatures.items():
        headers = {"X-Twilio-Signature": signature} if signature else {}
        status, _ = await post(f"{open_bot.url}/webhooks/twilio", headers, data=form)
        assert status == 403, forgery
    assert read_as_owner(database_url, "select count(*) from inbox") == [(0,)]


async def test_a_file_of_20_megabytes_is_refused_at_the_web_chat(web_teller: WebTeller) -> None:
    """The page gets 413 with a sentence, and the conversation goes on."""
    await begin_telling(web_teller)
    form = aiohttp.FormData()
    form.add_field("id", "groot")
    sound = io.BytesIO(b"OggS" + bytes(20 * MEGABYTE))
    form.add_field("voice", sound, filename="groot.ogg", content_type="audio/ogg")
    headers = {"Authorization": f"Bearer {web_teller.token}"}
    status, text = await post(f"{web_teller.url}/api/chat/messages", headers, data=form)

    assert status == 413
    assert "16 MB" in text
    await web_teller.say("Dan typ ik het.")
    await expect(web_teller, own("story_more"))


async def test_a_file_of_21_megabytes_gets_an_answer_on_telegram(
    telegram_teller: TelegramTeller, telegram: TelegramServer
) -> None:
    """Telegram hands out no file above 20 MB; the teller hears so, and is asked again."""
    await begin_telling(telegram_teller)
    await telegram_teller.bring(telegram.updates.voice("enorm", size=21 * MEGABYTE))

    await expect(telegram_teller, own("unreadable_too_large"))
    await expect(telegram_teller, "Vertel wat je meemaakte", times=2)


@pytest.mark.usefixtures("speaking_bot")
async def test_a_file_of_21_megabytes_gets_an_answer_on_whatsapp(
    whatsapp_teller: WhatsAppTeller, twilio: TwilioServer
) -> None:
    """Twilio tells no size; the worker stops reading at the limit and the teller hears so."""
    await begin_telling(whatsapp_teller)
    address = twilio.add_media(b"OggS" + bytes(21 * MEGABYTE), "audio/ogg")
    await whatsapp_teller.bring(twilio.voice_form(whatsapp_teller.number, address))

    await expect(whatsapp_teller, own("transcript_too_large"))


@pytest.mark.usefixtures("speaking_bot")
@pytest.mark.parametrize(
    ("note", "answer"),
    [("kapot.ogg", own("transcript_unreadable")), ("stil.ogg", own("transcript_empty"))],
)
async def test_a_recording_without_words_gets_an_answer(
    note: str, answer: str, tellers: dict[str, Teller]
) -> None:
    """A broken and a silent recording are told apart; the story can be typed instead and is confirmed."""

    async def tell(teller: Teller) -> None:
        await begin_telling(teller)
        await teller.speak((VOICE / note).read_bytes())
        await expect(teller, answer)
        await teller.say("Dan typ ik het. " + "Het ging goed. " * 10)
        await expect(teller, own("story_more"))
        await teller.tap("done")
        await expect(teller, "Welke titel")
        await answer_questions(teller)
        await expect(teller, "Dan typ ik het.")

    await asyncio.gather(*map(tell, tellers.values()))


async def test_an_empty_recording_is_refused_at_the_web_chat(web_teller: WebTeller) -> None:
    """A recording of no bytes is refused at once, with a sentence."""
    await begin_telling(web_teller)
    form = aiohttp.FormData()
    form.add_field("id", "leeg")
    form.add_field("voice", (VOICE / "leeg.ogg").read_bytes(), filename="leeg.ogg", content_type="audio/ogg")
    headers = {"Authorization": f"Bearer {web_teller.token}"}
    status, text = await post(f"{web_teller.url}/api/chat/messages", headers, data=form)

    assert status == 400
    assert "error" in text


@pytest.mark.usefixtures("speaking_bot")
async def test_an_empty_recording_gets_an_answer_on_a_platform(
    telegram_teller: TelegramTeller, whatsapp_teller: WhatsAppTeller
) -> None:
    """A recording of no bytes cannot be opened; the teller hears so."""
    for teller in (telegram_teller, whatsapp_teller):
        await begin_telling(teller)
        await teller.speak((VOICE / "leeg.ogg").read_bytes())
        await expect(teller, own("transcript_unreadable"))


async def test_a_sticker_gets_an_answer(
    telegram_teller: TelegramTeller,
    whatsapp_teller: WhatsAppTeller,
    telegram: TelegramServer,
    twilio: TwilioServer,
) -> None:
    """A sticker is no answer; the question is asked again."""
    await begin_telling(telegram_teller)
    await telegram_teller.bring(telegram.updates.sticker())
    await expect(telegram_teller, own("unreadable_sticker"))
    await expect(telegram_teller, "Vertel wat je meemaakte", times=2)

    await begin_telling(whatsapp_teller)
    await whatsapp_teller.bring(twilio.sticker_form(whatsapp_teller.number))
    await expect(whatsapp_teller, own("unreadable_sticker"))
    await expect(whatsapp_teller, "Vertel wat je meemaakte", times=2)


async def test_a_story_of_20000_characters_is_kept_whole(bot: RunningBot, database_url: str) -> None:
    """The longest story there may be is kept; one character more is refused and what was there stays."""
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    sentence = "Het ging goed op school. "
    long = (sentence * 800).strip()
    await teller.say(long)
    await expect(teller, own("story_more"))
    await teller.say("Nog een stukje.")
    await expect(teller, own("story_too_long", limit=STORY_LIMIT))
    status, text = await post(
        f"{bot.url}/api/chat/messages",
        {"Authorization": f"Bearer {teller.token}"},
        json={"id": "te-lang", "text": "a" * 20_001},
    )
    await go_on_to_confirmation(teller)
    await keep_story(teller)

    assert (status, "20" in text) == (413, True)
    assert read_as_owner(database_url, "select story, words from stories") == [(long, 4000)]


async def test_a_story_of_20000_characters_is_shown_whole_on_telegram(
    telegram_teller: TelegramTeller, telegram: TelegramServer
) -> None:
    """Told in five messages, it is shown again in pieces that each fit, and nothing is missing."""
    await begin_telling(telegram_teller)
    piece = ("Het ging goed op school. " * 160).strip()
    for number in range(1, 6):
        await telegram_teller.bring(telegram.updates.text(piece[:3990]))
        await expect(telegram_teller, own("story_more"), times=number)
    await go_on_to_confirmation(telegram_teller)

    texts = await telegram_teller.read()
    shown = [text for text in texts if text.startswith(("Het ging", "ging", "goed", "op ", "school"))]
    assert sum(text.count("goed") for text in shown) == piece[:3990].count("goed") * 5
    assert max(len(text) for text in texts) <= 4096


async def test_a_word_that_is_no_option_is_asked_again(tellers: dict[str, Teller]) -> None:
    """The bot says what would be right, the second time in other words."""
    for teller in tellers.values():
        await teller.start()
        await expect(teller, "Wil je meedoen")
        await teller.say("misschien wel")
        await expect(teller, own("misread_choice"))
        await expect(teller, "Wil je meedoen", times=2)
        await teller.say("zou kunnen")
        await expect(teller, own("retry_choice"))


async def test_an_unknown_flow_is_named(bot: RunningBot) -> None:
    """The API says which flows there are, the page says it in a sentence."""
    status, text = await post(f"{bot.url}/api/chat/sessions", json={"flow": "bestaat-niet"})
    async with aiohttp.ClientSession() as http, http.get(f"{bot.url}/chat?flow=bestaat-niet") as answer:
        page = answer.status

    assert (status, page) == (404, 404)
    assert "wijkcoach" in text


async def test_an_unknown_flow_in_a_telegram_link_begins_the_usual_one(
    telegram_teller: TelegramTeller,
) -> None:
    """A link with a mistake in it is no dead end."""
    await telegram_teller.start("bestaat-niet")

    await expect(telegram_teller, own("unknown_flow"))
    await expect(telegram_teller, "Doe je mee?")  # the first of the catalogue


async def test_an_update_nobody_can_read_is_a_dead_letter(
    open_bot: RunningBot, telegram_teller: TelegramTeller, telegram: TelegramServer, database_url: str
) -> None:
    """It is kept for the operator, answered 200 so that Telegram stops, and the chat goes on."""
    await telegram_teller.start()
    await expect(telegram_teller, "Wil je meedoen")
    odd = telegram.updates.text("hallo")
    odd["message"]["text"] = {"not": "a text"}
    status, _ = await post(
        f"{open_bot.url}/webhooks/telegram",
        {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET},
        json=odd,
    )
    await telegram_teller.tap("yes")
    await expect(telegram_teller, "Over welke ervaring")

    assert status == 200
    assert read_as_owner(database_url, "select count(*) from inbox where state = 'dead'") == [(1,)]
