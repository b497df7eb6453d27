"""Numbers and addresses by which somebody can be reached or looked up: by form and by check digits."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.contact import EMAIL, LINK, PHONE
from workers.deidentification.finding import Finding, Kind, settle

_SURE: Final = 90
_LIKELY: Final = 70

_HANDLE: Final = re.compile(r"(?<![\w.@])@[A-Za-z0-9_](?:[\w.]{0,30}[\w])?")
_PLATE: Final = re.compile(
    r"(?<![\w-])(?:[a-z]{2}-?\d{2}-?\d{2}|\d{2}-?\d{2}-?[a-z]{2}|\d{2}-?[a-z]{2}-?\d{2}|[a-z]{2}-\d{2}-[a-z]{2}"
    r"|[a-z]{2}-[a-z]{2}-\d{2}|\d{2}-[a-z]{2}-[a-z]{2}|\d{2}-?[a-z]{3}-?\d|\d-?[a-z]{3}-?\d{2}"
    r"|[a-z]{2}-?\d{3}-?[a-z]|[a-z]-?\d{3}-?[a-z]{2}|[a-z]{3}-?\d{2}-?[a-z]|[a-z]-?\d{2}-?[a-z]{3}"
    r"|\d-?[a-z]{2}-?\d{3}|\d{3}-?[a-z]{2}-?\d)(?![\w-])",
    re.IGNORECASE,
)
"""The fourteen forms of Dutch number plates (RDW, sidecodes 1 to 14)."""

_PLATE_SAID: Final = re.compile(r"\b(?:kenteken|nummerbord|nummerplaat)\b", re.IGNORECASE)
_NINE: Final = re.compile(r"(?<![\d.,])\d(?:[ .\-]?\d){7,8}(?![\d]|[.,]\d)")
_BSN_SAID: Final = re.compile(r"\b(?:bsn|burgerservice\s?nummer|sofi\s?nummer)\b", re.IGNORECASE)
_IBAN: Final = re.compile(
    r"(?<!\w)(?:nl\s?\d\d(?:[ \-.]?[a-z]){4}(?:[ \-.]?\d){10}"
    r"|(?-i:[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]){11,30}))(?!\w)",
    re.IGNORECASE,
)

_PAPERS: Final = (
    "dossier|zaak|klant|cli[eë]nt|polis|paspoort|aanvraag|kamer|lidmaatschaps?|pati[eë]nt|relatie|referentie"
    "|rekening|kaart|pas|document|contract|order|inschrijf|debiteur|factuur|kenmerk|v"
)
_CODE_SAID: Final = re.compile(
    rf"\b(?:\w{{0,30}}(?:{_PAPERS})-?\s?(?:nummer|nr\.?|id|code)"
    r"|kenmerk|zaaknr|kvk|dossier|zaak|onder nummer|polis)\b"
    r"(?:\s+(?:is|was|van|met|nummer|nr\.?|het|dat|mijn))*[\s:=]*"
    r"(?P<code>[A-Z]{0,4}[\-/ ]?\d[\dA-Z]{2,20}(?:[\-./ ]?[A-Z]{0,6}\d[\dA-Z]{0,20}){0,6}"
    r"|(?:(?:nul|[eé]en|twee|drie|vier|vijf|zes|zeven|acht|negen)[ ,]*){3,})",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"(?<!\w)(?:nr\.?|nummer|no\.)\s?(?P<code>[A-Z]{0,3}\d{5,20}[A-Z\d\-]{0,20})(?!\w)", re.IGNORECASE
)

_MONTHS: Final = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|mrt|maart|apr(?:il)?|mei|jun[i]?|jul[i]?|aug(?:ustus)?"
    r"|sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY: Final = (
    rf"(?:\d{{1,2}}(?:e|ste|de)?[ \-]{_MONTHS}\.?(?:[ \-']+\d{{2,4}})?"
    r"|\d{1,2}[\-./ ]\d{1,2}[\-./ ]\d{2,4}|\d{4}-\d{2}-\d{2}|(?<!\d)\d{6}(?:\d{2})?(?!\d))"
)
_SAID: Final = (
    r"[a-zéë]{0,40}(?:[eé]en|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|tig|tigste|honderd|duizend)"
    r"(?!\w)"
)
_SAID_DAY: Final = rf"{_SAID} (?:{_MONTHS}|{_SAID})(?: {_SAID}){{0,3}}"
_BORN: Final = re.compile(
    r"\b(?:geboren|geboortedatum|geboortedag|geboorte|verjaart|jarig|geb)(?:\b|\.)(?:\s?(?:dat|datum))?"
    rf"[^!?\n]{{0,40}}?(?P<day>{_DAY}|{_SAID_DAY})",
    re.IGNORECASE,
)
_NEAR: Final = 40
"""Characters between a number and the word that says what it is."""


def find_numbers(text: str) -> Iterator[Finding]:
    """Telephone numbers, e-mail addresses, links, accounts, plates, numbers of people and of papers.

    What is found can hide what stands against it ("31.nl0612345678"), so the rest is looked at again.
    """
    rest = text
    while found := settle(_find_once(rest)):
        yield from found
        for each in found:
            rest = "".join((rest[: each.start], "\n" * (each.end - each.start), rest[each.end :]))


def _find_once(text: str) -> Iterator[Finding]:
    yield from _find_all(text, EMAIL, "e-mail", "e-mail address", _SURE + 5)
    yield from _find_all(text, LINK, "account", "web address", _SURE)
    yield from _find_all(text, PHONE, "telefoon", "telephone number", _SURE)
    yield from _find_all(text, _HANDLE, "account", "account", _LIKELY)
    yield from _find_ibans(text)
    yield from _find_bsns(text)
    yield from _find_plates(text)
    for found in _BORN.finditer(text):
        yield Finding(*found.span("day"), "geboortedatum", "date of birth", weight=_LIKELY)
    for pattern in (_CODE_SAID, _NUMBERED):
        for found in pattern.finditer(text):
            yield Finding(*found.span("code"), "nummer", "number of a paper", weight=_LIKELY)


def is_bsn(digits: str) -> bool:
    """Whether nine digits pass the check of citizen service numbers (the eleven test)."""
    padded = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, padded, strict=True))
    return total % 11 == 0 and int(padded) > 0


def is_iban(written: str) -> bool:
    """Whether letters and digits pass the check of ISO 13616."""
    code = re.sub(r"[\s.\-]", "", written).upper()
    if not code.isascii() or not code.isalnum():
        return False
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97 == 1


def _find_all(text: str, pattern: re.Pattern[str], kind: Kind, rule: str, weight: int) -> Iterator[Finding]:
    for found in pattern.finditer(text):
        yield Finding(*found.span(), kind, rule, weight=weight)


def _find_ibans(text: str) -> Iterator[Finding]:
    for found in _IBAN.finditer(text):
        for end in range(found.end(), found.start() + 14, -1):  # words behind it may look like more of it
            if not text[end - 1].isspace() and is_iban(text[found.start() : end]):
                yield Finding(found.start(), end, "iban", "bank account", weight=_SURE + 5)
                break


def _find_bsns(text: str) -> Iterator[Finding]:
    for found in _NINE.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        said = _BSN_SAID.search(text, max(0, found.start() - _NEAR), found.start())
        if said or (len(digits) == 9 and is_bsn(digits)):  # noqa: PLR2004 - the length of these numbers
            yield Finding(*found.span(), "bsn", "citizen service number", weight=_SURE - 5)


def _find_plates(text: str) -> Iterator[Finding]:
    for found in _PLATE.finditer(text):
        said = _PLATE_SAID.search(text, max(0, found.start() - _NEAR), found.start())
        if said or found[0].count("-") == 2:  # noqa: PLR2004 - the groups of a plate
            yield Finding(*found.span(), "kenteken", "number plate", weight=_LIKELY + 5)
