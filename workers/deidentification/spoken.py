"""Numbers and e-mail addresses as they are said, and as a speech recogniser writes them out."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from workers.deidentification.contact import EMAIL
from workers.deidentification.finding import Finding
from workers.deidentification.tokens import Token

_UNITS: Final = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
_TEENS: Final = ["tien", "elf", "twaalf", *(f"{unit}tien" for unit in ("der", "veer", *_UNITS[5:]))]
_TENS: Final = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
_NUMBER: Final = re.compile(
    rf"{'|'.join(_UNITS + _TEENS)}|(?:(?:{'|'.join(_UNITS[1:])})en)?(?:{'|'.join(_TENS)})"
    r"|honderd|dubbel|plus|\d+"
)
"""A folded word that is a number below a hundred, or belongs to one."""

_WIDTH: Final = {**dict.fromkeys(_UNITS, 1), **dict.fromkeys(("dubbel", "plus"), 0)}
_SEPARATORS: Final = re.compile(r"[\s.\-–/()+]{1,4}|, ?|\s*(?:en dan|dan|en)\s*")
_LEAST: Final = 7
"""Digits from which a run of numbers is more than an amount or a time."""

_ANNOUNCING: Final = frozenset(
    {"is", "op", "naar", "mail", "mailadres", "emailadres", "adres", "via", "dat", "het", "met", "en"}
    | {"aan", "uh", "mailen", "gemaild", "heet", "e"}
)
_MOST_WORDS: Final = 5
_AT: Final = r"(?:apenstaartje|apestaartje|apenstaart|at|@)"
_DOT: Final = r"(?:punt|\.)"
_SAID_EMAIL: Final = re.compile(
    rf"(?<!\w)(?:[\w\-]{{1,40}}\s(?:{_DOT}|streepje(?: laag)?|(?:liggend|laag) streepje|underscore)\s){{0,4}}"
    rf"[\w.\-]{{1,60}}\s?{_AT}\s?[\w\-]{{1,60}}"
    rf"(?:\s?{_DOT}\s?[\w\-]{{1,40}}){{0,3}}\s?{_DOT}\s?(?:nl|com|net|org|eu|be|de|info)(?!\w)",
    re.IGNORECASE,
)


def find_spoken(text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
    """E-mail addresses with their signs spelled out, and runs of seven digits or more in words or groups."""
    for found in _SAID_EMAIL.finditer(text):
        if EMAIL.search(found[0]):  # it is written, and found as such
            continue
        start = _find_beginning(tokens, found.start())
        yield Finding(start, found.end(), "e-mail", "spoken e-mail address", weight=96)
    run: list[Token] = []
    for token in tokens:
        counts = _NUMBER.fullmatch(token.folded) is not None
        if not counts or (run and _SEPARATORS.fullmatch(text[run[-1].end : token.start]) is None):
            yield from _close(text, run)
            run = []
        if counts:
            run.append(token)
    yield from _close(text, run)


def _find_beginning(tokens: Sequence[Token], start: int) -> int:
    """Where an address begins that was said in several words: behind what announces it, if anything does."""
    begins = start
    for token in reversed([token for token in tokens if token.end <= start][-_MOST_WORDS:]):
        if token.folded in _ANNOUNCING or token.first:
            return begins
        begins = token.start
    return start


def _close(text: str, run: list[Token]) -> Iterator[Finding]:
    """What a run of numbers is: a telephone number, or no more than an amount or a date."""
    while len(run) > 1 and run[0].folded in {"een", "honderd"} and _WIDTH.get(run[1].folded, 2) != 1:
        run = run[1:]
    groups = [token for token in run if token.folded not in {"dubbel", "plus"}]
    digits = sum(len(token.text) if token.text.isdigit() else _WIDTH.get(token.folded, 2) for token in groups)
    if digits < _LEAST or len(groups) < 3:  # noqa: PLR2004 - fewer groups are an amount or a date
        return
    if all(token.text.isdigit() for token in groups) and "," in text[run[0].start : run[-1].end]:
        return
    begins = text[run[0].start : run[-1].end]
    dialled = re.match(r"(?:nul|0|plus|\+|316|zes|06)", begins, re.IGNORECASE) is not None
    if dialled or digits >= _LEAST + 2:
        yield Finding(run[0].start, run[-1].end, "telefoon", "spoken number", weight=60)
