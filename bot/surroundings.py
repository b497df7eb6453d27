"""The servers and the secret a command works with: those in the settings, or embedded ones in the home."""

import contextlib
import os
import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.embedded.home import running_servers
from storage.errors import SettingsError
from storage.settings import read_home, read_setting

SECRET_FILE = "secret-key"  # noqa: S105 - the name of a file, not a secret


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An environment in which DATABASE_URL, REDIS_URL and VERTELBOT_SECRET_KEY are set.

    `embedded` tells that the servers are our own, `owned` that this very process started them,
    `descriptions` which programs they are.
    """

    environ: Mapping[str, str]
    embedded: bool = False
    owned: bool = False
    descriptions: tuple[str, ...] = ()


@contextmanager
def provide_servers(environ: Mapping[str, str]) -> Generator[Surroundings]:
    """The servers for the length of the block.

    With both addresses set, just those. With neither, embedded servers in the home folder: those of a demo
    that runs there, else started here. Call it from the main thread. Raises SettingsError when only one is
    set, EmbeddedServerError when the embedded ones do not start.
    """
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if read_setting(name, environ)]
    if len(given) == 1:
        raise SettingsError(f"Only {given[0]} is set; set both DATABASE_URL and REDIS_URL, or neither.")
    if given:
        yield Surroundings(environ)
        return
    home = read_home(environ)
    postgres = read_setting("VERTELBOT_POSTGRES_BIN", environ)
    valkey = read_setting("VERTELBOT_VALKEY_BIN", environ)
    with running_servers(
        home,
        postgres_binaries=Path(postgres) if postgres else None,
        valkey_binary=Path(valkey) if valkey else None,
    ) as servers:
        completed = {**environ, "DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        if not read_setting("VERTELBOT_SECRET_KEY", environ):
            completed["VERTELBOT_SECRET_KEY"] = _keep_secret(home / SECRET_FILE)
        completed["VERTELBOT_HOME"] = str(home)
        completed.pop("VERTELBOT_HOME_FILE", None)
        yield Surroundings(completed, embedded=True, owned=servers.owned, descriptions=servers.descriptions)


def _keep_secret(path: Path) -> str:
    """The demo's secret key: made once, whole or not at all, readable only by its owner."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # of two commands that start at once the first one's key counts
        fresh.unlink()
    return path.read_text(encoding="utf-8").strip()
