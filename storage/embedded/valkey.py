"""The embedded Valkey: its settings, its start and its stop."""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM
from urllib.parse import quote, unquote, urlsplit

from storage.embedded.binaries import Binary
from storage.embedded.folders import TemporaryFolders
from storage.embedded.process import spawn

_START_SECONDS = 60
_STOP_SECONDS = 15


@contextmanager
def running_valkey(
    folder: Path, binary: Binary, *, log: Path, temporary: TemporaryFolders, lock: int
) -> Generator[str]:
    """Run Valkey on the data in `folder` (made when missing) for the length of the block; yields its URL.

    Every write is appended to a file, which is synced each second. `lock` is a file descriptor that the
    server keeps open while it lives. Raises `EmbeddedServerError` and `OSError`.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as stack:
        path = stack.enter_context(temporary.make()) / "valkey.sock"
        options = {
            "port": "0",  # no TCP at all
            "unixsocket": str(path),
            "unixsocketperm": "700",
            "dir": str(folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
        }
        server = spawn(
            f"Valkey {binary.version}",
            [str(binary.path), *(word for name, value in options.items() for word in (f"--{name}", value))],
            log=log,
            stop_signal=SIGTERM,  # writes what is left and goes
            keep_open=(lock,),
        )
        stack.callback(server.stop, seconds=_STOP_SECONDS)
        url = f"unix://{quote(str(path))}?db=0"
        server.wait_until(lambda: is_answering(url), seconds=_START_SECONDS)
        yield url


def is_answering(url: str) -> bool:
    """Whether the Valkey of an URL that `running_valkey` gave answers now; false while it reads its file."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(unquote(urlsplit(url).path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
