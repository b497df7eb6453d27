"""A resident's whole conversation by voice alone, through the real worker and the real model."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from running_bot import RunningBot
from spoken_sound import VOICES, pronounce
from storage_probe import read_as_owner, read_as_reader
from tellers import WebTeller, expect, own

STORY = Path(__file__).parents[1] / "fixtures" / "voice" / "verhaal.ogg"

ANSWERS = {
    ":language": "Nederlands.",
    "toestemming": "Ja, ik doe mee.",
    "vraag": "Ik had hulp nodig.",
    "naam": "Sla over.",
    "gevoel": "Sla over.",
    "onderwerp": "Sla over.",
    "wie-hielp": "In het midden.",
    "behoefte": "In het midden.",
    "zelf-doen": "In het midden.",
    "steun": "Sla over.",
    "gaat-goed": "Sla over.",
    "kan-beter": "Sla over.",
    "delen": "Ja, dat mag.",
    "verhaal:confirm": "Ja.",
}
"""What is said at each question: words that the small model understands of this program."""


async def speak_until_understood(teller: WebTeller, step: str, words: str) -> None:
    """Say an answer; again in another voice, as people do, when it was not understood."""
    for voice in VOICES:
        before = len(await teller.read())
        await teller.speak(pronounce(words, voice))
        await expect_more(teller, before + 1)
        if await find_open_step(teller) != step:
            return
    raise AssertionError(f"{words!r} was never understood at {step}: {(await teller.read())[-8:]}")


async def expect_more(teller: WebTeller, count: int) -> None:
    """Wait until the bot has said more than that it listens, and its question is there."""
    await expect(teller, own("listening"))
    for _ in range(1200):
        messages = [each for each in await teller.read_messages() if each["from"] == "bot"]
        # What is said back has a button too, and the next question comes after it.
        if len(messages) > count and messages[-1]["kind"] not in ("say", "review"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"nothing came: {await teller.read()}")


async def find_open_step(teller: WebTeller) -> str:
    """The step of the last question; "" at the end."""
    asked = [each for each in await teller.read_messages() if each["from"] == "bot" and each["kind"] != "say"]
    return asked[-1].get("step", "")


async def test_a_resident_by_voice_alone(
    make_bot: Callable[..., RunningBot], whisper_model: Path, database_url: str
) -> None:
    """From the language to the kept story nothing is typed or tapped; closed answers leave no sound."""
    bot = make_bot(WHISPER_MODEL=str(whisper_model))
    bot.start_worker()
    bot.start()
    teller = WebTeller(bot.url, language="")
    await teller.start("inwoner")

    while (step := await find_open_step(teller)) != "":
        if step == "verhaal":
            await teller.speak(STORY.read_bytes())
            await expect(teller, own("story_voice"))
            await tell_done(teller)
        else:
            await speak_until_understood(teller, step, ANSWERS[step])

    stories = read_as_reader(database_url, "select language, told_by, share_with from reader.stories_v1")
    methods = read_as_reader(database_url, "select distinct input_method from reader.answers_v1")
    assert stories == [("nl", "voice", "gesprek")]
    assert methods == [("voice",)]
    assert read_as_owner(database_url, "select count(*) from recordings") == [(1,)]
    media = Path(bot.environ["VERTELBOT_HOME"]) / "media"
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


async def tell_done(teller: WebTeller) -> None:
    """Say that it is all told, in a note of its own; a word misheard would be a part of the story."""
    await teller.speak(pronounce("Ik ben klaar."))
    for _ in range(1200):
        if await find_open_step(teller) != "verhaal":
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the story never ended: {await teller.read()}")
