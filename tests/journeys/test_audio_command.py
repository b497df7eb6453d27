"""`vertelbot audio`: what people record is kept, listed, outdated, removed; all can be made ahead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from quiet_house import publish
from running_bot import RunningBot, run_command
from spoken_sound import find_speaker, pronounce
from storage.database import Database
from storage_probe import read_as_owner

FLOW = """
format: 1
flow: stem
title: Stem
audience: team
languages: [nl]
steps:
  - {ask: mee, kind: consent, version: "1", text: "Doe je mee?", yes: Ja graag, no: Liever niet}
  - {ask: naam, kind: text, text: Hoe heet het?}
  - {say: dank, text: "Je code is {code}."}
"""


async def test_recording_a_step(idle_bot: RunningBot, database: Database, tmp_path: Path) -> None:
    """From the text to read out, to the recording in use, to the one that is outdated and removed."""
    await publish(database, FLOW)
    sound = tmp_path / "mee.wav"
    sound.write_bytes(pronounce("Doe je mee?"))

    def run(*command: str) -> tuple[int, str]:
        done = run_command(idle_bot.environ, "audio", *command)
        return done.returncode, done.stdout + done.stderr

    assert run("text", "stem", "mee", "--language", "nl")[1].startswith(
        "Doe je mee?\n1: Ja graag.\n2: Liever niet."
    )
    assert run("add", "stem", "mee", "--language", "nl", str(sound))[0] == 0
    assert run("add", "stem", "mee", "--language", "nl", str(sound))[0] == 0
    assert "in use" in run("list")[1]
    media = Path(idle_bot.environ["VERTELBOT_HOME"]) / "media"
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1

    await publish(database, FLOW.replace("Doe je mee?", "Doe je met ons mee?"))
    assert "outdated" in run("list")[1]
    assert run("remove", "stem", "mee", "--language", "nl")[0] == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("remove", "stem", "mee"),
        ("add", "stem", "mee", "no sound"),
        ("add", "stem", "geen", "sound"),
        ("add", "stem", "dank", "sound"),
        ("add", "niets", "mee", "sound"),
    ],
    ids=" ".join,
)
async def test_what_cannot_be_recorded(
    make_bot: Callable[..., RunningBot], database: Database, tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    """One line that says what is wrong."""
    await publish(database, FLOW)
    (tmp_path / "sound").write_bytes(pronounce("Doe je mee?"))
    (tmp_path / "no sound").write_text("geen geluid", encoding="utf-8")
    words = [str(tmp_path / word) if "sound" in word else word for word in wrong]

    done = run_command(make_bot().environ, "audio", *words, "--language", "nl")
    assert (done.returncode, "Traceback" in done.stderr, done.stderr.count("\n")) == (1, False, 1)


async def test_making_all_of_a_flow(idle_bot: RunningBot, database: Database, database_url: str) -> None:
    """All fixed texts are there before anybody asks; what differs for everyone is not."""
    find_speaker()
    await publish(database, FLOW)

    made = run_command(idle_bot.environ, "audio", "make", "stem")
    off = run_command({**idle_bot.environ, "VERTELBOT_SPEECH": "off"}, "audio", "make", "stem")

    assert (made.returncode, made.stderr) == (0, "")
    count = int(str(read_as_owner(database_url, "select count(*) from readings where origin = 'made'")[0][0]))
    assert made.stdout == f"stem: {count} of {count} texts can be heard.\n"
    assert (off.returncode, "espeak-ng" in off.stderr) == (1, True)
