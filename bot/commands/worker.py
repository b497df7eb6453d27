"""`vertelbot worker`: a worker of one queue, or several."""

import contextlib
import sys
from collections.abc import Callable, Generator, Mapping
from typing import Any

import click

from bot.children import Child, count_cores, stop_all, watch_over
from bot.settings import read_environment
from bot.surroundings import provide_servers
from workers.process import serve_queue
from workers.queue import ENTRY_POINTS
from workers.settings import read_worker_settings

STOP_SECONDS = 170.0
"""How long a worker may take for the recording in hand when it is to stop; compose waits three minutes."""

MOST_WORKERS = 256


def _read_count(context: click.Context, option: click.Parameter, value: str) -> int:
    """Read how many processes there are to be."""
    del context, option
    if value == "cores":
        return count_cores()
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value) <= MOST_WORKERS:
        raise click.BadParameter(f"use a number from 1 to {MOST_WORKERS}, or `cores`.")
    return int(value)


@click.command()
@click.option("--queue", type=click.Choice(sorted(ENTRY_POINTS)), default="transcription", show_default=True)
@click.option(
    "--workers",
    metavar="N|cores",
    callback=_read_count,
    default="1",
    show_default=True,
    help="How many processes; `cores` is one for each core.",
)
def worker(queue: str, workers: int) -> None:
    """Work on one queue until told to stop; start more of them on more cores or machines."""
    with provide_servers(read_environment()) as around:
        settings = read_worker_settings(around.environ)
        if workers == 1:
            with show_progress() as report:
                serve_queue(settings, queue, report)
        else:
            _serve_by(workers, queue, around.environ)


def _serve_by(workers: int, queue: str, environ: Mapping[str, str]) -> None:
    """Have several processes work on a queue; each is a command of its own, so that none forks another."""
    children = [Child(["worker", "--queue", queue], environ) for _ in range(workers)]
    try:
        for child in children:
            child.start()
        watch_over(children)
    finally:
        stop_all([child for child in children if child.started], STOP_SECONDS)


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
