"""Organisations that stand in no list, by the words around them: school de klimboom, vv zandhuizen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token
from workers.deidentification.uses import DETERMINERS
from workers.deidentification.workplaces import FILLERS, VERBAL, is_rare

_WEIGHT: Final = 63
_BESIDE_ARTICLE: Final = 43
_LONGEST: Final = 6
_AROUND: Final = 8
_ARTICLES: Final = frozenset({"de", "het", "t", "'t"})
_SAINTS: Final = frozenset("sint st al ar el paus prins prinses koningin pastoor".split())
_IN: Final = frozenset({"in", "bij", "naar", "voor"})
_ON: Final = frozenset({"op", "vanuit", "uit"})
_CLUBS: Final = frozenset("fc vv sv sc hc rkvv rksv cvv svv avv rkc zc tc ltc gv".split())
_DOTTED: Final = re.compile(r"(?<=[a-z,] )(?P<name>[A-Z][A-Za-z]{1,20}\.[a-z]{2,20})(?![\w@])")
"""As some call themselves: Zone.college."""

_COUNTING_ON: Final = frozenset({"hele", "laatste", "eerste", "volgende", "deur"})
_MOST_PLAIN: Final = 4.6
_MOST_VERBAL: Final = 3.5
_MOST_JOINED: Final = 4.9


@dataclass(frozen=True, slots=True)
class Organisations:
    """Looks for names of organisations."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Names behind and before a word for an organisation, behind an article, and where people work."""
        for found in _DOTTED.finditer(text):
            yield Finding(*found.span("name"), "instelling", "name with a dot", weight=_WEIGHT)
        for at in range(len(tokens)):
            for finding in (
                self._find_ended(text, tokens, at),
                self._find_behind(text, tokens, at),
                self._find_with_article(text, tokens, at),
            ):
                if finding is not None:
                    yield finding

    def _find_ended(self, text: str, tokens: Sequence[Token], at: int) -> Finding | None:
        """What ends with a word for an organisation: de tevhid moskee, sint lucas school."""
        token, words = tokens[at], self.known.words
        sure = token.folded in words.organisation_endings
        if at == 0 or not (sure or token.folded in words.company_endings):
            return None
        start = at
        while start > max(0, at - 3) and text[tokens[start - 1].end : tokens[start].start] == " ":
            gap = start == at and start > 1 and self._fits(tokens[start - 2], sure=sure)
            plain = self.known.frequency(tokens[start - 1].folded) < _MOST_JOINED
            if not sure and tokens[start - 1].capital != token.capital:
                break
            if self._fits(tokens[start - 1], sure=sure):
                start -= 1
            elif gap and plain and not sure:
                start -= 2
            else:
                break
        if start == at:
            return None
        return Finding(
            tokens[start].start, token.end, "instelling", f"before '{token.folded}'", weight=_WEIGHT
        )

    def _fits(self, name: Token, *, sure: bool) -> bool:
        known = self.known
        if sure and name.folded in _SAINTS:
            return True
        if not name.worded or name.folded in known.words.capitals or known.is_made(name):
            return False
        listed = name.folded in known.words.first_names or (
            known.is_last(name) and known.frequency(name.folded) < RARE
        )
        return (
            (name.capital and not name.first)
            or (known.frequency(name.folded) < UNKNOWN and len(name.text) > 2)  # noqa: PLR2004 - 't
            or (listed and not known.is_everyday(name))
            or name.folded in known.words.towns
        )

    def _find_behind(self, text: str, tokens: Sequence[Token], at: int) -> Finding | None:
        """`basisschool De Klimboom`, `vv zandhuizen`, `de kerk hè elim`."""
        token, words = tokens[at], self.known.words
        club = token.folded in _CLUBS
        if not (club or token.folded in words.organisations) or at + 1 >= len(tokens):
            return None
        begin = at + 1
        while not club and begin < len(tokens) and tokens[begin].folded in FILLERS and begin - at < 4:  # noqa: PLR2004 - fillers
            begin += 1
        last = self._find_end(text, tokens, begin, near=begin == at + 1)
        named = last is None and token.folded in words.named_organisations
        if named and self._is_plain(text, tokens, at):
            last = begin = at + 1
        if last is None:
            return None
        start = token.start if club or (token.capital and not token.first) else tokens[begin].start
        return Finding(start, tokens[last].end, "instelling", f"behind '{token.folded}'", weight=_WEIGHT + 1)

    def _is_plain(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether an everyday word right behind is a name, without an article: bij koor eendracht."""
        token, known = tokens[at + 1], self.known
        described = at > 0 and tokens[at - 1].folded in DETERMINERS  # het koor oefende
        if described or text[tokens[at].end : token.start] != " " or token.first or known.is_grammar(token):
            return False
        frequency = known.frequency(token.folded)
        ended = token.folded.endswith(VERBAL) and frequency > _MOST_VERBAL
        return token.worded and not ended and frequency < _MOST_PLAIN and token.folded not in _ARTICLES

    def _find_end(self, text: str, tokens: Sequence[Token], begin: int, *, near: bool) -> int | None:
        """The last word of a name that begins at `begin`; None when none does."""
        last, lower = None, _is_lower(tokens, begin)
        place = begin
        while place < min(begin + _LONGEST, len(tokens)):
            token = tokens[place]
            between = text[tokens[place - 1].end : token.start]
            if between.strip(" '’\"“‘„-.&,"[: -1 if near or place > begin else None]) or (
                token.first and place == begin
            ):
                break
            after = tokens[place + 1] if place + 1 < len(tokens) else None
            if token.folded in _ARTICLES | _SAINTS and after is not None and (last is None or token.capital):
                if after.capital and after.worded:
                    last, place = place + 1, place + 2
                    continue
                if lower and near and after.worded and not self._describes(tokens, place):
                    return self._end_lower(text, tokens, place + 1)
            if not token.capital or token.folded in self.known.words.capitals:
                if last is None and is_rare(self.known, token):
                    return self._end_rare(text, tokens, place)
                if not self._links(tokens, place, last):
                    break
            last, place = place if token.capital else last, place + 1
        return last

    def _end_rare(self, text: str, tokens: Sequence[Token], place: int) -> int:
        """Where a name of rare words in small letters ends."""
        while place + 1 < len(tokens) and text[tokens[place].end : tokens[place + 1].start] == " ":
            after = tokens[place + 1]
            verbal = after.folded.endswith(VERBAL) or self.known.is_grammar(after)
            if after.capital or verbal or not is_rare(self.known, after):
                break
            place += 1
        return place

    def _links(self, tokens: Sequence[Token], place: int, last: int | None) -> bool:
        """Whether a small word stands between two capitals of one name: Hof van Twente."""
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        return (
            last is not None
            and after is not None
            and after.capital
            and tokens[place].folded in {"van", "der", "den", "en", "voor", "op", "aan"}
            and after.folded in self.known.words.capitals
        )

    def _end_lower(self, text: str, tokens: Sequence[Token], place: int) -> int:
        """Where a name in small letters ends that begins behind its article: de groene kikker."""
        word = tokens[place].folded
        described = word.endswith(("e", "een", "ee")) and self.known.frequency(word) > RARE
        follows = place + 1 < len(tokens) and text[tokens[place].end : tokens[place + 1].start] == " "
        return place + 1 if described and follows else place

    def _describes(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether what stands behind an article goes on with the sentence: de school de hele dag."""
        after = tokens[place + 1].folded
        return after in self.known.words.units or after in _COUNTING_ON

    def _find_with_article(self, text: str, tokens: Sequence[Token], at: int) -> Finding | None:
        """`bij 't Meulenhuis`, `op De Klimboom`."""
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is None or text[token.end : after.start].strip(" '’\"“‘„-."):
            return None
        named = self._may_name(after) or (is_rare(self.known, after) and _is_lower(tokens, at))
        housed = at + 2 < len(tokens) and tokens[at + 2].text.isdigit()  # a street with its number
        on = after.capital and not housed and at > 0 and tokens[at - 1].folded in _ON
        led = at > 0 and (tokens[at - 1].folded in _IN or on)
        if token.folded in {"'t", "t"} and led and named:
            return Finding(token.start, after.end, "instelling", "article before a capital", weight=_WEIGHT)
        named = after.capital and after.folded not in self.known.words.surnames
        if token.capital and token.folded in {"de", "het"} and not token.first and named:
            last = at + 1
            while (
                last + 1 < len(tokens)
                and tokens[last + 1].capital
                and text[tokens[last].end : tokens[last + 1].start] == " "
            ):
                last += 1
            rule = "article with a capital"
            return Finding(token.start, tokens[last].end, "instelling", rule, weight=_BESIDE_ARTICLE)
        return None

    def _may_name(self, token: Token) -> bool:
        """Whether a word behind 't can be what an organisation is called: 't Meulenhuis, not 't Arabisch."""
        return token.capital and not token.shouted and token.folded not in self.known.words.capitals


def _is_lower(tokens: Sequence[Token], at: int) -> bool:
    """Whether around a word no capitals are written, but at the beginning of sentences."""
    around = tokens[max(0, at - _AROUND) : at + _AROUND]
    return not any(token.capital and not token.first for token in around)
