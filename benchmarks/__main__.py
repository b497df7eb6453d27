"""`make bench`: everything that is measured, in one table; each line beside its floor in the same run."""

from pathlib import Path

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
from benchmarks.table import print_notes, print_table


@click.command()
@click.option(
    "--voice",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="A folder of *.ogg.",
)
def bench(voice: Path | None) -> None:
    """Measure and print one table; `--voice` names a folder of recorded speech."""
    rows = [
        *engine.measure(),
        *messages.measure(),
        *load.measure(),
        *load_memory.measure(),
        *memory.measure(),
        *deidentification.measure(),
        *audio.measure(voice=voice),
        *sounds.measure(cache=audio.CACHE),
        *voice_queue.measure(voice=voice or audio.FIXTURE, cache=audio.CACHE),
    ]
    print_table(rows)
    print_notes(load.NOTES)


bench()
