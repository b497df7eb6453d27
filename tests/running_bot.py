"""The bot as its users meet it: server and worker as processes of their own, that can be killed like any."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from workers.queue import connect_valkey

START_SECONDS = 60.0


def find_free_port() -> int:
    """A TCP port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class RunningBot:
    """A server and workers with one environment; each can be started, killed and started again."""

    environ: dict[str, str]
    log: Path
    port: int = field(default_factory=find_free_port)
    server: subprocess.Popen[bytes] | None = None
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    def start_server(self) -> None:
        """Start the server and wait until it is ready."""
        self.server = self._start("serve")
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.server.poll() is None, f"the server ended:\n{self.read_log()}"
            try:
                with urlopen(f"{self.url}/readyz", timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the server is not ready:\n{self.read_log()}")

    def start(self) -> None:
        """Start the server, and the worker without which no story comes to its end."""
        self.start_worker("privacy")
        self.start_server()

    def start_worker(self, queue: str = "transcription", workers: int = 1) -> None:
        """Start the worker; what is asked of it waits until it is ready (and its model loaded)."""
        self.workers[queue] = self._start("worker", "--queue", queue, "--workers", str(workers))

    def kill_server(self) -> None:
        """End the server as a power cut would."""
        _kill(self.server)

    def kill_worker(self, queue: str = "transcription") -> None:
        """End the worker of a queue as a power cut would."""
        _kill(self.workers.get(queue))

    def stop(self) -> None:
        """End all of it as an operator would."""
        for process in (self.server, *self.workers.values()):
            if process and process.poll() is None:
                process.terminate()
        for process in (self.server, *self.workers.values()):
            if process:
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    _kill(process)

    def read_log(self) -> str:
        """All that both wrote."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *command],
                env={
                    **os.environ,
                    "VERTELBOT_PORT": str(self.port),
                    "VERTELBOT_PUBLIC_URL": self.url,
                    **self.environ,
                },
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )


def run_command(
    environ: Mapping[str, str], *command: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `vertelbot COMMAND` to its end, as a person would in a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *command],
        env={**os.environ, **environ},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def wipe_valkey(url: str) -> None:
    """Make the queue's server forget everything."""
    connection: Any = connect_valkey(url)  # redis leaves its commands untyped
    connection.flushall()
    connection.close()


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    assert process is not None
    process.send_signal(signal.SIGKILL)
    process.wait(10)
