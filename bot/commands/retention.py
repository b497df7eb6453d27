"""`vertelbot retention`: how long each kind of data is kept, and what would go now."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import click

from bot.retention import Retention
from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage.database import Database
from storage.media import MediaStore
from storage.outdated import count_outdated
from storage.retention import KEPT
from storage.settings import StorageSettings, read_storage_settings
from storage.vault import Vault


@click.command()
@click.option("--apply", "now", is_flag=True, help="Erase what would go; a server does so once a day.")
def retention(now: bool) -> None:
    """Show how long each kind of data is kept and how much of it would go now; nothing is changed."""
    with provide_servers(read_environment()) as around:
        settings = read_storage_settings(around.environ)
        counts = asyncio.run(_look(settings, now=now))
    for kept in KEPT:
        period = settings.retention[kept.kind]
        count = counts.get(kept.kind, 0)
        verb = ("gone" if now else "would go") if period is not None else "stays"
        told = f"{count} {verb}" if period is not None else verb
        click.echo(f"{kept.setting}={write_period(period)}  {kept.what}: {told}")


def write_period(period: timedelta | None) -> str:
    """A time as it is written in a setting."""
    if period is None:
        return "never"
    hours = round(period.total_seconds() / 3600)
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"


async def _look(settings: StorageSettings, *, now: bool) -> Mapping[str, int]:
    database, vault = Database.connect(settings.database_url, pool_size=2), Vault(settings.secrets)
    try:
        if now:
            media = MediaStore(settings.media_folder, vault)
            sweep = Retention(database, vault, media, settings.retention)
            went = await sweep.apply()
            await sweep.sweep_files()
            return went
        async with database.reading() as connection:
            return await count_outdated(connection, settings.retention, datetime.now(UTC))
    finally:
        await database.close()
