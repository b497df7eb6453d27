"""A whole conversation by listening alone: every message comes as a voice note, wherever there are such."""

from collections.abc import Sequence

import aiohttp
import pytest

from running_bot import RunningBot
from spoken_sound import find_speaker, measure_voice_note
from tellers import (
    PUBLIC_URL,
    TelegramTeller,
    Teller,
    WebTeller,
    WhatsAppTeller,
    expect,
    keep_story,
    own,
)

FASTEST, SLOWEST, PAUSES = 0.02, 0.15, 30.0
"""Seconds that a letter takes to hear, at least and at most, and what options and pauses add."""

Heard = Sequence[tuple[str, bytes]]
"""What was read and heard: the words of each message, with its sound."""


async def fetch(url: str) -> bytes:
    """The sound behind a link; anyone with the link may fetch it, as often as they like."""
    sound = b""
    async with aiohttp.ClientSession() as http:
        for _ in range(2):
            async with http.get(url) as answer:
                assert (answer.status, answer.content_type) == (200, "audio/ogg")
                sound = await answer.read()
    return sound


async def hear(teller: Teller) -> Heard:
    """All messages, each with its sound; b"" where there is none. A picture goes with what it belongs to."""
    if isinstance(teller, WebTeller):
        said = [each for each in await teller.read_messages() if each["from"] == "bot"]
        links = [each.get("audio", "") for each in said]
        sounds = [await fetch(f"{teller.url}{link}") if link else b"" for link in links]
        return list(zip([each["text"] for each in said], sounds, strict=True))
    heard: list[tuple[str, bytes]] = []
    voice = b""
    for words, sound in await list_parts(teller):
        if sound:
            assert not words
            voice = sound
        elif words == own("choose"):  # the buttons below a picture that has the words
            heard[-1] = (f"{heard[-1][0]} {words}", heard[-1][1])
        else:
            heard.append((words, voice))
            voice = b""
    return heard


async def list_parts(teller: Teller) -> Heard:
    """A platform's messages in order: words, or the sound that goes before them."""
    match teller:
        case TelegramTeller():
            return [(each.words, each.voice or b"") for each in teller.platform.sent]
        case WhatsAppTeller():
            links = [(each.body, each.media_url or "") for each in teller.platform.sent]
            return [
                (words, await fetch(link.replace(PUBLIC_URL, teller.url)) if "/media/" in link else b"")
                for words, link in links
            ]
        case _:
            raise TypeError(type(teller).__name__)


@pytest.mark.usefixtures("open_bot")
@pytest.mark.parametrize("channel", ["web", "telegram", "whatsapp"])
async def test_a_conversation_that_is_heard(channel: str, tellers: dict[str, Teller]) -> None:
    """Whoever asks for it hears all that follows, and answers by number or by tapping."""
    find_speaker()
    teller = tellers[channel]
    if isinstance(teller, WebTeller):
        teller.aloud = True  # the page's button: from the first message
    await teller.start()
    await expect(teller, "Wil je meedoen")
    before = 0 if isinstance(teller, WebTeller) else len(await hear(teller))
    if before:
        await teller.say("voorlezen")
        await expect(teller, "Wil je meedoen", times=2)
    await teller.say("1")
    await expect(teller, "Over welke ervaring")
    await teller.say("2")
    await expect(teller, "Vertel wat je meemaakte")
    await teller.say("Gisteren zat ik thuis met mijn buurvrouw. Toen lachten we samen, en ik was blij. " * 3)
    await expect(teller, own("story_more"))
    await teller.tap("done")
    await expect(teller, "Welke titel")
    await teller.say("sla over")
    await expect(teller, "Welke twee plaatjes")
    await teller.say("1 en 2")
    await expect(teller, "Wat dreef je toen?")
    await teller.say("4")
    await expect(teller, "Aan wie laten we het zien?")
    await teller.say("3")
    await expect(teller, own("confirm"))
    await keep_story(teller)
    await expect(teller, "Tot ziens")

    heard = (await hear(teller))[before:]
    assert len(heard) >= 12
    for words, sound in heard:
        seconds = measure_voice_note(sound)
        assert FASTEST * len(words) < seconds < SLOWEST * len(words) + PAUSES, words


async def test_a_link_that_is_not_there(bot: RunningBot) -> None:
    """What was altered or made up is nowhere, and says so."""
    async with aiohttp.ClientSession() as http:
        for token in ("x", "AAAA", "Zg" * 40, "%00", "a" * 1000):
            async with http.get(f"{bot.url}/media/{token}") as answer:
                assert (answer.status, "error" in await answer.json()) == (404, True)
