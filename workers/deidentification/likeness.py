"""How much a word looks like a name rather than a word: for names that stand in no list.

A naive Bayes classifier over groups of four letters, counted when the process starts: names of people on
the one side, the words of a language on the other.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Self

_SHORTEST: Final = 4
_SIZE: Final = 4


@dataclass(slots=True)
class Likeness:
    """Scores words; above 0 a word looks more like the names than like the words it was counted from."""

    _names: Counter[str] = field(default_factory=Counter[str])
    _words: Counter[str] = field(default_factory=Counter[str])
    _base: float = 0.0

    @classmethod
    def count(cls, names: Iterable[str], words: Iterable[str]) -> Self:
        """Count the groups of letters in folded names and words."""
        made = cls()
        for counter, entries in ((made._names, names), (made._words, words)):
            for entry in entries:
                counter.update(_cut(entry))
        made._base = math.log((made._words.total() + 1) / (made._names.total() + 1))
        return made

    def score(self, word: str) -> float:
        """The mean log-likelihood ratio of a folded word's groups; 0.0 for one that is too short to tell."""
        if len(word) < _SHORTEST:
            return 0.0
        groups = list(_cut(word))
        return sum(map(self._compare, groups)) / len(groups) + self._base

    def _compare(self, group: str) -> float:
        return math.log((self._names[group] + 0.5) / (self._words[group] + 0.5))


def _cut(word: str) -> Iterator[str]:
    padded = f"^{word}$"
    return (padded[at : at + _SIZE] for at in range(len(padded) - _SIZE + 1))
