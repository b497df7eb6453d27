"""What is told about people: their names reach no reader, and why is to be explained."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cases import TOLD
from quiet_house import QuietHouse, open_house, publish
from running_bot import RunningBot, run_command
from storage.database import Database
from storage.vault import Vault
from storage_probe import dump_database, read_as_owner, read_as_reader
from talks import ROOT
from tellers import (
    WebTeller,
    answer_questions,
    begin_telling,
    expect,
    go_on_to_confirmation,
    keep_story,
    own,
)

ANNA = "anna"
NAMES = ("Fatima", "El Amrani", "Haaksbergerstraat", "0612345678")
STORY = "Fatima El Amrani belde mij vanaf de Haaksbergerstraat 340. Haar nummer is 0612345678. "
SAFE = "[persoon 1] belde mij vanaf de [adres 1]. Haar nummer is [telefoonnummer 1]."
HELD = (ROOT / "tests/conversations/flows/begeleid.yaml").read_text()


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with a flow that a facilitator reads first."""
    await publish(database, HELD)
    return open_house(database, vault)


async def tell(house: QuietHouse) -> None:
    """Tell of somebody, up to the text."""
    await house.start(ANNA, "begeleid")
    await house.tap(ANNA, "yes")
    await house.say(ANNA, STORY)
    await house.tap(ANNA, "done")


async def test_names_reach_no_reader(bot: RunningBot, database_url: str) -> None:
    """A story with names, told to the real server and its worker, is nowhere to be read with them."""
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    await teller.say(STORY + TOLD)
    await expect(teller, own("story_more"))
    await go_on_to_confirmation(teller, "De dag van Fatima")
    assert not [name for name in NAMES if name in dump_database(database_url)]
    await keep_story(teller)

    ((story, title),) = read_as_reader(database_url, "select story, title from reader.stories_v1")
    ((text,),) = read_as_reader(
        database_url, "select text from reader.answers_v1 where question = 'naam' and text is not null"
    )
    assert title == text == "De dag van [persoon 1]"
    assert str(story).startswith(
        "[persoon 1] belde mij vanaf de [adres 1]. Haar nummer is [telefoonnummer 1]."
    )
    assert not [name for name in NAMES if name in dump_database(database_url)]
    assert read_as_owner(database_url, "select count(*) from searches") == [(0,)]


async def test_every_mark_is_explained(bot: RunningBot, database_url: str) -> None:
    """An operator reads for each mark which rule and list put it there, and none of its words."""
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    await teller.say(STORY + TOLD)
    await expect(teller, own("story_more"))
    await go_on_to_confirmation(teller)
    await teller.tap("names")
    await expect(teller, own("names_ask"))
    await teller.tap("adres-1")
    await expect(teller, "Dit staat er weer")
    await teller.tap("done")
    await expect(teller, own("confirm"))
    await keep_story(teller)

    ((code,),) = read_as_owner(database_url, "select code from stories")
    done = run_command(bot.environ, "privacy", "explain", str(code).lower())
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[:2] for line in lines] == [
        ["[persoon 1]", "story"], ["[adres 1]", "story"], ["[telefoonnummer 1]", "story"],
    ]  # fmt: skip
    assert lines[0][2].startswith("first name")
    assert lines[1][2].endswith("; the teller put it back")
    assert not [name for name in NAMES if name in done.stdout]
    assert run_command(bot.environ, "privacy", "explain", "ZZZZ9999").stderr == (
        "Error: There is no confirmed story with this code.\n"
    )


async def test_a_worker_that_dies_loses_no_story(bot: RunningBot, database_url: str) -> None:
    """The worker is away when the text is to be shown; it comes once there is one again."""
    bot.kill_worker("privacy")
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    await teller.say(STORY + TOLD)
    await expect(teller, own("story_more"))
    await teller.tap("done")
    await expect(teller, "Welke titel")
    await answer_questions(teller)
    await expect(teller, own("names_waiting"))
    bot.start_worker("privacy")
    await expect(teller, own("confirm"))
    await keep_story(teller)

    ((story,),) = read_as_reader(database_url, "select story from reader.stories_v1")
    assert "Fatima" not in str(story)


async def test_a_facilitator_reads_first(
    house: QuietHouse, database_url: str, make_bot: Callable[..., RunningBot]
) -> None:
    """Where the flow says so no reader sees a story until a facilitator released it."""
    environ = make_bot().environ
    await tell(house)
    assert "Een begeleider leest de tekst eerst." in house.heard(ANNA)[-1]
    await house.tap(ANNA, "keep")
    ((code,),) = read_as_owner(database_url, "select code from stories")
    assert read_as_reader(database_url, "select 1 from reader.stories_v1") == []
    assert read_as_reader(database_url, "select 1 from reader.answers_v1") == []

    assert run_command(environ, "privacy", "held").stdout.startswith(f"{code}\t")
    shown = run_command(environ, "privacy", "show", str(code)).stdout
    assert shown.startswith("story:\n[persoon 1] belde mij vanaf de [adres 1].")
    assert run_command(environ, "privacy", "take-out", str(code), "walvis").returncode == 1
    assert run_command(environ, "privacy", "take-out", str(code), "belde mij").returncode == 0
    assert run_command(environ, "privacy", "release", str(code)).stdout == "Readers see it now.\n"
    assert run_command(environ, "privacy", "release", str(code)).stdout == "Readers saw it already.\n"

    ((story,),) = read_as_reader(database_url, "select story from reader.stories_v1")
    assert str(story).startswith("[persoon 1] [weggehaald 1] vanaf de [adres 1].")
    assert run_command(environ, "privacy", "held").stdout == ""
    assert "taken out by a facilitator" in run_command(environ, "privacy", "explain", str(code)).stdout


async def test_a_story_thrown_away_takes_its_search_along(house: QuietHouse, database_url: str) -> None:
    """Neither what was searched nor what was found stays of a story that is not kept."""
    await tell(house)
    await house.tap(ANNA, "discard")

    for table in ("searches", "findings"):
        assert read_as_owner(database_url, f"select count(*) from {table}") == [(0,)]


async def test_words_changed_meanwhile_are_searched_anew(house: QuietHouse) -> None:
    """Who changes the text reads it without the names that are in it now."""
    await tell(house)
    await house.tap(ANNA, "change")
    house.heard(ANNA)
    await house.say(ANNA, "Mohammed kwam met de bus.")

    assert "[persoon 1] kwam met de bus." in house.heard(ANNA)


async def test_waiting_long_is_told_once(house: QuietHouse) -> None:
    """While no worker looks for names the teller hears that it takes a while, and hears it once."""
    house.rings.clear()
    await house.start(ANNA, "begeleid")
    await house.tap(ANNA, "yes")
    await house.say(ANNA, STORY)
    house.heard(ANNA)
    house.works = False
    await house.tap(ANNA, "done")
    assert house.heard(ANNA) == []

    await house.wait(timedelta(seconds=21))
    assert house.heard(ANNA) == [own("names_waiting")]
    await house.wait(timedelta(seconds=60))
    assert house.heard(ANNA) == []

    house.works = True
    await house.say(ANNA, "hallo?")
    assert SAFE in house.heard(ANNA)
