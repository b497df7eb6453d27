"""`make bench`: everything that is measured, in one table; each line beside its floor in the same run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from benchmarks import (
    audio,
    deidentification,
    engine,
    load,
    load_memory,
    memory,
    messages,
    sounds,
    voice_queue,
)
from benchmarks.table import Row, print_notes, print_table

PARTS: Final[dict[str, Callable[[Path | None], Sequence[Row]]]] = {
    "engine": lambda _: engine.measure(),
    "messages": lambda _: messages.measure(),
    "load": lambda _: load.measure(),
    "load-memory": lambda _: load_memory.measure(),
    "memory": lambda _: memory.measure(),
    "names": lambda _: deidentification.measure(),
    "audio": lambda voice: audio.measure(voice=voice),
    "sounds": lambda _: sounds.measure(cache=audio.CACHE),
    "voice-queue": lambda voice: voice_queue.measure(voice=voice or audio.FIXTURE, cache=audio.CACHE),
}
"""What is measured, in this order, from a folder of recorded speech when there is one."""


@click.command()
@click.option(
    "--voice",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="A folder of *.ogg.",
)
@click.option(
    "--only", type=click.Choice(list(PARTS)), multiple=True, help="Measure this part; may be repeated."
)
def bench(voice: Path | None, only: tuple[str, ...]) -> None:
    """Measure and print one table; `--voice` names a folder of recorded speech."""
    parts = [part for part in PARTS if part in only or not only]
    print_table([row for part in parts for row in PARTS[part](voice)])
    if "load" in parts:
        print_notes(load.NOTES)


bench()
