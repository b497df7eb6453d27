"""How fast a voice note becomes text: our Whisper beside faster-whisper as its README calls it.

Both have the same weights, the same notes and the same run, and take turns, so a busy machine slows both.
`python -m benchmarks.audio --voice FOLDER` takes real notes (*.ogg, and the words spoken in *.txt).
"""

import argparse
import itertools
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from faster_whisper import WhisperModel

from benchmarks.table import Row, print_table
from workers.sound import SAMPLE_RATE, Samples, read_samples
from workers.voice_notes import encode_voice_note
from workers.weights import find_weights
from workers.whisper import Whisper

CACHE = Path(tempfile.gettempdir()) / "vertelbot-benchmarks"
FIXTURE = Path(__file__).parent.parent / "tests" / "fixtures" / "voice"
_ROUNDS = 2
LONG_SECONDS = 300.0
PAUSE_SECONDS = 0.35
"""Between two things said, in a note made of several."""


@dataclass(frozen=True, slots=True)
class Note:
    """A voice note: its file, its length in seconds, and the words spoken, if known."""

    path: Path
    seconds: float
    words: str


def measure(*, voice: Path | None = None, cache: Path = CACHE, threads: int | None = None) -> list[Row]:
    """Measure the notes in the folder `voice`, or the fixture five times, in seconds of sound per second.

    Best of two rounds for each, `threads` for ours (default: all cores); the library chooses its own. Where
    the words are known a second row tells how many were right, since speed alone proves nothing.
    """
    weights = find_weights("base", cache=cache)
    ours = Whisper(weights, threads=threads or os.cpu_count() or 1)
    # Any, because the library's types are unknown in part.
    floor: Any = WhisperModel(str(weights), device="cpu", compute_type="int8")

    def hear(path: Path) -> str:
        return ours.transcribe(read_samples(path.read_bytes()), languages=["nl"]).text

    def hear_by_library(path: Path) -> str:
        return " ".join(segment.text for segment in floor.transcribe(str(path), language="nl")[0])

    # The fixture as five notes, not as one long one: no person says the same five times, and both suffer.
    notes = read_notes(voice) if voice else read_notes(FIXTURE, "verhaal.ogg") * 5
    hear(notes[0].path)  # both warm: the weights are loaded, the memory is taken
    hear_by_library(notes[0].path)
    return [row for group in _group(notes) for row in _compare(group, hear, hear_by_library)]


def read_notes(folder: Path, pattern: str = "*.ogg") -> list[Note]:
    """The notes in a folder, with their words where those are known."""
    notes: list[Note] = []
    for path in sorted(folder.glob(pattern)):
        words = path.with_suffix(".txt")
        seconds = len(read_samples(path.read_bytes())) / SAMPLE_RATE
        notes.append(Note(path, seconds, words.read_text("utf-8") if words.exists() else ""))
    return notes


def make_long(notes: list[Note], folder: Path, seconds: float = LONG_SECONDS) -> Note:
    """One note of some minutes: the notes one after the other, and again, with a pause between them."""
    pause = np.zeros(int(PAUSE_SECONDS * SAMPLE_RATE), np.float32)
    parts: list[Samples] = []
    words: list[str] = []
    for note in itertools.cycle(notes):
        if sum(map(len, parts)) >= seconds * SAMPLE_RATE:
            break
        parts += [read_samples(note.path.read_bytes()), pause]
        words.append(note.words)
    return write_note(folder / "long.ogg", np.concatenate(parts), " ".join(words) if all(words) else "")


def write_note(path: Path, samples: Samples, words: str) -> Note:
    """Write sound as a voice note."""
    path.write_bytes(encode_voice_note(samples))
    return Note(path, len(samples) / SAMPLE_RATE, words)


def _group(notes: list[Note]) -> list[list[Note]]:
    """Put notes of about the same length together, short ones first: a short note pays a whole window."""
    tens = sorted({round(note.seconds, -1) for note in notes})
    return [[note for note in notes if round(note.seconds, -1) == length] for length in tens]


def _compare(notes: list[Note], ours: Callable[[Path], str], floor: Callable[[Path], str]) -> list[Row]:
    texts: dict[str, list[str]] = {}
    best: dict[str, float] = {}
    for _ in range(_ROUNDS):
        for name, hear in (("ours", ours), ("floor", floor)):
            start = time.perf_counter()
            texts[name] = [hear(note.path) for note in notes]
            best[name] = min(best.get(name, np.inf), time.perf_counter() - start)
    seconds = sum(note.seconds for note in notes)
    what = f"voice notes, {len(notes)} of {seconds / len(notes):.0f} s"
    rows = [Row(what, seconds / best["ours"], seconds / best["floor"], "s of sound per s")]
    if all(note.words for note in notes):
        right = {name: count_right(notes, heard) for name, heard in texts.items()}
        rows.append(Row(f"{what}, heard right", right["ours"], right["floor"], "% of words"))
    return rows


def count_right(notes: Sequence[Note], heard: Sequence[str]) -> float:
    """Give 100 less the word error rate, capitals and punctuation aside."""
    return 100 * (1 - jiwer.wer([_plain(note.words) for note in notes], [_plain(text) for text in heard]))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower()))


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--voice", type=Path, help="a folder with voice notes (*.ogg, and their words in *.txt)"
    )
    parser.add_argument("--threads", type=int, help="threads for ours (default: all cores)")
    options = parser.parse_args()
    print_table(measure(voice=options.voice, threads=options.threads))


if __name__ == "__main__":
    main()
