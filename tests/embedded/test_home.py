"""Running servers: what is kept, who shares them, and what a kill leaves behind."""

import fcntl
import os
import signal
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from storage.embedded.errors import EmbeddedServerError
from storage.embedded.home import Servers, running_servers

Hold = Callable[[Path], tuple[subprocess.Popen[str], Servers]]
Wait = Callable[[Path], None]


def connect(servers: Servers) -> redis.Redis:
    """Open a connection to Valkey that gives text."""
    return redis.Redis.from_url(servers.redis_url, decode_responses=True)  # pyright: ignore[reportUnknownMemberType] -- its **kwargs have no types


def ask(servers: Servers, query: str) -> str:
    """Read the first value a query gives."""
    with psycopg.connect(servers.database_url.replace("+psycopg", "")) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])


def remember(servers: Servers, word: str) -> None:
    """Keep a word in both servers."""
    with psycopg.connect(servers.database_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE word (word text)")
        connection.execute("INSERT INTO word VALUES (%s)", [word])
    with connect(servers) as valkey:
        valkey.set("word", word)


def recall(servers: Servers) -> tuple[str, object]:
    """Read the word that each server kept."""
    with connect(servers) as valkey:
        return ask(servers, "SELECT word FROM word"), valkey.get("word")


def read_postmaster(home: Path) -> int:
    """Read the process id of a home's Postgres."""
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def test_second_start_keeps_what_the_first_stored(home: Path) -> None:
    """Rows and keys are there again after a clean stop, and nothing else is left behind."""
    with running_servers(home, fsync=False) as servers:
        remember(servers, "appel")
        folders = [Path(line) for line in (home / "servers.folders").read_text().splitlines()]

    assert not any(folder.exists() for folder in folders)
    left = sorted(entry.name for entry in home.iterdir())
    assert left == ["postgres", "postgres.log", "servers.lock", "valkey", "valkey.log"]
    with running_servers(home) as servers:
        assert recall(servers) == ("appel", "appel")
        assert ask(servers, "SHOW fsync") == "on"


def test_a_server_says_what_it_is(home: Path) -> None:
    """The URLs have the agreed form, the database sorts by code point, and both versions are named."""
    with running_servers(home, fsync=False) as servers:
        assert servers.owned
        assert servers.database_url.startswith("postgresql+psycopg://app@/vertelbot?host=/")
        assert servers.redis_url.startswith("unix:///")
        assert servers.redis_url.endswith("?db=0")
        assert [line.split()[0] for line in servers.descriptions] == ["Postgres", "Valkey"]
        assert ask(servers, "SHOW server_version") in servers.descriptions[0]
        locale = "SELECT concat(datlocprovider, ' ', datlocale) FROM pg_database WHERE datname = 'vertelbot'"
        assert ask(servers, locale) == "b C.UTF-8"


def test_only_this_user_and_this_machine_can_reach_the_servers(home: Path) -> None:
    """Neither listens on TCP; sockets, their folders, the data and what is published are closed to others."""
    with running_servers(home, fsync=False) as servers:
        assert ask(servers, "SHOW listen_addresses") == ""
        with connect(servers) as valkey:
            port = valkey.config_get("port")  # pyright: ignore[reportUnknownMemberType] -- its **kwargs have no types
            assert port == {"port": "0"}
        sockets = [
            Path(servers.database_url.partition("host=")[2].partition("&")[0], ".s.PGSQL.5432"),
            Path(servers.redis_url.removeprefix("unix://").partition("?")[0]),
        ]
        private = [*sockets, *(socket.parent for socket in sockets), home, home / "postgres", home / "valkey"]
        assert {path: stat.S_IMODE(path.stat().st_mode) for path in private} == dict.fromkeys(private, 0o700)
        files = [home / "servers.json", home / "postgres.log", home / "valkey.log"]
        assert {path: stat.S_IMODE(path.stat().st_mode) for path in files} == dict.fromkeys(files, 0o600)


def test_failing_statements_leave_no_content_in_the_log(home: Path) -> None:
    """What people told must not end up in the server's log when a statement about it fails."""
    with running_servers(home, fsync=False) as servers, pytest.raises(psycopg.errors.DatabaseError):
        ask(servers, "SELECT 'geheim'::int")

    assert "geheim" not in (home / "postgres.log").read_text()


def test_a_second_process_shares_the_servers(home: Path, hold: Hold) -> None:
    """Who comes later uses the same servers, starts nothing, and leaves them running when it goes."""
    _, theirs = hold(home)
    with running_servers(home) as ours:
        assert (ours.database_url, ours.redis_url) == (theirs.database_url, theirs.redis_url)
        assert (theirs.owned, ours.owned) == (True, False)
        assert ours.descriptions == theirs.descriptions
        remember(ours, "peer")

    assert recall(theirs) == ("peer", "peer")


def test_processes_that_start_together_agree_on_one_owner(home: Path, hold: Hold) -> None:
    """Of three that start at once one owns the servers, and all use the same."""
    found: list[Servers] = []
    threads = [threading.Thread(target=lambda: found.append(hold(home)[1])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(servers.owned for servers in found) == [False, False, True]
    assert len({servers.database_url for servers in found}) == 1


def test_killing_the_owner_ends_both_servers_cleanly(home: Path, hold: Hold, wait_until_ended: Wait) -> None:
    """After kill -9 of their owner both servers shut down, and the next start finds everything."""
    owner, servers = hold(home)
    remember(servers, "pruim")
    folders = [Path(line) for line in (home / "servers.folders").read_text().splitlines()]
    owner.kill()
    wait_until_ended(home)

    assert (home / "servers.json").exists()
    assert "database system is shut down" in (home / "postgres.log").read_text().splitlines()[-1]
    assert "ready to exit" in (home / "valkey.log").read_text().splitlines()[-1]
    with running_servers(home, fsync=False) as servers:
        assert servers.owned
        assert recall(servers) == ("pruim", "pruim")
        assert not any(folder.exists() for folder in folders)


def test_killing_the_owner_does_not_trouble_who_starts_at_once(home: Path, hold: Hold) -> None:
    """A start right after kill -9 waits for the old servers to end instead of failing on their files."""
    owner, servers = hold(home)
    remember(servers, "druif")
    owner.kill()
    owner.wait()
    with running_servers(home, fsync=False) as servers:
        assert servers.owned
        assert recall(servers) == ("druif", "druif")


def test_killing_postgres_itself_loses_nothing(home: Path) -> None:
    """After kill -9 of the Postgres and Valkey processes the next start recovers, in this same process."""
    with running_servers(home, fsync=False) as servers:
        remember(servers, "kers")
        with connect(servers) as valkey:
            facts = valkey.info("server")  # pyright: ignore[reportUnknownMemberType] -- its **kwargs have no types
        os.kill(read_postmaster(home), signal.SIGKILL)
        os.kill(int(facts["process_id"]), signal.SIGKILL)

    with running_servers(home, fsync=False) as servers:
        assert recall(servers) == ("kers", "kers")


def test_a_pid_file_with_a_number_in_use_again_does_not_block(
    home: Path, hold: Hold, wait_until_ended: Wait
) -> None:
    """In a container the process id of a killed Postgres soon belongs to another program."""
    owner, servers = hold(home)
    remember(servers, "braam")
    os.kill(read_postmaster(home), signal.SIGKILL)
    owner.kill()
    wait_until_ended(home)
    with subprocess.Popen(["/bin/sh", "-c", "read line"], stdin=subprocess.PIPE) as other:
        pid_file = home / "postgres" / "data" / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(read_postmaster(home)), str(other.pid), 1))
        with running_servers(home, fsync=False) as servers:
            assert recall(servers) == ("braam", "braam")


def test_a_start_cut_short_leaves_nothing_half_made(home: Path) -> None:
    """A data folder that was being made when the machine stopped is made again."""
    (home / "postgres" / "data.new").mkdir(parents=True, mode=0o700)
    (home / "postgres" / "data.new" / "PG_VERSION").write_text("18\n")
    with running_servers(home, fsync=False) as servers:
        remember(servers, "vijg")
        assert recall(servers) == ("vijg", "vijg")


def test_data_of_another_major_version_is_refused(home: Path) -> None:
    """Postgres cannot read the files of another major version: the error says what to do."""
    (home / "postgres" / "data").mkdir(parents=True, mode=0o700)
    (home / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(EmbeddedServerError, match="is of Postgres 17 and the programs found are 18"),
        running_servers(home),
    ):
        pass


def test_a_server_that_cannot_start_names_its_log(home: Path) -> None:
    """The error has the log's path and its last line, and the other server is not left running."""
    with running_servers(home, fsync=False):
        pass
    (home / "postgres" / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(
        EmbeddedServerError, match=r"stopped while starting; the log .*postgres.log ends with: "
    ):
        running_servers(home).__enter__()

    assert "ready to exit" in (home / "valkey.log").read_text().splitlines()[-1]


def test_an_owner_that_does_not_answer_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for another process has an end, which names the lock."""
    monkeypatch.setattr("storage.embedded.home._JOIN_SECONDS", 0)
    home.mkdir()
    (home / "servers.json").write_text("{}")
    with (home / "servers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(EmbeddedServerError, match=r"holds .*servers.lock and its servers do not answer"):
            running_servers(home).__enter__()


def test_a_folder_in_the_way_is_named(home: Path) -> None:
    """Whatever the file system refuses is one sentence that says what to do."""
    home.mkdir()
    (home / "valkey").write_text("")
    with pytest.raises(EmbeddedServerError, match=r"cannot be started: .*valkey.* set DATABASE_URL"):
        running_servers(home).__enter__()


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The error names the folder and the setting."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedServerError, match=r"The home folder .*file/home cannot be written"):
        running_servers(tmp_path / "file" / "home").__enter__()
