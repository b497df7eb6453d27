"""`vertelbot recordings`: what did not become text is listed, and tried again while its story is open."""

import json
from pathlib import Path

from running_bot import RunningBot, run_command
from storage_probe import read_as_owner
from tellers import WebTeller, begin_telling, expect, own

VOICE = Path(__file__).parents[1] / "fixtures" / "voice"


def test_nothing_to_try_again(idle_bot: RunningBot) -> None:
    """Without such recordings both commands say so."""
    listed = run_command(idle_bot.environ, "recordings", "list")
    retried = run_command(idle_bot.environ, "recordings", "retry", "--all")

    assert (listed.returncode, listed.stdout) == (0, "There are no such recordings.\n")
    assert (retried.returncode, retried.stdout) == (0, "Nothing to put back.\n")


def test_an_unknown_recording_is_refused(idle_bot: RunningBot) -> None:
    """One line says which; nothing is put back."""
    unknown = "00000000-0000-4000-8000-000000000000"
    done = run_command(idle_bot.environ, "recordings", "retry", unknown)
    neither = run_command(idle_bot.environ, "recordings", "retry")

    assert done.returncode != 0
    assert unknown in done.stderr
    assert neither.returncode != 0
    assert "--all" in neither.stderr


async def test_a_recording_given_up_takes_its_place_in_the_story(
    open_bot: RunningBot, web_teller: WebTeller, database_url: str
) -> None:
    """The media store was away for a day; once it is back, an operator brings the story to its end."""
    media = Path(open_bot.environ["VERTELBOT_HOME"]) / "media"
    away = media.with_name("media-away")
    await begin_telling(web_teller)
    await web_teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(web_teller, own("story_voice"))
    media.rename(away)
    read_as_owner(database_url, "update jobs set attempts = 4 returning 1")
    open_bot.start_worker()
    await expect(web_teller, own("transcript_delayed"))
    away.rename(media)
    listed = run_command(open_bot.environ, "recordings", "list", "--json")
    retried = run_command(open_bot.environ, "recordings", "retry", "--all")

    await expect(web_teller, own("transcript_late"))
    [recording] = json.loads(listed.stdout)
    assert recording["problem"] == "delayed"
    assert retried.stdout.startswith("1 recording put back")
    assert read_as_owner(database_url, "select problem from recordings") == [(None,)]
    await web_teller.tap("done")
    await expect(web_teller, "Welke titel")
