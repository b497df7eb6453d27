"""What a single word is to names: in a list of them, an everyday word, or one that looks like a name."""

import re
from dataclasses import dataclass
from typing import Final

from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL, Frequency
from workers.deidentification.likeness import Likeness
from workers.deidentification.sounds import SHORTEST_HEARD, hear, shorten
from workers.deidentification.tokens import Token
from workers.deidentification.word_lists import Words
from workers.deidentification.word_shapes import (
    is_compound,
    is_dialect,
    is_participle,
    is_short_compound,
    is_shortened,
    is_slip,
)

UNLIKE: Final = -1.3
"""The score below which nothing makes a word a name that stands in no list."""

_LIKE: Final = 0.2
_LIKE_SHORT: Final = 1.2
"""The scores from which a word that nobody knows is taken for a name: few letters tell little."""

_LIKELY: Final = -0.8
"""The same where the words around say that a name may stand here."""

_VERY_LIKE: Final = 0.35
"""The score from which a rare word is taken for a name where no article stands before it."""

_FUNCTION: Final = 5.2
"""How usual a word is from which it is one of grammar, and no name behind a title."""

_SHORT: Final = 4
_MARGIN: Final = 0.6

_FORMER: Final = frozenset({"ex", "oud", "niet", "co", "non", "vice", "adjunct"})
_SMALL: Final = ("tje", "je", "ie", "ke")
_LITTLE: Final = ("je", "tje", "pje", "kje", "etje", "jes", "tjes", "pjes")
_COUNTED: Final = re.compile(
    r".*(?:tig|tien|honderd|duizend|twaalf|elf)(?:ste|de)?"
    r"|(?:twe|drie)en(?:tjes)?|(?:vier|vijv|zess|zeven|acht|neg|tien|elv|twaalv)en(?:en|tjes)?|\w{3,}nrs?"
)
"""Numbers in letters, also of people (met z'n negenen), and words for numbers (klantnr)."""


@dataclass(frozen=True, slots=True)
class NameWords:
    """Answers for single words, from the lists and how often they are used."""

    words: Words
    frequency: Frequency
    likeness: Likeness
    sounds: frozenset[str] = frozenset()
    """How the first names of the lists sound, see `find_sounds`."""

    def is_first(self, token: Token) -> bool:
        """Whether it is a first name, with or without the s of a genitive."""
        names = self.words.first_names
        return (
            token.folded in names
            or self._is_small(token.folded)
            or self._is_owner(token)
            or ("-" in token.folded and all(part in names for part in token.folded.split("-")))
        )

    def _is_owner(self, token: Token) -> bool:
        """Whether it is a first name with the s of a genitive: of one that is a word only with a capital."""
        if not self._has_genitive(token.folded) or self.frequency(token.folded) >= RARE:
            return False
        everyday = token.folded[:-1] in self.words.everyday
        return (token.capital and not token.first) or not (
            everyday or (token.folded.endswith("jes") and not token.capital)
        )

    def is_last(self, token: Token) -> bool:
        """Whether it is a surname."""
        surnames, folded = self.words.surnames, token.folded
        parts = folded.split("-")
        joined = len(parts) > 1 and parts[0] not in _FORMER and any(part in surnames for part in parts[1:])
        return folded in surnames or joined

    def is_sure_first(self, token: Token) -> bool:
        """Whether it is a first name and no everyday word."""
        return self.is_first(token) and not self.is_everyday(token)

    def is_usual(self, token: Token) -> bool:
        """Whether it is used too often to be a surname without a capital, also behind a title."""
        return self.frequency(token.folded) > USUAL + _MARGIN

    def is_made(self, token: Token) -> bool:
        """Whether it is made of words by their letters: wijkteam, wmo-loket."""
        return self._holds_words(token.folded) or is_compound(token.folded, self.frequency)

    def is_everyday(self, token: Token) -> bool:
        """Whether it is a word that is used every day, also where it can be a name."""
        return token.folded in self.words.everyday

    def is_double(self, token: Token) -> bool:
        """Whether it is an everyday word that is often a name."""
        return token.folded in self.words.doubles

    def is_grammar(self, token: Token) -> bool:
        """Whether a word holds sentences together, or does something: no name behind a title."""
        words, folded = self.words, token.folded
        return (
            not token.worded
            or self.frequency(folded) > _FUNCTION
            or folded in words.doings
            or folded in words.happenings
            or folded in words.behind_names
            or folded in words.afterwards
            or folded in words.fillers
            or folded in words.towards
            or folded in words.adverbs
            or (folded in words.capitals and folded not in words.surnames)
            or folded in words.roles
            or folded in words.titles
            or folded in words.places_of_people
        )

    def is_unknown(self, token: Token) -> bool:
        """Whether nobody knows the word, and it can be a name by how it looks."""
        return (
            token.worded
            and self.frequency(token.folded) < UNKNOWN
            and self.likeness.score(token.folded) > UNLIKE
            and not self.is_counted(token)
            and not self._holds_words(token.folded)
            and not self._is_known(token.folded)
        )

    def _is_known(self, word: str) -> bool:
        """Whether a rare word is one after all: of medicine, something small, or what somebody was before."""
        words, (former, *rest) = self.words, word.split("-")
        small = any(word.endswith(end) and self.frequency(word.removesuffix(end)) > RARE for end in _LITTLE)
        told = any(word in each for each in (words.terms, words.happenings, words.roles, words.titles))
        return told or small or (former in _FORMER and bool(rest))

    def is_strange(self, token: Token) -> bool:
        """Whether nobody knows the word, and it is none that was made or mistyped."""
        if not token.capital and (
            is_short_compound(token.folded, self._count_word)
            or is_participle(token.folded, self._count_word)
            or is_shortened(token.folded)
        ):
            return False
        return self.is_unknown(token) and not (
            is_compound(token.folded, self._count_word)
            or is_slip(token.folded, self._count_word)
            or is_dialect(token.folded, self._count_word)
        )

    def _count_word(self, word: str) -> float:
        """How often a word is used that is no first name: what is like one of those may be one itself."""
        named = word in self.words.first_names and word not in self.words.everyday
        return 0.0 if named else self.frequency(word)

    def looks_like(self, token: Token) -> bool:
        """Whether a word that nobody knows looks more like a name than like a word."""
        least = _LIKE if len(token.folded) > _SHORT else _LIKE_SHORT
        return self.likeness.score(token.folded) > least and self.is_strange(token)

    def may_be(self, token: Token) -> bool:
        """Whether a word that nobody knows is likely a name where one may stand."""
        return self.likeness.score(token.folded) > _LIKELY and self.is_strange(token)

    def is_heard(self, token: Token) -> bool:
        """Whether a word that nobody knows sounds like a first name: moerad, jannecke."""
        return (
            len(token.folded) >= SHORTEST_HEARD
            and self.frequency(token.folded) < UNKNOWN
            and not is_compound(token.folded, self.frequency)
            and not self.sounds.isdisjoint({hear(token.folded), shorten(token.folded)})
        )

    def is_likely(self, token: Token) -> bool:
        """Whether a rare word looks very much like a name, and like no word that was made or mistyped."""
        frequency = self.frequency(token.folded)
        return (
            token.worded
            and UNKNOWN <= frequency < RARE
            and len(token.folded) > _SHORT
            and self.likeness.score(token.folded) > _VERY_LIKE
            and not self._is_known(token.folded)
            and not self.is_made(token)
            and not is_dialect(token.folded, self.frequency)
        )

    def is_counted(self, token: Token) -> bool:
        """Whether it is a number in letters."""
        return _COUNTED.fullmatch(token.folded) is not None

    def find_end(self, token: Token) -> int:
        """Where the name in a word ends: without the s of a genitive."""
        whole = token.folded in self.words.first_names or self.is_last(token)
        return token.end - 1 if not whole and self._has_genitive(token.folded) else token.end

    def find_list(self, token: Token) -> str:
        """The list it stands in; empty when in none."""
        if token.folded in self.words.added_names:
            return "names.yaml"
        if self.is_first(token):
            return "first names of deduce"
        return "surnames of deduce" if self.is_last(token) else ""

    def _is_small(self, word: str) -> bool:
        """Whether it is the diminutive of a first name: pietertje, marietje."""
        return any(
            word.endswith(ending)
            and len(stem := word.removesuffix(ending)) >= _SHORT
            and stem in self.words.first_names
            and stem not in self.words.everyday
            and self.frequency(word) < RARE
            for ending in _SMALL
        )

    def _has_genitive(self, word: str) -> bool:
        return len(word) > _SHORT and word.endswith("s") and word[:-1] in self.words.first_names

    def _holds_words(self, word: str) -> bool:
        """Whether a word with hyphens is made of words: oud-schipper, wmo-loket."""
        words = self.words
        return "-" in word and any(
            part in words.capitals
            or (
                self.frequency(part) > USUAL
                and not (part in words.interfixes or part in words.surnames or part in words.first_names)
            )
            for part in word.split("-")
        )
