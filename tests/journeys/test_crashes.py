"""Power cuts: the server or the worker is killed in the middle, and the conversation goes on where it was."""

import asyncio
from pathlib import Path

import aiohttp

from channels.telegram_server import TelegramServer
from channels.twilio_server import TwilioServer
from running_bot import RunningBot, wipe_valkey
from storage_probe import read_as_owner, read_as_reader
from tellers import (
    TelegramTeller,
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


async def test_the_conversation_goes_on_after_the_server_was_killed(
    speaking_bot: RunningBot, web_teller: WebTeller, database_url: str
) -> None:
    """Killed between every two messages, the server goes on each time and the whole story arrives."""

    def cut_power() -> None:
        speaking_bot.kill_server()
        speaking_bot.start_server()

    await begin_telling(web_teller)
    cut_power()
    await web_teller.say("Eerst belde ik aan bij de moeder. Zij was blij dat ik er was.")
    await expect(web_teller, own("story_more"))
    cut_power()
    await web_teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(web_teller, own("story_voice"))
    cut_power()
    await web_teller.tap("done")
    await expect(web_teller, "Welke titel")
    cut_power()
    await answer_questions(web_teller)
    await expect(web_teller, own("confirm"))
    cut_power()
    await keep_story(web_teller)

    ((story,),) = read_as_reader(database_url, "select story from reader.stories_v1")
    assert str(story).startswith("Eerst belde ik aan bij de moeder.")
    assert "fiets" in str(story)


async def test_what_was_kept_before_the_server_died_is_answered_by_the_next(
    open_bot: RunningBot,
    telegram_teller: TelegramTeller,
    telegram: TelegramServer,
    database_url: str,
) -> None:
    """Updates committed by a server that dies right after are worked through by the next one."""
    await begin_telling(telegram_teller)
    updates = [telegram.updates.text(f"Stuk {number} van het verhaal.") for number in range(1, 6)]
    bringing = asyncio.gather(*(telegram_teller.bring(update) for update in updates))
    await bringing
    open_bot.kill_server()
    open_bot.start_server()

    await expect(telegram_teller, own("story_more"), times=len(updates))
    assert read_as_owner(database_url, "select count(*) from inbox where state <> 'done'") == [(0,)]
    await telegram_teller.tap("done")
    await expect(telegram_teller, "Welke titel")
    await answer_questions(telegram_teller)
    shown = await expect(telegram_teller, "Stuk 1 van het verhaal.")
    assert shown.split("\n\n") == [f"Stuk {number} van het verhaal." for number in range(1, 6)]


async def test_a_recording_is_written_out_after_its_worker_was_killed(
    speaking_bot: RunningBot, web_teller: WebTeller, database_url: str
) -> None:
    """A worker dies with a job in its hands; another finishes it, once."""
    await begin_telling(web_teller)
    long = (VOICE / "verhaal.ogg").read_bytes()
    await web_teller.speak(long)
    await expect(web_teller, own("story_voice"))
    await _wait_for(database_url, "select count(*) from jobs where state = 'running' or state = 'done'", 1)
    speaking_bot.kill_worker()
    speaking_bot.start_worker()

    await go_on_to_confirmation(web_teller)
    await keep_story(web_teller)

    ((story,),) = read_as_reader(database_url, "select story from reader.stories_v1")
    assert str(story).casefold().count("fiets") >= 1
    assert read_as_owner(database_url, "select queue, state from jobs order by 1") == [
        ("privacy", "done"),
        ("transcription", "done"),
    ]


async def test_a_recording_waits_for_a_worker(
    bot: RunningBot, whisper_model: Path, database_url: str
) -> None:
    """Without any worker the conversation goes on, and the text comes once a worker does."""
    bot.environ["WHISPER_MODEL"] = str(whisper_model)
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    await teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(teller, own("story_voice"))
    await teller.tap("done")
    await expect(teller, "Welke titel")
    await answer_questions(teller)
    await expect(teller, own("waiting"))
    bot.start_worker()

    await expect(teller, own("confirm"))
    assert read_as_owner(database_url, "select count(*) from transcripts") == [(1,)]


async def test_the_same_telegram_update_five_times_is_one_message(
    telegram_teller: TelegramTeller, telegram: TelegramServer, database_url: str
) -> None:
    """Telegram brings an update again when it saw no answer; it is kept and answered once."""
    await begin_telling(telegram_teller)
    await telegram_teller.bring(telegram.updates.text("Het verhaal begint."), times=5)
    await expect(telegram_teller, own("story_more"))
    await telegram_teller.tap("done")
    await expect(telegram_teller, "Wat gebeurde er daarna?")

    assert len([words for words in await telegram_teller.read() if words == own("story_more")]) == 1
    assert read_as_owner(database_url, "select count(*) from inbox where channel = 'telegram'") == [(5,)]


async def test_the_same_signed_form_five_times_is_one_message(
    whatsapp_teller: WhatsAppTeller, twilio: TwilioServer
) -> None:
    """Twilio repeats a webhook it saw fail; it is kept and answered once."""
    await begin_telling(whatsapp_teller)
    await whatsapp_teller.bring(twilio.text_form(whatsapp_teller.number, "Het verhaal begint."), times=5)
    await expect(whatsapp_teller, own("story_more"))
    await whatsapp_teller.tap("done")
    await expect(whatsapp_teller, "Wat gebeurde er daarna?")

    assert len([words for words in await whatsapp_teller.read() if own("story_more") in words]) == 1


async def test_the_same_web_message_five_times_is_one_message(web_teller: WebTeller) -> None:
    """A page that saw no answer sends its message again under the same id."""
    await begin_telling(web_teller)
    headers = {"Authorization": f"Bearer {web_teller.token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for _ in range(5):
            body = {"id": "zelfde", "text": "Het verhaal begint."}
            async with http.post(f"{web_teller.url}/api/chat/messages", json=body) as answer:
                assert answer.status == 202
    await expect(web_teller, own("story_more"))
    await web_teller.tap("done")
    await expect(web_teller, "Wat gebeurde er daarna?")

    messages = await web_teller.read_messages()
    assert len([message for message in messages if message["text"] == "Het verhaal begint."]) == 1
    assert len([message for message in messages if message["text"] == own("story_more")]) == 1


async def test_the_conversation_goes_on_after_postgres_dropped_every_connection(
    bot: RunningBot, database_url: str
) -> None:
    """A restart of the database costs the server its connections, and nobody their message."""
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    for number in range(1, 4):
        read_as_owner(
            database_url,
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()",
        )
        await asyncio.sleep(1.1)  # a restart takes as long; a connection idle for a second is tried first
        await teller.say(f"Stuk {number} van het verhaal.")
        await expect(teller, own("story_more"), times=number)

    assert read_as_owner(database_url, "select count(*) from inbox where state <> 'done'") == [(0,)]


async def test_a_queue_that_is_away_loses_nothing(
    bot: RunningBot, whisper_model: Path, database_url: str
) -> None:
    """With the doorbell's memory wiped, the sweep rings again and the recordings are written out."""
    bot.environ["WHISPER_MODEL"] = str(whisper_model)
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    for _ in range(2):
        await teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(teller, own("story_voice"), times=2)
    wipe_valkey(bot.environ["REDIS_URL"])
    bot.start_worker()

    await _wait_for(database_url, "select count(*) from transcripts", 2)


async def _wait_for(database_url: str, statement: str, number: int) -> None:
    for _ in range(1200):
        ((found,),) = read_as_owner(database_url, statement)
        if found == number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never {number}: {statement}")
