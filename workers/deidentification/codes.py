"""Numbers of papers, cases and rooms by the signs they are made of, written or said sign by sign."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.pieces import Run
from workers.deidentification.tokens import Token
from workers.deidentification.word_lists import Words

_WEIGHT: Final = 66
_MADE_WEIGHT: Final = 57
"""Less than any other kind of number with a form of its own."""

_FAR: Final = 8
"""Words between a number and the one that says what it is."""

_NEAR: Final = 3
"""The same of a room: kamer is uh 12."""

_BY_NUMBER: Final = re.compile(r"\w*(?:nummers?|nummertje|nrs?|kenmerk|code|referentie)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?:\s?[\-/]\s?(?:(?:19|20)?\d\d))?")
_DAY: Final = re.compile(r"\d{1,2}\s?[\-/.]\s?\d{1,2}(?:\s?[\-/.]\s?(?:\d{4}|\d{2}))?|\d{4}-\d{2}-\d{2}")
_GROUPS: Final = re.compile(r"\d{4}(?: \d{4})+")
_TIME: Final = re.compile(r"\d{1,2}[.:]\d\d")
_BEFORE_AMOUNT: Final = re.compile(r"[€$]\s?$|euro\s$|\beur\s$", re.IGNORECASE)
_PREPOSITIONS: Final = frozenset({"of", "tot", "bij", "op", "per"})
_COUNTING: Final = (
    "een twee drie vier vijf zes zeven acht negen tien",
    "tien negen acht zeven zes vijf vier drie twee een",
)
_LEADING_BACK: Final = frozenset("dat is was als het mijn mn zijn zn haar ons uw hun dus".split())
_FREE: Final = re.compile(r"0[89]00(?!\d)|14[ ]?0\d\d|veertien nul", re.IGNORECASE)
"""Telephone numbers of services that everybody may call."""

_DIALLED: Final = re.compile(r"nul\s|0|plus|\+", re.IGNORECASE)
_MOST_UNDIALLED: Final = 8
_LEAST: Final = 5
_LEAST_MIXED: Final = 4
_ROUND: Final = "00"


def find_codes(text: str, tokens: Sequence[Token], runs: Iterable[Run], words: Words) -> Iterator[Finding]:
    """Behind a word for a paper or a room, and what is made of so many signs that it can be nothing else."""
    for run in runs:
        start, end = tokens[run.first].start, tokens[run.last].end
        end -= text[end - 1] == "."  # of the sentence: nummer 24-D.
        if _counts(text, tokens, run, words):
            continue
        rule = _find_rule(text, tokens, run, words)
        if rule:
            weight = _MADE_WEIGHT if rule == "many signs" else _WEIGHT
            yield Finding(start, end, "nummer", rule, weight=weight)


def _find_rule(text: str, tokens: Sequence[Token], run: Run, words: Words) -> str:
    written = text[tokens[run.first].start : tokens[run.last].end]
    if _is_room(text, tokens, run, words):
        return "number of a room"
    if _FREE.match(written):
        return ""
    if _DIALLED.match(written) and run.figures > _MOST_UNDIALLED:
        return ""
    if _YEAR.fullmatch(written) or _DAY.fullmatch(written) or _TIME.fullmatch(written):
        return ""
    announced = _find_paper(tokens, run, words) or _find_later(tokens, run, words)
    mixed = len(run.signs) - run.figures > 1
    if announced and run.figures >= (3 if mixed or announced in words.papers else _LEAST_MIXED):
        return "number of a paper"
    return "many signs" if _is_made(written, run, tokens) else ""


def _is_room(text: str, tokens: Sequence[Token], run: Run, words: Words) -> bool:
    at = run.first - 1
    while at >= max(0, run.first - _NEAR) and tokens[at].folded in {"nummer", "nr", "is", "was", "uh", "eh"}:
        at -= 1
    close = at >= 0 and not text[tokens[run.first - 1].end : tokens[run.first].start].strip(" :-.")
    return close and tokens[at].folded in words.rooms and len(run.signs) <= 8  # noqa: PLR2004 - signs of a room


def _find_paper(tokens: Sequence[Token], run: Run, words: Words) -> str:
    """The word for a paper before a run, in its sentence; empty when there is none."""
    for at in range(run.first - 1, max(-1, run.first - 1 - _FAR), -1):
        if tokens[at + 1].first and tokens[at].folded not in {"nr", "no"}:
            return ""
        word = tokens[at].folded
        if word in words.papers or (_BY_NUMBER.fullmatch(word) and word not in words.other_numbers):
            return word
    return ""


def _find_later(tokens: Sequence[Token], run: Run, words: Words) -> str:
    """The word for a number right behind a run: z k dertien nul vijf dat is mijn polisnummer."""
    for at in range(run.last + 1, min(run.last + 2 + _NEAR + 1, len(tokens))):
        word = tokens[at].folded
        if tokens[at].first or word not in _LEADING_BACK:
            numbered = _BY_NUMBER.fullmatch(word) is not None and word not in words.other_numbers
            return word if numbered and not tokens[at].first and at > run.last + 1 else ""
    return ""


def _is_made(written: str, run: Run, tokens: Sequence[Token]) -> bool:
    """Whether so many signs can only be a number of something: JZ-2024-77103, 4 1 7 7 0 2 6."""
    if "," in written and " " not in written:
        return False
    lettered = "a" in run.signs
    if " " not in written:
        mixed = (
            lettered
            and run.figures >= _LEAST_MIXED
            and not re.fullmatch(r"\d+[a-z]+|\D*(?:19|20)\d\d", written, re.IGNORECASE)
        )
        joined = not lettered and re.search(r"\d[\-/]\d", written) is not None
        plain = written.isdigit() and not written.endswith(_ROUND)
        return (run.figures >= _LEAST and (joined or plain)) or mixed
    if _GROUPS.fullmatch(written) and not all(map(_YEAR.fullmatch, written.split())):
        return True
    folded = [token.folded for token in tokens[run.first : run.last + 1]]
    if "nul" in folded[1:] and run.figures >= _LEAST:  # no amount has a nought of its own
        return True
    spelled = run.units >= _LEAST and run.units >= run.last - run.first - run.units
    said = " ".join(folded)
    return spelled and not any(said in counting for counting in _COUNTING)


def _counts(text: str, tokens: Sequence[Token], run: Run, words: Words) -> bool:
    """Whether it says how many or how much: 12500 euro, kamer drie weken leeg."""
    start, end = tokens[run.first].start, tokens[run.last].end
    after = tokens[run.last + 1].folded if run.last + 1 < len(tokens) else ""
    if after in _PREPOSITIONS and run.first and _BY_NUMBER.fullmatch(tokens[run.first - 1].folded):
        return False
    if _BEFORE_AMOUNT.search(text, max(0, start - 6), start) or text[end : end + 2].strip()[:1] in {"€", "%"}:
        return True
    return after in words.units and not tokens[run.last + 1].first and "a" not in run.signs
