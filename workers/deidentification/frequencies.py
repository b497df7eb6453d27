"""How often words are used; the only module here that knows wordfreq."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

import wordfreq

from flows.reading.words import fold

Frequency = Callable[[str], float]
"""How often a folded word is used: its Zipf value, 3 for once in a million, 0.0 for one that is not known."""

UNKNOWN: Final = 2.0
RARE: Final = 3.0
USUAL: Final = 3.9

_COUNTED: Final = 40_000
"""Words, of the most usual ones, that show how words of a language look."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Words of a language with the share of all words that each of them has."""

    shares: Mapping[str, float]

    def find(self, word: str) -> float:
        """The Zipf value of a folded word, see `Frequency`."""
        share = self.shares.get(word)
        return math.log10(share) + 9 if share else 0.0

    @property
    def usual(self) -> Iterator[str]:
        """The most usual words, in letters only."""
        return islice((word for word in self.shares if word.isalpha()), _COUNTED)


@lru_cache(1)
def load_frequencies() -> Frequencies:
    """Those of Dutch (wordfreq 3.1.1)."""
    shares: dict[str, float] = {}
    for word, share in wordfreq.get_frequency_dict("nl", "large").items():
        shares.setdefault(fold(word), share)  # the most usual ones come first
    return Frequencies(shares)
