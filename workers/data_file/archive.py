"""Packs what is held of a person in archives that platforms carry, with one sound at a time in memory."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Final

from storage.errors import StorageError
from storage.held_conversations import Held
from storage.media import MediaStore
from workers.data_file.page import write_page

PART_LIMIT: Final = 15_000_000
"""Bytes of sound and photos in one archive, as long as none is larger itself: Twilio carries 16 MB."""


def pack(media: MediaStore, held: Held, language: str) -> list[str]:
    """Pack all that is held (as of `read_holdings`) in sealed archives; answers their ids, in order.

    The first has the page to read and the data for machines; the others have no more than files.
    """
    files = [file for conversation in held["conversations"] for file in conversation.pop("files")]
    packed: list[str] = []
    archive = _Archive()
    archive.add("index.html", write_page(held, language).encode())
    archive.add("data.json", json.dumps(held, ensure_ascii=False, indent=2).encode())
    for name, data in _read_files(media, files):
        if archive.size + len(data) > PART_LIMIT and archive.size:
            packed.append(media.write(archive.close()))
            archive = _Archive()
        archive.add(name, data)
    packed.append(media.write(archive.close()))
    return packed


def _read_files(media: MediaStore, files: list[Held]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file; one that went meanwhile is left out."""
    for file in files:
        try:
            yield file["name"], media.read(file["media"])
        except StorageError:
            continue


class _Archive:
    """One archive in the making; `size` is that of what was put in."""

    def __init__(self) -> None:
        self.size = 0
        self._bytes = io.BytesIO()
        self._zip = zipfile.ZipFile(self._bytes, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, data: bytes) -> None:
        """Put a file in, with no moment but the first that the format knows."""
        self._zip.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        self.size += len(data)

    def close(self) -> bytes:
        """The whole archive."""
        self._zip.close()
        return self._bytes.getvalue()
