"""Names that are nobody's: in sayings, and those of pets."""

from collections.abc import Iterator, Sequence
from typing import Final

from workers.deidentification.tokens import Token
from workers.deidentification.word_lists import Words

_LINKS: Final = frozenset(
    (
        "die dat heet heten heette is genaamd met de naam van mij ons mijn mn ze hij buren buurman buurvrouw "
        "onze"
    ).split()
)
_CALLED: Final = frozenset({"heet", "heette", "heten", "genaamd", "naam"})
_IS_CALLED: Final = frozenset({"heet", "heette", "is"})
_MOST_LINKS: Final = 5
_FAR: Final = 20


def find_said(words: Words, tokens: Sequence[Token]) -> set[int]:
    """Where words are part of a saying (klaar is Kees), or the name of a pet."""
    said: set[int] = set()
    folded = [token.folded for token in tokens]
    for at, word in enumerate(folded):
        for length in (2, 3):
            said_here = " ".join(folded[at : at + length])
            announced = at > 0 and (folded[at - 1] in words.titles or folded[at - 1] in words.roles)
            if (said_here in words.sayings and not announced) or said_here in words.capitals:
                said.update(range(at, at + length))
        if "-" in word and word.replace("-", " ") in words.sayings:
            said.add(at)
        if word == "naar" and folded[max(0, at - 1)] == "luistert":  # de kat luistert naar Sultan
            told = not words.pets.isdisjoint(folded[max(0, at - _FAR) : at])
            said.update([at + 1] if told else [])
        if word in words.pets:
            called = at + 1 < len(folded) and folded[at + 1] in _IS_CALLED
            said.add(at + 1 + called)
            said.update(_find_pet(folded, at))
        between = folded[at - 1 : at] + folded[at + 1 : at + 2]
        if word == "jan" and len(between) > 1 and all(map(str.isdigit, between)):  # 1 jan 2025
            said.add(at)
    return said


def _find_pet(folded: Sequence[str], pet: int) -> Iterator[int]:
    """The name of a pet some words later: een poes die Minoes heet, onze ezel die heet Bart."""
    at = pet + 1
    while at < min(len(folded), pet + 1 + _MOST_LINKS) and folded[at] in _LINKS:
        at += 1
    before, behind = {*folded[pet + 1 : at]}, {*folded[at + 1 : at + 2]}
    if (before | behind) & _CALLED:
        yield at
        if folded[at + 1 : at + 2] == ["en"]:
            yield at + 2
