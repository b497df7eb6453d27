"""The bots that take the load, each one process of its own, and the fake Telegram they all speak with."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.load_script import FLOW, SCRIPT, SECRET, SOURCE, TOKEN, Move, answer_once
from bot.commands.flows import publish_all
from flows.file import read_flow

START_SECONDS = 60.0

_SECRET_KEY = "one-secret-for-the-load-only-and-long-enough"

_OWN_SETTINGS = ("VERTELBOT_", "TELEGRAM_", "TWILIO_", "DATABASE_", "REDIS_")


class StartError(Exception):
    """A process did not start; the message quotes what it wrote."""


@dataclass(frozen=True, slots=True)
class Surface:
    """What a bot stands on: the servers, the port of the fake Telegram, a folder of its own."""

    database_url: str
    redis_url: str
    sink: int
    folder: Path

    @property
    def telegram_url(self) -> str:
        """Where the Bot API is."""
        return f"http://127.0.0.1:{self.sink}"


@dataclass(frozen=True, slots=True)
class Contestant:
    """A bot: what it is started with (`environ` besides our own), and how it answers the script.

    `beside` is a process that works for it.
    """

    name: str
    command: Callable[[Surface, int], Sequence[str]]
    environ: Callable[[Surface, int], Mapping[str, str]] = field(default=lambda _surface, _port: {})
    script: Sequence[Move] = SCRIPT
    beside: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that listens."""

    port: int
    pid: int


def _set_us_up(surface: Surface, port: int) -> Mapping[str, str]:
    return {
        "DATABASE_URL": surface.database_url,
        "REDIS_URL": surface.redis_url,
        "VERTELBOT_SECRET_KEY": _SECRET_KEY,
        "VERTELBOT_HOME": str(surface.folder / "home"),
        "VERTELBOT_PORT": str(port),
        "VERTELBOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        # Telegram's limit of one message a second in a chat would measure the limit, not the server.
        "VERTELBOT_SENDING_PACE": "100000",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_API_URL": surface.telegram_url,
    }


OURS = Contestant(
    "vertelbot",
    lambda _surface, _port: ("bot", "serve"),
    _set_us_up,
    beside=("bot", "worker", "--queue", "privacy"),
)
"""Ours looks for names in every story, in a process of its own; the others do not."""

PTB = Contestant(
    "python-telegram-bot",
    lambda surface, port: (
        "benchmarks.peer.telegram_ptb",
        f"--port={port}",
        f"--api-url={surface.telegram_url}",
        f"--file={surface.folder / 'ptb.pickle'}",
    ),
)

AIOGRAM = Contestant(
    "aiogram",
    lambda surface, port: (
        "benchmarks.peer.telegram_aiogram",
        f"--port={port}",
        f"--api-url={surface.telegram_url}",
        f"--redis-url={surface.redis_url}",
    ),
)

FLOOR = Contestant(
    "bare webhook",
    lambda surface, port: (
        "benchmarks.webhook_floor",
        f"--port={port}",
        f"--api-url={surface.telegram_url}",
        f"--database-url={surface.database_url.replace('+psycopg', '', 1)}",
    ),
    script=answer_once(SCRIPT),
)

CEILING = Contestant(
    "webhook without a database",
    lambda surface, port: (
        "benchmarks.webhook_floor",
        f"--port={port}",
        f"--api-url={surface.telegram_url}",
    ),
    script=answer_once(SCRIPT),
)
"""The most that driver and fake Telegram can be asked, with any handler between them."""


def publish_script(database_url: str) -> None:
    """Publish the flow of the load, the one that our bot talks by."""
    asyncio.run(publish_all(database_url, [(read_flow(SOURCE, FLOW), SOURCE)]))


@contextmanager
def running_sink() -> Generator[int]:
    """The port of a fake Telegram, for the length of the block."""
    command = [sys.executable, "-m", "benchmarks.telegram_sink"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as sink:
        try:
            port = sink.stdout.readline() if sink.stdout else ""
            if not port:
                raise StartError("the fake Telegram did not start")
            yield int(port)
        finally:
            sink.terminate()


@contextmanager
def running_contestant(contestant: Contestant, surface: Surface) -> Generator[Running]:
    """A bot that listens, for the length of the block. Raises StartError."""
    port = _find_free_port()
    log = surface.folder / f"{contestant.name}.log"
    environ = contestant.environ(surface, port)
    with log.open("ab") as output:
        process = _start(contestant.command(surface, port), environ, output)
        beside = _start(contestant.beside, environ, output) if contestant.beside else None
    try:
        _wait_until_it_listens(process, port, log)
        yield Running(port, process.pid)
    finally:
        for each in (process, beside):
            if each is not None:
                _end(each)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start(command: Sequence[str], environ: Mapping[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OWN_SETTINGS)}
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**inherited, **environ},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise StartError(log.read_text(encoding="utf-8", errors="replace"))


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
