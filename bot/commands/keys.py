"""`vertelbot keys`: which secret sealed what, and sealing all of it with the newest while the bot runs."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click

from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage import resealing
from storage.database import Database
from storage.errors import SealError
from storage.media import MediaStore
from storage.resealing import Batch, list_places
from storage.settings import read_storage_settings
from storage.vault import Vault

_T = TypeVar("_T")

MOST_ROUNDS: Final = 5
"""How often all is looked through for what was passed over because somebody worked on it."""

_DONE: Final = (
    "All of it is sealed with the newest secret. Take the older ones out of VERTELBOT_SECRET_KEY and start "
    "servers and workers again, in two hours at the earliest: links to the page for touch live that long."
)
_LEFT: Final = (
    "Something is still sealed with an older secret. Are all servers and workers started with the new secret "
    "in front? Then run `vertelbot keys rotate` again."
)


@click.group()
def keys() -> None:
    """Change VERTELBOT_SECRET_KEY: see what is sealed with which secret, seal it with the newest."""


@keys.command()
def status() -> None:
    """Tell for each kind of data how much of it the newest secret sealed, and how much an older one."""
    with _open_stores() as stores:
        counts, tokens = asyncio.run(stores.use(_Stores.count))
    for name, found in counts.items():
        lost = f", {found['lost']} that no secret opens" if found["lost"] else ""
        click.echo(f"{name}: {found['newest']} by the newest secret, {found['older']} by an older one{lost}")
    click.echo(f"addresses.token: {tokens} by an older secret")
    older = tokens + sum(found["older"] for found in counts.values())
    if not stores.vault.has_older:
        click.echo("There is one secret. To change it, write a new one in front of it.")
    else:
        click.echo(_LEFT if older else _DONE)


@keys.command()
def rotate() -> None:
    """Seal everything with the newest secret, while the bot runs; it may be broken off and run again."""
    with _open_stores() as stores:
        if not stores.vault.has_older:
            raise click.ClickException(
                "VERTELBOT_SECRET_KEY holds one secret. Write the new one in front of it, with a space "
                "between, start servers and workers again, then run this."
            )
        began = time.monotonic()
        changed, lost, left = asyncio.run(stores.use(_Stores.rotate))
    click.echo(f"{changed} sealed anew in {time.monotonic() - began:.0f} seconds.")
    if lost:
        click.echo(f"{lost} that no secret opens were left as they are.")
    if left:
        raise click.ClickException(_LEFT)
    click.echo(_DONE)


@dataclass(frozen=True, slots=True)
class _Stores:
    """All that holds something sealed."""

    database: Database
    vault: Vault
    media: MediaStore

    async def use(self, work: Callable[["_Stores"], Awaitable[_T]]) -> _T:
        """What some work comes to; the database is closed after it."""
        try:
            return await work(self)
        finally:
            await self.database.close()

    async def rotate(self) -> tuple[int, int, int]:
        """Seal everything anew; answers how many were, how many no secret opens, and how many are left."""
        changed = lost = left = 0
        for _ in range(MOST_ROUNDS):
            done, lost = await self._go_round()
            changed += done
            counts, left = await self.count()
            left += sum(found["older"] for found in counts.values())
            if not left:
                break
        return changed, lost, left

    async def count(self) -> tuple[dict[str, Counter[str]], int]:
        """What the secrets sealed, by kind of data, and how many addresses an older one finds."""
        counts: dict[str, Counter[str]] = {}
        async with self.database.reading() as connection:
            for place in list_places():
                counts[place.name] = await resealing.count_older(connection, self.vault, place)
            tokens = await resealing.count_old_tokens(connection, self.vault)
        counts["files"] = await asyncio.to_thread(self._count_files)
        return counts, tokens

    async def _go_round(self) -> tuple[int, int]:
        changed = lost = 0
        for place in list_places():
            done = await self._run(
                lambda connection, after, at=place: resealing.reseal_batch(connection, self.vault, at, after)
            )
            changed, lost = changed + done[0], lost + done[1]
        tokens = await self._run(
            lambda connection, after: resealing.renew_tokens(
                connection, self.vault, after[0] if after else None
            )
        )
        files = await asyncio.to_thread(self._reseal_files)
        return changed + tokens[0] + files[0], lost + files[1]

    async def _run(self, batch: Callable[[Any, Any], Awaitable[Batch]]) -> tuple[int, int]:
        """Batch after batch, each in a transaction of its own."""
        changed = lost = 0
        after: tuple[Any, ...] | None = None
        while True:
            async with self.database.transaction() as connection:
                done = await batch(connection, after)
            changed, lost, after = changed + done.changed, lost + done.lost, done.last
            if after is None:
                return changed, lost

    def _reseal_files(self) -> tuple[int, int]:
        changed = lost = 0
        for media in self.media.list_older(time.time()):
            if self.media.is_newest(media):
                continue
            try:
                self.media.reseal(media)
                changed += 1
            except SealError:
                lost += 1
        return changed, lost

    def _count_files(self) -> Counter[str]:
        return Counter(
            "newest" if self.media.is_newest(media) else "older"
            for media in self.media.list_older(time.time())
        )


@contextmanager
def _open_stores() -> Generator[_Stores]:
    with provide_servers(read_environment()) as around:
        settings = read_storage_settings(around.environ)
        vault = Vault(settings.secrets)
        database = Database.connect(settings.database_url, pool_size=2)
        yield _Stores(database, vault, MediaStore(settings.media_folder, vault))
