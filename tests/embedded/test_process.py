"""Children tied to this process's life: both kinds of tie, clean ends, and errors."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from storage.embedded.errors import EmbeddedServerError
from storage.embedded.process import Tie, spawn

TIES: list[Tie] = ["signal", "pipe"] if sys.platform == "linux" else ["pipe"]
SERVER = """
trap 'echo ended by INT; exit 0' INT
trap 'echo ended by TERM; exit 0' TERM
echo ready
while :; do sleep 0.05; done
"""
STARTER = f"""
import sys
from pathlib import Path
from signal import SIGINT
from storage.embedded.process import spawn
log, tie, descriptor = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
server = spawn(
    "Shell", ["/bin/sh", "-c", {SERVER!r}], log=log, stop_signal=SIGINT, tie=tie, keep_open=[descriptor]
)
server.wait_until(lambda: "ready" in log.read_text(), seconds=20)
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Name a log that is not there yet."""
    return tmp_path / "server.log"


@pytest.mark.parametrize("tie", TIES)
def test_a_child_ends_cleanly_when_its_parent_is_killed(tie: Tie, log: Path) -> None:
    """After kill -9 of the parent the child gets its stop signal, from the kernel or from the watcher."""
    held_by_all, kept = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(log), tie, str(kept)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        pass_fds=[kept],
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        parent.send_signal(SIGKILL)
    os.close(kept)
    os.read(held_by_all, 1)  # returns when the last process that holds the other end is gone
    os.close(held_by_all)

    assert log.read_text().splitlines()[-1] == "ended by INT"


@pytest.mark.parametrize("tie", TIES)
def test_a_child_lives_apart_until_stopped(tie: Tie, log: Path) -> None:
    """Ctrl-C does not reach it, in a session of its own; `stop` ends it cleanly and waits for that."""
    server = spawn("Shell", ["/bin/sh", "-c", SERVER], log=log, stop_signal=SIGTERM, tie=tie)
    server.wait_until(lambda: "ready" in log.read_text(), seconds=20)

    assert os.getsid(server.popen.pid) == server.popen.pid
    server.stop(seconds=20)
    assert log.read_text().splitlines()[-1] == "ended by TERM"
    assert server.popen.returncode == 0


@pytest.mark.parametrize("tie", TIES)
def test_a_child_that_will_not_stop_is_killed(tie: Tie, log: Path) -> None:
    """Stopping ends, even when the server ignores its signal."""
    stubborn = "trap '' TERM; echo ready; while :; do sleep 0.05; done"
    server = spawn("Shell", ["/bin/sh", "-c", stubborn], log=log, stop_signal=SIGTERM, tie=tie)
    server.wait_until(lambda: "ready" in log.read_text(), seconds=20)
    server.stop(seconds=0.1)

    assert server.popen.returncode is not None


def test_a_child_sees_nothing_of_our_environment(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets stay with us, and settings such as PGPORT cannot bend a server."""
    monkeypatch.setenv("VERTELBOT_SECRET_KEY", "geheim")
    spawn("Shell", ["/usr/bin/env"], log=log, stop_signal=SIGTERM).popen.wait()

    assert "PATH=" in log.read_text()
    assert "geheim" not in log.read_text()


def test_a_child_that_ends_too_soon_is_an_error(log: Path) -> None:
    """The error is one sentence with the log's path and the last thing said."""
    server = spawn("Shell", ["/bin/sh", "-c", "echo out of luck"], log=log, stop_signal=SIGTERM)
    with pytest.raises(EmbeddedServerError) as caught:
        server.wait_until(lambda: False, seconds=20)

    assert str(caught.value) == f"Shell stopped while starting; the log {log} ends with: out of luck"


def test_a_program_that_is_not_there_is_an_error(log: Path) -> None:
    """What goes wrong in the child before it is the server also ends in the log."""
    server = spawn("Shell", ["/no/such/program"], log=log, stop_signal=SIGTERM)
    with pytest.raises(EmbeddedServerError, match=r"ends with: launch: .* No such file or directory"):
        server.wait_until(lambda: False, seconds=20)


def test_a_child_that_never_answers_is_an_error(log: Path) -> None:
    """Waiting has an end, which is said."""
    server = spawn("Shell", ["/bin/sh", "-c", SERVER], log=log, stop_signal=SIGTERM)
    with pytest.raises(EmbeddedServerError, match="did not answer within 0 seconds"):
        server.wait_until(lambda: False, seconds=0)
    server.stop(seconds=20)


def test_only_the_main_thread_may_start_a_server(log: Path) -> None:
    """The kernel ties a child to the thread that starts it: a passing thread would take the server along."""
    errors: list[str] = []

    def start() -> None:
        try:
            spawn("Shell", ["/bin/true"], log=log, stop_signal=SIGTERM)
        except EmbeddedServerError as error:
            errors.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert errors == [
        "Shell must be started from the main thread: its life is tied to the thread that starts it."
    ]


def test_a_long_log_begins_anew(log: Path) -> None:
    """A log is added to, until it is longer than a million bytes."""
    log.write_text("x" * 1_000_000)
    spawn("Shell", ["/bin/sh", "-c", "echo more"], log=log, stop_signal=SIGTERM).popen.wait()
    assert log.read_text().endswith("xmore\n")
    spawn("Shell", ["/bin/sh", "-c", "echo anew"], log=log, stop_signal=SIGTERM).popen.wait()
    assert log.read_text() == "anew\n"
