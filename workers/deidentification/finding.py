"""What is found in a text, which of two findings that overlap counts, and the text without them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as shorten
from typing import Final, Literal

from flows.deidentification import put_marks
from flows.reading.words import fold

Kind = Literal[
    "persoon",
    "plaats",
    "adres",
    "instelling",
    "telefoon",
    "e-mail",
    "account",
    "kenteken",
    "bsn",
    "iban",
    "geboortedatum",
    "nummer",
]

MARKS: Final[dict[Kind, str]] = {
    "telefoon": "telefoonnummer",
    "e-mail": "e-mailadres",
    "iban": "rekeningnummer",
}
"""How a kind is called in the text itself, where that is not its own name."""

_NUMBERS: Final[frozenset[Kind]] = frozenset(
    {"telefoon", "e-mail", "account", "kenteken", "bsn", "iban", "geboortedatum", "nummer"}
)
"""Kinds of which two that overlap are one number: what two rules see goes as a whole."""

_SIGNS: Final[frozenset[Kind]] = frozenset({"telefoon", "iban", "bsn", "kenteken"})
"""Kinds that are the same however they are grouped, and a telephone number with its country as well."""

_PARTS: Final = re.compile(r"[^\W\d_]+|\d+")
_INTERFIXES: Final = frozenset("van de der den het t ter ten el al la le da di du dos von ben bin".split())


_PARTING: Final = re.compile(
    r"[\s,.\-'’]*(?:(?<!\w)(?:van|de|der|den|het|vd|v\.d|te|ter|ten|aan|op|in|bij|uit|naar|en)(?!\w)[\s,.\-'’]*)*\Z",
    re.IGNORECASE,
)
"""What leads from a name to the one behind it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Characters `start` up to `end` of a text, what they are, the `rule` that says so, and from which list.

    Of two findings that overlap the one with the higher `weight` counts, then the longer one.
    """

    start: int
    end: int
    kind: Kind
    rule: str
    source: str = ""
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Replaced:
    """A finding with the mark that stands in its place, such as `[persoon 1]`."""

    finding: Finding
    mark: str


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A text with marks, and what each of them stands for, in their order."""

    text: str
    replaced: tuple[Replaced, ...]


def settle(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Findings of which no two overlap, in their order in the text.

    What a finding that does not count says of the words before the one that does still holds; of two numbers
    that overlap all is one.
    """
    settled: list[Finding] = []
    for finding in sorted(findings, key=lambda each: (-each.weight, each.start - each.end, each.start)):
        last = bisect_left(settled, finding.end, key=_get_start)
        first = last
        while first > 0 and settled[first - 1].end > finding.start:
            first -= 1
        others = settled[first:last]
        if len(others) == 1 and {finding.kind, others[0].kind} <= _NUMBERS:
            begin, end = min(finding.start, others[0].start), max(finding.end, others[0].end)
            settled[first] = shorten(others[0], start=begin, end=end)
            continue
        end = finding.end
        if others:
            before = text[finding.start : max(others[0].start, finding.start)]
            end = finding.start + len(_PARTING.sub("", before))
        if finding.start < end:
            settled.insert(first, shorten(finding, end=end))
    return settled


def _get_start(finding: Finding) -> int:
    return finding.start


def replace(text: str, findings: Sequence[Finding]) -> Deidentified:
    """Put a mark in the place of each finding; whoever or whatever is the same gets the same number.

    A person is the same when a name of theirs is: Fatima, and later Fatima el Amrani.
    """
    names: dict[Kind, list[set[str]]] = {}
    replaced: list[Replaced] = []
    for finding in findings:
        if finding.kind not in names:  # a text that was changed may hold marks of before
            names[finding.kind] = [set[str]() for _ in range(_count_marks(text, finding.kind))]
        number = _find_number(names[finding.kind], text[finding.start : finding.end], finding)
        replaced.append(Replaced(finding, f"[{MARKS.get(finding.kind, finding.kind)} {number}]"))
    marks = ((each.finding.start, each.finding.end, each.mark) for each in replaced)
    return Deidentified(put_marks(text, marks), tuple(replaced))


def _count_marks(text: str, kind: Kind) -> int:
    """The highest number of a kind's marks that stand in a text already."""
    numbers = re.findall(rf"\[{MARKS.get(kind, kind)} (\d{{1,4}})\]", text)
    return max(map(int, numbers), default=0)


def _find_number(known: list[set[str]], words: str, finding: Finding) -> int:
    folded = fold(words)
    if finding.kind == "persoon":
        parts = set(_PARTS.findall(folded)) - _INTERFIXES
    elif finding.kind in _SIGNS:
        parts = {re.sub("^(?:0031|31)", "0", re.sub(r"\W", "", folded))}
    else:
        parts = {folded.strip()}
    for number, others in enumerate(known, 1):
        if parts & others:
            others.update(parts)
            return number
    known.append(parts)
    return len(known)
