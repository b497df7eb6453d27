"""Names of people: by lists, by the words around them, and by how they look."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from workers.deidentification.contexts import Before, Contexts
from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL
from workers.deidentification.name_spans import NameSpans
from workers.deidentification.name_words import NameWords
from workers.deidentification.sayings import find_said
from workers.deidentification.tokens import Token
from workers.deidentification.uses import DETERMINERS, Uses

_ALONE: Final = 36
_WHOLE: Final = 62
"""The weights of one word, and of a name of several: more than a place called like its second half."""

_SHORT: Final = 2
_SHORT_NAMES: Final = frozenset({"mo", "bo", "ab", "ed", "cy", "vi", "ly"})
"""Two letters that are hardly anything else."""

_MARGIN: Final = 1.0
_MOST_USUAL: Final = 5.0
_CALLED: Final = frozenset({"heet", "heette", "heten", "heetten", "genaamd"})
_MOST_TOLD: Final = 4.5
_SAID_TO_BE: Final = frozenset({"behind a title", "behind a word that names"})
_THEIRS: Final = re.compile(r" (?:z['’]n|zn|d['’]r) ", re.IGNORECASE)
"""Behind a name, and before what is theirs: mo z'n brommer."""


@dataclass(frozen=True, slots=True)
class Persons:
    """Finds names of people in words."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Names, each as far as it goes."""
        known, spans, contexts = self.known, NameSpans(self.known), Contexts(self.known)
        again: dict[str, Finding] = {}
        said = find_said(self.known.words, tokens)
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
            end, source = known.find_end(tokens[last]), known.find_list(tokens[at])
            finding = Finding(tokens[at].start, end, "persoon", rule, source, weight)
            yield finding
            if rule in _SAID_TO_BE and self._is_or(tokens, last + 1):  # oosterveld of oosterweg
                other = tokens[spans.extend(text, tokens, last + 2)]
                yield replace(finding, start=tokens[last + 2].start, end=known.find_end(other))
            if last == at and tokens[at].capital and not tokens[at].first:
                again[tokens[at].folded] = finding
            at = last + 1
        for token in tokens:
            if token.first and token.capital and token.folded in again and self._is_again(token):
                yield replace(
                    again[token.folded], start=token.start, end=token.end, rule="named before or later"
                )

    def _is_or(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether `of` stands here, and what else the name may be."""
        if at + 1 >= len(tokens) or tokens[at].folded != "of" or not tokens[at + 1].worded:
            return False
        other = tokens[at + 1]
        rare = self.known.frequency(other.folded) < RARE
        listed = self.known.is_last(other) and not self.known.is_everyday(other)
        return (rare or listed) and not self.known.is_grammar(other)

    def _is_again(self, token: Token) -> bool:
        """Whether a word that is a name elsewhere in the text is one at the beginning of a sentence too."""
        words = self.known.words
        return not (token.folded in words.doings or token.folded in words.with_capital)

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
        if token.folded in known.words.interfixes:
            named = token.capital and not token.first and token.folded in known.words.with_capital
            lenient = before == "title" or (before == "naming" and tokens[at - 1].folded in _CALLED)
            found = spans.skip_interfixes(text, tokens, at, lenient=lenient)
            if found is not None or not named:
                return self._weigh_part(tokens, at, found, before)
        if before == "title" and contexts.fits_title(text, tokens, at):
            return "behind a title"
        if known.is_counted(token) and not token.capital:
            return ""
        called = Uses(known).find_rule(tokens, at)
        if called:
            return called
        if known.is_first(token) and not known.is_everyday(token) and _THEIRS.match(text, token.end):
            return "whose something is"
        if known.is_first(token) or known.is_last(token):
            return self._weigh_known(text, tokens, at, contexts)
        return "" if token.shouted else self._weigh_unknown(text, tokens, at, contexts)

    def _weigh_part(self, tokens: Sequence[Token], at: int, found: int | None, before: Before) -> str:
        """The rule for a part such as `van`, where the surname it belongs to is `found`."""
        token, known = tokens[at], self.known
        if found is None:
            return ""
        told = token.folded == "van" and at > 1 and tokens[at - 2].folded in DETERMINERS
        listed = tokens[found].folded in known.words.prefixed
        told = told and not (listed and known.frequency(tokens[found].folded) < _MOST_TOLD)
        told = told or (token.folded == "vd" and not listed)
        plain = found == at + 1 or known.frequency(tokens[found].folded) > USUAL
        if before == "title" and not (told and plain and not tokens[found].capital):
            return "behind a title"
        foreign = token.folded in known.words.foreign_interfixes and tokens[at - 1].folded in _CALLED
        if before == "naming" and foreign and known.frequency(tokens[found].folded) < RARE:
            return "behind a word that names"
        if before == "role" and tokens[found - 1].folded in {"den", "der"}:
            return "behind a role"
        sure = known.is_last(tokens[found]) or token.folded in known.words.plain_interfixes
        return "surname" if sure and token.capital and not token.first else ""

    def _weigh_known(self, text: str, tokens: Sequence[Token], at: int, contexts: Contexts) -> str:
        """The rule for a word that stands in a list of names."""
        token, known, before = tokens[at], self.known, contexts.look_back(text, tokens, at)
        first, everyday, double = known.is_first(token), known.is_everyday(token), known.is_double(token)
        frequency = known.frequency(token.folded)
        short = len(token.text) <= _SHORT and token.folded not in _SHORT_NAMES
        if first and not everyday and (token.capital or not short):
            return "first name"
        if token.capital and not token.first and not token.shouted:
            placed = token.folded in known.words.places and not first
            if (
                known.is_last(token)
                and frequency < _MOST_USUAL
                and contexts.opens_with_part(text, tokens, at)
            ):
                return "surname"
            sure = double or before or token.folded in known.words.with_capital
            usual = (everyday or not first) and frequency > USUAL + _MARGIN
            return "" if placed or (usual and not sure) else "first name" if first else "surname"
        if before == "naming" and (token.capital or double):
            return "behind a word that names"
        if before == "role" and double and contexts.fits_role(tokens, at):
            return "behind a role"
        only = token.folded in known.words.only_surnames
        if ((not first and not everyday and frequency < RARE) or only) and not contexts.is_infinitive(
            tokens, at
        ):
            return "surname" if before or self._stands_alone(text, tokens, at, contexts) else ""
        somebody = not first and not everyday and frequency < USUAL
        if somebody and (contexts.belongs(tokens, at) or contexts.has_word(tokens, at)):
            return "whose somebody or something is"
        if first and frequency < RARE and not token.first and not contexts.is_described(tokens, at):
            return "first name"
        of = contexts.belongs(tokens, at) and tokens[at - 1].folded == "van"  # vd is one with an article
        bare = contexts.lacks_article(tokens, at) or of
        if token.folded in known.words.trades and bare:
            return "a trade without its article"
        return self._weigh_double(text, tokens, at, contexts) if double else ""

    def _stands_alone(self, text: str, tokens: Sequence[Token], at: int, contexts: Contexts) -> bool:
        """Whether a rare surname in small letters is one: nobody knows it, or no article stands before it."""
        token, known = tokens[at], self.known
        plain = known.frequency(token.folded) < UNKNOWN and known.is_strange(token)
        subject = token.capital and contexts.is_subject(text, tokens, at)
        begins = token.capital and token.first
        described = contexts.is_described(tokens, at) and not contexts.is_pointed_at(tokens, at)
        bare = not (begins or token.folded.endswith("je") or described)
        return plain or subject or bare

    def _weigh_double(self, text: str, tokens: Sequence[Token], at: int, contexts: Contexts) -> str:
        """The rule for an everyday word that is often a name."""
        token, first = tokens[at], self.known.is_first(tokens[at])
        led = contexts.is_led(tokens, at)
        named = at + 1 < len(tokens) and tokens[at + 1].folded == "die"
        if first and led and (named or self.known.frequency(token.folded) < USUAL):
            return "behind a preposition"
        if Uses(self.known).is_aged(tokens, at):
            return "with an age"
        acting = token.folded in self.known.words.doings
        if first and not acting and contexts.stands_beside(text, tokens, at):
            return "beside a name"
        if first and contexts.is_asked_for(tokens, at):
            return "who is to be called"
        if first and contexts.is_told_of(tokens, at):
            return "who it was"
        if first and contexts.is_bare(text, tokens, at):
            return "right behind a verb"
        return "subject of a sentence" if contexts.is_subject(text, tokens, at) else ""

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
            of_them = at > 1 and tokens[at - 1].folded == "van" and tokens[at - 2].folded == "die"
            for holds, rule in (
                (at + 1 < len(tokens) and tokens[at + 1].folded in _CALLED, "before a word that names"),
                (of_them, "whose somebody or something is"),
                (before == "role", "behind a role"),
                (contexts.is_led(tokens, at), "behind a preposition"),
                (contexts.has_said(tokens, at), "behind a word for saying"),
                (contexts.is_subject(text, tokens, at), "subject of a sentence"),
                (contexts.stands_beside(text, tokens, at), "beside a name"),
            ):
                if holds:
                    return rule
        if known.is_heard(token):
            return "sounds like a first name"
        if (
            token.capital
            and not token.first
            and known.frequency(token.folded) < USUAL
            and len(token.text) > _SHORT
        ):
            led = tokens[at - 1].folded in DETERMINERS and not token.shouted
            return (
                ""
                if known.is_made(token) and (led or not _is_whole(token))
                else "a capital that nothing explains"
            )
        described = at > 0 and not token.first and tokens[at - 1].folded in DETERMINERS
        return "looks much like a name" if known.is_likely(token) and not described else ""


def _is_whole(token: Token) -> bool:
    """Whether a word with a capital is one name: each longer part has one, as in Dar-es-Salaam."""
    return all(part[:1].isupper() for part in token.text.split("-") if len(part) > _SHORT)
