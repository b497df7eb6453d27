"""How often words are used; the only module here that knows wordfreq."""

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

from msgspec.msgpack import Decoder

from flows.reading.words import fold

Frequency = Callable[[str], float]
"""How often a folded word is used: its Zipf value, 3 for once in a million, 0.0 for one that is not known."""

UNKNOWN: Final = 2.0
RARE: Final = 3.0
USUAL: Final = 3.9

_GROUPS: Final = 700
"""Groups of wordfreq's list that are read: each is a hundredth of a Zipf value below the one before it,
and the first stands for 9. What is below UNKNOWN makes two thirds of the list and tells nothing."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Folded words of a language with the Zipf value of each, the most usual ones first."""

    values: Mapping[str, float]

    def find(self, word: str) -> float:
        """The Zipf value of a folded word, see `Frequency`."""
        return self.values.get(word, 0.0)

    @property
    def words(self) -> Iterator[str]:
        """Those in letters only, which show how words of the language look."""
        return (word for word in self.values if word.isalpha())


@lru_cache(1)
def load_frequencies() -> Frequencies:
    """Those of Dutch (wordfreq 3.1.1).

    Read from its file, without loading its code: that takes a quarter of a second and brings four libraries.
    """
    found = find_spec("wordfreq")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("wordfreq")
    packed = gzip.decompress(
        Path(found.origin).with_name("data").joinpath("large_nl.msgpack.gz").read_bytes()
    )
    _, *groups = cast(list[list[str]], Decoder(list[Any]).decode(packed))  # a header comes first
    values: dict[str, float] = {}
    for hundredths, words in enumerate(groups[: _GROUPS + 1]):
        value = 9 - hundredths / 100
        for word in words:
            values.setdefault(fold(word), value)
    return Frequencies(values)
