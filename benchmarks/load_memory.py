"""Memory of one server process over very many conversations, each in a chat of its own: it stays what it is.

`python -m benchmarks.load_memory --conversations 100000` (`make bench-load`) takes as long as the server
does; `make bench` measures a short one.
"""

import asyncio
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from itertools import count, pairwise
from pathlib import Path

import click

from benchmarks.load_contestants import (
    OURS,
    Running,
    Surface,
    publish_script,
    running_contestant,
    running_sink,
)
from benchmarks.load_driver import gathered_crowd
from benchmarks.load_script import SHORT
from benchmarks.table import Row
from storage import schema
from storage.embedded.home import running_servers

CONVERSATIONS = 2_000
MARKS = (0.1, 0.25, 0.5, 0.75, 1.0)
"""After which part of the conversations the memory is read."""

PEOPLE = 64
_MEGABYTE = 1e6

Reading = tuple[int, float]
"""How many conversations there were, and the megabytes of the server then."""


@click.command()
@click.option("--conversations", default=100_000, show_default=True)
def print_memory(conversations: int) -> None:
    """Measure once and print memory as it went."""

    def tell(reading: Reading) -> None:
        print(f"{reading[0]:>9,} conversations  {reading[1]:8.1f} MB", flush=True)

    readings = read_series(conversations, tell)
    grown = readings[-1][1] / readings[-2][1] - 1
    print(f"the last quarter of the conversations added {grown:.1%}")


def measure(conversations: int = CONVERSATIONS) -> list[Row]:
    """Memory at the end of a short series, and at three quarters of it."""
    readings = read_series(conversations)
    what = (
        f"memory of the server after {conversations:,} conversations of {len(SHORT)} messages, each in a chat"
        f" of its own; floor after {readings[-2][0]:,}; less is better"
    )
    return [Row(what, readings[-1][1], readings[-2][1], "MB")]


def read_series(conversations: int, tell: Callable[[Reading], None] = lambda _: None) -> list[Reading]:
    """The server's memory at each mark; `tell` gets each reading as it comes.

    The sessions stay open, as those of people who left halfway do.
    """
    with (
        tempfile.TemporaryDirectory() as home,
        running_servers(Path(home)) as servers,
        running_sink() as sink,
    ):
        schema.migrate(servers.database_url)
        publish_script(servers.database_url)
        surface = Surface(servers.database_url, servers.redis_url, sink, Path(home))
        with running_contestant(OURS, surface) as running:
            return asyncio.run(_talk(running, sink, find_marks(conversations), tell))


async def _talk(
    running: Running, sink: int, marks: Sequence[int], tell: Callable[[Reading], None]
) -> list[Reading]:
    readings: list[Reading] = []
    async with gathered_crowd(running.port, sink, SHORT, count(1)) as crowd:
        for before, mark in pairwise((0, *marks)):
            await crowd.talk_through(mark - before, PEOPLE)
            readings.append((mark, read_memory_of(running.pid)))
            tell(readings[-1])
    return readings


def find_marks(conversations: int) -> list[int]:
    """After how many conversations memory is read."""
    return [max(1, round(conversations * mark)) for mark in MARKS]


def read_memory_of(process: int) -> float:
    """Megabytes of memory a process holds now."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        found = re.search(r"^VmRSS:\s+(\d+) kB", status.read_text(encoding="ascii"), re.MULTILINE)
        written = found[1] if found else "0"
    else:
        command = ["ps", "-o", "rss=", "-p", str(process)]
        written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(written) * 1024 / _MEGABYTE


if __name__ == "__main__":
    print_memory()
