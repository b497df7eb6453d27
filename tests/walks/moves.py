"""What a teller does at a question: tap, type, talk, show a photo, or point in a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""x and y from 0 to 100, from the left bottom."""


@dataclass(frozen=True, slots=True)
class Tap:
    """Choose the option with this code, as the channel lets one choose."""

    code: str


@dataclass(frozen=True, slots=True)
class Say:
    """Type some words."""

    words: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Send a voice note."""

    sound: bytes


@dataclass(frozen=True, slots=True)
class Show:
    """Send a photo."""

    photo: bytes


@dataclass(frozen=True, slots=True)
class Touch:
    """Point in the drawing of a question: one point, or one for each stone, None where it does not belong."""

    points: tuple[Point | None, ...]


Move = Tap | Say | Speak | Show | Touch

Plan = Mapping[str, Sequence[Move]]
"""What is done at each question, by its name, move by move; `:language` is the question which language."""
