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
    rf"(?:(?<!\d)\d{{1,2}}(?:e|ste|de)?(?:[ \-]| van ){_MONTHS}\.?(?:[ \-']+(?:\d{{4}}|\d{{2}}(?![\d.:])))?"
    r"|(?<!\d)\d{1,2}[\-./ ]\d{1,2}[\-./ ]['’]?(?:\d{4}|\d{2})(?!\d)|(?<!\d)\d{4}[\-/]\d{2}[\-/]\d{2}(?!\d)"
    r"|(?<!\d)\d{1,2}[ ]0[ ]?\d[ ]\d{2}(?:\d{2})?(?!\d)|(?<!\d)\d{6}(?:\d{2})?(?!\d))"
)
_MONTH_NUMBER: Final = rf"(?:eerste|derde|{BELOW_HUNDRED}(?:ste|de)?)"
_SAID: Final = (
    rf"(?:(?<!\w)nul[ ]{UNIT}[ ]nul[ ]{UNIT}[ ](?:een[ ]negen|twee[ ]nul)[ ]{UNIT}[ ]{UNIT}(?!\w)"
    rf"|(?<!\w){DAY_OF_MONTH}[ ](?:{_MONTHS}(?:[ ]{YEAR}(?!\w))?"
    rf"|(?:van[ ])?(?:de[ ]|het[ ])?{_MONTH_NUMBER}[ ]{YEAR}(?!\w))"
    rf"|(?<!\w)nul[ ]{UNIT}[ ](?:nul[ ])?{_MONTH_NUMBER}[ ]{YEAR}(?!\w)"
    rf"|(?<!\w){DAY_OF_MONTH}[ ]nul[ ]{UNIT}[ ]{YEAR}(?!\w))"
)
_DAY: Final = rf"(?P<day>{_FIGURES}|{_SAID})"
_BORN: Final = re.compile(
    r"\b(?:geboren|geboortedatum|geboortejaar|geboortedag|geboorte|verjaart|verjaardag|jarig|geb|ter wereld"
    r"|wor(?:d|dt|den) \d\d op)"
    rf"(?:\b|\.)(?:\s?(?:dat|datum))?[^!?\n]{{0,40}}?{_DAY}",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(rf"[^.!?\n]{{1,60}}?{_DAY}", re.IGNORECASE)
_FROM: Final = re.compile(
    r"\b(?:is|ben|bent|was|waren|zijn|hij|zij|ze|ik|toch|ook|allebei)\s(?:uh\s)?(?:van|v)\s"
    r"(?P<day>\d{1,2}[\-./ ]\d{1,2}[\-./ ]['’]?\d{2,4}"
    rf"|\d{{1,2}}[ ]{_MONTHS}\.?[ ](?:\d{{4}}|\d{{2}}(?![\d.:]))"
    rf"|{DAY_OF_MONTH}[ ]{_MONTHS}[ ]{YEAR}(?!\w)"
    rf"|(?:de[ ])?{DAY_OF_MONTH}[ ](?:van[ ])?(?:de[ ])?{_MONTH_NUMBER}[ ]"
    rf"(?:{LONG_AGO}|tweeduizend(?:[ ]?(?:en[ ]?)?{BELOW_HUNDRED})?"
    rf"|{BELOW_HUNDRED}(?![ ](?:euro|kilo|jaar|uur)))"
    r"(?!\w))(?!\d)",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\((?P<day>\d{1,2}[\-./]\d{1,2}[\-./](?:['’]?[3-9]\d|19\d\d|20[01]\d))\)")
"""Beside a name or a family word: mijn oma (3-4-'41)."""

_BEFORE: Final = re.compile(
    rf"{_DAY}[^.!?\n]{{0,20}}?\b(?:geboren|geboortedatum|geboortedag|jarig|ter wereld)\b", re.IGNORECASE
)
_AGE: Final = rf"(?:\d\d|{BELOW_HUNDRED})(?!\w|[.,:]\d|\s(?:uur|euro|graden|keer))"
_TURNING: Final = re.compile(
    rf"{_DAY},?\s(?:dan\s)?(?:word|wordt|werd|werden|worden)\s(?:\w{{1,12}}\s){{1,3}}{_AGE}"
    r"|(?:word|wordt|werd|worden)\s(?:\w{1,12}\s)?op\s(?:de\s)?"
    rf"(?P<before>{_FIGURES}|{_SAID})\s{_AGE}",
    re.IGNORECASE,
)
"""Somebody's age changes on it: morgen 5 maart wordt hij 18."""

_OLD_YEAR: Final = r"(?:19\d\d|200\d)"
_LONG_AGO: Final = re.compile(
    rf"(?<![\d.,/-])(?P<day>\d{{1,2}}(?:e|ste|de)?[ \-]{_MONTHS}\.?[ \-]{_OLD_YEAR}"
    rf"|\d{{1,2}}[\-./]\d{{1,2}}[\-./](?:{_OLD_YEAR}|['’]?[3-9]\d(?![\d.,]\d))|{_OLD_YEAR}-\d{{2}}-\d{{2}}"
    rf"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2]){_OLD_YEAR}"
    rf"|\d{{1,2}}[ ]{_MONTHS}\.?[ ]['’]?[4-9]\d(?![\d.,:]|\s(?:euro|uur|keer|jaar|mensen))"
    rf"|(?<!\w)(?:nul[ ])?{DAY_OF_MONTH}[ ](?:nul[ ]|van de[ ]|van[ ]|de[ ])?{_MONTH_NUMBER}[ ]"
    rf"(?=negentien){LONG_AGO}(?!\w)"
    rf"|(?<!\w){DAY_OF_MONTH}[ ]{_MONTHS}[ ]{LONG_AGO}(?!\w))(?!\d)",
    re.IGNORECASE,
)
_SAID_ALONE: Final = re.compile(
    rf"(?<!\w)(?P<day>{DAY_OF_MONTH}[ ](?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)[ ]"
    rf"(?!(?:dertig|veertig|vijftig)(?!\w)){LONG_AGO})(?!\w)"
    rf"(?![ ,]+(?:\d|{BELOW_HUNDRED}|euro|uur|kilo|jaar|minuten|dagen))",
    re.IGNORECASE,
)
_NUMBER_BEFORE: Final = re.compile(rf"(?:\d|{BELOW_HUNDRED})[ ,]+$", re.IGNORECASE)
_LEAST_WEIGHT: Final = 50
"""Of a date that nothing says to be one: numbers of another kind look alike."""

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
    for pattern in (_BEFORE, _FROM, _ASIDE, _TURNING):
        for found in pattern.finditer(text):
            yield _make(found, "date of birth")
    for found in _SAID_ALONE.finditer(text):
        if not _NUMBER_BEFORE.search(text, max(0, found.start() - 20), found.start()):
            yield _make(found, "whole date of long ago", _LEAST_WEIGHT)
    for found in _LONG_AGO.finditer(text):
        if not _KNOWN_DAYS.fullmatch(found["day"]):
            yield _make(found, "whole date of long ago")


def _make(found: re.Match[str], rule: str, weight: int = _WEIGHT) -> Finding:
    return Finding(*found.span(found.lastgroup or "day"), "geboortedatum", rule, weight=weight)
