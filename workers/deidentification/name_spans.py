"""How far a name goes: initials, parts between such as `van der`, one surname or several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_GAPS: Final = frozenset({" ", "-", "\u00a0", ". "})
_CLITICS: Final = frozenset("tnmkrsuox")
"""Letters that are words of their own in chats: 't, 'n, m, 'k, d'r, zo'n."""

_SURNAME_ENDS: Final = ("kamp", "huis", "man", "ink", "berg", "horst", "dijk", "veld", "stra", "broek", "hof")
_MOST_INTERFIXES: Final = 3
_LEAST_LIKE: Final = -0.8
_MOST_SPLIT: Final = 5.0
_SHORTEST: Final = 3
_MARGIN: Final = 1.0
"""How much more usual a surname may be where a title or an initial says that one comes."""


@dataclass(frozen=True, slots=True)
class NameSpans:
    """Follows names through the words of a text."""

    known: NameWords

    def extend(self, text: str, tokens: Sequence[Token], start: int) -> int:
        """The last word of a name that begins at `start`."""
        words = self.known.words
        last = start
        if tokens[start].folded in words.interfixes:
            last = self.skip_interfixes(text, tokens, start, lenient=True) or start
        while last + 1 < len(tokens):
            name, after = tokens[last], tokens[last + 1]
            gap = text[name.end : after.start]
            initial = name.initials or len(name.text) == 1
            if gap not in _GAPS or (gap == ". " and not initial):
                break
            joined = None
            if after.folded in words.interfixes:
                lenient = initial or after.folded in words.foreign_interfixes
                joined = self.skip_interfixes(text, tokens, last + 1, lenient=lenient)
                if joined is None and self.known.is_sure_first(name):
                    joined = self.skip_interfixes(text, tokens, last + 1, lenient=True)
                    joined = joined if joined and self._ends_at(tokens, joined) else None
            if joined is None and self._holds_letter(tokens, last):
                joined = last + 2
            if joined is None and self._is_split(text, tokens, last):
                joined = last + 2
            if joined is None and not self._continues(tokens, last, initial=initial):
                break
            last = joined or last + 1
        return last

    def skip_interfixes(self, text: str, tokens: Sequence[Token], at: int, *, lenient: bool) -> int | None:
        """Where the surname stands that begins with interfixes at `at`; None when none comes.

        `lenient` when the words before say that a name comes.
        """
        words, place = self.known.words, at
        most = min(at + _MOST_INTERFIXES, len(tokens))
        while place < most and tokens[place].folded in words.interfixes:
            place += 1
        if place in {at, len(tokens)} or text[tokens[place - 1].end : tokens[place].start].strip("'’. "):
            return None
        token = tokens[place]
        if not token.worded or token.folded in words.capitals:
            return None
        return place if token.capital or self._is_lower_surname(tokens, place, lenient=lenient) else None

    def takes_surname(self, text: str, tokens: Sequence[Token], at: int, before: str) -> bool:
        """Whether a surname comes right behind initials, or behind a letter that is no short word."""
        token = tokens[at]
        if at + 1 >= len(tokens) or text[token.end : tokens[at + 1].start] not in _GAPS:
            return before == "title" and token.initials
        after = tokens[at + 1]
        if not token.initials and token.folded in _CLITICS and before != "naming":
            return False
        if after.folded in self.known.words.interfixes:
            return self.skip_interfixes(text, tokens, at + 1, lenient=True) is not None
        frequency = self.known.frequency(after.folded)
        if not token.initials and not token.capital:
            return self.known.is_last(after) and frequency < USUAL
        if token.initials and len(token.text) == len("r.") and self.known.is_last(after):
            return True
        rare = token.initials and (self.known.may_be(after) or (before == "title" and frequency < UNKNOWN))
        fits = after.folded in self.known.words.first_halves or rare
        return after.capital or fits or (self.known.is_last(after) and frequency < USUAL + _MARGIN)

    def _is_lower_surname(self, tokens: Sequence[Token], place: int, *, lenient: bool) -> bool:
        token = tokens[place]
        strong = tokens[place - 1].folded in self.known.words.strong_interfixes
        most = USUAL + _MARGIN if lenient else USUAL
        if (
            tokens[place - 1].folded in self.known.words.foreign_interfixes
            and lenient
            and self.known.frequency(token.folded) < USUAL
            and not self.known.is_made(token)
        ):
            return True
        if self.known.is_last(token) and (strong or self.known.frequency(token.folded) < most):
            return True
        if lenient and self.known.frequency(token.folded) < UNKNOWN and not self.known.is_made(token):
            return True
        sure = self.known.is_double(token) or self.known.is_sure_first(token)
        return (lenient and sure) or ((lenient or strong) and self.known.is_unknown(token))

    def _is_split(self, text: str, tokens: Sequence[Token], last: int) -> bool:
        """Whether a surname in two words comes behind a first name: gerdien slot man."""
        if last + 2 >= len(tokens) or not self.known.is_sure_first(tokens[last]):
            return False
        first, second = tokens[last + 1 : last + 3]
        words = self.known.words
        if not (first.worded and second.worded) or text[first.end : second.start] != " " or first.capital:
            return False
        followers = (words.doings, words.happenings, words.behind_names, words.interfixes, words.afterwards)
        if any(first.folded in group for group in followers):
            return False
        if len(first.text) < _SHORTEST:
            return self._is_joined(first, second)
        if self.known.frequency(first.folded) > _MOST_SPLIT:
            return False
        if self._is_joined(first, second):
            return True
        return (
            second.folded in words.surname_ends
            and self._ends_at(tokens, last + 2)
            and not self.known.is_first(first)
        )

    def _holds_letter(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether a name goes on as Chinese ones from Suriname do: tjin a sjoe."""
        if last + 2 >= len(tokens) or tokens[last + 1].folded != "a":
            return False
        name, after = tokens[last], tokens[last + 2]
        frequency = self.known.frequency
        return after.worded and frequency(name.folded) < RARE and frequency(after.folded) < RARE

    def _is_joined(self, first: Token, second: Token) -> bool:
        """Whether two words are one name that stands in a list: ha mid, slot man."""
        words, joined = self.known.words, first.folded + second.folded
        if self.known.frequency(second.folded) > _MOST_SPLIT or joined in words.everyday:
            return False
        return joined in words.surnames or joined in words.first_names

    def _ends_at(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a name can end with this word: behind it comes nothing, or what goes on about them."""
        behind = self.known.words.behind_names
        return at + 1 >= len(tokens) or tokens[at + 1].first or tokens[at + 1].folded in behind

    def _continues(self, tokens: Sequence[Token], last: int, *, initial: bool) -> bool:
        """Whether the next word belongs to a name, right behind it."""
        name, after, known = tokens[last], tokens[last + 1], self.known
        begins_sentence = after.first and not name.initials
        if begins_sentence or not (after.worded or after.initials) or after.folded in known.words.capitals:
            return False
        letter = len(after.text) == 1 and after.folded not in _CLITICS and after.folded not in "aeu"
        if letter and known.is_sure_first(name) and self._ends_at(tokens, last + 1):
            return True
        if after.initials or (after.capital and (name.capital or name.initials)):
            return True
        if name.initials and len(name.text) == len("r.") and known.is_last(after):
            return True
        called = known.frequency(after.folded) == 0 and after.folded.endswith(_SURNAME_ENDS)
        if called and known.is_sure_first(name) and self._ends_at(tokens, last + 1):
            return True
        if after.folded in known.words.first_halves and last + 2 < len(tokens):
            second = tokens[last + 2]
            return known.is_last(second) or known.frequency(second.folded) < UNKNOWN
        if known.is_everyday(after) or known.frequency(after.folded) > USUAL:
            most = _MOST_SPLIT if known.is_double(after) else USUAL + _MARGIN / 2
            surname = known.is_last(after) and known.frequency(after.folded) < most
            ends = self._ends_at(tokens, last + 1) and after.folded not in known.words.behind_names
            return surname and ends and known.is_sure_first(name)
        looks = known.is_strange(after) and known.likeness.score(after.folded) > _LEAST_LIKE
        return initial or looks or known.is_last(after) or known.is_first(after)
