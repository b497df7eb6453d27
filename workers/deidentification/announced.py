"""Names behind words that announce somebody, however they look: dokter wold kamp, oma kers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.contexts import Contexts
from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import USUAL
from workers.deidentification.name_spans import NameSpans
from workers.deidentification.name_words import NameWords
from workers.deidentification.surname_parts import PARTS, SurnameParts
from workers.deidentification.tokens import Token
from workers.deidentification.uses import DETERMINERS

_WEIGHT: Final = 62
_PARTED: Final = "surname in several words"
_MOST_PARTS: Final = 3
_MOST_PARTED: Final = 3.7
_LEAST_LIKE: Final = 0.2
_ALONE: Final = 35
_MOST_USUAL: Final = 4.7
_MOST_CALLED: Final = 5.2
_MOST_RARE: Final = 3.4
_SHORTEST: Final = 3
_VERBAL: Final = ("t", "d", "de", "te", "en", "je", "jes", "tjes")
_PRONOUNS: Final = frozenset("hem m haar d'r r mij me mn mijn ze we hij ie iedereen allemaal altijd".split())
_NAMES: Final = frozenset({"noem", "noemt", "noemen", "noemde", "noemden"})
_NICK: Final = frozenset({"bijnaam", "alias", "oftewel", "bijgenaamd", "roepnaam", "schuilnaam"})
_LINKS: Final = frozenset("is was van hem haar mijn zijn dus uh eh ook wel".split())
_CALLED: Final = frozenset({"heet", "heette"})
_WHO: Final = frozenset("ik hij zij ze ie man vrouw jongen meisje die mevrouw meneer".split())
_NAME_PARTS: Final = frozenset("achternaam familienaam meisjesnaam voornaam roepnaam doopnaam".split())
_FAR: Final = 7
"""Words between a pet and what it is called."""


@dataclass(frozen=True, slots=True)
class Announced:
    """Looks behind words that announce somebody."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Names that no rule for single words finds."""
        contexts, spans = Contexts(self.known), NameSpans(self.known)
        for at, token in enumerate(tokens):
            if not token.worded:
                continue
            found = self._find(text, tokens, at, contexts)
            if not found:
                continue
            last, rule = found
            if last == at:
                last = spans.extend(text, tokens, at)
            weight = _WEIGHT + 3 * (rule == _PARTED) if last > at else _ALONE
            yield Finding(token.start, self.known.find_end(tokens[last]), "persoon", rule, "", weight)

    def _find(
        self, text: str, tokens: Sequence[Token], at: int, contexts: Contexts
    ) -> tuple[int, str] | None:
        """Up to which word a name goes that begins here, and the rule; None when none begins."""
        token = tokens[at]
        before = contexts.look_back(text, tokens, at)
        if self._is_nick(tokens, at):
            described = token.folded in self.known.words.nicknames and at + 1 < len(tokens)
            return at + described, "behind a word for a nickname"
        if token.folded in PARTS:
            last = SurnameParts(self.known).find(text, tokens, at, titled=before == "title")
            return (last, "a part that begins surnames") if last is not None else None
        if self._is_pair(text, tokens, at):
            return at + 1, "two syllables of a name"
        if before in {"title", "naming"} and self._is_split(text, tokens, at, contexts):
            return at + 1, "name in two words"
        named = before == "title" or (before == "naming" and tokens[at - 1].folded in _CALLED)
        parted = self._find_parted(text, tokens, at, titled=before == "title") if named else None
        if parted is not None:
            return parted, _PARTED
        if self._is_called(tokens, at) or (before == "naming" and self._is_own_name(tokens, at)):
            return at, "who somebody is called"
        if before in {"title", "role"} and self._is_named(tokens, at, strict=before == "title"):
            return at, f"behind a {before}"
        small = at > 0 and tokens[at - 1].folded in self.known.words.places_of_people
        if before == "role" and not small and self._acts(text, tokens, at):
            pair = tokens[at + 1].folded not in self.known.words.happenings
            return at + pair, "behind a role, before a verb"
        return None

    def _is_split(self, text: str, tokens: Sequence[Token], at: int, contexts: Contexts) -> bool:
        """Whether a surname stands here in two words: dokter wold kamp, hij heet brink huis."""
        if at + 1 >= len(tokens) or text[tokens[at].end : tokens[at + 1].start] != " ":
            return False
        first, second, words = tokens[at], tokens[at + 1], self.known.words
        half = first.folded in words.first_halves
        joined = first.folded + second.folded in words.surnames
        listed = joined and (second.folded in words.surname_ends or not self.known.is_grammar(second))
        plain = self.known.is_grammar(first) and not half and not listed
        if plain or first.folded in words.interfixes or len(first.text) < _SHORTEST:
            return False
        if len(second.text) < _SHORTEST and second.folded not in words.surname_ends:
            return False
        joined = joined or (half and (self.known.is_last(second) or self.known.is_strange(second)))
        titled = contexts.look_back(text, tokens, at) == "title"
        return joined or (titled and second.folded in words.surname_ends and not self.known.is_first(first))

    def _find_parted(self, text: str, tokens: Sequence[Token], at: int, *, titled: bool) -> int | None:
        """The last of two or three words that a surname was heard as: mevrouw ha gel stein kwam."""
        known, words, place = self.known, self.known.words, at
        while place < min(at + _MOST_PARTS, len(tokens)):
            token = tokens[place]
            inside = at < place and token.folded in words.interfixes
            apart = place > at and text[tokens[place - 1].end : token.start] != " "
            if token.capital or apart or (known.is_grammar(token) and not inside) or len(token.text) == 1:
                break
            place += 1
        last = place - 1
        if last <= at or (
            place < len(tokens) and not (tokens[place].first or known.is_grammar(tokens[place]))
        ):
            return None
        rarest = min(known.frequency(token.folded) for token in tokens[at:place])
        ends = tokens[last].folded in words.surname_ends or known.is_last(tokens[last])
        joined = "".join(token.folded for token in tokens[at:place])
        looks = not titled and rarest < _MOST_RARE and known.likeness.score(joined) > _LEAST_LIKE
        named = joined in words.first_names or (looks and not joined.endswith("t"))
        return last if rarest < _MOST_PARTED and ((titled and ends) or named) else None

    def _is_named(self, tokens: Sequence[Token], at: int, *, strict: bool) -> bool:
        """Whether a word behind a title or role is a name, also an everyday one: oma kers, meneer Deen."""
        token, known = tokens[at], self.known
        if token.capital:
            listed = known.is_first(token) or known.is_last(token)
            return strict and not token.first and listed and not token.shouted
        if token.folded in known.words.virtues:
            return strict or not self.known.is_grammar(token)
        if self.known.is_grammar(token) or token.folded in known.words.interfixes:
            return False
        frequency = known.frequency(token.folded)
        listed = token.folded in known.words.first_names
        if not known.is_everyday(token):
            listed = known.is_last(token) and not token.folded.endswith(("e", "t", "en"))
        return strict and listed and frequency < _MOST_USUAL

    def _acts(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether rare words between a role and a verb say who acts: mijn schoonzus wai lun heeft."""
        known, words = self.known, self.known.words
        token = tokens[at]
        if self.known.is_grammar(token) or known.is_everyday(token) or token.folded.endswith(_VERBAL):
            return False
        if known.frequency(token.folded) > _MOST_RARE or known.is_made(token) or known.is_counted(token):
            return False
        for place in range(at + 1, min(at + 3, len(tokens))):
            after = tokens[place]
            if text[tokens[place - 1].end : after.start] != " ":
                return False
            if after.folded in words.happenings:
                return True
            if self.known.is_grammar(after):
                return False
        return False

    def _is_pair(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether two syllables of Chinese or Vietnamese names stand together: jing mei, minh anh."""
        if at + 1 >= len(tokens) or text[tokens[at].end : tokens[at + 1].start] not in {" ", "-"}:
            return False
        pair = tokens[at : at + 2]
        rare = min(self.known.frequency(token.folded) for token in pair) < USUAL - 0.1
        return rare and all(token.folded in self.known.words.syllables for token in pair)

    def _is_own_name(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word for a part of a name says what this is: mijn achternaam is post."""
        before = {token.folded for token in tokens[max(0, at - 4) : at]}
        told = bool(before & _NAME_PARTS) and bool(before & {"is", "was", "heet"})
        return told and not self.known.is_grammar(tokens[at]) and tokens[at].folded not in DETERMINERS

    def _is_called(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether somebody says how a person is called, whatever the word is: die jongen heet milaan."""
        called = at > 1 and tokens[at - 1].folded in _CALLED and not tokens[at].first
        if not called or self.known.is_grammar(tokens[at]):
            return False
        words, who, token = self.known.words, tokens[at - 2].folded, tokens[at]
        pet = any(each.folded in words.pets for each in tokens[max(0, at - _FAR) : at])
        plain = token.folded in DETERMINERS or self.known.is_made(token) or token.folded in words.interfixes
        somebody = who in words.roles or who in _WHO
        return somebody and not (pet or plain) and self.known.frequency(token.folded) < _MOST_CALLED

    def _is_nick(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether people call somebody so: iedereen noemt hem kleine toon, bijnaam spijker."""
        start = at
        while start > max(0, at - 3) and tokens[start - 1].folded in _LINKS:
            start -= 1
        token, known = tokens[at], self.known
        if start > 0 and tokens[start - 1].folded in _NICK and token.folded not in _LINKS:
            return not self.known.is_grammar(token) and token.folded not in {"de", "het", "een"}
        start = at
        while start > max(0, at - 3) and tokens[start - 1].folded in _PRONOUNS:
            start -= 1
        if start in {0, at} or tokens[start - 1].folded not in _NAMES:
            return False
        if token.folded in known.words.nicknames:
            return at + 1 < len(tokens) and known.is_first(tokens[at + 1])
        return (
            known.is_first(token)
            and not self.known.is_grammar(token)
            and known.frequency(token.folded) < _MOST_USUAL
        )
