"""Commands of ours run as child processes: started again when they end, and ended together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

RESTART_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One process: how it is started, and the process there is now."""

    command: list[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def started(self) -> bool:
        """Whether there is a process, running or ended."""
        return hasattr(self, "process")

    def start(self) -> None:
        """Start the process; it ends when this one does, however that ends."""
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "bot", *self.command],
            env=dict(self.environ),
            preexec_fn=_tie_to_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads yet
        )


def watch_over(children: Sequence[Child]) -> None:
    """Start again what ends by itself, until this process is told to stop."""
    while True:
        time.sleep(RESTART_SECONDS)
        for child in children:
            if child.process.poll() is not None:
                name, code = " ".join(child.command), child.process.returncode
                click.echo(f"`{name}` ended (code {code}); starting it again.", err=True)
                child.start()


def stop_all(children: Sequence[Child], seconds: float) -> None:
    """Tell all to stop; who is still there after so many seconds is ended."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def count_cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _tie_to_parent() -> None:
    """In the child, before it becomes Python: get SIGTERM when the parent dies (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
