"""Numbers of houses that are said apart from their street, or of neighbours and homes without any."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from workers.deidentification.addresses import NO_NUMBER
from workers.deidentification.finding import Finding
from workers.deidentification.said_numbers import BELOW_THOUSAND

_WEIGHT: Final = 73
_ALONE: Final = 45
"""The weight where no street is named."""

_FAR: Final = 60
"""Characters before a street in which its number may stand."""

_FIGURES: Final = rf"(?:\d{{1,4}}|{BELOW_THOUSAND})"
_ENDS_IN_NUMBER: Final = re.compile(rf"{_FIGURES}(?:\s?[a-h])?$", re.IGNORECASE)
_NUMBER: Final = (
    rf"(?P<number>{_FIGURES}(?:(?!\w)|(?=[a-h](?!\w)))(?:\s?(?:bis|[a-h])(?!\w))?(?:-\d{{1,3}})?)"
)
_GOES_ON: Final = "en|in|met|daar|bij|want|maar|dat|die|uh|eh|ik|wij|we|ze|dus|boven|achter|beneden|al"
_ENDS: Final = rf"(?=$|[,.;!?]|\s(?:{_GOES_ON})\b)"
_CALLED: Final = r"(?:huisnummer|huisnr\.?|nummer|nr\.?|no\.?)"
_AND: Final = r"(?:\s?(?:en|tot|t/m)\s(?P<second>\d{1,4}[a-h]?)(?!\w))?"
_BEHIND: Final = re.compile(
    r"(?:[\s,]+(?:en|dan|uh|eh|is|op|het|huis|dat|ja|met|nou)(?!\w)){0,5}[\s,]+(?:huisnummer|nummer|nr\.?)"
    rf"(?:\s(?:is|was|uh|eh|dat))*\s{_NUMBER}{NO_NUMBER}",
    re.IGNORECASE,
)
_ON: Final = re.compile(
    rf"(?:\s+op|\s+(?:en\s)?dan|[\s,]+(?:ik\s)?(?:geloof|dacht|denk|meen)(?:\sik)?)\s+(?:uh\s)?{_NUMBER}{_ENDS}",
    re.IGNORECASE,
)
_RIGHT_BEHIND: Final = re.compile(
    rf",?\s(?P<number>\d{{1,4}}(?:\s?[a-d](?!\w)|-\d{{1,3}})?)(?!\w){NO_NUMBER}"
)
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:huisnummer|nummer|nr\.?)\s{_NUMBER}\s(?:van|aan|op|in)\s(?:(?:de|het|'t)\s)?$",
    re.IGNORECASE,
)
_FURTHER: Final = re.compile(
    rf"[^.!?\n]{{0,50}}?(?<!bus )(?<!lijn )\b{_CALLED}(?:\s(?:is|was|uh|eh|dat))*\s{_NUMBER}{NO_NUMBER}"
    rf"|[^.!?\n\d]{{0,50}}?\s(?P<bis>{_FIGURES}\s?bis)(?!\w)",
    re.IGNORECASE,
)
"""Some words later in the sentence: Ekersdijk, het derde huis, nummer 47."""

_CORRECTED: Final = re.compile(
    rf"[\s,]+(?:(?:of|nee|niet|sorry|wacht|nou|oh|bedoel|ik|uh|eh)[\s,]+){{1,4}}{_NUMBER}{NO_NUMBER}",
    re.IGNORECASE,
)
"""Another one behind a number: 88 nee sorry 98."""

_NEIGHBOURS: Final = r"buren|bewoners|mensen|lui|buurvrouw|buurman"
_OF_NEIGHBOURS: Final = re.compile(
    rf"\b(?:{_NEIGHBOURS}|buur\w*|bewon\w*|man|vrouw|meneer|mevrouw|familie|die|gezin|overkant|hiernaast|woon\w*)"
    r"\s(?:(?:hier|daar|beneden|boven|schuin|tegenover)\s)?(?:van|vd|op|uit)\s"
    rf"{_CALLED}\s{_NUMBER}{NO_NUMBER}{_AND}",
    re.IGNORECASE,
)
_OF_HOUSES: Final = re.compile(
    rf"\b(?:{_NEIGHBOURS})\s(?:van|vd|op|uit)\s(?P<number>\d{{1,3}}[a-h]?)(?!\w){NO_NUMBER}{_AND}",
    re.IGNORECASE,
)
_ON_NUMBER: Final = re.compile(
    r"\bop\s(?:nr\.?|nummer|huisnummer)\s(?!11[23]\b|144\b)(?P<number>\d{2,4}(?:[a-h](?!\w))?|\d[a-h])(?!\w|[.,]\d)",
    re.IGNORECASE,
)
"""Not the first place of a list, nor whom to call."""

_ON_PLACE: Final = re.compile(r"\b(?:op|aan)\s(?:(?:de|het|'t|t)\s)?$", re.IGNORECASE)
_LIVES: Final = re.compile(
    rf"\bwoon\w{{0,3}}\b[^.!?\n\d]{{0,30}}\sop\s(?P<number>\d{{1,4}}(?:[a-h](?!\w))?)(?!\w){NO_NUMBER}{_ENDS}",
    re.IGNORECASE,
)
_OWN: Final = re.compile(
    rf"\b(?:huisnummer|huisnr)\b[^.!?\n\d]{{0,25}}?\s{_NUMBER}(?!\w){NO_NUMBER}", re.IGNORECASE
)


def find_house_numbers(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those said of neighbours and homes, and those that belong to the streets among `findings`."""
    for pattern in (_OF_NEIGHBOURS, _OF_HOUSES, _OWN, _ON_NUMBER, _LIVES):
        for found in pattern.finditer(text):
            for group in pattern.groupindex:
                if found[group]:
                    yield Finding(*found.span(group), "adres", "house number", weight=_ALONE)
    for finding in findings:
        if finding.kind == "adres":
            yield from _find_apart(text, finding)
        elif finding.kind == "plaats" and _ON_PLACE.search(text, max(0, finding.start - 10), finding.start):
            found = _RIGHT_BEHIND.match(text, finding.end)  # a street called like a district
            if found:
                yield Finding(finding.start, found.end("number"), "adres", "house number", weight=_WEIGHT)


def _find_apart(text: str, street: Finding) -> Iterator[Finding]:
    """The numbers that are said apart from a street or a postcode."""
    patterns = [_BEHIND, _ON, _FURTHER]
    if street.rule == "postcode":
        patterns.append(_RIGHT_BEHIND)
    if _ENDS_IN_NUMBER.search(text[street.start : street.end]):
        patterns.append(_CORRECTED)
    found = [pattern.match(text, street.end) for pattern in patterns]
    for each in (*found, _BEFORE.search(text, max(0, street.start - _FAR), street.start)):
        if each:
            group = each.lastgroup or "number"
            yield Finding(*each.span(group), "adres", "house number apart", weight=_WEIGHT)
