"""@floip/flow-runner, fetched by npm into a folder that goes away again, and timed by Node."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = "@floip/flow-runner"

_HERE = Path(__file__).parent
_INSTALL = (
    "install",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--no-update-notifier",
    "--ignore-scripts",  # it needs none, and what is fetched to be measured need not run before that
    "--fetch-retries=1",
    "--fetch-timeout=20000",
    "--loglevel=error",
)
_INSTALL_SECONDS = 90
_RUN_SECONDS = 60


class PeerAbsentError(Exception):
    """The peer cannot be run here; the message says in words why not."""


@dataclass(frozen=True, slots=True)
class PeerRates:
    """Answered messages a second, with the state kept in three ways; `run.mjs` says which."""

    memory: float
    saved: float
    lean: float


@dataclass(frozen=True, slots=True)
class Peer:
    """The peer as it stands installed in a folder."""

    node: str
    folder: Path

    def run(self) -> PeerRates:
        """Go through its flow of 13 questions for some seconds, in a Node of its own."""
        command = [self.node, str(self.folder / "run.mjs")]
        ended = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, timeout=_RUN_SECONDS, cwd=self.folder
        )
        return PeerRates(**json.loads(ended.stdout))


@contextmanager
def installed_peer() -> Generator[Peer]:
    """The peer, ready to run until the end of the block. Raises PeerAbsentError."""
    node, npm = (shutil.which(tool) for tool in ("node", "npm"))
    if node is None or npm is None:
        raise PeerAbsentError(f"{'node' if node is None else 'npm'} is not installed here")
    with tempfile.TemporaryDirectory(prefix="vertelbot-peer-") as name:
        folder = Path(name)
        for file in ("package.json", "run.mjs"):
            shutil.copy(_HERE / file, folder)
        _install(npm, folder)
        yield Peer(node, folder)


def _install(npm: str, folder: Path) -> None:
    command = [npm, *_INSTALL, "--prefix", str(folder)]
    try:
        ended = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_INSTALL_SECONDS, cwd=folder
        )
    except subprocess.TimeoutExpired as error:
        raise PeerAbsentError(f"npm could not fetch it within {_INSTALL_SECONDS} s") from error
    if ended.returncode:
        # npm's own code (ECONNREFUSED, E404, …) tells enough; its sentences hold addresses and paths.
        code = re.search(r"\bcode (E\w+)", ended.stderr)
        raise PeerAbsentError(f"npm could not fetch it ({code[1] if code else f'exit {ended.returncode}'})")
