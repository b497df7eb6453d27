"""`vertelbot chat` as its users start it: in a real terminal, in a pipe, and with a flow that is wrong."""

import codecs
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Generator
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path

import pytest

from channels.question_samples import FLOW_FILE
from running_bot import run_command

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SECONDS = 60.0
OWN_TERMINAL = "import os, sys; os.login_tty(0); os.execv(sys.argv[1], sys.argv[1:])"
"""Makes standard input the terminal of the process, so that Ctrl-C reaches it, and becomes the command."""


class Terminal:
    """A real terminal of 50 columns with `vertelbot chat` in it."""

    def __init__(self, **environ: str) -> None:
        own, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, sys.executable, "-m", "bot", "chat", str(FLOW_FILE)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "", **environ},
        )
        os.close(theirs)
        self._own = own
        self.shown = ""
        self._seen = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()  # letters may come in halves

    def read_until(self, words: str) -> None:
        """Wait until words are shown, after those that were waited for before."""
        while (found := self.shown.find(words, self._seen)) < 0:
            ready, _, _ = select.select([self._own], [], [], SECONDS)
            assert ready, f"not shown: {words!r}\n{self.shown}"
            chunk = self._read()
            assert chunk, f"ended without {words!r}\n{self.shown}"
            self._take(chunk)
        self._seen = found + len(words)

    def type(self, keys: str) -> None:
        """Press some keys."""
        os.write(self._own, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C; again where it came just before Python listened, which keeps it for the next key."""
        for _ in range(int(SECONDS)):
            self.type("\x03")
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
                return

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while chunk := self._read():
            self._take(chunk)
        os.close(self._own)
        return self.process.wait(SECONDS)

    def _take(self, chunk: bytes) -> None:
        self.shown += self._decoder.decode(chunk).replace("\r", "")

    def _read(self) -> bytes:
        try:
            return os.read(self._own, 65536)
        except OSError:  # how a terminal says that nobody is left in it
            return b""


@pytest.fixture
def terminal() -> Generator[Terminal]:
    """A terminal with colours."""
    opened = Terminal()
    yield opened
    opened.process.kill()
    opened.process.wait()


def test_in_a_terminal(terminal: Terminal) -> None:
    """It has colours and a bar, wraps at the width, takes keys as they come, and Ctrl-D ends it."""
    terminal.read_until("Doe je mee?")
    terminal.read_until("› ")
    terminal.type("jz\x7fa\n")  # with a letter taken back
    terminal.read_until("Of typ: Weet ik niet.")
    terminal.read_until("› ")
    terminal.type("/state\n")
    terminal.read_until("mee: agreed")
    terminal.read_until("› ")
    terminal.type("\x04")

    assert terminal.end() == 0
    plain = COLOUR.sub("", terminal.shown)
    assert plain != terminal.shown
    assert "Stap 2 van 11  ━━━━" in plain
    assert "So far there is, not finished:" in plain
    assert max(len(line) for line in plain.splitlines() if "\x1b" not in line) <= 50
    assert "Traceback" not in plain


def test_without_colours() -> None:
    """NO_COLOR is respected, also in a terminal; the words are the same."""
    terminal = Terminal(NO_COLOR="1")
    terminal.read_until("› ")
    terminal.type("/quit\n")

    assert terminal.end() == 0
    assert "Doe je mee?" in terminal.shown
    assert not COLOUR.search(terminal.shown)


def test_ctrl_c_ends_it(terminal: Terminal) -> None:
    """An interruption ends it at once, without a traceback."""
    terminal.read_until("› ")
    terminal.interrupt()

    assert terminal.end() == 130
    assert "Traceback" not in terminal.shown


def test_in_a_pipe() -> None:
    """Piped it is plain text with what was typed, needs no server, and ends where the input ends."""
    done = run_command({"DATABASE_URL": "nowhere"}, "chat", str(FLOW_FILE), typed="ja\n7\n/state\n3\n")

    assert (done.returncode, done.stderr) == (0, "")
    assert not COLOUR.search(done.stdout)
    for line in ("Stap 2 van 11", "› 7", "  team: 7 [text]", "So far there is, not finished:"):
        assert line in done.stdout.splitlines()
    assert "Nothing is stored here." in done.stdout


def test_nothing_typed() -> None:
    """Without any input the first question is shown, and that is all."""
    done = run_command({}, "chat", str(FLOW_FILE), "--language", "en")

    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("Answer with a number.")


def test_a_flow_that_is_wrong(tmp_path: Path) -> None:
    """Every problem is shown with its line before anything begins."""
    wrong = tmp_path / "fout.yaml"
    source = FLOW_FILE.read_text(encoding="utf-8")
    wrong.write_text(source.replace("page: 4", "page: 44").replace("to: 10", "to: 0"), encoding="utf-8")
    lines = source.splitlines()
    done = run_command({}, "chat", str(wrong))

    assert (done.returncode, done.stdout) == (1, "")
    for text in ("page: 4", "to: 10"):
        line = next(number for number, each in enumerate(lines, start=1) if each.strip() == text)
        assert f"{wrong}:{line}:" in done.stderr
    assert "Traceback" not in done.stderr


def test_advice_is_shown_first(tmp_path: Path) -> None:
    """What could be better is told with its line; the conversation begins all the same."""
    hard = tmp_path / "moeilijk.yaml"
    source = FLOW_FILE.read_text(encoding="utf-8")
    long = "Hoeveel weken duurde het ongeveer voordat er eindelijk iets gebeurde waar je echt wat aan had?"
    hard.write_text(source.replace("Hoeveel weken duurde het?", long), encoding="utf-8")
    done = run_command({}, "chat", str(hard), typed="ja\n")

    assert done.returncode == 0
    assert re.search(rf"{re.escape(str(hard))}:\d+: weken: advice: ", done.stdout)
    assert "Hoe verbonden voel je je" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("weg.yaml",), "cannot be read"),
        (("bestaat-niet",), "There is no flow with this name."),
        ((str(FLOW_FILE), "--language", "xx"), "This flow speaks nl, en, ar; not 'xx'."),
        ((str(FLOW_FILE), "--seed", "-1"), "-1"),
    ],
)
def test_what_cannot_be_started(arguments: tuple[str, ...], words: str) -> None:
    """One line says what is wrong."""
    done = run_command({}, "chat", *arguments)

    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr
