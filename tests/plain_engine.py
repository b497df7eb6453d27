"""The smallest engine there can be: it says how long it listened, and never loads anything."""

from collections.abc import Sequence

import numpy as np

from workers.sound import SAMPLE_RATE, Samples
from workers.transcriber import Segment, Transcription, Word

SILENT = 0.01


class PlainEngine:
    """Hears that somebody made a sound; `heard` counts how often it was asked."""

    def __init__(self) -> None:
        self.heard = 0

    def warm(self) -> None:
        """There is nothing to load."""

    def transcribe(self, samples: Samples, *, languages: Sequence[str]) -> Transcription:
        """So many seconds in the likeliest language; nothing where nobody made a sound."""
        self.heard += 1
        seconds = len(samples) / SAMPLE_RATE
        language = languages[0] if languages else "und"
        if not len(samples) or np.abs(samples).max() < SILENT:
            return Transcription("", language, (), seconds)
        text = f"Ongeveer {round(seconds)} tellen."
        words = tuple(Word(0.0, seconds, word, 0.1 * place) for place, word in enumerate(text.split(), 1))
        return Transcription(text, language, (Segment(0.0, seconds, text, 0.9, words),), seconds)
