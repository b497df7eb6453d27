"""`vertelbot entries`, as its users meet it: what it makes, lists and refuses, and the files it writes."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from running_bot import RunningBot, run_command
from storage_probe import read_as_owner

PUBLIC = {"VERTELBOT_PUBLIC_URL": "https://vertelpunt.example"}
PAGE = "https://vertelpunt.example/e/"


@pytest.fixture
def environ(make_bot: Callable[..., RunningBot]) -> dict[str, str]:
    """The settings of a bot of which nothing runs."""
    return {**make_bot().environ, **PUBLIC}


def test_from_adding_to_closing(environ: dict[str, str], database_url: str) -> None:
    """Each command says in a line what is so now, with the address of the page."""
    none = run_command(environ, "entries", "list")
    added = run_command(
        environ,
        *("entries", "add", "markt", "--title", "Op de markt", "--flow", "inwoner"),
        *("--language", "tr", "--team", "Oost", "--neighbourhood", "De Linde"),
    )
    made = run_command(environ, "entries", "add", "--title", "Bijeenkomst", "--flow", "leerkring")
    closed = run_command(environ, "entries", "close", "markt")
    listed = run_command(environ, "entries", "list")
    opened = run_command(environ, "entries", "open", "markt")

    assert "no entry points yet" in none.stdout
    assert added.stdout == f"The entry point markt is open: {PAGE}markt\n"
    code = re.fullmatch(rf"The entry point (\w{{6}}) is open: {re.escape(PAGE)}\1\n", made.stdout)
    assert code is not None
    assert closed.stdout == "The entry point markt is closed.\n"
    assert listed.stdout.splitlines() == [
        f"markt  closed  Op de markt (inwoner, tr, Oost, De Linde)  {PAGE}markt",
        f"{code[1]}  open  Bijeenkomst (leerkring)  {PAGE}{code[1]}",
    ]
    assert opened.stdout == added.stdout
    assert read_as_owner(database_url, "select active from entries where code = 'markt'") == [(True,)]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("add", "wijkcoach", "--title", "T", "--flow", "inwoner"), "starts the flow wijkcoach"),
        (("add", "Ab", "--title", "T", "--flow", "inwoner"), "3 to 32"),
        (("add", "markt", "--title", "T", "--flow", "weg"), "Published flows: wijkcoach"),
        (("add", "markt", "--title", "T", "--flow", "inwoner", "--language", "xx"), "does not speak"),
        (("close", "weg"), "no entry point with this code"),
        (("open", "weg"), "no entry point with this code"),
        (("qr", "weg", "--out", "qr.svg"), "no entry point with this code"),
        (("qr", "weg", "--out", "qr.txt"), ".svg, .png or .pdf"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",  # pyright: ignore[reportUnknownLambdaType, reportUnknownVariableType]  # any tuple will do
)
def test_bad_input_is_one_line(environ: dict[str, str], command: tuple[str, ...], words: str) -> None:
    """What is wrong is said in one line, and the exit code says so too."""
    done = run_command(environ, "entries", *command)

    assert done.returncode != 0
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_files_for_a_printer(environ: dict[str, str], tmp_path: Path) -> None:
    """The end of the name says what is written; - is SVG, and a place that is not there is one line."""
    run_command(environ, "entries", "add", "markt", "--title", "Markt", "--flow", "inwoner")
    for kind in ("svg", "png", "PDF"):
        done = run_command(environ, "entries", "qr", "markt", "--out", str(tmp_path / f"qr.{kind}"))
        assert (done.returncode, done.stderr) == (0, f"The QR code leads to {PAGE}markt\n")
    piped = run_command(environ, "entries", "qr", "MARKT", "--out", "-")
    nowhere = run_command(environ, "entries", "qr", "markt", "--out", str(tmp_path / "weg" / "qr.svg"))

    with Image.open(io.BytesIO((tmp_path / "qr.png").read_bytes())) as image:
        assert 1900 < image.width <= 2000
    assert (tmp_path / "qr.PDF").read_bytes().startswith(b"%PDF")
    assert piped.stdout == (tmp_path / "qr.svg").read_text(encoding="utf-8")
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (1, True)
