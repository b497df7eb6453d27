"""`vertelbot worker`: a worker of one queue."""

import contextlib
import sys
from collections.abc import Callable, Generator
from typing import Any

import click

from bot.settings import read_environment
from bot.surroundings import provide_servers
from workers.process import serve_queue
from workers.queue import ENTRY_POINTS
from workers.settings import read_worker_settings


@click.command()
@click.option("--queue", type=click.Choice(sorted(ENTRY_POINTS)), default="transcription", show_default=True)
def worker(queue: str) -> None:
    """Work on one queue until told to stop; start more of them on more cores or machines."""
    with provide_servers(read_environment()) as around, show_progress() as report:
        serve_queue(read_worker_settings(around.environ), queue, report)


@contextlib.contextmanager
def show_progress() -> Generator[Callable[[str, int, int], None]]:
    """A function that shows (what, done, total) as a progress bar on stderr, one bar for each thing."""
    with contextlib.ExitStack() as stack:
        bars: dict[str, tuple[Callable[[int], None], list[int]]] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in bars:
                bar: Any = stack.enter_context(click.progressbar(length=total, label=what, file=sys.stderr))
                bars[what] = (bar.update, [0])
            update, shown = bars[what]
            update(done - shown[0])
            shown[0] = done

        yield report
