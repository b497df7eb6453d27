"""How much of what says who a text is about is taken out, on sentences in which people marked it.

The sentences stand in `tests/privacy`: a register, a tab, and a sentence with `[kind:words]` around what
must go. The rules were made with these in turn; each but the first was measured before:

- `seen.txt`: two thirds of the first sentences, by four writers; `unseen.txt` is the third put aside.
- `more.txt`: sentences for the classes that were missed in those, hard on purpose.
- `fresh.txt`: by somebody who knew no rule, and long not looked at.
- `dev.txt` and `dev2.txt`: each by two more writers who knew no rule. Rules were made with every other
  sentence first, and the rest told what they are worth elsewhere; then with that too.
- `dev3.txt`: by two more, mostly numbers and addresses, hard on purpose; `dev4.txt`: by two more again.
- `blind.txt` and `numbers.txt`: by two more; of the first only what was missed of numbers, then the rest.
- `own.txt`: by whoever made the rules, most of it as it is said, for what others might say and had not yet.

One more, again by two writers who knew no rule, shows what the rules are worth on what nobody tuned them for:

- `untouched.txt`: a natural mix. No rule is made with it: whoever makes one has a new set written for that.

A mark counts as found when all its letters are taken out, whatever they are called; what is taken out counts
as right when it touches a mark.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.table import Row
from workers.deidentification.deidentify import Deidentifier
from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import load_frequencies

FOLDER: Final = Path(__file__).parents[1] / "tests" / "privacy"
FILES: Final = ("seen", "unseen", "more", "fresh", "dev", "own", "dev2", "blind", "numbers", "dev3", "dev4")
"""The files of sentences the rules were made with."""

BLIND: Final = ("untouched",)
"""The files of sentences the rules were not made with."""

GOALS: Final = {"persoon": 0.95, "number or address": 0.97}
"""The recall to reach; where precision is concerned 0.90."""

PRECISION: Final = 0.90
_NUMBERS: Final = frozenset(
    {"telefoon", "e-mail", "account", "kenteken", "bsn", "iban", "geboortedatum", "nummer", "adres"}
)
_MARK: Final = re.compile(r"\[([a-z-]+):([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its marks, and where they stood: (start, end, kind)."""

    register: str
    text: str
    marks: tuple[tuple[int, int, str], ...]


@dataclass(slots=True)
class Counts:
    """By kind and register how much was marked and found; by kind how much was taken out, and rightly."""

    marked: Counter[str] = field(default_factory=Counter[str])
    found: Counter[str] = field(default_factory=Counter[str])
    taken: Counter[str] = field(default_factory=Counter[str])
    right: Counter[str] = field(default_factory=Counter[str])

    def recall(self, kind: str) -> float:
        """The share of what was marked that was found."""
        return self.found[kind] / self.marked[kind]

    def precision(self, kind: str | None = None) -> float:
        """The share of what was taken out that was marked; of all kinds together when none is named."""
        if kind is None:
            return self.right.total() / self.taken.total()
        return self.right[kind] / self.taken[kind]


def read_sentences(name: str) -> list[Sentence]:
    """The sentences of one of the FILES."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_read_sentence(*line.split("\t")) for line in lines]


def _read_sentence(register: str, marked: str) -> Sentence:
    text, at = "", 0
    marks: list[tuple[int, int, str]] = []
    for found in _MARK.finditer(marked):
        text += marked[at : found.start()]
        marks.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        at = found.end()
    return Sentence(register, text + marked[at:], tuple(marks))


def count(sentences: Iterable[Sentence], deidentifier: Deidentifier) -> Counts:
    """Compare what is marked with what is taken out."""
    counts = Counts()
    for sentence in sentences:
        findings = deidentifier.find(sentence.text)
        for start, end, kind in sentence.marks:
            covered = _covers(findings, sentence.text, start, end)
            group = "number or address" if kind in _NUMBERS else ""
            for key in (kind, sentence.register, group):
                counts.marked[key] += 1
                counts.found[key] += covered
        for finding in findings:
            counts.taken[finding.kind] += 1
            counts.right[finding.kind] += any(
                start < finding.end and finding.start < end for start, end, _ in sentence.marks
            )
    return counts


def _covers(findings: Iterable[Finding], text: str, start: int, end: int) -> bool:
    taken = {at for finding in findings for at in range(finding.start, finding.end)}
    return all(at in taken or not text[at].isalnum() for at in range(start, end))


def measure() -> list[Row]:
    """Recall and precision on the sentences the rules were made with, and on the others."""
    deidentifier = Deidentifier.load("enschede", load_frequencies())
    known = [sentence for name in FILES for sentence in read_sentences(name)]
    rows = _write_rows("the rules were made with", known, deidentifier)
    for name in BLIND:
        rows += _write_rows(f"nobody made them with ({name}.txt)", read_sentences(name), deidentifier)
    return rows


def _write_rows(which: str, sentences: list[Sentence], deidentifier: Deidentifier) -> list[Row]:
    counts = count(sentences, deidentifier)
    what = f"names taken out of {len(sentences)} marked sentences {which}"
    rows = [
        Row(f"{what}: recall of {kind}; floor: the goal", counts.recall(kind), goal, "")
        for kind, goal in GOALS.items()
    ]
    kinds = sorted(kind for kind in counts.taken if kind != "persoon")
    rows += [Row(f"… recall of {kind}; floor: 0.9", counts.recall(kind), 0.9, "") for kind in kinds]
    rows += [
        Row(f"… precision of {kind}; floor: the goal", counts.precision(kind), PRECISION, "")
        for kind in sorted(counts.taken)
    ]
    return [*rows, Row("… precision of all; floor: the goal", counts.precision(), PRECISION, "")]
