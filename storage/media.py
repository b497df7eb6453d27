"""The media store: recordings and photos as sealed files in one folder, named by a random id."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from storage.errors import StorageError
from storage.vault import Vault

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class MediaStore:
    """A folder of sealed files; server and workers share it."""

    folder: Path
    vault: Vault

    def write(self, data: bytes) -> str:
        """Seal and keep bytes durably; answers their id (32 hex digits)."""
        media = uuid4().hex
        path = self._place(media)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        _write_durably(part, self.vault.seal(data))
        part.replace(path)
        return media

    def read(self, media: str) -> bytes:
        """The bytes of an id. Raises StorageError when there are none, SealError when the key is wrong."""
        try:
            sealed = self._place(media).read_bytes()
        except FileNotFoundError as error:
            raise StorageError("The media store does not hold this file.") from error
        return self.vault.open(sealed)

    def is_newest(self, media: str) -> bool:
        """Whether the newest secret sealed an id; so it is when the id is gone."""
        try:
            return self.vault.is_newest(self._place(media).read_bytes())
        except FileNotFoundError:
            return True

    def reseal(self, media: str) -> None:
        """Seal the bytes of an id with the newest secret; one that is gone stays so. Raises SealError."""
        path = self._place(media)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return
        part = path.with_suffix(".part")
        _write_durably(part, self.vault.reseal(sealed))
        if path.exists():
            part.replace(path)
        else:
            part.unlink()

    def delete(self, media: str) -> None:
        """Remove the bytes of an id; one that is gone already is fine."""
        self._place(media).unlink(missing_ok=True)

    def list_older(self, before: float) -> list[str]:
        """The ids of all files that were written before a moment (seconds since 1970)."""
        return [path.stem for path in self._list("*.sealed", before)]

    def forget_parts(self, before: float) -> None:
        """Delete what is left of files whose writing broke off before a moment (seconds since 1970)."""
        for path in self._list("*.part", before):
            path.unlink(missing_ok=True)

    def _list(self, pattern: str, before: float) -> Iterator[Path]:
        for path in self.folder.glob(f"??/{pattern}"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    yield path

    def _place(self, media: str) -> Path:
        if not _ID.fullmatch(media):
            raise StorageError("This is no id of the media store.")
        return self.folder / media[:2] / f"{media}.sealed"


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
