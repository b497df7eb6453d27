"""Reading one answer to a question with options: by name, number, beginning, or with a slip of the pen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows.outbound import Option
from flows.reading.numbers import find_ordinal, find_whole, weak_numbers
from flows.reading.option_names import MOST_DIGITS, Codes, OptionNames, name_options
from flows.reading.spelling import find_close
from flows.reading.words import fold, split_words, word_set

SHORTEST_BEGINNING = 3
"""Letters from which the beginning of a label names it."""

LONGEST_NEAR_REPLY = 80
"""Characters beyond which beginnings and close spellings are not looked for."""

MOST_WORDS = 12
"""Words an answer with small words around it may have."""

_NUMBERED = re.compile(r"\s*[0-9]{1,2}\s?[.):]")
_LISTED = re.compile(r"\s*[0-9]{1,2}[.)]\s")
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Unsure:
    """A reply fits several options; `codes` are those, as shown, and the bot asks which one is meant."""

    codes: Codes


OneReading = str | Unsure | None


def choose(codes: Sequence[str]) -> OneReading:
    """The one code there is; Unsure of several, None of none."""
    unique = tuple(dict.fromkeys(codes))
    return Unsure(unique) if len(unique) > 1 else unique[0] if unique else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one question, and the words that count when replies to it are read in a language."""

    names: OptionNames
    language: str
    small: frozenset[str]
    number_nouns: frozenset[str]
    negations: frozenset[str]
    possessives: frozenset[str]
    last: frozenset[str]
    weak: frozenset[str]

    def read_surely(self, reply: str) -> OneReading:
        """The option a reply names beyond doubt: by label, code or number, with small words around it."""
        digits = reply.rstrip(".)")
        if digits.isdecimal() and len(digits) <= MOST_DIGITS:  # what most people send
            return choose(self.names.raw.get(reply) or self.names.find_number(int(digits)))
        words = split_words(reply)
        exact = self.names.find_name(reply, words)
        if exact or not words:
            return choose(exact)
        if reply.endswith(_CUT):  # some lists send back the label as they showed it: numbered, and cut short
            return self._read_cut(words)
        numbered = self._read_numbered(reply, words)
        return self._read_among_small_words(words) if numbered is None else numbered

    def _read_cut(self, words: Sequence[str]) -> OneReading:
        numbered = words[0].isdecimal() and len(words[0]) <= MOST_DIGITS
        start = " ".join(words)
        whole = [code for code, label in self.names.labels if label.startswith(start)]
        if not numbered:
            return choose(whole)
        start = " ".join(words[1:])
        found = [code for code, label in self.names.labels if start and label.startswith(start)]
        placed = self.names.find_place(int(words[0]))
        return choose(placed if placed and placed[0] in found else found)

    def _read_numbered(self, reply: str, words: Sequence[str]) -> OneReading:
        """`2. muur`: where number and label differ, the label of a list counts, and of a person neither."""
        if len(words) == 1 or not words[0].isdecimal() or len(words[0]) > MOST_DIGITS:
            return None
        named = self.names.find_words(words[1:])
        placed = self.names.find_place(int(words[0]))
        if all(word.isdecimal() for word in words[1:]):  # `3. 2`, but never `3.2` or `3 2`
            at = int(words[0])
            listed = _LISTED.match(fold(reply)) and set(named) & set(self.names.codes[at - 1 : at])
            return choose(sorted(listed)) if listed and at else None
        if not named or (placed and placed[0] in named):
            return choose(placed if named else ())
        return choose(named if _NUMBERED.match(fold(reply)) else (*placed, *named))

    def _read_among_small_words(self, words: Sequence[str]) -> OneReading:
        """A label, number or ordinal with nothing but small words before and after it; the longest counts."""
        if len(words) == 1:
            return choose(self.find_number(words, 0, 1))
        spans = self._list_spans(words)
        for at, end in spans:
            if found := self.names.find_words(words[at:end]):
                rivals = (words[i:j] for i, j in spans if j - i == end - at)
                return choose([*found, *(code for rival in rivals for code in self.names.find_words(rival))])
        for at, end in spans:
            if found := self.find_number(words, at, end):
                return choose(found)
        return None

    def _list_spans(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """From where to where the words can hold the answer, without small words around it; longest first."""
        if len(words) > MOST_WORDS:
            return []
        first, last = self.find_core(words)
        spans = [(at, end) for at in range(first + 1) for end in range(max(last, at + 1), len(words) + 1)]
        return sorted(spans, key=lambda span: span[0] - span[1])

    def find_core(self, words: Sequence[str]) -> tuple[int, int]:
        """From where to where words stand that are not small; from the end to the start when all are."""
        first, last = 0, len(words)
        while first < len(words) and (words[first] in self.small or words[first] in self.number_nouns):
            first += 1
        while last > 0 and (words[last - 1] in self.small or words[last - 1] in self.number_nouns):
            last -= 1
        return first, last

    def find_number(self, words: Sequence[str], at: int, end: int) -> Codes:
        """Codes meant by a number, ordinal or "laatste", which stands at `at` to `end` in folded words."""
        span, phrase = words[at:end], " ".join(words[at:end])
        named = at > 0 and words[at - 1] in self.number_nouns
        weak = phrase in self.weak and len(span) < len(words) and not named
        number = None if weak or phrase in self.negations else self._find_whole(span)
        if number is not None:
            return self.names.find_number(number)
        place = find_ordinal(span, self.language)
        if place is not None:
            return (*self.names.codes[place - 1 : place], *self.names.numerals.get(place, ()))
        return self.names.codes[-1:] if phrase in self.last else ()

    def _find_whole(self, words: Sequence[str]) -> int | None:
        short = len(words) != 1 or len(words[0]) <= MOST_DIGITS or not words[0].isdecimal()
        return find_whole(words, self.language) if short else None

    def read_nearly(self, reply: str) -> OneReading:
        """The option of which a reply is the beginning, or that it spells nearly right."""
        words = split_words(reply)
        if len(reply) > LONGEST_NEAR_REPLY or not words or len(words) > MOST_WORDS or reply.endswith(_CUT):
            return None
        first, last = self.find_core(words)
        core = words[first:last]
        tries = (words, core) if core and core != words else (words,)
        owned = self.possessives.isdisjoint(words)
        labels = self.names.labels + (self.names.plain_labels if owned else ())
        for tried in tries:
            if begun := self._find_begun(tried, labels):
                return choose(begun)
        for tried in tries:
            if close := find_close(tried, labels + self.names.short_names, self.language):
                return choose(close)
        return None

    def read_either_way(self, reply: str) -> OneReading:
        """The option a reply names, surely or else nearly."""
        return self.read_surely(reply) or self.read_nearly(reply)

    def _find_begun(self, words: Sequence[str], labels: Sequence[tuple[str, str]]) -> list[str]:
        """Codes of the labels that begin so; a beginning does not leave out the `niet` of its label."""
        start = " ".join(words)
        if sum(map(str.isalpha, start)) < SHORTEST_BEGINNING:
            return []
        negative = not self.negations.isdisjoint(words)
        known = any(words[-1] in group for group in (self.negations, self.small, self.weak))
        return [
            code
            for code, label in labels
            if label.startswith(start)
            and (negative or self.negations.isdisjoint(label.split()))
            and (not known or label.startswith(f"{start} "))
        ]


@lru_cache(512)
def know_asked(shown: tuple[Option, ...], language: str) -> Asked:
    """What is needed to read replies to these options; kept, for the same options are shown to many."""
    return Asked(
        names=name_options(shown, language),
        language=language,
        small=word_set(language, "small"),
        number_nouns=word_set(language, "number_nouns"),
        negations=word_set(language, "negations"),
        possessives=word_set(language, "possessives"),
        last=word_set(language, "last"),
        weak=frozenset(weak_numbers(language)),
    )
