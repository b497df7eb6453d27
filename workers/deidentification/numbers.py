"""Numbers by which somebody can be reached or looked up: by form and by check digits."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.contact import EMAIL, LINK, PHONE
from workers.deidentification.finding import Finding, Kind, settle
from workers.deidentification.said_numbers import BELOW_HUNDRED, UNIT

_SURE: Final = 90
_LIKELY: Final = 70

_NINE: Final = re.compile(r"(?<![\d.,])\d(?:[ .\-]?\d){7,8}(?![\d]|[.,]\d)")
BSN_SAID: Final = re.compile(r"\b(?:bsn|burger\s?service\s?nummer|sofi\s?nummer)\b", re.IGNORECASE)
_SLIPPED: Final = re.compile(
    r"(?<![\w.,+\-])(?!06[ ./\-]\d\d?[ ./\-](?:19|20)\d\d)06(?:[ .\-]?\d){6,9}(?![\d\w]|[.,\-]\d)"
)
_IBAN: Final = re.compile(
    r"(?<!\w)(?:n\s?l\s?\d\d(?:[ \-.]?[a-z]){4}(?:[ \-.]?\d){10}"
    r"|(?:de|be|pl|tr|es|fr|it|at|gb|ro|bg|lt|pt|gr|ie|lu|ch|se|hu|cz|hr|d e|b e|p l|t r|e s|f r|r o|b g)"
    r"\s?\d\d(?:[ \-.]?\d){12,24}"
    r"|(?-i:[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]){11,30}))(?!\w)",
    re.IGNORECASE,
)

_PAPERS: Final = (
    "dossier|zaak|klant|cli[eë]nt|polis|paspoort|aanvraag|kamer|lidmaatschaps?|pati[eë]nt|relatie|referentie|deelnemers?"
    "|rekening|kaart|pas|document|contract|order|inschrijf|debiteur|factuur|kenmerk|leerling|personeels|registratie|burger"
    "|vergunning|rijbewijs|cjib|referte|id|beschikking|incasso|meld|melding|toestel|ticket|v"
)
_TAIL: Final = r"(?:[\-./ ]?[A-Z]{0,6}\d[\dA-Z]{0,20}){0,6}(?:[\-/][A-Z]{1,6}(?!\w))?"
_CODE_SAID: Final = re.compile(
    rf"\b(?:\w{{0,30}}(?:{_PAPERS})-?\s?(?:nummer|nr\.?|id|code)"
    r"|kenmerk|zaaknr|ref|kvk|dossier|zaak|onder nummer|onder nr\.?|polis|[bv]-?nummer)\b"
    r"(?:\s+(?:is|was|van|met|nummer|nr\.?|het|dat|mijn|mn|uh|eh|haar|zijn|zeggen|noemen|geven|dus|staat))*[\s:=(]*"
    rf"(?P<code>[A-Z]{{1,4}}(?:[\-/.]\d{{1,8}}){{2,4}}(?!\w)"
    rf"|[A-Z]{{0,4}}[\-/. ]?\d[\dA-Z]{{2,20}}{_TAIL}"
    r"|\d(?:[ \-.]?(?:dubbel[ ])?\d){4,15}(?:[\-/][A-Z\d]{1,6}(?!\w))?"
    rf"|(?:{BELOW_HUNDRED}(?!\w)(?:\s?,|\s(?:uh|streepje|en dan|punt))?[ ]?){{3,}})",
    re.IGNORECASE,
)
_SAID_LATER: Final = re.compile(
    rf"\b(?!\w{{0,10}}rekening|\w{{0,10}}toestel)(?:(?:\w{{0,30}}(?:{_PAPERS})-?\s?(?:nummer|nr\.?|code)|kenmerk|zaaknr|dossier|polis)"
    rf"|(?:nummer|code)(?: van| op)(?: \w{{1,8}})? \w{{0,20}}(?:{_PAPERS}|pas)\w{{0,6}})\b"
    rf"[^.!?\n\d]{{0,45}}?\b(?P<code>(?:(?<![\w'’])[a-z][ ](?!\d{{1,2}}[ ][a-z]{{3}})){{0,3}}"
    rf"(?:(?:{BELOW_HUNDRED}|[a-z]|\d{{1,4}})(?![\w'’])(?:\s?,|\s(?:uh|streepje|en dan|punt))?[ ]?){{4,}}"
    r"|\d{2,4}(?:[ \-.]\d{2,4}){2,5}(?!\w)"
    rf"|(?<=is )(?:{UNIT}[ ]?)?honderd(?:[ ]?(?:en[ ]?)?{BELOW_HUNDRED})?(?!\w)"
    rf"|(?<=was )(?:{UNIT}[ ]?)?honderd(?:[ ]?(?:en[ ]?)?{BELOW_HUNDRED})?(?!\w))",
    re.IGNORECASE,
)
"""The number of a paper some words later: het lidnummer nou dat is twee vier nul negen."""

_SAID_HERE: Final = re.compile(
    rf"\bnummer (?:\w{{1,8}} ){{0,3}}?(?P<code>{UNIT}(?:[ ]{BELOW_HUNDRED}){{4,12}})(?!\w)", re.IGNORECASE
)

_OF_SOMEBODY: Final = re.compile(
    r"\b(?:klant|cli[eë]nt|pati[eë]nt|huurder|lid|deelnemer|abonnee)\s(?:nummer\s|nr\.?\s)?(?P<code>(?!19\d\d\b|20\d\d\b)\d{4,12})(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(
    r"\beindig(?:t|en|end|de|den)?\s(?:op|met|in)\s(?:de\s)?"
    rf"(?P<code>\d{{2,5}}(?!\w)|{BELOW_HUNDRED}(?:[ ]{BELOW_HUNDRED}){{1,3}}(?!\w))",
    re.IGNORECASE,
)
"""The last figures of any number."""

_LOCAL: Final = re.compile(
    r"\b(?:tel\.?|telefoon\w{0,6}|nummer|bel\w{0,3}|gebeld|vast|whatsapp|app)\s(?:(?:nr\.?|is|naar|op|even|me|maar|hem|haar|ons)\s){0,3}"
    r"(?P<code>[1-9]\d{2}[ .\-]?\d{2}[ .\-]?\d{2})(?![\w]|[ .,\-]\d)",
    re.IGNORECASE,
)
"""The number of a telephone without its area."""

_PAPER: Final = re.compile(
    r"\b(?:paspoort|rijbewijs|id|id-?kaart|identiteitskaart|identiteitsbewijs|legitimatie|verblijfspas|pas|polis"
    r"|dossier|beschikking|kenmerk|referentie)(?:\s(?:is|nr\.?|nummer|met|van|mn|mijn|staat|,)){0,3}[\s:]{1,2}"
    r"(?P<code>(?=[a-z\-]{0,8}\d)(?=(?:\D{0,3}\d){4})[a-z\d][a-z\d\-/]{5,20})(?!\w)",
    re.IGNORECASE,
)
_MIXED: Final = re.compile(
    r"(?<![\w@./\-])(?P<code>(?=(?:[a-z]{0,8}\d){3})(?=[a-z]*\d+[a-z]+\d+|\d+[a-z]+\d+[a-z]+\d)[a-z\d]{8,14})(?![\w@\-]|\.\w)",
    re.IGNORECASE,
)
"""Letters and digits in turn, as only numbers of passports and the like have them."""

DATE: Final = re.compile(r"\d{1,2}[\-./]\d{1,2}[\-./](?:19|20)\d\d")
_COUNTED: Final = re.compile(rf"\d|\b{BELOW_HUNDRED}\b[ ]{BELOW_HUNDRED}\b|honderd", re.IGNORECASE)

_NUMBERED: Final = re.compile(
    r"(?<!\w)(?:nr\.?|nummer|no\.)\s?(?:(?:is|was|dat)\s){0,2}(?P<code>[A-Z]{0,3}\d{5,20}[A-Z\d\-]{0,20})(?!\w)",
    re.IGNORECASE,
)
_ROOM: Final = re.compile(
    r"\b(?:kamer|appartement|app\.?|unit|woning|flat|huisnummer|huisnr\.?|box)\s(?:nummer\s|nr\.?\s)?(?P<code>\d{1,4}[a-z]?)(?![\w:]|[.,]\d)"
    r"(?!\s\d|\s?(?:uur|weken|week|dagen|maanden|nachten|man|m2|meter|euro|mensen|kinderen|jaar|personen|of|tot|keer|graden|vierkante))",
    re.IGNORECASE,
)
NEAR: Final = 40
"""Characters between a number and the word that says what it is."""


def find_numbers(text: str) -> Iterator[Finding]:
    """Telephone numbers, e-mail addresses, links, accounts, plates, numbers of people and of papers.

    What is found can hide what stands against it ("31.nl0612345678"), so the rest is looked at again.
    """
    rest = text
    while found := settle(rest, _find_once(rest)):
        yield from found
        for each in found:
            rest = "".join((rest[: each.start], "\n" * (each.end - each.start), rest[each.end :]))


def _find_once(text: str) -> Iterator[Finding]:
    yield from _find_all(text, EMAIL, "e-mail", "e-mail address", _SURE + 5)
    yield from _find_all(text, LINK, "account", "web address", _SURE)
    yield from _find_all(text, PHONE, "telefoon", "telephone number", _SURE)
    yield from _find_all(text, _SLIPPED, "telefoon", "telephone number with a slip", _LIKELY - 1)
    yield from _find_ibans(text)
    yield from _find_bsns(text)
    for pattern, rule in (
        (_CODE_SAID, "number of a paper"),
        (_SAID_LATER, "number of a paper"),
        (_SAID_HERE, "number of a paper"),
        (_PAPER, "number of a paper"),
        (_MIXED, "letters and digits in turn"),
        (_NUMBERED, "number of a paper"),
        (_ROOM, "number of a room"),
        (_OF_SOMEBODY, "number of a paper"),
        (_ENDING, "end of a number"),
        (_LOCAL, "telephone number without its area"),
    ):
        for found in pattern.finditer(text):
            start, code = found.start("code"), found["code"].rstrip(" ,")
            if DATE.fullmatch(code):
                continue  # it has a rule of its own
            if pattern is not _SAID_LATER or _COUNTED.search(code):
                yield Finding(start, start + len(code), "nummer", rule, weight=_LIKELY - (pattern is _MIXED))


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
        said = BSN_SAID.search(text, max(0, found.start() - NEAR), found.start())
        if said or (len(digits) == 9 and is_bsn(digits)):  # noqa: PLR2004 - the length of these numbers
            yield Finding(*found.span(), "bsn", "citizen service number", weight=_SURE - 5)
