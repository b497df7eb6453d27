"""Child processes tied to the life of this one: started, waited for until they answer, and ended cleanly.

On Linux the tie is PR_SET_PDEATHSIG: however this process ends, kill -9 included, the kernel sends the server
the signal that stops it cleanly. That tie is to the *thread* that starts the server, so only the main thread
may. Elsewhere a small watcher process stands between, and notices that the pipe from this process has closed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, Signals
from typing import Literal

from storage.embedded.errors import EmbeddedServerError

Tie = Literal["signal", "pipe"]

_TIE: Tie = "signal" if sys.platform == "linux" else "pipe"

_LAUNCH = Path(__file__).with_name("launch.py")
# Nothing of our own environment: no secrets, and no PGPORT or PGDATA that would bend the server.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
_LOG_LIMIT = 1_000_000
_GLANCE = 0.02


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a child runs as: the caller, the caller under other ids in a user namespace, or an account.

    Both are (user id, group id).
    """

    namespace: tuple[int, int] | None = None
    account: tuple[int, int] | None = None


SELF = Identity()


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A child started by `spawn`: its name for people, its process, the signal that ends it, and its log."""

    name: str
    popen: subprocess.Popen[bytes]
    stop_signal: Signals
    log: Path

    def wait_until(self, answers: Callable[[], bool], *, seconds: float) -> None:
        """Wait until `answers()` is true; `EmbeddedServerError` when the server ends or time runs out."""
        deadline = time.monotonic() + seconds
        while not answers():
            if self.popen.poll() is not None:
                raise EmbeddedServerError(f"{self.name} stopped while starting; {last_line(self.log)}")
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"{self.name} did not answer within {seconds:.0f} seconds; {last_line(self.log)}"
                )
            time.sleep(_GLANCE)

    def stop(self, *, seconds: float) -> None:
        """End the server cleanly and wait for it; after `seconds` kill it."""
        if self.popen.stdin is not None:
            self.popen.stdin.close()  # the watcher passes it on
        elif self.popen.poll() is None:
            self.popen.send_signal(self.stop_signal)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.popen.pid, SIGKILL)  # the watcher and the server
            self.popen.wait()


def spawn(
    name: str,
    argv: Sequence[str],
    *,
    log: Path,
    stop_signal: Signals,
    identity: Identity = SELF,
    keep_open: Sequence[int] = (),
    tie: Tie = _TIE,
) -> ServerProcess:
    """Start `argv` (first word an absolute path), output appended to `log`, tied to this process's life.

    `keep_open` are file descriptors the child keeps under the same numbers. The child has a session of its
    own: Ctrl-C in the terminal does not reach it. Raises `EmbeddedServerError` outside the main thread and
    when it cannot start.
    """
    if threading.current_thread() is not threading.main_thread():
        raise EmbeddedServerError(
            f"{name} must be started from the main thread: its life is tied to the thread that starts it."
        )
    order = {
        "argv": list(argv),
        "environment": _ENVIRONMENT,
        "parent": os.getpid(),
        "stop_signal": int(stop_signal),
        "tie": tie,
        "namespace": identity.namespace,
        "account": identity.account,
    }
    try:
        with _opened_log(log) as output:
            popen = subprocess.Popen(  # noqa: S603 -- argv is ours, no shell
                [sys.executable, "-I", "-S", str(_LAUNCH), json.dumps(order)],
                stdin=subprocess.PIPE if tie == "pipe" else subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                umask=0o077,
                pass_fds=keep_open,
                start_new_session=True,
            )
    except OSError as error:
        raise EmbeddedServerError(f"{name} cannot be started: {error}.") from error
    return ServerProcess(name, popen, stop_signal, log)


def read_output(argv: Sequence[str]) -> str | None:
    """Run a short command as ourselves; its standard output, or None when it cannot run or fails."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=True, env=_ENVIRONMENT)  # noqa: S603 -- argv is ours, no shell
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def last_line(log: Path) -> str:
    """Say where a log is and what its last line says, as the end of an error's sentence."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    ends = next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
    return f"the log {log} ends with: {ends}"


@contextmanager
def _opened_log(log: Path) -> Generator[int]:
    """Open `log` to append to; it begins anew when it has become long."""
    anew = os.O_TRUNC if log.exists() and log.stat().st_size > _LOG_LIMIT else 0
    number = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | anew, 0o600)
    try:
        yield number
    finally:
        os.close(number)
