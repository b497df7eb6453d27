"""Dates of birth: behind a word that says so, before one, and whole dates of long ago."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.said_numbers import BELOW_HUNDRED, DAY_OF_MONTH, LONG_AGO, UNIT, YEAR

_WEIGHT: Final = 70
_MONTHS: Final = (
    r"(?:jan(?:uari)?|feb(?:r|ruari)?|mrt|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?"
    r"|sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![^\W\d_])"
)
_FIGURES: Final = (
    rf"(?:(?<!\d)\d{{1,2}}(?:e|ste|de)?[ \-]{_MONTHS}\.?(?:[ \-']+(?:\d{{4}}|\d{{2}}(?![\d.:])))?"
    r"|(?<!\d)\d{1,2}[\-./ ]\d{1,2}[\-./ ]['’]?(?:\d{4}|\d{2})(?!\d)|(?<!\d)\d{4}[\-/]\d{2}[\-/]\d{2}(?!\d)"
    r"|(?<!\d)\d{6}(?:\d{2})?(?!\d))"
)
_MONTH_NUMBER: Final = rf"(?:eerste|derde|{BELOW_HUNDRED}(?:ste|de)?)"
_SAID: Final = (
    rf"(?:(?<!\w){DAY_OF_MONTH}[ ](?:{_MONTHS}(?:[ ]{YEAR}(?!\w))?"
    rf"|(?:van[ ])?(?:de[ ]|het[ ])?{_MONTH_NUMBER}[ ]{YEAR}(?!\w))"
    rf"|(?<!\w)nul[ ]{UNIT}[ ](?:nul[ ])?{_MONTH_NUMBER}[ ]{YEAR}(?!\w)"
    rf"|(?<!\w){DAY_OF_MONTH}[ ]nul[ ]{UNIT}[ ]{YEAR}(?!\w))"
)
_DAY: Final = rf"(?P<day>{_FIGURES}|{_SAID})"
_BORN: Final = re.compile(
    r"\b(?:geboren|geboortedatum|geboortedag|geboorte|verjaart|verjaardag|jarig|geb)(?:\b|\.)"
    rf"(?:\s?(?:dat|datum))?[^!?\n]{{0,40}}?{_DAY}",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(rf"[^.!?\n]{{1,60}}?{_DAY}", re.IGNORECASE)
_FROM: Final = re.compile(
    r"\b(?:is|ben|was|zijn|hij|zij|ze|ik)\s(?:uh\s)?(?:van|v)\s"
    r"(?P<day>\d{1,2}[\-./ ]\d{1,2}[\-./ ]['’]?\d{2,4}"
    rf"|\d{{1,2}}[ ]{_MONTHS}\.?[ ](?:\d{{4}}|\d{{2}}(?![\d.:]))"
    rf"|{DAY_OF_MONTH}[ ]{BELOW_HUNDRED}[ ](?:{LONG_AGO}|tweeduizend(?:[ ]?(?:en[ ]?)?{BELOW_HUNDRED})?)"
    r"(?!\w))(?!\d)",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\((?P<day>\d{1,2}[\-./]\d{1,2}[\-./](?:['’]?[3-9]\d|19\d\d|20[01]\d))\)")
"""Beside a name or a family word: mijn oma (3-4-'41)."""

_BEFORE: Final = re.compile(
    rf"{_DAY}[^.!?\n]{{0,20}}?\b(?:geboren|geboortedatum|geboortedag)\b", re.IGNORECASE
)
_OLD_YEAR: Final = r"(?:19\d\d|200\d)"
_LONG_AGO: Final = re.compile(
    rf"(?<![\d.,/-])(?P<day>\d{{1,2}}(?:e|ste|de)?[ \-]{_MONTHS}\.?[ \-]{_OLD_YEAR}"
    rf"|\d{{1,2}}[\-./]\d{{1,2}}[\-./]{_OLD_YEAR}|{_OLD_YEAR}-\d{{2}}-\d{{2}}"
    rf"|(?<!\w)(?:nul[ ])?{DAY_OF_MONTH}[ ](?:nul[ ])?{BELOW_HUNDRED}[ ]"
    rf"(?=negentien[^\s]|negentien honderd){LONG_AGO}(?!\w)"
    rf"|(?<!\w){DAY_OF_MONTH}[ ]{_MONTHS}[ ]{LONG_AGO}(?!\w))(?!\d)",
    re.IGNORECASE,
)
_KNOWN_DAYS: Final = re.compile(r"13[ \-](?:mei|5|05)[ \-]2000", re.IGNORECASE)
"""Days that everybody remembers: the fireworks disaster of Enschede."""


def find_birthdays(text: str) -> Iterator[Finding]:
    """Dates by which somebody may be looked up; of a sentence about births all that are in it."""
    for found in _BORN.finditer(text):
        yield _make(found, "date of birth")
        following = _NEXT.match(text, found.end("day"))
        while following:
            yield _make(following, "behind a date of birth")
            following = _NEXT.match(text, following.end("day"))
    for pattern in (_BEFORE, _FROM, _ASIDE):
        for found in pattern.finditer(text):
            yield _make(found, "date of birth")
    for found in _LONG_AGO.finditer(text):
        if not _KNOWN_DAYS.fullmatch(found["day"]):
            yield _make(found, "whole date of long ago")


def _make(found: re.Match[str], rule: str) -> Finding:
    return Finding(*found.span("day"), "geboortedatum", rule, weight=_WEIGHT)
