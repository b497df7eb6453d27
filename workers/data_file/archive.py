"""Packs what is held of a person in archives that platforms carry, one archive in memory at a time."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
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
    part: dict[str, bytes] = {
        "index.html": write_page(held, language).encode(),
        "data.json": json.dumps(held, ensure_ascii=False, indent=2).encode(),
    }
    for name, data in _read_files(media, files):
        if part and sum(map(len, part.values())) + len(data) > PART_LIMIT:
            packed.append(media.write(_zip(part)))
            part = {}
        part[name] = data
    packed.append(media.write(_zip(part)))
    return packed


def _read_files(media: MediaStore, files: list[Held]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file; one that went meanwhile is left out."""
    for file in files:
        try:
            yield file["name"], media.read(file["media"])
        except StorageError:
            continue


def _zip(part: Mapping[str, bytes]) -> bytes:
    """An archive of files, without a moment but the first that the format knows."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in part.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
