"""`vertelbot demo`: everything on this machine in one foreground process group; Ctrl-C ends all of it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.request import urlopen

import click

from bot.commands.flows import publish_catalogue
from bot.commands.migrate import migrate_database
from bot.settings import BotSettings, read_bot_settings, read_environment
from bot.surroundings import provide_servers
from storage.settings import read_storage_settings
from workers.queue import ENTRY_POINTS

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
RESTART_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One process of the demo: how it is started, and the process there is now."""

    command: list[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Start the process; it ends when this one does, however that ends."""
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "bot", *self.command],
            env=dict(self.environ),
            preexec_fn=_tie_to_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads yet
        )


@click.command()
def demo() -> None:
    """Start the bot with its own servers, the catalogue published and its workers; Ctrl-C ends it."""
    click.echo("Starting Postgres and Valkey …")
    with provide_servers(read_environment()) as around:
        for line in around.descriptions:
            click.echo(f"  {line}")
        if around.embedded and not around.owned:
            raise click.ClickException(
                "A demo runs in this folder already; use that one, or another VERTELBOT_HOME."
            )
        settings = read_bot_settings(around.environ)
        _check_port(settings)
        click.echo(f"Database ready, revision {migrate_database(around.environ)}.")
        for published in publish_catalogue(read_storage_settings(around.environ).database_url):
            click.echo(f"Flow {published.flow.flow}, version {published.version}.")
        environ = {
            "WHISPER_THREADS": str(os.cpu_count() or 1),
            **around.environ,
        }  # the one that listens
        commands = (["serve"], *(["worker", "--queue", queue] for queue in ENTRY_POINTS))
        children = [Child(command, environ) for command in commands]
        with ExitStack() as stack:
            for child in children:
                child.start()
            stack.callback(_stop_all, children)
            _wait_until_ready(settings, children)
            _welcome(settings)
            _watch_over(children)


def _check_port(settings: BotSettings) -> None:
    """Refuse a port that is taken, before anything is started on it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"Port {settings.port} on {settings.host} is in use; set VERTELBOT_PORT to another."
            ) from error


def _wait_until_ready(settings: BotSettings, children: list[Child]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if children[0].process.poll() is not None:
            raise click.ClickException("The server did not start; the lines above say why.")
        try:
            with urlopen(f"http://{_local(settings)}/readyz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise click.ClickException("The server is not ready after a minute; the lines above say why.")


def _welcome(settings: BotSettings) -> None:
    base = f"http://{_local(settings)}"
    click.echo()
    click.echo(click.style("The bot is up.", bold=True))
    click.echo(f"  Chat:           {base}/chat")
    click.echo("  Read stories:   .venv/bin/vertelbot export stories --format csv --out -")
    click.echo("  Log in as the reader role: see docs/reader-views.md")
    click.echo("  Stop:           Ctrl-C")
    click.echo()


def _local(settings: BotSettings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
    return f"{host}:{settings.port}"


def _watch_over(children: list[Child]) -> None:
    """Start again what ends by itself, until this process is told to stop."""
    while True:
        time.sleep(RESTART_SECONDS)
        for child in children:
            if child.process.poll() is not None:
                name, code = " ".join(child.command), child.process.returncode
                click.echo(f"`{name}` ended (code {code}); starting it again.", err=True)
                child.start()


def _stop_all(children: list[Child]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _tie_to_parent() -> None:
    """In the child, before it becomes Python: get SIGTERM when the parent dies (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
