"""Postcodes: as they are written, typed in small letters, and said by the figure or by two."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.said_numbers import BELOW_HUNDRED, UNIT

_WEIGHT: Final = 75
_SAID_WEIGHT: Final = 58
"""Less than a number of another kind that was said and goes on."""

_SHORT_WORDS: Final = r"(?!in|is|en|te|om|op|of|ik|we|ze|al|er|nu|ca|kg|km|ml|gb|mb|cm|mm|st|zo|me|je|de|ie)"
_NEVER: Final = (
    r"(?![a-z]?[fioquy]|ze|we|me|je|de|te|en|er|al|ca|kg|km|ml|mg|gb|mb|kb|cm|mm|st|na|ja|am|pm|ex|nr|wk|mn|zn"
    r"|dr|mw|gr|at|an|as|ha|he|la|pa|ma|ad|bv|nl|tv|pc|vd|ps|mr|ns|ah|ne|et|ge|tm|ss|sa|sd|lv|kw|hk|pk|pp|pd|pj|sv|mc|vj|ws|eb)"
)
"""Pairs of small letters that are words or units; F, I, O, Q, U and Y hardly stand in postcodes."""

_YEARS: Final = r"(?!19\d\d|20\d\d|\d{2}00)"
_FIGURES: Final = rf"(?:[1-9]\d{{3}}|[1-9]\d[ ]\d\d|{BELOW_HUNDRED}[ ]{BELOW_HUNDRED})"
_LETTER: Final = r"(?:[a-z]|bee|cee|dee|gee|haa|jee|kaa|ka|el|em|pee|tee|vee|wee|zet|iks)"
_SAID_FIGURES: Final = (
    rf"(?:{_YEARS}[1-9]\d{{3}}|[1-9]\d[ ]\d\d|[1-9](?:[ ]\d){{3}}|(?!nul){UNIT}(?:[ ]{UNIT}){{3}}"
    rf"|{BELOW_HUNDRED}[ ]{BELOW_HUNDRED}|(?!nul){UNIT}[ ]{UNIT}[ ]{BELOW_HUNDRED})"
)
_PATTERNS: Final = (
    re.compile(r"(?<![\w.,])[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}(?!\w)"),
    re.compile(rf"(?<![\w.,])[1-9]\d{{3}}{_SHORT_WORDS}[a-z]{{2}}(?!\w)"),
    re.compile(
        rf"(?<!\w)[1-9]\d{{3}}\s?{_SHORT_WORDS}[a-z]{{2}}(?=,?\s*(?:enschede|hengelo|almelo|oldenzaal|te\s))"
    ),
    re.compile(rf"(?<![\w.,€:/\-])(?<!€ ){_YEARS}[1-9]\d{{3}}\s{_NEVER}[a-z]{{2}}(?![\w'’])"),
    re.compile(
        r"(?i:(?<=postcode)|(?<=\bpc))(?:\s(?:is|was|dat|uh|eh|van|mijn|mn|de|die|het)){0,4}[\s:]{1,3}"
        rf"(?P<said>{_FIGURES}[ ,]{{0,2}}(?:(?:en dan|en|dan) )?(?!en )[a-zA-Z][ ]?[a-zA-Z](?!\w))"
    ),
    re.compile(
        rf"(?<![\w.,])(?P<spelled>{_SAID_FIGURES}[ ,]{{1,2}}(?:(?:en dan|dan|uh|eh) )?{_LETTER}"
        r"(?: van \w{2,12})?[ ,]{1,2}(?:(?:en|en dan|dan|uh|eh) )?"
        rf"(?![tnmsx]\s(?:de|het)){_LETTER})(?![\w'’])",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\w.,])[1-9]\d \d\d [a-zA-Z]{2}(?=\s(?:enschede|hengelo|almelo|oldenzaal))", re.IGNORECASE
    ),
)


def find_postcodes(text: str) -> Iterator[Finding]:
    """Postcodes, however they are written."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            group = "said" if "said" in pattern.groupindex else 0
            weight = _SAID_WEIGHT if "spelled" in pattern.groupindex else _WEIGHT
            if " van " in found[0]:  # v van victor: whom it names is nobody
                weight = _WEIGHT
            yield Finding(*found.span(group), "adres", "postcode", weight=weight)
