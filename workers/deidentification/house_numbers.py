"""Numbers of houses that are said apart from their street: behind a postcode, or before the street itself."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from workers.deidentification.addresses import NO_NUMBER
from workers.deidentification.finding import Finding
from workers.deidentification.said_numbers import BELOW_THOUSAND

_WEIGHT: Final = 73
_FAR: Final = 60
"""Characters before a street in which its number may stand."""

_NUMBER: Final = rf"(?P<number>(?:\d{{1,4}}|{BELOW_THOUSAND})(?!\w)(?:\s?[a-d](?!\w))?)"
_BEHIND: Final = re.compile(
    r"(?:[\s,]+(?:en|dan|uh|eh|is|op|het|huis|dat|ja|met|nou)(?!\w)){0,5}[\s,]+(?:huisnummer|nummer|nr\.?)"
    rf"(?:\s(?:is|was|uh|eh|dat))*\s{_NUMBER}{NO_NUMBER}",
    re.IGNORECASE,
)
_ON: Final = re.compile(
    rf"\s+op\s+{_NUMBER}(?=$|[,.;!?]|\s(?:en|in|met|daar|bij|want|maar|dat|die|uh|eh|ik|wij|we|ze|dus|boven|achter|beneden|al)\b)",
    re.IGNORECASE,
)
_RIGHT_BEHIND: Final = re.compile(
    rf",?\s(?P<number>\d{{1,4}}(?:\s?[a-d](?!\w)|-\d{{1,3}})?)(?!\w){NO_NUMBER}"
)
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:huisnummer|nummer|nr\.?)\s{_NUMBER}\s(?:van|aan|op|in)\s(?:(?:de|het|'t)\s)?$",
    re.IGNORECASE,
)


def find_house_numbers(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those that belong to the streets and postcodes among `findings`."""
    for finding in findings:
        if finding.kind != "adres":
            continue
        right_behind = _RIGHT_BEHIND.match(text, finding.end) if finding.rule == "postcode" else None
        for found in (
            right_behind,
            _BEHIND.match(text, finding.end),
            _ON.match(text, finding.end),
            _BEFORE.search(text, max(0, finding.start - _FAR), finding.start),
        ):
            if found:
                yield Finding(*found.span("number"), "adres", "house number apart", weight=_WEIGHT)
