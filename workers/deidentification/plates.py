"""Number plates: by the forms of Dutch and German ones, and behind a word that announces one."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.said_numbers import BELOW_THOUSAND

_WEIGHT: Final = 75
_NEAR: Final = 40
"""Characters between a plate and the word that says what it is."""

_SIDECODES: Final = ("aa-99-99", "99-99-aa", "99-aa-99", "aa-99-aa", "aa-aa-99", "99-aa-aa", "99-aaa-9")
_LATER: Final = ("9-aaa-99", "aa-999-a", "a-999-aa", "aaa-99-a", "a-99-aaa", "9-aa-999", "999-aa-9")
"""The fourteen forms of Dutch number plates, by letters and digits (RDW, sidecodes 1 to 14)."""

_LETTER: Final = r"[^\W\d_]"
_FORMS: Final = re.compile(
    "|".join(
        rf"(?<![\w-]){form.replace('-', '[- ]?').replace('a', _LETTER).replace('9', '[0-9]')}(?![\w-])"
        for form in _SIDECODES + _LATER
    )
)
_GERMAN: Final = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}(?![\w-])")
_SAID: Final = re.compile(r"\b(?:kenteken|nummerbord|nummerplaat|kentekenplaat)\w{0,6}\b", re.IGNORECASE)
_VEHICLE: Final = re.compile(
    r"\b(?:auto|bus|busje|bestelbus|scooter|brommer|motor|caravan|aanhanger|wagen|golf|fiat|opel|polo|audi|bmw|mercedes)\b",
    re.IGNORECASE,
)
_PIECE: Final = rf"(?:[a-z]{{1,3}}(?![\w])|\d{{1,3}}(?!\d)|{BELOW_THOUSAND}(?!\w))"
_SPOKEN: Final = re.compile(
    r"\b(?:kenteken|nummerbord|nummerplaat)(?:\s(?:is|was|dat|van|die|het|auto|ervan|uh|eh|nummer|met|zijn|haar))*[\s:]+"
    rf"(?P<plate>(?:{_PIECE}[ \-]){{2,7}}{_PIECE})",
    re.IGNORECASE,
)
_PARTS: Final = 2


def find_plates(text: str) -> Iterator[Finding]:
    """Number plates; without hyphens only near a word for one or for what carries it."""
    for found in _FORMS.finditer(text):
        carried = _is_near(_VEHICLE, text, found) and not _holds_words(found[0])
        if carried or found[0].count("-") == _PARTS or _is_near(_SAID, text, found):
            yield Finding(*found.span(), "kenteken", "number plate", weight=_WEIGHT)
    for found in _GERMAN.finditer(text):
        yield Finding(*found.span(), "kenteken", "German number plate", weight=_WEIGHT - 10)
    for found in _SPOKEN.finditer(text):
        end = _trim(found)
        if end is not None:
            yield Finding(found.start("plate"), end, "kenteken", "spoken number plate", weight=_WEIGHT - 5)


def _is_near(pattern: re.Pattern[str], text: str, found: re.Match[str]) -> bool:
    return pattern.search(text, max(0, found.start() - _NEAR), found.start()) is not None


_SHORT_WORDS: Final = frozenset(
    {
        "is",
        "in",
        "op",
        "om",
        "en",
        "of",
        "de",
        "te",
        "al",
        "er",
        "we",
        "ze",
        "je",
        "me",
        "zo",
        "nu",
        "ik",
        "was",
        "dat",
        "die",
        "uur",
    }
    | {"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"}
    | {"een", "van", "het", "met", "die", "ie", "na", "ja", "tot", "uit", "bij", "per", "a", "u", "km", "kg"}
)


def _holds_words(written: str) -> bool:
    """Whether what looks like a plate is words and amounts: op 12 mei."""
    return any(part in _SHORT_WORDS for part in re.split(r"[\- ]", written.casefold()))


def _trim(found: re.Match[str]) -> int | None:
    """Where a spoken plate ends: before short words that are no letters of it; None when it is none."""
    pieces = [(piece.end(), piece[0].casefold()) for piece in re.finditer(r"[^\s\-]+", found["plate"])]
    kept = 0
    for _, word in pieces:
        if word in _SHORT_WORDS - {"a", "u", "een"}:
            break
        kept += 1
    words = [word for _, word in pieces[:kept]]
    lettered = any(len(word) <= 3 and word.isalpha() for word in words)  # noqa: PLR2004 - letters of a plate
    numbered = any(word.isdigit() or len(word) > 3 or word in {"een", "zes"} for word in words)  # noqa: PLR2004
    if kept <= _PARTS or not (lettered and numbered):
        return None
    return found.start("plate") + pieces[kept - 1][0]
