"""Which things a story says nothing about: what came then, when and where it was, how it felt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from flows.reading.numbers import spelled_numbers, weak_numbers
from flows.reading.words import fold, fold_phrases, load_words

MissingPart = Literal["then", "when", "where", "feeling"]

PARTS: tuple[MissingPart, ...] = ("then", "when", "where", "feeling")

_NUMBER = "#"
"""Stands for any number in the phrases of a language."""

_WORD = re.compile(r"[0-9]+|[^\W\d_]+")
_NAME = re.compile(r"(?<![^\W_])([^\W\d_]+)(?=\s+([^\W\d_]\w*))")


def find_missing(story: str, language: str) -> tuple[MissingPart, ...]:
    """The parts a story holds no word of, in the order of `PARTS`; a plain look-up in word lists.

    A word list knows no meaning: it says only that nothing of the kind is named. Time is linear.
    """
    found = _WORD.findall(fold(story).replace("'", " "))
    words = {*found}
    numbers = spelled_numbers(language).keys() - weak_numbers(language).keys()
    line = " ".join(_NUMBER if word.isdecimal() or word in numbers else word for word in found)
    signs = _know(language)
    return tuple(
        part
        for part in PARTS
        if not signs[part].stand_in(words, f" {line} ")
        and not (part == "where" and _names_place(story, language))
    )


@dataclass(frozen=True, slots=True)
class _Signs:
    """The words of one part: whole words, beginnings of words by their length, and phrases."""

    whole: frozenset[str]
    beginnings: Mapping[int, frozenset[str]]
    phrases: tuple[str, ...]

    def stand_in(self, words: set[str], line: str) -> bool:
        """Whether any of these is among the words, or a phrase in the line of all words."""
        if not self.whole.isdisjoint(words) or any(phrase in line for phrase in self.phrases):
            return True
        return any(word[:length] in known for length, known in self.beginnings.items() for word in words)


@lru_cache(16)
def _know(language: str) -> Mapping[MissingPart, _Signs]:
    story = cast(Mapping[MissingPart, list[str]], load_words(language)["story"])
    return {part: _sort(story[part]) for part in PARTS}


def _sort(signs: list[str]) -> _Signs:
    folded = [" ".join(fold(sign).replace("'", " ").split()) for sign in signs]
    beginnings: dict[int, set[str]] = {}
    for sign in folded:
        if sign.endswith("*") and " " not in sign:
            beginnings.setdefault(len(sign) - 1, set()).add(sign[:-1])
    return _Signs(
        whole=frozenset(sign for sign in folded if " " not in sign and not sign.endswith("*")),
        beginnings={length: frozenset(known) for length, known in beginnings.items()},
        phrases=tuple(
            f" {sign[:-1]}" if sign.endswith("*") else f" {sign} " for sign in folded if " " in sign
        ),
    )


def _names_place(story: str, language: str) -> bool:
    """Whether a name with a capital stands where places do: `in Enschede`, `Ankara'da`."""
    source = load_words(language)
    before = frozenset(fold_phrases(cast(list[str], source["story"].get("before_places") or ())))
    endings = cast(list[str], source["story"].get("place_endings") or ())
    times = _know_times(language)
    for name in _NAME.finditer(story) if before else ():
        if name[1].casefold() in before and name[2][0].isupper() and fold(name[2]) not in times:
            return True
    if endings:
        ending = re.compile(rf"(?<![^\W_])([^\W\d_]\w*)['\u2019](?:{'|'.join(endings)})(?![^\W_])")
        return any(name[1][0].isupper() and fold(name[1]) not in times for name in ending.finditer(story))
    return False


@lru_cache(16)
def _know_times(language: str) -> frozenset[str]:
    """Months and weekdays, which some languages write with a capital."""
    dates = load_words(language)["dates"]
    forms = cast(list[list[str]], [*dates["months"], *dates["weekdays"]])
    return frozenset(fold(form) for several in forms for form in several)
