"""What can come in: the channel-neutral contents of one message, from a person or from the system."""

from dataclasses import dataclass
from typing import Literal

UnreadableWhat = Literal[
    "sticker", "photo", "video", "document", "location", "contact", "other", "too_large", "too_long"
]
TranscriptProblem = Literal["empty", "unreadable", "too_large", "too_long", "unavailable"]


@dataclass(frozen=True, slots=True)
class Said:
    """Words a person typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Chose:
    """One or more options a person tapped, by their codes; `step` when the button says whose it is."""

    codes: tuple[str, ...]
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A point a person put in a triad: x and y from 0 to 100, origin at the left bottom."""

    x: float
    y: float
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A voice note; the sound itself lies elsewhere, `recording` is its random id."""

    recording: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that came in and cannot be an answer here: a sticker, a file that is too large."""

    what: UnreadableWhat


@dataclass(frozen=True, slots=True)
class TranscriptReady:
    """The system says: this recording has become text."""

    recording: str
    text: str


@dataclass(frozen=True, slots=True)
class TranscriptFailed:
    """The system says: this recording did not become text, and why."""

    recording: str
    problem: TranscriptProblem


Content = Said | Chose | Placed | Recorded | Unreadable | TranscriptReady | TranscriptFailed
