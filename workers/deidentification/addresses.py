"""Streets with their numbers, and postcodes: by the ending of a word and by what stands around it."""

import re
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, Frequency
from workers.deidentification.said_numbers import BELOW_HUNDRED, BELOW_THOUSAND

_SURE: Final = "straat|str|straatje|laan|ln|dreef|steeg|singel|plantsoen|gracht|kade"
"""Hardly any everyday word ends in one of these."""

_LIKELY: Final = f"{_SURE}|weg|pad|plein|dijk|ring|hof"
_ALL: Final = (
    f"{_LIKELY}|hofje|brink|burg|kamp|markt|park|stede|veld|weide|kant|oord|passage|boulevard|akker|kotten"
)

_NO_NUMBER: Final = (
    r"(?![.,]?\d|\s?(?:uur|jaar|euro|minuten|kinderen|keer|dagen|weken|maanden|mensen|personen|man"
    r"|woningen|huizen|%|km|m2))"
)
_NUMBER: Final = (
    rf"(?:\s*,?\s*(?:nr\.?|nummer|huisnummer)?\s?(?:\d{{1,4}}|{BELOW_THOUSAND})(?!\w)"
    r"(?:\s?(?:bis|hs|[a-h])(?!\w))?(?:[-/](?:\d{1,3}|[a-zA-Z](?!\w)))?"
    rf"{_NO_NUMBER})|(?:\s\d{{1,4}}[a-zA-Z](?!\w))"
)
_PREFIX: Final = (
    r"(?:(?:[A-Z][\w.\-'’]{0,30}|van|de|der|den|ten|ter|het|’t|'t|sint|st\.?|prins|prinses|koningin|koning|burgemeester|wethouder|minister"
    r"|dokter|dr\.?|professor|prof\.?)\s){0,4}"
)

_LOWER_PREFIX: Final = (
    r"(?:(?:sint|st\.?|prins|prinses|koningin|koning|burgemeester|burg\.?|wethouder|minister|dokter|dr\.?|professor|prof\.?|van|der|den|ten|ter"
    r"|(?:[a-z]\.\s?){1,3}|(?:[a-z]\s){2,3}(?=van|de|der|ter|ten))\s?(?:(?:van|der|de|den|ter|ten|te|dr\.?)\s){0,3})?"
)

_FIGURES: Final = rf"(?:[1-9]\d{{3}}|{BELOW_HUNDRED}[ ]{BELOW_HUNDRED})"
_SHORT_WORDS: Final = r"(?!in|is|en|te|om|op|of|ik|we|ze|al|er|nu|ca|kg|km|ml|gb|mb|cm|mm|st|zo|me|je|de|ie)"
_POSTCODE: Final = re.compile(
    r"(?<![\w.,])[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}(?!\w)"
    rf"|(?<![\w.,])[1-9]\d{{3}}{_SHORT_WORDS}[a-z]{{2}}(?!\w)"
    rf"|(?<!\w)[1-9]\d{{3}}\s?{_SHORT_WORDS}[a-z]{{2}}(?=,?\s*(?:enschede|hengelo|almelo|oldenzaal|te\s))"
    r"|(?<=postcode)(?:\s(?:is|was|dat|uh|van|mijn|de|die|het)){0,3}[\s:]{1,3}"
    rf"(?P<said>{_FIGURES}[ ,]{{0,2}}[a-z][ ]?[a-z](?!\w))",
)
_BEHIND: Final = re.compile(r"[\s,]{0,3}(?P<code>[1-9]\d{3}\s?[a-zA-Z][ ]?[a-zA-Z])(?!\w)")
"""A postcode right behind a street and its number, also in lower case."""

_STREETS: Final = (
    (re.compile(rf"(?<!\w){_PREFIX}[A-Z][\w\-'’]{{0,40}}(?:{_LIKELY})(?!\w)(?:{_NUMBER})?"), 63),
    (re.compile(rf"(?<!\w){_PREFIX}[A-Z][\w\-'’]{{0,40}}(?:{_ALL})(?!\w)(?:{_NUMBER})"), 64),
    (
        re.compile(
            r"(?<!\w)(?:[A-Z][\w\-'’.]{1,30}\s){1,3}(?:straat|laan|plein|singel|kade|dreef)(?!\w)"
            rf"(?:{_NUMBER})?"
        ),
        63,
    ),
    (re.compile(rf"(?<!\w){_LOWER_PREFIX}[\w\-'’]{{3,40}}(?:{_ALL})(?!\w)(?:{_NUMBER})", re.IGNORECASE), 64),
    (re.compile(rf"(?<!\w){_LOWER_PREFIX}[\w\-'’]{{3,40}}(?:{_SURE})(?!\w)", re.IGNORECASE), 61),
)
_UNSURE: Final = tuple(_LIKELY.removeprefix(f"{_SURE}|").split("|"))
_LED: Final = re.compile(
    r"(?<=\s)(?:in|op|aan|van|vd|naar|bij) (?:de |het |t |'t )?"
    r"(?P<street>[a-z]{3,30}(?:weg|plein|dijk|hof|pad|(?<![aeiouk])ring))(?!\w)"
)
_LONG: Final = re.compile(r"(?<!\w)(?P<street>[a-z]{7,30}(?:weg|dijk|plein))(?!\w)")
_AT_NUMBER: Final = re.compile(
    r"\bwoon\w{0,3} (?:\w{1,10} ){0,2}?op (?:nummer|nr\.?) (?P<number>\d{1,4}[a-z]?)(?![\w.,]\d)"
)
_APART: Final = re.compile(
    rf"(?<!\w)(?P<name>[a-z]{{4,30}}(?:er|se|s))\s(?:straat|weg|laan|dijk|singel)(?!\w)(?:{_NUMBER})?"
)
_WORD: Final = re.compile(r"[^\W\d_][\w\-'’]*")
_ARTICLES: Final = re.compile(r"(?:(?:de|het|van|der|den|'t|’t)\s)*")


_LAID_OUT: Final = re.compile(
    r"(?<=\s)(?:[Oo]p|[Aa]an|[Nn]aar|[Vv]an|[Bb]ij|adres|is)\s(?:(?:de|het|'t)\s)?"
    r"(?P<street>(?:[A-Z][\w\-'’]{2,30}\s){0,2}[A-Z][\w\-'’]{3,40}"
    r"\s\d{1,4}(?:\s?[a-zA-Z](?!\w)|-\d{1,3})?)(?=[.,;!?)]|\s(?:in|te|en|woont|woon|is|was|waar)\s|$|\s[1-9]\d{3}\s?[A-Z]{2})"
)
"""A name with a number that ends like no street: Veldhoflanden 88."""


def find_addresses(text: str, frequency: Frequency, everyday: Collection[str]) -> Iterator[Finding]:
    """Postcodes, and streets by the ending of their name, but for words that end so and are `everyday`."""
    for found in _POSTCODE.finditer(text):
        start, end = found.span("said") if found["said"] else found.span()
        yield Finding(start, end, "adres", "postcode", weight=75)
    for finding in chain(_find_streets(text, frequency, everyday), _find_bare(text, frequency, everyday)):
        yield finding
        behind = _BEHIND.match(text, finding.end)
        if behind and text[finding.end - 1].isalnum():
            yield Finding(*behind.span("code"), "adres", "postcode behind a street", weight=74)


def find_number(text: str, end: int) -> int:
    """Where a street ends whose name ends at `end`: behind its number, if it has one."""
    found = _HOUSE.match(text, end)
    return found.end() if found else end


_HOUSE: Final = re.compile(_NUMBER)


def _is_usual(word: str, frequency: Frequency) -> bool:
    """Whether a word that ends like a street is used too often for one: ervaring, omgeving."""
    return word.endswith(_UNSURE) and (frequency(word) > UNKNOWN or word.endswith("kring"))


def _find_streets(text: str, frequency: Frequency, everyday: Collection[str]) -> Iterator[Finding]:
    for pattern, weight in _STREETS:
        for found in pattern.finditer(text):
            articles = _ARTICLES.match(found[0])
            start = found.start() + (articles.end() if articles else 0)
            words = _WORD.findall(text[start : found.end()])
            whole = len(words) == 1 and words[0].casefold()
            if words and words[0].casefold() not in everyday and not (whole and _is_usual(whole, frequency)):
                yield Finding(start, found.end(), "adres", "ending of a street", weight=weight)


def _find_bare(text: str, frequency: Frequency, everyday: Collection[str]) -> Iterator[Finding]:
    """Streets without a capital or with another ending, by what stands around them."""
    for pattern in (_LED, _LONG):
        for found in pattern.finditer(text):
            if frequency(found["street"]) < UNKNOWN and found["street"] not in everyday:
                yield Finding(*found.span("street"), "adres", "ending of a street", weight=45)
    for found in _AT_NUMBER.finditer(text):
        yield Finding(*found.span("number"), "adres", "house number", weight=45)
    for found in _APART.finditer(text):
        if frequency(found["name"]) < RARE:
            yield Finding(*found.span(), "adres", "ending of a street", weight=61)
    for found in _LAID_OUT.finditer(text):
        yield Finding(*found.span("street"), "adres", "name with a house number", weight=57)
