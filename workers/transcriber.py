"""The contract between a voice note and an engine that makes text of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from workers.sound import Samples


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in the text, from `start` to `end` in seconds; `confidence` is from 0 to 1."""

    start: float
    end: float
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech: from `start` to `end` in seconds, its text, and how sure the engine is, 0 to 1.

    `words` are those of the text, in order; () from an engine that does not tell them apart.
    """

    start: float
    end: float
    text: str
    confidence: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was heard: the whole text, its language (ISO 639-1), the segments, and the seconds of sound.

    `text` is empty when nobody spoke. That is an answer, not an error: no engine may invent a line.
    """

    text: str
    language: str
    segments: tuple[Segment, ...]
    seconds: float


class Transcriber(Protocol):
    """An engine for speech to text. `workers.whisper` is one; another need only have these methods."""

    def warm(self) -> None:
        """Load what is needed, so that the first note need not wait for it; again is harmless."""
        ...

    def transcribe(self, samples: Samples, *, languages: Sequence[str]) -> Transcription:
        """Make text of 16 kHz mono.

        `languages` are those that may be spoken, the likeliest first: with one there is nothing to find
        out, of several the engine takes the first unless it is sure of another; () leaves it to the engine.
        """
        ...
