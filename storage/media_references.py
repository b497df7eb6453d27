"""Which files of the media store are needed: some row points at them, openly or in what it has sealed."""

from collections.abc import AsyncGenerator, Collection
from typing import Final

from sqlalchemy import Column, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import SealError
from storage.tables import chat_messages, data_files, inbox, outbox, photos, readings, recordings
from storage.vault import Vault

NAMED: Final[tuple[Select[str], ...]] = (
    select(recordings.c.media).where(recordings.c.media.is_not(None)),
    select(photos.c.media).where(photos.c.media.is_not(None)),
    select(readings.c.media),
    select(func.unnest(data_files.c.media)),
)
"""All files that rows name openly."""

_SEALED: Final[tuple[Column[bytes], ...]] = (
    recordings.c.sealed_source,
    photos.c.sealed_source,
    inbox.c.sealed_raw,
    outbox.c.sealed_message,
    chat_messages.c.sealed_message,
)
"""Where a file can be named in something sealed: as its source, in what came in, in what goes out."""


async def find_unneeded(connection: AsyncConnection, vault: Vault, there: Collection[str]) -> frozenset[str]:
    """Those of some files that no row points at. What is sealed is only opened when any seem to be left."""
    left = set(there)
    for statement in NAMED:
        async for (media,) in await connection.stream(statement):
            left.discard(media)
    for column in _SEALED if left else ():
        async for body in _open_all(connection, vault, column):
            left -= {media for media in left if media.encode() in body}
    return frozenset(left)


async def _open_all(
    connection: AsyncConnection, vault: Vault, column: Column[bytes]
) -> AsyncGenerator[bytes]:
    rows = await connection.stream(select(column).where(column.is_not(None)))
    async for (sealed,) in rows:
        try:
            yield vault.open(sealed)
        except SealError:
            continue
