"""Which words of a text the engine was least sure of, so that its teller can look at those first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flows.inbound import MOST_DOUBTS
from workers.transcriber import Segment, Word

UNSURE = 0.35
"""The confidence below which a word is doubted."""

MOST_WORDS = 3
"""Words of a phrase: more in a row that are unsure say that all of it is."""

_EDGES = re.compile(r"^\W+|\W+$")
_SHORTEST = 3
"""Letters of a word that changes what a sentence says."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word or phrase as it stands in the text, and how sure the engine is of it, 0 to 1."""

    text: str
    confidence: float


def find_doubts(segments: Iterable[Segment]) -> tuple[Doubt, ...]:
    """The least sure words and phrases, at most five, the least sure first; each once."""
    found: dict[str, Doubt] = {}
    for segment in segments:
        for unsure, run in groupby(segment.words, lambda word: word.confidence < UNSURE):
            for doubt in _name(list(run), segment.text) if unsure else ():
                found.setdefault(doubt.text.casefold(), doubt)
    return choose_doubts(found.values())


def choose_doubts(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """The least sure of some doubts, as many as are told."""
    return tuple(sorted(doubts, key=lambda doubt: doubt.confidence)[:MOST_DOUBTS])


def _name(run: list[Word], text: str) -> Iterable[Doubt]:
    """Words in a row that are all unsure, as phrases of the text."""
    for first in range(0, len(run), MOST_WORDS):
        words = run[first : first + MOST_WORDS]
        phrase = _EDGES.sub("", " ".join(word.text for word in words))
        if len(re.sub(r"[\W\d_]", "", phrase)) >= _SHORTEST and phrase in text:
            yield Doubt(phrase, min(word.confidence for word in words))
