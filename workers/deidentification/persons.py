"""Names of people: by lists, by the words around them, and by how they look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, USUAL
from workers.deidentification.name_spans import NameSpans
from workers.deidentification.name_words import UNLIKE, NameWords
from workers.deidentification.tokens import Token

_ALONE: Final = 36
_WHOLE: Final = 62
"""The weights of one word, and of a name of several: more than a place called like its second half."""

_SHORT: Final = 2
_MARGIN: Final = 1.0
_IS_CALLED: Final = frozenset({"heet", "heette", "is"})


@dataclass(frozen=True, slots=True)
class Persons:
    """Finds names of people in words."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Names, each as far as it goes."""
        spans = NameSpans(self.known)
        said = self._find_said(tokens)
        at = 0
        while at < len(tokens):
            rule = "" if at in said else self._begin(text, tokens, at, spans)
            if not rule:
                at += 1
                continue
            last = spans.extend(text, tokens, at)
            weight = _WHOLE if last > at or rule == "behind a title" else _ALONE
            end, source = self.known.find_end(tokens[last]), self.known.find_list(tokens[at])
            yield Finding(tokens[at].start, end, "persoon", rule, source, weight)
            at = last + 1

    def _find_said(self, tokens: Sequence[Token]) -> set[int]:
        """Where words are part of a saying (klaar is Kees), or the name of a pet."""
        said: set[int] = set()
        folded = [token.folded for token in tokens]
        for at, word in enumerate(folded):
            for length in (2, 3):
                if " ".join(folded[at : at + length]) in self.known.words.sayings:
                    said.update(range(at, at + length))
            if word in self.known.words.pets:
                called = at + 1 < len(folded) and folded[at + 1] in _IS_CALLED
                said.add(at + 1 + called)
        return said

    def _begin(self, text: str, tokens: Sequence[Token], at: int, spans: NameSpans) -> str:
        """The rule by which a name begins at a word; empty when none does."""
        token, known = tokens[at], self.known
        if (
            token.folded in known.words.capitals
            or not (token.worded or token.initials)
            or token.text[0] in "'’"
        ):
            return ""
        before = self._look_back(text, tokens, at)
        if token.initials or len(token.text) == 1:
            return "initials" if spans.takes_surname(text, tokens, at, before) else ""
        if token.folded in known.words.interfixes:
            found = spans.skip_interfixes(text, tokens, at, lenient=before == "title")
            if found is None:
                return ""
            if before == "title":
                return "behind a title"
            return "surname" if token.capital and not token.first and known.is_last(tokens[found]) else ""
        if before == "title" and self._fits_title(tokens, at):
            return "behind a title"
        if known.is_first(token) or known.is_last(token):
            return self._weigh_known(text, tokens, at, before)
        return "" if token.shouted else self._weigh_unknown(token, before)

    def _weigh_known(self, text: str, tokens: Sequence[Token], at: int, before: str) -> str:
        """The rule for a word that stands in a list of names."""
        token, known = tokens[at], self.known
        first, everyday, double = known.is_first(token), known.is_everyday(token), known.is_double(token)
        frequency = known.frequency(token.folded)
        if first and not everyday:
            return "first name" if token.capital or len(token.text) > _SHORT else ""
        if token.capital and not token.first and not token.shouted:
            placed = token.folded in known.words.places and not first
            usual = everyday and not (first or double or before) and frequency > USUAL + _MARGIN
            return "" if placed or usual else "first name" if first else "surname"
        if before == "naming" and token.capital:
            return "behind a word that names"
        if before == "role" and double and token.folded not in known.words.doings:
            return "behind a role"
        if not first and not everyday and frequency < RARE:
            return "surname" if before or token.capital else ""
        if double and first and frequency < USUAL and at and tokens[at - 1].folded in known.words.towards:
            return "behind a preposition"
        return "subject of a sentence" if double and self._is_subject(text, tokens, at) else ""

    def _weigh_unknown(self, token: Token, before: str) -> str:
        """The rule for a word that stands in no list of names."""
        known = self.known
        if token.folded in known.words.places or known.is_everyday(token) or known.is_counted(token):
            return ""
        if known.looks_like(token):
            return "looks like a name"
        if before and known.is_unknown(token):
            return "behind a role" if before == "role" else "behind a word that names"
        unlike = known.likeness.score(token.folded) < UNLIKE or known.frequency(token.folded) > RARE
        if token.capital and not token.first and not unlike and len(token.text) > _SHORT:
            return "a capital that nothing explains"
        return ""

    def _is_subject(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether an everyday word at the beginning of a sentence does something, without an article."""
        token, known = tokens[at], self.known
        begins = token.first or tokens[at - 1].folded in known.words.fillers
        if not begins or at + 1 >= len(tokens):
            return False
        after = tokens[at + 1]
        between = text[token.end : after.start]
        if between != " ":
            return between.strip() == "," and after.folded in {"die", "zo"}
        if after.folded in {"en", "van", "vd"} and at + 2 < len(tokens):
            further = tokens[at + 2]
            plain = known.is_first(further) and not known.is_everyday(further)
            employer = further.folded in known.words.employers
            return (
                further.capital or plain or employer or known.looks_like(further) or known.is_double(further)
            )
        if after.capital and known.is_last(after):
            return True
        does = token.folded in known.words.doings and after.folded != token.folded
        return after.folded in known.words.doings and not does

    def _fits_title(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the word behind a title is the name of who has it."""
        token, known = tokens[at], self.known
        if token.capital:
            return not token.first
        if known.is_double(token):
            after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
            return token.folded not in known.words.doings or after in known.words.doings or after == "die"
        if known.is_first(token) or known.is_last(token):
            usual = known.frequency(token.folded) > USUAL and not known.is_first(token)
            return not known.is_everyday(token) and not usual
        return known.is_unknown(token)

    def _look_back(self, text: str, tokens: Sequence[Token], at: int) -> str:
        """What the words before say of this one: `title`, `role`, `naming`, or nothing."""
        words = self.known.words
        if at == 0 or text[tokens[at - 1].end : tokens[at].start].strip(" .:'\"“‘"):
            return ""
        before = [token.folded.rstrip(".") for token in tokens[max(0, at - 3) : at]]
        one, two = before[-1], " ".join(before[-2:])
        if one in words.titles:
            return "title"
        if one in words.roles or two in words.roles:
            return "role"
        if one in words.adverbs:  # ik ben dus Mohamed
            one, two = (before[-2] if len(before) > 1 else ""), " ".join(before[-3:-1])
        return "naming" if one in words.naming or two in words.naming else ""
