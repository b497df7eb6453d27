"""`vertelbot doctor`: every setting, server, model, token and webhook looked at, one line each."""

import asyncio
from collections.abc import Callable, Mapping

import click

from bot.connections import SWITCHES, TITLES, describe_point, open_connections, write_name
from bot.health import Health
from bot.settings import BotSettings, read_bot_settings, read_environment
from bot.surroundings import provide_servers
from storage.database import Database
from storage.errors import StorageError
from storage.media import MediaStore
from storage.published_flows import list_current
from storage.vault import Vault
from workers.queue import Doorbell, connect_valkey
from workers.settings import WorkerSettings, read_worker_settings
from workers.speech import find_speech
from workers.weights import WeightsError, locate_weights

Say = Callable[[str, list[str], str], None]
Advise = Callable[[str, str], None]


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check everything the bot needs, say what to do about each trouble; exit 1 if it cannot do its job."""
    found = [0]

    def say(what: str, troubles: list[str], fine: str) -> None:
        found[0] += len(troubles)
        for trouble in troubles:
            click.echo(f"{click.style('✗', fg='red')} {what}: {trouble}")
        if not troubles:
            click.echo(f"{click.style('✓', fg='green')} {what}: {fine}")

    def advise(what: str, advice: str) -> None:
        click.echo(f"{click.style('!', fg='yellow')} {what}: {advice}")

    with provide_servers(read_environment()) as around:
        for description in around.descriptions:
            say("Server", [], description)
        asyncio.run(_examine(around.environ, say, advise))
    if found[0]:
        click.echo(f"{found[0]} to mend.")
        context.exit(1)
    click.echo("The bot can do its job.")


async def _examine(environ: Mapping[str, str], say: Say, advise: Advise) -> None:
    try:
        settings = read_bot_settings(environ)
        worker = read_worker_settings(environ)
    except StorageError as error:
        say("Settings", [str(error)], "")
        return
    say("Settings", [], f"read; data in {settings.storage.home}")
    database = Database.connect(settings.storage.database_url)
    try:
        await _examine_servers(settings, database, say)
        await _examine_channels(settings, database, say, advise)
    finally:
        await database.close()
    _examine_media(settings, say)
    _examine_model(worker, say)
    _examine_speech(settings, say)


async def _examine_servers(settings: BotSettings, database: Database, say: Say) -> None:
    doorbell = Doorbell(connect_valkey(settings.storage.redis_url))
    troubles = await Health(database, doorbell).find_troubles()
    say("Database and queue", troubles, "reached, schema is the newest")
    if troubles:
        return
    async with database.reading() as connection:
        current = await list_current(connection)
    names = ", ".join(f"{each.flow} {each.version}" for each in current)
    missing = [] if current else ["none is published; run `vertelbot flows publish FILE`."]
    say("Flows", missing, names)


async def _examine_channels(settings: BotSettings, database: Database, say: Say, advise: Advise) -> None:
    async with open_connections(settings, database) as looks:
        reached = True
        for name, title in TITLES.items():
            if name not in looks:
                if name in SWITCHES:
                    say(title, [], f"off ({SWITCHES[name]} is not set)")
                continue
            if not reached:
                continue  # the account was not, so neither of its channels can be looked at
            points = await looks[name]()
            for point in points:
                what, words = write_name(name, point), describe_point(point)
                if point.right and point.remedy:
                    advise(what, words)
                else:
                    say(what, [] if point.right else [words], words)
            reached = name != "twilio" or points[0].right
    off_this_machine = bool(settings.twilio or (settings.telegram and settings.telegram.mode == "webhook"))
    insecure = off_this_machine and not settings.public_url.startswith("https://")
    trouble = "VERTELBOT_PUBLIC_URL must be the https:// address by which the platforms reach this server."
    say("Public address", [trouble] if insecure else [], settings.public_url)


def _examine_media(settings: BotSettings, say: Say) -> None:
    store = MediaStore(settings.storage.media_folder, Vault(settings.storage.secrets))
    try:
        media = store.write(b"probe")
        same = store.read(media) == b"probe"
        store.delete(media)
    except (OSError, StorageError):
        same = False
    folder = str(settings.storage.media_folder)
    say("Media store", [] if same else [f"{folder} cannot be written; look at VERTELBOT_HOME."], folder)


def _examine_model(settings: WorkerSettings, say: Say) -> None:
    try:
        folder = locate_weights(settings.whisper_model, cache=settings.models_folder)
    except WeightsError as error:
        say("Speech model", [str(error)], "")
        return
    where = f"in {folder}" if folder else "not here yet; a worker gets it when it starts"
    say("Speech model", [], f"{settings.whisper_model}, {where}")


def _examine_speech(settings: BotSettings, say: Say) -> None:
    """Which program reads aloud; one that was asked for and is not there is a trouble, none is not."""
    speech, asked = find_speech(settings.speech), settings.speech.program
    if speech is not None:
        say("Reading aloud", [], f"{speech.program}, in {', '.join(speech.voices)}")
        return
    missing = (
        [] if asked in ("auto", "off") else [f"{asked} is not found; install it, or set VERTELBOT_SPEECH."]
    )
    say("Reading aloud", missing, "off" if asked == "off" else "off (espeak-ng is not installed)")
