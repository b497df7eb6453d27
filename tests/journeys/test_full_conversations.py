"""Whole conversations over every channel, side by side: typed, spoken, tapped, pointed, with pictures."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.flows import publish_all
from flows.phrases import phrase
from fresh_database import open_fresh_database
from running_bot import RunningBot, wipe_valkey
from storage.embedded.home import Servers
from storage_probe import dump_database, read_as_owner
from walks.guide import LANGUAGE, Guide, flatten
from walks.kept import Kept, read_kept
from walks.moves import Plan, Say, Tap
from walks.plans import ALLES, ALLES_SOURCE, INWONER, PIECES, SPOKEN, WIJKCOACH, Walk, chosen, said
from walks.platforms import WALKERS
from walks.town import Town, open_town
from walks.walker import Walker

pytestmark = pytest.mark.timeout(1200)  # many conversations at once; a laden machine takes its time

CHANNELS = ("telegram", "whatsapp", "sms", "web")
SPEAKING = ("telegram", "whatsapp", "web")
"""No European network carries MMS, so nobody speaks or sends a photo by text message."""

MARKS = re.compile("[\u200e\u200f\u2066-\u2069]")
_CODE = re.compile(r"\b[A-Z2-9]{8}\b")


@pytest.fixture(scope="module")
async def town(
    servers: Servers, template_database: str, whisper_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Town]:
    """All platforms around one bot with its two workers, for all tests here."""
    folder = tmp_path_factory.mktemp("town")
    wipe_valkey(servers.redis_url)
    async with open_town() as opened:
        with open_fresh_database(servers, template_database) as database_url:
            await publish_all(database_url, [(ALLES.flow, ALLES_SOURCE)])
            environ = {
                **opened.environ,
                "DATABASE_URL": database_url,
                "REDIS_URL": servers.redis_url,
                "VERTELBOT_SECRET_KEY": "a-secret-for-walks-only-and-long-enough",
                "VERTELBOT_HOME": str(folder / "home"),
                "WHISPER_MODEL": str(whisper_model),
            }
            bot, photographer = RunningBot(environ, folder / "bot.log"), RunningBot(environ, folder / "p.log")
            try:
                bot.start_worker()
                photographer.start_worker("privacy")
                bot.start_server()
                opened.database_url = database_url
                async with opened.open_post(bot.url):
                    yield opened
            finally:
                bot.stop()
                photographer.stop()


async def take(walker: Walker, plan: Plan) -> Kept:
    """Go through all of a flow; answers what is kept under the code that is told at the end."""
    await walker.walk(plan)
    told = flatten(" ".join(shown.words for shown in walker.fresh))
    code = _CODE.search(told)
    assert code, told
    return read_kept(walker.town.database_url, code[0])


async def take_all(town: Town, walks: Sequence[tuple[str, Guide, Plan]]) -> dict[Walker, Kept]:
    """Take walks side by side, each on its channel."""
    walkers = [WALKERS[channel](town, guide) for channel, guide, _ in walks]
    plans = [plan for _, _, plan in walks]
    kept = await asyncio.gather(*(take(walker, plan) for walker, plan in zip(walkers, plans, strict=True)))
    return dict(zip(walkers, kept, strict=True))


def check_shown(kept: Sequence[Kept]) -> None:
    """What could be chosen is noted, and was the same for all."""
    known: dict[str, tuple[str, ...]] = {}
    for each in kept:
        for question, codes in each.shown.items():
            assert known.setdefault(question, codes) == codes, (each.channel, question)


def check_alike(kept: Sequence[Kept], walk: Walk) -> None:
    """All are kept as planned, and differ in nothing but the channel and how something was given."""
    for each in kept:
        assert (each.flow, each.title, each.share_with, each.complete) == (
            walk.flow.flow,
            walk.title,
            walk.share_with,
            True,
        )
        assert len(each.asked & walk.drawn) == walk.picks
        assert each.rows == walk.expect(each.asked), each.channel
        if each.told_by == "text":
            assert each.story == "\n\n".join(PIECES)
        else:
            heard = each.story.casefold()
            assert [word for word in ("school", "dochter", "fiets", "tas") if word not in heard] == []
    check_shown(kept)


def check_ways(walkers: Sequence[Walker]) -> None:
    """Each channel was used as people use it, and nothing was misunderstood."""
    for walker in walkers:
        assert walker.did["troubles"] == 0, walker.channel
        by_number = walker.did["numbers"] + walker.did["words"]
        if walker.channel == "sms":
            assert (walker.did["taps"], walker.did["pictures"]) == (0, 0)
            assert by_number > 0
        else:
            assert walker.did["taps"] > 0
            assert walker.did["pictures"] > 0
            assert walker.channel == "whatsapp" or by_number == 0


async def test_a_coach_tells(town: Town) -> None:
    """The same answers are the same rows, wherever and however they are given."""
    guide = Guide(WIJKCOACH.flow, "nl")
    spoken = {**WIJKCOACH.plan, "verhaal": SPOKEN}
    taken = await take_all(
        town,
        [
            *((channel, guide, WIJKCOACH.plan) for channel in CHANNELS),
            *((channel, guide, spoken) for channel in SPEAKING),
        ],
    )

    kept = list(taken.values())
    assert [(each.channel, each.told_by) for each in kept] == [
        *((channel, "text") for channel in CHANNELS),
        *((channel, "voice") for channel in SPEAKING),
    ]
    check_alike(kept, WIJKCOACH)
    check_ways(list(taken))
    assert kept[0].shown["foto"][:3] == ("deur", "tafel", "brug")
    assert len(kept[0].shown["onderwerp"]) == 15


async def test_a_resident_tells(town: Town) -> None:
    """In Dutch on each channel, by text and by voice; and in Arabic, where all reads from right to left."""
    dutch, arabic = Guide(INWONER.flow, "nl"), Guide(INWONER.flow, "ar")
    spoken = {**INWONER.plan, "verhaal": SPOKEN}
    in_arabic = {
        **INWONER.plan,
        LANGUAGE: (Tap("ar"),),
        "gevoel": (Tap("trots"), Tap("anders"), Say("كنت متعبًا قليلًا.")),
        "steun": (Say("في قراءة الرسائل."),),
        "gaat-goed": (Say("الجيران طيبون."),),
        "kan-beter": (Say("ضوء أكثر في الحديقة."),),
    }
    taken = await take_all(
        town,
        [
            *((channel, dutch, INWONER.plan) for channel in CHANNELS),
            *((channel, dutch, spoken) for channel in SPEAKING),
            *((channel, arabic, in_arabic) for channel in ("telegram", "whatsapp", "sms")),
        ],
    )

    kept = {walker: each for walker, each in taken.items() if each.language == "nl"}
    assert len(kept) == len(CHANNELS) + len(SPEAKING)
    check_alike(list(kept.values()), INWONER)
    check_ways(list(taken))
    own = {
        *chosen("gevoel", "anders", anders="كنت متعبًا قليلًا."),
        *said("steun", "في قراءة الرسائل."),
        *said("gaat-goed", "الجيران طيبون."),
        *said("kan-beter", "ضوء أكثر في الحديقة."),
    }
    others = {(row[0], row[1]): row for row in own}
    rows = tuple(others.get((row[0], row[1]), row) for row in INWONER.rows)
    told = {walker: each for walker, each in taken.items() if walker not in kept}
    check_alike(list(told.values()), replace(INWONER, rows=rows))
    for walker, each in told.items():
        assert each.language == "ar"
        check_direction(walker)
    assert not MARKS.search("".join(map(str, dump_database(town.database_url))))


def check_direction(walker: Walker) -> None:
    """What runs the other way is kept apart: the number of an option, the line of progress, the code."""
    progress = phrase("ar", "progress").partition("{")[0]
    asked = phrase("nl", "choose_language")  # the question before any language was chosen
    for shown in walker.seen:
        if asked in shown.words:
            continue
        for line in shown.words.splitlines():
            if re.match(r"\W*\d+\.\s", line):
                assert re.fullmatch("\u200f\\d+\\. \u2068[^\u2068\u2069]+\u2069", line), line
            if line.lstrip("\u2068").startswith(progress):
                assert re.fullmatch("\u2068[^\u2068\u2069]+\u2069", line), line
        if code := _CODE.search(shown.words):
            assert f"\u2068{code[0]}\u2069" in shown.words


async def test_every_kind_of_question(town: Town) -> None:
    """Each kind is asked and answered on each channel; drawings on the page for touch, or in the web chat."""
    guide = Guide(ALLES.flow, "nl")
    by_sms = {**ALLES.plan, "plek": (Tap("skip"),)}
    plans = {channel: by_sms if channel == "sms" else ALLES.plan for channel in CHANNELS}
    spoken = {**ALLES.plan, "verhaal": SPOKEN}
    taken = await take_all(
        town, [*((channel, guide, plans[channel]) for channel in CHANNELS), ("web", guide, spoken)]
    )

    check_ways(list(taken))
    check_shown(list(taken.values()))
    for walker, kept in taken.items():
        skipped = walker.channel == "sms"
        rows = tuple(
            (*row[:2], "skipped" if skipped and row[0] == "plek" else row[2], *row[3:]) for row in ALLES.rows
        )
        check_alike([kept], replace(ALLES, rows=rows))
        assert "schoenen" not in kept.asked
        touched = {question for question, method in kept.methods.items() if method == "canvas"}
        assert touched == {"ruimte", "hulp", "invloed"}
        assert walker.did["drawings" if walker.channel == "web" else "pages"] == len(touched)
        read = flatten(" ".join(shown.words for shown in walker.seen))
        assert "Je kwam dus zo: Met de fiets." in read
        assert "Wat een mooi cijfer!" in read
    await wait_for_photos(town, len(taken) - 1)


async def wait_for_photos(town: Town, count: int) -> None:
    """Every photo ends as a picture of our own."""
    states: list[tuple[object, ...]] = []
    for _ in range(1200):
        states = read_as_owner(town.database_url, "select state, count(*)::int from photos group by 1")
        if states == [("kept", count)]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not all photos were kept: {states}")


async def tap_late(walker: Walker) -> Kept:
    """Tap old buttons on the way: of a question that is done, and of one that is still open."""
    plan = {**WIJKCOACH.plan, "gevoel": ()}
    await walker.walk(plan, until="verhaal")
    await walker.tap_old("vraag", "beter")
    await walker.wait_for(phrase("nl", "old_question"))
    await walker.wait_for("Vertel wat er gebeurde.")
    await walker.walk(plan, until="gevoel")
    await walker.answer(Tap("muur"))
    await walker.wait_for(phrase("nl", "another"))
    await walker.tap_old("gevoel", "tuinier")
    return await take(walker, plan)


async def test_an_old_button(town: Town) -> None:
    """It answers its own question as long as that is open, else the teller hears what is asked now."""
    guide = Guide(WIJKCOACH.flow, "nl")
    walkers = [WALKERS[channel](town, guide) for channel in SPEAKING]
    kept = await asyncio.gather(*map(tap_late, walkers))

    check_alike(kept, WIJKCOACH)
    assert [walker.did["troubles"] for walker in walkers] == [1, 1, 1]
