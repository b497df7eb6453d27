"""`vertelbot demo`: everything on this machine in one foreground process group; Ctrl-C ends all of it."""

import socket
import time
from contextlib import ExitStack
from urllib.error import URLError
from urllib.request import urlopen

import click

from bot.children import Child, count_cores, stop_all, watch_over
from bot.commands.flows import publish_catalogue
from bot.commands.migrate import migrate_database
from bot.settings import BotSettings, read_bot_settings, read_environment
from bot.surroundings import provide_servers
from storage.settings import read_storage_settings
from workers.queue import ENTRY_POINTS, TRANSCRIPTION

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
MOST_LISTENERS = 4
"""Workers that make text of recordings, at most: one a core would be a great deal of memory for a demo."""


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
        listeners = min(count_cores(), MOST_LISTENERS)
        queues = [queue for queue in ENTRY_POINTS if queue != TRANSCRIPTION] + [TRANSCRIPTION] * listeners
        commands = (["serve"], *(["worker", "--queue", queue] for queue in queues))
        children = [Child(command, around.environ) for command in commands]
        with ExitStack() as stack:
            for child in children:
                child.start()
            stack.callback(stop_all, children, STOP_SECONDS)
            _wait_until_ready(settings, children)
            _welcome(settings)
            watch_over(children)


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
