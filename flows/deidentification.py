"""What was found in a teller's words that says who they are about, and the words as they will be kept.

Looking for it takes lists and time, so that is a worker's job; here is what it found, and what the teller
made of it: marks whose words are put back, and words of their own choice that are taken out as well.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Literal

from flows.reading.words import fold
from flows.values import Value, replace

FindingState = Literal["taken_out", "put_back", "by_teller"]

NAMELESS = frozenset({"date"})
"""The kinds of questions whose answers are texts (a day), and name nobody."""

MOST_TAKEN_OUT = 50
"""Words or phrases a teller can take out of one story."""

LONGEST_TAKEN_OUT = 200
"""Characters of such a phrase."""

BY_HAND = "woorden"
"""The kind of a finding that a person made, not a rule."""


class Finding(Value):
    """Characters `start` up to `end` of a text, what `kind` they are, and the `mark` that stands for them.

    `rule` and `source` (which list) say why it was found; they are for people who ask, not for the engine.
    """

    start: int
    end: int
    kind: str
    mark: str
    rule: str = ""
    source: str = ""


class SearchedText(Value):
    """One text and what was found in it, in its order; `key` is the name its keeper knows it by.

    `question` is the code of the question it answers, "" for the story itself.
    """

    key: str
    question: str
    text: str
    findings: tuple[Finding, ...] = ()


class KeptText(Value):
    """A text as it is kept."""

    key: str
    question: str
    text: str


class KeptFinding(Value):
    """What became of a finding, without its words: `by_teller` is one the teller took out by hand."""

    question: str
    mark: str
    kind: str
    rule: str
    source: str
    state: FindingState


class Deidentification(Value):
    """Where a session is with its words: asked for, found, adjusted.

    `number` counts how often it was asked for, `of` is the sign of the words for which, "" for none that
    still hold; `since` is when (seconds since 1970), `told` that the teller was told it takes a while.
    `texts` is what was found, None until then. `put_back` are words (folded) that stay after all, and
    `taken_out` phrases that go as well; both outlive a new search.
    """

    number: int = 0
    of: str = ""
    since: float = 0.0
    told: bool = False
    texts: tuple[SearchedText, ...] | None = None
    put_back: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()

    def covers(self, story: str) -> bool:
        """Whether it was asked for these very words of the story, and no answer changed since."""
        return bool(self.of) and self.of == sign_words(story)

    @property
    def awaited(self) -> bool:
        """Whether it was asked for and is not there yet."""
        return bool(self.of) and self.texts is None

    @property
    def marks(self) -> dict[str, tuple[str, ...]]:
        """The marks in their order, each with the different words it stands for."""
        found: dict[str, dict[str, str]] = {}
        for text in self.texts or ():
            for finding in text.findings:
                words = " ".join(text.text[finding.start : finding.end].split())
                found.setdefault(finding.mark, {}).setdefault(fold(words), words)
        return {mark: tuple(words.values()) for mark, words in found.items()}

    @property
    def marks_put_back(self) -> frozenset[str]:
        """The marks whose words stay after all."""
        put_back = frozenset(self.put_back)
        return frozenset(
            mark for mark, words in self.marks.items() if not put_back.isdisjoint(map(fold, words))
        )

    def turn_over(self, mark: str) -> "Deidentification":
        """The words of a mark stay, or go again when they were put back."""
        words = tuple(fold(each) for each in self.marks.get(mark, ()))
        others = tuple(each for each in self.put_back if each not in words)
        return replace(self, put_back=others if mark in self.marks_put_back else (*others, *words))

    def take_out(self, words: str) -> "Deidentification | None":
        """Without these words too, wherever they stand; None when they stand nowhere, or are too many."""
        phrase = " ".join(words.split())
        if not phrase or len(phrase) > LONGEST_TAKEN_OUT or len(self.taken_out) >= MOST_TAKEN_OUT:
            return None
        if fold(phrase) in self.put_back:  # changed their mind
            return replace(self, put_back=tuple(each for each in self.put_back if each != fold(phrase)))
        pattern, put_back = _write_pattern(phrase), self.marks_put_back
        if not any(
            _stands_free(match.start(), match.end(), standing)
            for text in self.texts or ()
            for standing in (_list_standing(text, put_back),)
            for match in pattern.finditer(text.text)
        ):
            return None
        return replace(self, taken_out=(*self.taken_out, phrase))

    def write(self) -> tuple[KeptText, ...]:
        """Every text as it is kept."""
        put_back = self.marks_put_back
        return tuple(
            KeptText(text.key, text.question, put_marks(text.text, self._list_replaced(text, put_back)))
            for text in self.texts or ()
        )

    def list_findings(self) -> tuple[KeptFinding, ...]:
        """What became of all that was found, in its order, without any of its words."""
        put_back = self.marks_put_back
        return tuple(
            KeptFinding(text.question, each.mark, each.kind, each.rule, each.source, _judge(each, put_back))
            for text in self.texts or ()
            for each in sorted(
                (*text.findings, *self._find_by_teller(text, put_back)), key=lambda finding: finding.start
            )
        )

    def _find_by_teller(self, text: SearchedText, put_back: frozenset[str]) -> list[Finding]:
        standing, found = _list_standing(text, put_back), list[Finding]()
        for number, phrase in enumerate(self.taken_out, 1):
            for match in _write_pattern(phrase).finditer(text.text):
                if _stands_free(match.start(), match.end(), (*standing, *found)):
                    mark = f"[weggehaald {number}]"
                    found.append(Finding(match.start(), match.end(), BY_HAND, mark, "taken out by hand"))
        return found

    def _list_replaced(self, text: SearchedText, put_back: frozenset[str]) -> list[tuple[int, int, str]]:
        replaced = (*_list_standing(text, put_back), *self._find_by_teller(text, put_back))
        return sorted((each.start, each.end, each.mark) for each in replaced)


NOTHING = Deidentification()

_MARKED = re.compile(r"\[[a-z-]+ \d+\]")


def take_words_out(text: str, words: str, mark: str) -> str:
    """A kept text with a mark in the place of some words, wherever they stand; its own marks stay whole."""
    marks = [each.span() for each in _MARKED.finditer(text)]

    def put(match: re.Match[str]) -> str:
        within = any(start < match.end() and match.start() < end for start, end in marks)
        return match[0] if within else mark

    return _write_pattern(words).sub(put, text) if words.split() else text


def put_marks(text: str, marks: Iterable[tuple[int, int, str]]) -> str:
    """A text with marks in the place of its characters `start` up to `end`; (start, end, mark), in order."""
    pieces: list[str] = []
    at = 0
    for start, end, mark in marks:
        pieces += (text[at:start], mark)
        at = end
    return "".join((*pieces, text[at:]))


def sign_words(story: str) -> str:
    """A short sign by which the same words are known again; never "", not even of no words at all."""
    return hashlib.blake2b(story.encode(), digest_size=8).hexdigest()


def _judge(finding: Finding, put_back: frozenset[str]) -> FindingState:
    if finding.kind == BY_HAND:
        return "by_teller"
    return "put_back" if finding.mark in put_back else "taken_out"


def _list_standing(text: SearchedText, put_back: frozenset[str]) -> list[Finding]:
    return [each for each in text.findings if each.mark not in put_back]


def _write_pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _stands_free(start: int, end: int, taken: Iterable[Finding]) -> bool:
    return all(end <= each.start or each.end <= start for each in taken)
