"""The contract between a voice note and an engine that makes text of it."""

from dataclasses import dataclass
from typing import Protocol

from workers.sound import Samples


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech: from `start` to `end` in seconds, its text, and how sure the engine is, 0 to 1."""

    start: float
    end: float
    text: str
    confidence: float


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
    """An engine for speech to text. `workers.whisper` is one; another need only have this method."""

    def transcribe(self, samples: Samples, *, language: str | None) -> Transcription:
        """Make text of 16 kHz mono; `language` is what the teller chose, None leaves it to the engine."""
        ...
