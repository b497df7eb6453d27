"""Streets with their numbers, and postcodes: by the ending of a word and by what stands around it."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, Frequency

_SURE: Final = "straat|str|straatje|laan|ln|dreef|steeg|singel|plantsoen|gracht|kade"
"""Hardly any everyday word ends in one of these."""

_LIKELY: Final = f"{_SURE}|weg|pad|plein|dijk|ring|hof"
_ALL: Final = (
    f"{_LIKELY}|hofje|brink|burg|kamp|markt|park|stede|veld|weide|kant|oord|passage|boulevard|akker|kotten"
)

_UNITS: Final = "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf"
_SAID: Final = rf"(?:[a-zéë]{{0,30}}(?:tien|tig|honderd)(?:[ ]?(?:en[ ]?)?(?:{_UNITS}))?|{_UNITS})"
_NUMBER: Final = (
    rf"(?:\s*,?\s*(?:nr\.?|nummer|huisnummer)?\s?(?:\d{{1,4}}|{_SAID})(?!\w)(?:\s?(?:bis|hs|[a-h])(?!\w))?(?:[-/]\d{{1,3}})?"
    r"(?![.,]?\d|\s?(?:uur|jaar|euro|minuten|kinderen|keer|dagen|weken|maanden|mensen|%|km)))"
    r"|(?:\s\d{1,4}[a-zA-Z](?!\w))"
)
_PREFIX: Final = (
    r"(?:(?:[A-Z][\w.\-'’]{0,30}|van|de|der|den|ten|ter|het|’t|'t|sint|st\.?|prins|prinses|koningin|koning|burgemeester|wethouder|minister"
    r"|dokter|dr\.?|professor|prof\.?)\s){0,4}"
)

_LOWER_PREFIX: Final = (
    r"(?:(?:sint|st\.?|prins|prinses|koningin|koning|burgemeester|burg\.?|wethouder|minister|dokter|dr\.?|professor|prof\.?|van|der|den|ten|ter"
    r"|[a-z]\.)\s(?:(?:van|der|de|den|dr\.?)\s){0,3})?"
)

_POSTCODE: Final = re.compile(
    r"(?<!\w)[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}(?!\w)"
    r"|(?<!\w)[1-9]\d{3}\s?[a-z]{2}(?=,?\s*(?:enschede|hengelo|almelo|oldenzaal|te\s))"
    rf"|(?<=postcode )(?:is )?(?:[1-9]\d{{3}}|{_SAID}[ ]{_SAID})\s?[a-z]\s?[a-z](?!\w)"
    rf"|(?<=postcode is )(?:[1-9]\d{{3}}|{_SAID}[ ]{_SAID})\s?[a-z]\s?[a-z](?!\w)",
)
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
_LED: Final = re.compile(
    r"(?<=\s)(?:in|op|aan|van|vd|naar|bij) (?:de |het |t |'t )?"
    r"(?P<street>[a-z]{3,30}(?:weg|plein|dijk|hof|pad|ring))(?!\w)"
)
_APART: Final = re.compile(
    rf"(?<!\w)(?P<name>[a-z]{{4,30}}(?:er|se|s))\s(?:straat|weg|laan|dijk|singel)(?!\w)(?:{_NUMBER})?"
)
_WORD: Final = re.compile(r"[^\W\d_][\w\-'’]*")
_ARTICLES: Final = re.compile(r"(?:(?:de|het|van|der|den|'t|’t)\s)*")


def find_addresses(text: str, frequency: Frequency, everyday: Collection[str]) -> Iterator[Finding]:
    """Postcodes, and streets by the ending of their name, but for words that end so and are `everyday`."""
    for found in _POSTCODE.finditer(text):
        yield Finding(*found.span(), "adres", "postcode", weight=75)
    for pattern, weight in _STREETS:
        for found in pattern.finditer(text):
            articles = _ARTICLES.match(found[0])
            start = found.start() + (articles.end() if articles else 0)
            words = _WORD.findall(text[start : found.end()])
            if words and words[0].casefold() not in everyday:
                yield Finding(start, found.end(), "adres", "ending of a street", weight=weight)
    for found in _LED.finditer(text):
        if frequency(found["street"]) < UNKNOWN and found["street"] not in everyday:
            yield Finding(*found.span("street"), "adres", "ending of a street", weight=45)
    for found in _APART.finditer(text):
        if frequency(found["name"]) < RARE:
            yield Finding(*found.span(), "adres", "ending of a street", weight=61)
