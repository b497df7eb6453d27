"""Temporary folders: short enough for sockets, private, and gone after a kill -9 too (at the next start)."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "vertelbot-"
# A Unix socket's path holds at most 107 bytes on Linux, 103 on macOS; our longest name is `.s.PGSQL.5432`.
_LONGEST = 103 - len("/.s.PGSQL.5432")


@dataclass(frozen=True, slots=True)
class TemporaryFolders:
    """The temporary folders of one home, listed in the file `register` for as long as they exist."""

    register: Path

    @contextmanager
    def make(self, account: tuple[int, int] | None = None) -> Generator[Path]:
        """Make an empty folder of mode 0700 for the length of the block, owned by `account` (user, group)."""
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_find_parent()))
        try:
            with self.register.open("a", encoding="utf-8", errors="surrogateescape") as register:
                register.write(f"{folder}\n")
            if account is not None:
                os.chown(folder, *account)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def remove_leftovers(self) -> None:
        """Remove every folder still listed, and the list; only while no server of this home runs."""
        if not self.register.exists():
            return
        for line in self.register.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            if Path(line).name.startswith(_PREFIX):
                shutil.rmtree(line, ignore_errors=True)
        self.register.unlink()


def is_reachable(path: Path, user: int) -> bool:
    """Whether `user`, in no group and without root's rights, may enter the folder `path` and all above."""
    for folder in (path, *path.parents):
        status = folder.stat()
        needed = stat.S_IXUSR if status.st_uid == user else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def _find_parent() -> str:
    """Choose the system's temporary folder; /tmp when that is too long, oddly named, or closed to others."""
    wanted = Path(tempfile.gettempdir())
    short = len(f"{wanted}/{_PREFIX}12345678") <= _LONGEST
    plain = re.fullmatch(r"[\w./+-]+", str(wanted), re.ASCII) is not None
    open_to_all = os.geteuid() != 0 or is_reachable(wanted, -1)
    return str(wanted) if short and plain and open_to_all else "/tmp"  # noqa: S108 -- the folder made in it is private
