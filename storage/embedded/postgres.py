"""The embedded Postgres: its data folder, its settings, its start and its stop."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from urllib.parse import quote

import psycopg

from storage.embedded.binaries import Binary
from storage.embedded.errors import EmbeddedServerError
from storage.embedded.folders import TemporaryFolders
from storage.embedded.process import Identity, ServerProcess, last_line, spawn
from storage.embedded.root import choose_identity, reachable_programs

_DATABASE = "vertelbot"
_USER = "app"
_PORT = 5432  # only a part of the socket's name; spelled out so that PGPORT cannot bend it
_DRIVER = "+psycopg"  # for SQLAlchemy
_START_SECONDS = 120  # after a crash it first replays its journal
_STOP_SECONDS = 30

# Sorting and case as in docker-compose.yml: the builtin provider needs no locale of the machine.
_INITDB_OPTIONS = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--encoding=UTF8",
    "--auth=trust",
    f"--username={_USER}",
    "--no-instructions",
)
_SETTINGS = {
    "port": str(_PORT),
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log is about the server's own life: messages about statements can quote what people told.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# A killed server still loses nothing with these: only a machine that stops does harm.
_UNSAFE_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class _Launcher:
    """How this start runs Postgres's programs on its data."""

    binary: Binary
    programs: Path
    identity: Identity
    folder: str  # the folder around the data, as `identity` can reach it
    keep_open: tuple[int, ...]
    log: Path

    def spawn(self, program: str, *options: str) -> ServerProcess:
        return spawn(
            f"Postgres {self.binary.version}",
            [str(self.programs / program), *options],
            log=self.log,
            stop_signal=SIGINT,  # to a server: end the sessions, write everything, go
            identity=self.identity,
            keep_open=self.keep_open,
        )


@contextmanager
def running_postgres(
    folder: Path, binary: Binary, *, log: Path, temporary: TemporaryFolders, lock: int, fsync: bool
) -> Generator[str]:
    """Run Postgres on the data in `folder` (made when missing) for the length of the block; yields its URL.

    The database `vertelbot` exists. `fsync=False` is for tests: faster, and a power cut destroys the data.
    `lock` is a file descriptor that all processes of the server keep open while they live. Raises
    `EmbeddedServerError` and `OSError`.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    data = folder / "data"
    _refuse_other_major(data, binary)
    identity = choose_identity(folder, binary, log=log)
    with ExitStack() as stack:
        programs = stack.enter_context(reachable_programs(binary, identity, temporary))
        sockets = stack.enter_context(temporary.make(identity.account))
        seen_as, keep_open = str(folder), (lock,)
        if identity.account is not None:
            # The account may be unable to pass the folders above: it goes in through a descriptor of ours.
            opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, opened)
            seen_as, keep_open = f"/proc/self/fd/{opened}", (lock, opened)
        launcher = _Launcher(binary, programs, identity, seen_as, keep_open, log)
        if not data.exists():
            _make_data(folder, launcher, fsync=fsync)
        _forget_dead_postmaster(data)
        server = launcher.spawn("postgres", "-D", f"{seen_as}/data", *_options(sockets, fsync=fsync))
        stack.callback(server.stop, seconds=_STOP_SECONDS)
        server.wait_until(lambda: is_answering(_url(sockets, "postgres")), seconds=_START_SECONDS)
        _ensure_database(sockets)
        yield _url(sockets, _DATABASE).replace("://", f"{_DRIVER}://", 1)


def is_answering(url: str) -> bool:
    """Whether the Postgres of an URL that `running_postgres` gave answers now."""
    try:
        psycopg.connect(url.replace(_DRIVER, "", 1), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _options(sockets: Path, *, fsync: bool) -> list[str]:
    settings = _SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if fsync else _UNSAFE_SETTINGS)
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _refuse_other_major(data: Path, binary: Binary) -> None:
    marker = data / "PG_VERSION"
    major = marker.read_text(encoding="ascii").strip() if marker.exists() else str(binary.major)
    if major != str(binary.major):
        raise EmbeddedServerError(
            f"The data in {data} is of Postgres {major} and the programs found are {binary.version} "
            f"({binary.source}): use Postgres {major}, or move that folder away to begin anew."
        )


def _make_data(folder: Path, launcher: _Launcher, *, fsync: bool) -> None:
    """Make the data folder under another name first, so that a start cut short leaves nothing half made."""
    unfinished = folder / "data.new"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    options = (*_INITDB_OPTIONS, *(() if fsync else ("--no-sync",)))
    initdb = launcher.spawn("initdb", *options, "-D", f"{launcher.folder}/data.new")
    if initdb.popen.wait() != 0:
        raise EmbeddedServerError(
            f"Postgres {launcher.binary.version} could not make its data folder; {last_line(launcher.log)}"
        )
    unfinished.rename(folder / "data")


def _forget_dead_postmaster(data: Path) -> None:
    """Remove a `postmaster.pid` that is torn or whose number is no Postgres now: it bars every start.

    The second happens in containers, where numbers return soon and nobody may collect a killed server. We
    hold the home's lock, so no server of ours runs; one started by hand is left to Postgres to judge. The
    names of processes need /proc.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    number = pid_file.read_text(encoding="utf-8").partition("\n")[0].strip()
    process = Path("/proc", number, "stat")
    if number.isdigit():
        if not process.exists():
            return  # Postgres sees by itself that it is gone
        # `123 (postgres) S …`; Z is a process that ended and that nobody collected
        name, _, rest = process.read_text(encoding="utf-8").rpartition(") ")
        if name.endswith("(postgres") and not rest.startswith("Z"):
            return
    pid_file.unlink()


def _ensure_database(sockets: Path) -> None:
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    try:
        with psycopg.connect(_url(sockets, "postgres"), autocommit=True) as connection:
            if connection.execute(query, [_DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {_DATABASE}")
    except psycopg.Error as error:
        raise EmbeddedServerError(f"The database {_DATABASE} cannot be made: {error}.") from error


def _url(sockets: Path, database: str) -> str:
    return f"postgresql://{_USER}@/{database}?host={quote(str(sockets))}&port={_PORT}"
