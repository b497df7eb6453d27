"""Whether a word that stands in no list is a Dutch word after all: two words in one, or one with a slip."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.frequencies import Frequency

_SMALL: Final = ("je", "tje", "pje", "kje", "etje")
_LINKS: Final = ("", "s", "e", "en", "n")
_FIRST_PART: Final = 3
_SECOND_PART: Final = 5
_SHORT_PART: Final = 4.0
_PART: Final = 3.2
"""How usual the halves of a compound are at least: of 3,000 rare first names this takes 1 in 100 for one."""

_VOWELS: Final = (
    ("", ""), ("oa", "aa"), ("oa", "a"), ("oe", "ui"), ("oo", "oe"), ("ea", "e"), ("ie", "ij"),
    ("uu", "ui"), ("o", "ou"), ("eu", "oo"), ("aa", "e"), ("ee", "e"), ("a", "e"), ("ae", "aa"), ("y", "ij"),
)  # fmt: skip
"""Vowels as they are said in Twente or typed in chats, and as they are written."""

_MEANT_DIALECT: Final = 3.3
_MEANT_RARE: Final = 2.5

_PARTICIPLE: Final = re.compile(r"ge(?P<stem>[a-z]{2,20}?[^aeiou])(?:t|d|en)")
_SHORTENED: Final = re.compile(r"\w*[bcdfghjklmnpqrstvwxz]{5}\w*|[bcdfghjklmnpqrstvwxz]{4,}")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_SLIP: Final = 5
_MEANT: Final = 4.3
_MEANT_SHORT: Final = 5.0
"""How usual a word is at least that was meant by one with a slip in it: more when that is short."""


def is_compound(word: str, frequency: Frequency) -> bool:
    """Whether a folded word is two usual words in one, as Dutch makes them: bus+abonnement, buurt+s+feest."""
    for at in range(_FIRST_PART, len(word) - _SECOND_PART + 1):
        second = word[at:]
        if max(frequency(each) for each in (second, *_enlarge(second))) > _PART and any(
            len(first) >= _FIRST_PART and frequency(first) > _PART for first in _cut_links(word[:at])
        ):
            return True
    return False


def is_slip(word: str, frequency: Frequency) -> bool:
    """Whether a folded word is a usual one with one letter wrong, too many, too few, or changed places."""
    least = _MEANT if len(word) > _SHORTEST_SLIP else _MEANT_SHORT
    return len(word) >= _SHORTEST_SLIP and any(frequency(meant) > least for meant in _mend(word))


def is_dialect(word: str, frequency: Frequency) -> bool:
    """Whether a folded word is a usual one as people say it in the east: estoan, thoes, geald."""
    starts = (word, f"g{word}") if word.startswith("e") else (word,)
    meant = {start.replace(said, written) for start in starts for said, written in _VOWELS}
    meant |= {each.replace("th", "t", 1) for each in meant if each.startswith("th")}
    return any(frequency(each) > _MEANT_DIALECT for each in meant - {word})


def is_participle(word: str, frequency: Frequency) -> bool:
    """Whether a folded word is one of a verb that is used: gejankt, geappt."""
    found = _PARTICIPLE.fullmatch(word)
    if found is None:
        return False
    stem = found["stem"]
    return max(frequency(verb) for verb in (stem, f"{stem}en", f"{stem}{stem[-1]}en")) > _MEANT_RARE


def is_shortened(word: str) -> bool:
    """Whether a folded word has so few vowels that it was shortened in typing: vanmrgn, plss."""
    return _SHORTENED.fullmatch(word) is not None


def is_short_compound(word: str, frequency: Frequency) -> bool:
    """Whether a folded word is a usual word with a short one behind it: tuinhek, as some surnames too."""
    return any(
        frequency(word[at:]) > _SHORT_PART
        and any(len(first) > _FIRST_PART and frequency(first) > _PART for first in _cut_links(word[:at]))
        for at in range(max(_FIRST_PART + 1, len(word) - _SECOND_PART + 1), len(word) - _FIRST_PART + 1)
    )


def _enlarge(word: str) -> Iterator[str]:
    """What a small thing may be called when it is not small: clubje, boompje, huisje."""
    plain = word.removesuffix("s")
    return (plain.removesuffix(ending) for ending in _SMALL if plain.endswith(ending))


def _cut_links(part: str) -> Iterator[str]:
    return (part.removesuffix(link) for link in _LINKS if part.endswith(link))


def _mend(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, rest = word[:at], word[at:]
        yield from (before + letter + rest for letter in _LETTERS)
        if rest:
            yield before + rest[1:]
            yield from (before + letter + rest[1:] for letter in _LETTERS)
        if rest[1:]:
            yield before + rest[1] + rest[0] + rest[2:]
