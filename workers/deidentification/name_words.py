"""What a single word is to names: in a list of them, an everyday word, or one that looks like a name."""

import re
from dataclasses import dataclass
from typing import Final

from workers.deidentification.frequencies import RARE, UNKNOWN, Frequency
from workers.deidentification.likeness import Likeness
from workers.deidentification.tokens import Token
from workers.deidentification.word_lists import Words

UNLIKE: Final = -1.3
"""The score below which nothing makes a word a name that stands in no list."""

_LIKE: Final = -0.15
_LIKE_SHORT: Final = 0.5
"""The scores from which a word that nobody knows is taken for a name: few letters tell little."""

_SHORT: Final = 4
_PART: Final = 3.6
"""How usual the halves of a compound are at least."""

_COUNTED: Final = re.compile(r".*(?:tig|tien|honderd|duizend|twaalf|elf)(?:ste|de)?")


@dataclass(frozen=True, slots=True)
class NameWords:
    """Answers for single words, from the lists and how often they are used."""

    words: Words
    frequency: Frequency
    likeness: Likeness

    def is_first(self, token: Token) -> bool:
        """Whether it is a first name, with or without the s of a genitive."""
        return token.folded in self.words.first_names or (
            self._has_genitive(token.folded) and self.frequency(token.folded) < RARE
        )

    def is_last(self, token: Token) -> bool:
        """Whether it is a surname."""
        return token.folded in self.words.surnames

    def is_everyday(self, token: Token) -> bool:
        """Whether it is a word that is used every day, also where it can be a name."""
        return token.folded in self.words.everyday

    def is_double(self, token: Token) -> bool:
        """Whether it is an everyday word that is often a name."""
        return token.folded in self.words.doubles

    def is_unknown(self, token: Token) -> bool:
        """Whether nobody knows the word, and it can be a name by how it looks."""
        return (
            token.worded
            and self.frequency(token.folded) < UNKNOWN
            and self.likeness.score(token.folded) > UNLIKE
            and not self.is_counted(token)
            and not self._is_compound(token.folded)
        )

    def looks_like(self, token: Token) -> bool:
        """Whether a word that nobody knows looks more like a name than like a word."""
        least = _LIKE if len(token.folded) > _SHORT else _LIKE_SHORT
        return self.is_unknown(token) and self.likeness.score(token.folded) > least

    def is_counted(self, token: Token) -> bool:
        """Whether it is a number in letters."""
        return _COUNTED.fullmatch(token.folded) is not None

    def find_end(self, token: Token) -> int:
        """Where the name in a word ends: without the s of a genitive."""
        whole = token.folded in self.words.first_names or self.is_last(token)
        return token.end - 1 if not whole and self._has_genitive(token.folded) else token.end

    def find_list(self, token: Token) -> str:
        """The list it stands in; empty when in none."""
        if self.is_first(token):
            return "first names of deduce"
        return "surnames of deduce" if self.is_last(token) else ""

    def _has_genitive(self, word: str) -> bool:
        return len(word) > _SHORT and word.endswith("s") and word[:-1] in self.words.first_names

    def _is_compound(self, word: str) -> bool:
        """Whether a word is two usual words in one, as Dutch makes them."""
        return any(
            self.frequency(word[:at]) > _PART and self.frequency(word[at:]) > _PART
            for at in range(_SHORT, len(word) - _SHORT + 1)
        )
