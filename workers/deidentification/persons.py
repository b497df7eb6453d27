"""Names of people: by lists, by the words around them, and by how they look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.contexts import Contexts
from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL
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
        spans, contexts = NameSpans(self.known), Contexts(self.known)
        said = self._find_said(tokens)
        at = 0
        while at < len(tokens):
            rule = "" if at in said else self._begin(text, tokens, at, spans, contexts)
            if not rule:
                at += 1
                continue
            last = spans.extend(text, tokens, at)
            if rule == "behind a title" and last == at and contexts.joins(text, tokens, at):
                last += 1
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
                said_here = " ".join(folded[at : at + length])
                if said_here in self.known.words.sayings or said_here in self.known.words.capitals:
                    said.update(range(at, at + length))
            if word in self.known.words.pets:
                called = at + 1 < len(folded) and folded[at + 1] in _IS_CALLED
                said.add(at + 1 + called)
        return said

    def _begin(
        self, text: str, tokens: Sequence[Token], at: int, spans: NameSpans, contexts: Contexts
    ) -> str:
        """The rule by which a name begins at a word; empty when none does."""
        token, known = tokens[at], self.known
        if (
            token.folded in known.words.capitals
            or not (token.worded or token.initials)
            or token.text[0] in "'’"
        ):
            return ""
        before = contexts.look_back(text, tokens, at)
        if token.initials or len(token.text) == 1:
            return "initials" if spans.takes_surname(text, tokens, at, before) else ""
        named = token.capital and not token.first and token.folded in known.words.with_capital
        if token.folded in known.words.interfixes:
            found = spans.skip_interfixes(text, tokens, at, lenient=before == "title")
            if found is not None and before == "title":
                return "behind a title"
            if found is not None and before == "role" and tokens[found - 1].folded in {"den", "der"}:
                return "behind a role"
            if found is not None and token.capital and not token.first:
                sure = known.is_last(tokens[found]) or token.folded in known.words.plain_interfixes
                return "surname" if sure else ""
            if not named:
                return ""
        if before == "title" and contexts.fits_title(text, tokens, at):
            return "behind a title"
        if known.is_first(token) or known.is_last(token):
            return self._weigh_known(text, tokens, at, contexts)
        return "" if token.shouted else self._weigh_unknown(text, tokens, at, contexts)

    def _weigh_known(self, text: str, tokens: Sequence[Token], at: int, contexts: Contexts) -> str:
        """The rule for a word that stands in a list of names."""
        token, known, before = tokens[at], self.known, contexts.look_back(text, tokens, at)
        first, everyday, double = known.is_first(token), known.is_everyday(token), known.is_double(token)
        frequency = known.frequency(token.folded)
        if first and not everyday and (token.capital or len(token.text) > _SHORT):
            return "first name"
        if token.capital and not token.first and not token.shouted:
            placed = token.folded in known.words.places and not first
            sure = double or before or token.folded in known.words.with_capital
            usual = (everyday or not first) and frequency > USUAL + _MARGIN
            return "" if placed or (usual and not sure) else "first name" if first else "surname"
        if before == "naming" and (token.capital or double):
            return "behind a word that names"
        if before == "role" and double and token.folded not in known.words.doings:
            return "behind a role"
        led = contexts.is_led(tokens, at)
        if not first and not everyday and frequency < RARE:
            plain = frequency < UNKNOWN and known.is_strange(token)
            subject = token.capital and contexts.is_subject(text, tokens, at)
            return "surname" if before or plain or subject else ""
        named = at + 1 < len(tokens) and tokens[at + 1].folded == "die"
        if double and first and led and (named or frequency < USUAL):
            return "behind a preposition"
        if double and first and contexts.is_bare(text, tokens, at):
            return "right behind a verb"
        return "subject of a sentence" if double and contexts.is_subject(text, tokens, at) else ""

    def _weigh_unknown(self, text: str, tokens: Sequence[Token], at: int, contexts: Contexts) -> str:
        """The rule for a word that stands in no list of names."""
        token, known, before = tokens[at], self.known, contexts.look_back(text, tokens, at)
        if before == "naming" and token.capital and not token.first:
            return "behind a word that names"
        if token.folded in known.words.places or known.is_everyday(token) or known.is_counted(token):
            return ""
        if known.looks_like(token):
            return "looks like a name"
        if before == "naming" and known.is_unknown(token):
            return "behind a word that names"
        if known.may_be(token):
            for holds, rule in (
                (before == "role", "behind a role"),
                (contexts.is_led(tokens, at), "behind a preposition"),
                (contexts.has_said(tokens, at), "behind a word for saying"),
                (contexts.is_subject(text, tokens, at), "subject of a sentence"),
                (contexts.stands_beside(text, tokens, at), "beside a name"),
            ):
                if holds:
                    return rule
        unlike = known.likeness.score(token.folded) < UNLIKE or known.frequency(token.folded) > RARE
        if token.capital and not token.first and not unlike and len(token.text) > _SHORT:
            return "" if known.is_made(token) else "a capital that nothing explains"
        return ""
