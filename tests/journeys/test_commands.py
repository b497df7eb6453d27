"""The command line, as its users meet it: what it prints, what it refuses, how it ends."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import jsonschema
import pytest

from flows.yaml_reader import load_plain
from running_bot import RunningBot, find_free_port, run_command
from storage.schema import newest_revision
from storage_probe import read_as_reader
from tellers import WebTeller, begin_telling, expect, go_on_to_confirmation, keep_story, own

CATALOGUE = Path(__file__).parents[2] / "flows" / "catalogue"


def name_case(value: object) -> str:
    """The name of a case: the words of a command, or the settings given."""
    return " ".join(str(word) for word in value) if isinstance(value, tuple | dict) else ""  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any tuple will do


@pytest.fixture
async def told(bot: RunningBot) -> RunningBot:
    """A bot to which one story was told."""
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    await teller.say('=cmd(); "Het begon, met een gesprek"; en toen. ' + "Het ging goed. " * 10)
    await expect(teller, own("story_more"))
    await go_on_to_confirmation(teller)
    await keep_story(teller)
    return bot


def test_flows_check_accepts_the_catalogue() -> None:
    """The flows that come along have no problems."""
    done = run_command({}, "flows", "check", str(CATALOGUE))

    assert (done.returncode, done.stdout, done.stderr) == (0, "No problems.\n", "")


def test_flows_check_lists_every_problem_of_every_file(tmp_path: Path) -> None:
    """Each line says file, line, step and what to do; the exit code is 1."""
    source = (CATALOGUE / "wijkcoach.yaml").read_text(encoding="utf-8")
    lines = source.splitlines()
    wrong = tmp_path / "fout.yaml"
    wrong.write_text(
        source.replace("kind: triad", "kind: triade").replace("max: 2", "max: 99"), encoding="utf-8"
    )
    broken = tmp_path / "kapot.yaml"
    broken.write_text("format: 1\nflow: [\n", encoding="utf-8")

    done = run_command({}, "flows", "check", str(wrong), str(broken), str(tmp_path / "weg.yaml"))

    assert done.returncode == 1
    triad = next(line for line, text in enumerate(lines, 1) if text.strip() == "- ask: drijfveer")
    feeling = next(line for line, text in enumerate(lines, 1) if text.strip() == "max: 2")
    assert f"{wrong}:{triad}: drijfveer:" in done.stderr
    assert f"{wrong}:{feeling}: gevoel:" in done.stderr
    assert f"{broken}:" in done.stderr
    assert f"{tmp_path / 'weg.yaml'}:1: file: cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_describes_the_catalogue() -> None:
    """The JSON Schema accepts the flow file that comes along and refuses a wrong one."""
    done = run_command({}, "flows", "schema")
    schema = json.loads(done.stdout)
    flow = load_plain((CATALOGUE / "wijkcoach.yaml").read_text(encoding="utf-8"))

    jsonschema.validate(flow, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**flow, "format": 2}, schema)


def test_publish_export_and_publish_again(idle_bot: RunningBot, tmp_path: Path) -> None:
    """What was published comes back letter by letter; the same again is no new version."""
    exported = run_command(idle_bot.environ, "flows", "export", "wijkcoach").stdout
    copy = tmp_path / "wijkcoach.yaml"
    copy.write_text(exported, encoding="utf-8")
    same = run_command(idle_bot.environ, "flows", "publish", str(copy))
    copy.write_text(
        exported.replace("Hoe zou je dit verhaal noemen?", "Welke naam krijgt dit verhaal?"), encoding="utf-8"
    )
    newer = run_command(idle_bot.environ, "flows", "publish", str(copy))

    assert exported == (CATALOGUE / "wijkcoach.yaml").read_text(encoding="utf-8")
    assert same.stdout == "wijkcoach version 1 was published already.\n"
    assert newer.stdout == "wijkcoach version 2 is published.\n"


def test_an_unknown_flow_is_one_line(idle_bot: RunningBot) -> None:
    """Both commands that take a flow name those there are, and exit with 1."""
    for command in (("chat", "bestaat-niet"), ("flows", "export", "bestaat-niet")):
        done = run_command(idle_bot.environ, *command)

        assert (done.returncode, done.stdout) == (1, "")
        known = re.fullmatch(r"There is no flow with this name\. Published flows: (.+)\.\n", done.stderr)
        assert known is not None
        assert known[1].split(", ")[0] == "wijkcoach"


def test_exports(told: RunningBot, tmp_path: Path) -> None:
    """What was told, for programs and for spreadsheets."""
    stories = run_command(told.environ, "export", "stories", "--format", "csv", "--out", "-")
    out = tmp_path / "antwoorden.csv"
    dutch = run_command(told.environ, "export", "answers", "--format", "csv-nl", "--out", str(out))
    answers = run_command(told.environ, "export", "answers", "--format", "json", "--out", "-")
    codebook = run_command(told.environ, "export", "codebook", "--format", "json", "--out", "-")

    assert {each.returncode for each in (stories, dutch, answers, codebook)} == {0}
    (row,) = csv.DictReader(io.StringIO(stories.stdout))
    assert row["story"].startswith('\'=cmd(); "Het begon, met een gesprek"; en toen.')  # no formula
    assert (row["flow"], row["channel"], row["title"]) == ("coach", "web", "De nieuwe fiets")

    raw = out.read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert raw.startswith(b"\xef\xbb\xbf")  # by this Excel knows UTF-8
    assert [row["number"] for row in rows if row["question"] == "drijfveer"] == ["10", "45", "45"]

    numbers = [each["number"] for each in json.loads(answers.stdout) if each["question"] == "drijfveer"]
    assert sum(numbers) == 100
    asked = {(each["language"], each["question"]) for each in json.loads(codebook.stdout)}
    assert asked >= {("nl", "gevoel"), ("en", "gevoel")}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("export", "alles", "--out", "-"), "alles"),
        (("export", "stories", "--format", "pdf", "--out", "-"), "pdf"),
        (("export", "stories"), "--out"),
        (("chat", "wijkcoach", "--language", "xx"), "nl, en"),
        (("flows", "check"), "PATHS"),
        (("worker", "--queue", "bestaat-niet"), "bestaat-niet"),
        (("dansen",), "dansen"),
    ],
    ids=name_case,
)
def test_a_wrong_command_is_refused_in_a_line(command: tuple[str, ...], words: str) -> None:
    """No traceback, a non-zero exit, and what is wrong is named."""
    done = run_command({}, *command)

    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "set both DATABASE_URL and REDIS_URL"),
        (
            {"DATABASE_URL": "mysql://x", "REDIS_URL": "redis://x", "VERTELBOT_SECRET_KEY": "k" * 40},
            "needs Postgres",
        ),
        (
            {
                "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "REDIS_URL": "redis://127.0.0.1:1",
                "VERTELBOT_SECRET_KEY": "k" * 40,
            },
            "The database cannot be reached",
        ),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1"},
            "VERTELBOT_SECRET_KEY must be set",
        ),
    ],
    ids=["one address", "another database", "unreachable", "no secret"],
)
def test_wrong_servers_are_refused_in_a_line(environ: dict[str, str], words: str) -> None:
    """What is wrong with the settings is said in one sentence."""
    done = run_command(environ, "migrate")

    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1:a"}, "TELEGRAM_WEBHOOK_SECRET is not"),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_WEBHOOK_SECRET": "commas,here"}, "secret"),
        ({"TELEGRAM_WEBHOOK_SECRET": "x"}, "TELEGRAM_BOT_TOKEN is not"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM"),
        ({"TELEGRAM_MODE": "soon"}, "TELEGRAM_MODE"),
        ({"VERTELBOT_PORT": "http"}, "VERTELBOT_PORT"),
        ({"VERTELBOT_PUBLIC_URL": "vertelpunt.nl"}, "VERTELBOT_PUBLIC_URL"),
        ({"VERTELBOT_SECRET_KEY": "short"}, "at least 32 characters"),
    ],
    ids=name_case,
)
def test_a_half_configured_server_refuses_to_start(
    environ: dict[str, str], words: str, idle_bot: RunningBot
) -> None:
    """It says which setting is missing or wrong."""
    done = run_command({**idle_bot.environ, **environ}, "serve")

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_finds_nothing_amiss(bot: RunningBot, whisper_model: Path) -> None:
    """Every line is a good one, and the exit code says so."""
    done = run_command({**bot.environ, "WHISPER_MODEL": str(whisper_model)}, "doctor")

    assert (done.returncode, "✗" in done.stdout) == (0, False), done.stdout
    assert done.stdout.endswith("The bot can do its job.\n")


def test_doctor_says_what_to_do(bot: RunningBot, tmp_path: Path) -> None:
    """A missing model, a wrong token and an address without https are each named, and the exit code is 1."""
    done = run_command(
        {
            **bot.environ,
            "WHISPER_MODEL": str(tmp_path / "leeg"),
            "TELEGRAM_BOT_TOKEN": "123456:abc",
            "TELEGRAM_WEBHOOK_SECRET": "secret",
            "TELEGRAM_API_URL": "http://127.0.0.1:1",
        },
        "doctor",
    )

    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("✗")] == [
        "✗ Telegram",
        "✗ Public address",
        "✗ Speech model",
    ]
    assert "3 to mend." in done.stdout


@pytest.fixture
def demo_home(tmp_path: Path) -> dict[str, str]:
    """A home and a port for a demo, with nothing else set."""
    port = find_free_port()
    return {"VERTELBOT_HOME": str(tmp_path / "home"), "VERTELBOT_PORT": str(port)}


async def test_a_demo_serves_other_commands_and_ends_with_ctrl_c(demo_home: dict[str, str]) -> None:
    """One command brings everything up; others started beside it use its servers; Ctrl-C ends all of it."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        env={**os.environ, **demo_home},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{demo_home['VERTELBOT_PORT']}"
    try:
        _wait_until_ready(url, demo)
        teller = WebTeller(url)
        await teller.start("wijkcoach")
        await expect(teller, "Doe je mee?")
        doctor = run_command(demo_home, "doctor")
        exported = run_command(demo_home, "export", "codebook", "--out", "-")
        second = run_command(demo_home, "demo")
    finally:
        os.killpg(demo.pid, signal.SIGINT)
        output, _ = demo.communicate(timeout=60)

    assert demo.returncode == 130, output.decode()
    assert "Traceback" not in output.decode()
    assert f"{url}/chat" in output.decode()
    assert doctor.returncode == 0, doctor.stdout
    assert "wijkcoach" in exported.stdout
    assert (second.returncode, "runs in this folder already" in second.stderr) == (1, True)
    assert not (Path(demo_home["VERTELBOT_HOME"]) / "servers.json").exists()
    with pytest.raises(URLError):
        urlopen(f"{url}/healthz", timeout=2)


def test_a_command_without_a_demo_starts_servers_for_its_own_duration(demo_home: dict[str, str]) -> None:
    """`migrate` in an empty folder brings up a database, migrates it and lets it go again."""
    done = run_command(demo_home, "migrate")
    again = run_command(demo_home, "export", "stories", "--out", "-")

    assert done.stdout == f"The database is at revision {newest_revision()}.\n"
    assert (again.returncode, again.stdout.count("\n")) == (0, 1)
    assert not (Path(demo_home["VERTELBOT_HOME"]) / "servers.json").exists()


def test_the_reader_sees_the_codebook(idle_bot: RunningBot, database_url: str) -> None:
    """Wording and options of a flow version are in the reader views from its publication on."""
    assert idle_bot.url
    labels = read_as_reader(
        database_url,
        "select code, label from reader.options_v1"
        " where flow = 'wijkcoach' and question = 'drijfveer' and language = 'nl' order by place",
    )

    assert labels == [("regels", "De regels"), ("vak", "Mijn vakkennis"), ("gevoel", "Mijn gevoel")]


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            with urlopen(f"{url}/readyz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the demo is not ready")
