"""Organisations where somebody works, learns or is helped: werkt bij texora, op de klimboom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_ATTENDED: Final = 37
_LISTED: Final = 34
"""The weights of a strange word, and of one that is the name of somebody too."""

_HOUSE: Final = 38
_SCHOOL: Final = 63
_ARTICLES: Final = frozenset({"de", "het", "t", "'t"})
FILLERS: Final = frozenset("uh eh he hè ja genaamd genaamt heet dus die dat is hoe".split())
"""What people say before a name they have to think of."""

_AT: Final = frozenset({"bij", "voor", "van", "naar", "via", "door"})
_NEAR: Final = 4
_SCHOOLED: Final = 14
_MOST_FILLERS: Final = 5
_SHORTEST: Final = 3
VERBAL: Final = tuple("t d de te en den ten je tje jes ing heid ig lijk s".split())
"""Endings of verbs, plurals and other words that are hardly ever names."""

_MOST_NAMED: Final = 3.3
_MOST_JOINED: Final = 5.2


@dataclass(frozen=True, slots=True)
class Workplaces:
    """Looks where people go."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Names behind words that say who goes there, and what is called a house or like a school."""
        for at in range(len(tokens)):
            for finding in (
                self._find_attended(text, tokens, at),
                self._find_school(tokens, at),
                self._find_house(text, tokens, at),
            ):
                if finding is not None:
                    yield finding

    def _find_attended(self, text: str, tokens: Sequence[Token], at: int) -> Finding | None:
        """Where somebody works, plays or is helped: schoonmaken voor texora, stage bij uh pentair."""
        words, known = self.known.words, self.known
        if tokens[at].folded not in _AT or at + 1 >= len(tokens):
            return None
        attends = any(token.folded in words.attending for token in tokens[max(0, at - _NEAR) : at])
        begin = at + 1
        while begin < len(tokens) - 1 and tokens[begin].folded in FILLERS and begin - at < _MOST_FILLERS:
            begin += 1
        if (
            begin > at + 1
            and tokens[begin - 1].folded in {"die", "dat"}
            and tokens[begin].folded.endswith("erij")
        ):
            return None
        if not attends or text[tokens[begin - 1].end : tokens[begin].start].strip(" ,."):
            return None
        article = (
            tokens[begin].folded in _ARTICLES and begin + 1 < len(tokens) and self._is_new(tokens[begin + 1])
        )
        token = tokens[begin + article]
        begin += article
        someone = token.folded in words.roles or token.folded in words.titles
        fits = (
            token.worded
            and not (someone or token.folded in words.capitals or token.folded in words.organisations)
            and not known.is_everyday(token)
            and not known.is_counted(token)
            and (is_rare(known, token) or (token.capital and not token.first) or self._is_company(token))
        )
        if not fits:
            return None
        last = begin
        while last + 1 < len(tokens) and self._goes_on(text, tokens, last):
            last += 1
        weight = _LISTED if known.find_list(token) else _ATTENDED
        rule = "where somebody works or goes"
        return Finding(token.start, tokens[last].end, "instelling", rule, weight=weight)

    def _is_new(self, token: Token) -> bool:
        """Whether nobody knows the word, and it can be the name of an organisation behind an article."""
        return self.known.is_strange(token) and not token.folded.endswith(VERBAL)

    def _is_company(self, token: Token) -> bool:
        frequency = self.known.frequency(token.folded)
        return (
            self.known.is_last(token) and frequency < _MOST_NAMED and not token.folded.endswith(("en", "t"))
        )

    def _goes_on(self, text: str, tokens: Sequence[Token], last: int) -> bool:
        after = tokens[last + 1]
        if text[tokens[last].end : after.start] not in {" ", " & ", "-"}:
            return False
        return after.capital or after.folded in self.known.words.company_endings

    def _find_school(self, tokens: Sequence[Token], at: int) -> Finding | None:
        """Everyday words that schools are called by, where it is about one: op de klimboom in groep 4."""
        words = self.known.words
        if at < 2 or tokens[at].folded not in words.school_names or tokens[at - 1].folded not in _ARTICLES:  # noqa: PLR2004 - op de
            return None
        around = tokens[max(0, at - _SCHOOLED) : at + _SCHOOLED]
        led = tokens[at - 2].folded in {"op", "bij", "van", "naar", "vd", "basisschool", "school"}
        alone = tokens[at - 2].folded in {"op", "bij"} and self.known.frequency(tokens[at].folded) < USUAL
        if not led or not (alone or any(token.folded in words.school_words for token in around)):
            return None
        return Finding(
            tokens[at - 1].start, tokens[at].end, "instelling", "called like a school", weight=_SCHOOL
        )

    def _find_house(self, text: str, tokens: Sequence[Token], at: int) -> Finding | None:
        """`huis van ontmoetingen`: not the house of somebody, who would have an article."""
        if tokens[at].folded != "huis" or at + 2 >= len(tokens) or tokens[at + 1].folded != "van":
            return None
        token, words = tokens[at + 2], self.known.words
        between = text[tokens[at].end : token.start]
        plain = (
            token.worded
            and token.folded.endswith(("en", "heid", "ing", "schap", "s", "p"))
            and self.known.frequency(token.folded) < _MOST_JOINED
        )
        people = token.folded in words.roles or token.folded in words.titles
        if between != " van " or not plain or people or token.folded in words.everyday:
            return None
        return Finding(tokens[at].start, token.end, "instelling", "called a house", weight=_HOUSE)


def is_rare(known: NameWords, token: Token) -> bool:
    """Whether a word is hardly used and can be what an organisation is called."""
    word = token.folded
    frequency = known.frequency(word)
    if (
        not token.worded
        or word in known.words.capitals
        or known.is_everyday(token)
        or known.is_counted(token)
        or len(word) < _SHORTEST
    ):
        return False
    if frequency < UNKNOWN:
        return not (known.is_made(token) and word.endswith(VERBAL)) and not word.endswith("en")
    return frequency < RARE and not word.endswith(VERBAL) and not known.is_made(token)
