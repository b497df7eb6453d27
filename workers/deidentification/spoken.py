"""Numbers, e-mail addresses and words as they are said: by the digit, with signs by name, or spelled."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from workers.deidentification.contact import EMAIL
from workers.deidentification.finding import Finding
from workers.deidentification.numbers import BSN_SAID, DATE, NEAR
from workers.deidentification.said_numbers import BELOW_THOUSAND
from workers.deidentification.tokens import Token


def _plain(pattern: str) -> str:
    """A pattern of said numbers for folded words."""
    return pattern.replace("ë", "e").replace("é", "e")


_UNITS: Final = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
_TEENS: Final = ["tien", "elf", "twaalf", *(f"{unit}tien" for unit in ("der", "veer", *_UNITS[5:]))]
_TENS: Final = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
_NUMBER: Final = re.compile(
    rf"{'|'.join(_UNITS + _TEENS)}|(?:(?:{'|'.join(_UNITS[1:])})en)?(?:{'|'.join(_TENS)})"
    rf"|honderd|dubbel|plus|\d+|{_plain(BELOW_THOUSAND)}"
)
"""A folded word that is a number below a thousand, or belongs to one."""

_WIDTH: Final = {**dict.fromkeys(_UNITS, 1), **dict.fromkeys(("dubbel", "plus"), 0)}
_SEPARATORS: Final = re.compile(
    r"[\s.\-–/()+…]{1,5}|, ?"
    r"|[\s,.…]{0,5}(?:en dan|en toen|dan|en|u{1,9}h{1,9}m?|e{1,9}h{1,9}m?|streepje|min|spatie)[\s,.…]{0,5}"
    r"|[\s,.…]{0,5}(?:(?:ja|nou|h[eè]|en|dan|toen|nog|wacht|even|kijken|hoor|dus|uh|eh|nee|sorry|pardon)[\s,.…]{1,5}){1,5}"
)
_WHOLE: Final = range(9, 14)
"""How many digits a telephone number has that is said whole, or with a slip."""

_LEAST: Final = 7
"""Digits from which a run of numbers is more than an amount or a time."""

_BANK: Final = re.compile(
    r"(?:^|(?<=\s))(?:n[ ]?l|b[ ]?e|d[ ]?e|p[ ]?l|t[ ]?r|r[ ]?o|b[ ]?g|f[ ]?r)[ ]"
    r"(?:\w+[ ]){1,3}(?:[a-z][ ]?){3}[a-z][ ]$",
    re.IGNORECASE,
)
"""What stands before the digits of a bank account that is said sign by sign: n l nul vier a b n a."""

_ANNOUNCING: Final = frozenset(
    (
        "is op naar mail mailadres emailadres adres via dat het met en aan uh mailen gemaild heet e eh bij "
        "email mailtje stuur gewoon"
    ).split()
)
_MOST_WORDS: Final = 5
_HOSTS: Final = ("gmail", "hotmail", "outlook", "ziggo", "live", "kpnmail", "icloud", "yahoo", "planet")
"""Behind one of these nobody needs to say how it ends."""

_AT: Final = (
    r"(?:apenstaartje|apestaartje|apenstaart|apestaart|@|\(at\)|\[at\]|(?<=[ ])at(?=[ ])"
    rf"|(?<=[ ])bij(?=[ ](?:{'|'.join(_HOSTS)}|g mail)(?!\w)))"
)
_DOT: Final = r"(?:punt|puntje|dot|\.|[(\[](?:punt|dot)[)\]])"
_JOINT: Final = (
    rf"(?:{_DOT}|streepje(?: laag| onder)?|(?:liggend|laag) streepje|onderstreepje|streep onder|koppelteken"
    r"|min|underscore)"
)
_GAP: Final = r"(?:,?\s)"
"""A recogniser writes commas where somebody spells."""

_WORD: Final = r"[\w\-]{1,40}"
_SAID_EMAIL: Final = re.compile(
    rf"(?<!\w)(?:{_WORD}{_GAP}{_JOINT}{_GAP}){{0,4}}[\w.\-]{{1,60}}{_GAP}?"
    rf"(?:{_AT}{_GAP}?[\w\-]{{1,60}}(?:{_GAP}(?!punt|dot)[\w\-]{{2,30}}){{0,3}}?"
    rf"|ape\w{{3,10}}{_GAP}[\w\-]{{1,30}}{_GAP}(?!punt|dot|streepje|en|of)[\w\-]{{2,30}}(?=[ ]{_DOT}[ ]))"
    rf"(?:(?:{_GAP}?{_JOINT}{_GAP}?{_WORD}){{0,3}}{_GAP}?{_DOT}{_GAP}?"
    r"(?:nl|n l|com|c o m|net|org|eu|be|de|info|nu|uk|tr|pl|co|me)(?!\w)"
    rf"|{'|'.join(f'(?<={host})' for host in _HOSTS)})(?!\w)(?:{_GAP}(?:com|nl)(?!\w))?",
    re.IGNORECASE,
)

_SPELLED: Final = re.compile(r"(?<!\w)[^\W\d_](?:[ ,.\-]{1,2}[^\W\d_](?!\w)){3,40}(?!\w)")


def find_spoken(text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
    """E-mail addresses with their signs spelled out, and runs of seven digits or more in words or groups."""
    for found in _SAID_EMAIL.finditer(text):
        if EMAIL.search(found[0]):  # it is written, and found as such
            continue
        start = _find_beginning(tokens, found.start())
        yield Finding(start, found.end(), "e-mail", "spoken e-mail address", weight=96)
    for found in _SPELLED.finditer(text):
        yield Finding(*found.span(), "persoon", "spelled letter by letter", weight=35)
    run: list[Token] = []
    for token in tokens:
        counts = _NUMBER.fullmatch(token.folded) is not None
        if not counts or (run and _SEPARATORS.fullmatch(text[run[-1].end : token.start]) is None):
            if run and not counts and _SEPARATORS.fullmatch(text[run[-1].end : token.end] + " "):
                continue  # a word between two numbers, such as uh
            yield from _close(text, run)
            run = []
        if counts:
            run.append(token)
    yield from _close(text, run)


def _find_beginning(tokens: Sequence[Token], start: int) -> int:
    """Where an address begins that was said in several words: behind what announces it, if anything does."""
    begins, words = start, 0
    for token in reversed([token for token in tokens if token.end <= start][-_MOST_WORDS * 4 :]):
        if token.folded in _ANNOUNCING or token.first:
            return begins
        words += len(token.text) > 1  # letters that are spelled are no words
        if words > _MOST_WORDS:
            return start
        begins = token.start
    return start


def _find_width(word: str) -> int:
    """How many figures a number in letters has."""
    return _WIDTH.get(word, 3 if "honderd" in word and word != "honderd" else 2)


def _close(text: str, run: list[Token]) -> Iterator[Finding]:
    """What a run of numbers is: a telephone number, or no more than an amount or a date."""
    while len(run) > 1 and run[0].folded in {"een", "honderd"} and _WIDTH.get(run[1].folded, 2) != 1:
        run = run[1:]
    groups = [token for token in run if token.folded not in {"dubbel", "plus"}]
    digits = sum(len(token.text) if token.text.isdigit() else _find_width(token.folded) for token in groups)
    if digits < _LEAST or len(groups) < 3:  # noqa: PLR2004 - fewer groups are an amount or a date
        return
    if DATE.fullmatch(text, run[0].start, run[-1].end):
        return
    if all(token.text.isdigit() for token in groups) and "," in text[run[0].start : run[-1].end]:
        return
    bank = _BANK.search(text, max(0, run[0].start - 40), run[0].start)
    if bank:
        yield Finding(bank.start(), run[-1].end, "iban", "spoken bank account", weight=61)
        return
    if BSN_SAID.search(text, max(0, run[0].start - NEAR), run[0].start):
        yield Finding(run[0].start, run[-1].end, "bsn", "spoken citizen service number", weight=74)
        return
    begins = text[run[0].start : run[-1].end]
    dialled = re.match(r"(?:nul|0|plus|\+|316|zes|06)", begins, re.IGNORECASE) is not None
    if dialled or digits >= _LEAST + 2:
        sure = re.match(r"nul|0|plus|\+", begins, re.IGNORECASE) is not None and digits in _WHOLE
        yield Finding(run[0].start, run[-1].end, "telefoon", "spoken number", weight=72 if sure else 60)
