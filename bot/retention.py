"""What is deleted by itself: data whose time is over, addresses of the erased, files that nobody needs."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.clock import Clock, read_clock
from storage import farewells, media_references, outdated
from storage.codes import make_code
from storage.database import Database
from storage.media import MediaStore
from storage.vault import Vault

log = logging.getLogger(__name__)

OLD_FILE: Final = timedelta(hours=1)
"""After so long a file that no row points at is one that a crash left behind."""

SHOWN: Final = ("web",)
"""Channels that show messages themselves, so that one is read only after it was delivered."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Deletes what is kept no longer; as many servers at once as one likes. `periods` as of the settings."""

    database: Database
    vault: Vault
    media: MediaStore
    periods: Mapping[str, timedelta | None]
    clock: Clock = read_clock

    async def apply(self) -> Counter[str]:
        """Erase all that is outdated, batch by batch; answers how many of each kind went."""
        went: Counter[str] = Counter()
        code, now = make_code(), self.clock()
        for kind, period in self.periods.items():
            while period is not None:
                async with self.database.transaction() as connection:
                    count, erased = await outdated.erase_outdated(
                        connection, self.vault, kind, now - period, code
                    )
                for media in erased.media:
                    await self._delete(media)
                if not count:
                    break
                went[kind] += count
        async with self.database.transaction() as connection:
            await outdated.erase_nobodies(connection)
        if went:
            log.info("kept for long enough: %s", ", ".join(f"{kind} {n}" for kind, n in sorted(went.items())))
        return went

    async def end_farewells(self) -> None:
        """Erase addresses that only brought a last message."""
        async with self.database.transaction() as connection:
            await farewells.end_farewells(connection, self.vault, SHOWN)

    async def sweep_files(self) -> int:
        """Delete files of the media store that no row points at; answers how many."""
        before = self.clock() - OLD_FILE
        there = await asyncio.to_thread(self.media.list_older, before.timestamp())
        if not there:
            return 0
        async with self.database.reading() as connection:
            left = await media_references.find_unneeded(connection, self.vault, there)
        for media in left:
            await self._delete(media)
        await asyncio.to_thread(self.media.forget_parts, before.timestamp())
        if left:
            log.info("%s files that nothing points at were deleted", len(left))
        return len(left)

    async def _delete(self, media: str) -> None:
        try:
            await asyncio.to_thread(self.media.delete, media)
        except OSError:
            log.warning("a file of the media store could not be deleted; that is tried again later")
