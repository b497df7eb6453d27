"""Who runs Postgres: as an ordinary user, and as root down the ladder."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from storage.embedded.binaries import Binary, find_postgres
from storage.embedded.errors import EmbeddedServerError
from storage.embedded.folders import TemporaryFolders
from storage.embedded.home import Servers, running_servers
from storage.embedded.process import Identity
from storage.embedded.root import find_unprivileged, give_to, reachable_programs

AS_ROOT = os.geteuid() == 0


def add_answer(servers: Servers) -> int:
    """Add a row to the table `answer`; how many it then has."""
    with psycopg.connect(servers.database_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS answer (n int)")
        connection.execute("INSERT INTO answer VALUES (1)")
        row = connection.execute("SELECT count(*) FROM answer").fetchone()
    assert row is not None
    return int(row[0])


def test_an_ordinary_user_runs_the_servers(
    hold: Callable[..., tuple[subprocess.Popen[str], Servers]], plain_room: Path | None, home: Path
) -> None:
    """Someone without any rights of root, in a home folder of their own."""
    if plain_room is not None:
        home = plain_room / "homes" / "nobody's"
    _, servers = hold(home, plain_room)

    assert servers.owned
    assert add_answer(servers) == 1


def test_this_user_runs_the_servers_without_changing_folders(home: Path, tmp_path: Path) -> None:
    """Root too: no account gets our data, and no folder above it opens up."""
    before = [folder.stat() for folder in tmp_path.parents]
    with running_servers(home, fsync=False) as servers:
        assert add_answer(servers) == 1

    assert (home / "postgres" / "data").stat().st_uid == os.geteuid()
    assert [(status.st_mode, status.st_uid) for status in before] == [
        (folder.stat().st_mode, folder.stat().st_uid) for folder in tmp_path.parents
    ]


def give_folder(home: Path) -> None:
    """Do what root does where user namespaces are forbidden; nothing when we are not root."""
    if AS_ROOT:
        give_to(find_unprivileged(), home / "postgres")


def test_an_account_runs_postgres_behind_closed_folders(home: Path) -> None:
    """Where namespaces are forbidden `nobody` runs Postgres, though it cannot pass the folders above."""
    home.mkdir(mode=0o700)
    (home / "postgres").mkdir(mode=0o700)
    give_folder(home)
    for count in (1, 2):
        with running_servers(home, fsync=False) as servers:
            assert add_answer(servers) == count

    owner = find_unprivileged()[0] if AS_ROOT else os.geteuid()
    assert (home / "postgres" / "data" / "PG_VERSION").stat().st_uid == owner


def test_data_of_root_can_pass_to_an_account(home: Path) -> None:
    """A home moved to a machine where namespaces are forbidden keeps its rows."""
    with running_servers(home, fsync=False) as servers:
        assert add_answer(servers) == 1
    give_folder(home)
    with running_servers(home, fsync=False) as servers:
        assert add_answer(servers) == 2


def test_an_account_runs_a_copy_of_programs_out_of_its_reach(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel of root often lies where `nobody` may not look; the copy goes when the servers stop."""
    wheel = find_postgres(None).path.parents[1]
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, tmp_path / "wheels" / part.name)
    (tmp_path / "wheels").chmod(0o700)
    monkeypatch.setattr("sys.path", [str(tmp_path / "wheels"), *sys.path])
    home.mkdir(mode=0o700)
    (home / "postgres").mkdir(mode=0o700)
    give_folder(home)
    with running_servers(home, fsync=False) as servers:
        folders = [Path(line) for line in (home / "servers.folders").read_text().splitlines()]
        assert len(folders) == (3 if AS_ROOT else 2)
        assert str(tmp_path / "wheels") in servers.descriptions[0]
        assert add_answer(servers) == 1

    assert not any(folder.exists() for folder in folders)


def test_other_programs_out_of_reach_are_an_error(tmp_path: Path) -> None:
    """Only the wheel is known well enough to copy; for other programs the error says what to do."""
    (tmp_path / "closed").mkdir(mode=0o700)
    binary = Binary(tmp_path / "closed", "18.6", "PATH")
    account = Identity(account=(54321, 54321))
    with pytest.raises(
        EmbeddedServerError, match=r"out of reach for user id 54321: set DATABASE_URL and REDIS_URL"
    ):
        reachable_programs(binary, account, TemporaryFolders(tmp_path / "register")).__enter__()


def test_the_unprivileged_user_has_a_name() -> None:
    """`initdb` looks its own user up, so the ids to appear as must be listed on this machine."""
    user, group = find_unprivileged()

    assert (pwd.getpwuid(user).pw_uid, pwd.getpwuid(user).pw_gid) == (user, group)
    assert user != 0
