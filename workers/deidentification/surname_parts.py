"""Surnames that begin with a part such as `ter` or `van`, where no word says that one comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.frequencies import RARE, USUAL
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_MOST_USUAL: Final = 4.7
_MOST_SHORT: Final = 3.6
_MOST_PARTS: Final = 3
_MOST_DER: Final = 6.2
"""Only grammar is more usual: van der and van den stand before names alone."""

_TER: Final = frozenset({"ter", "ten"})
_VAN: Final = frozenset({"van", "vd", "v.d.", "de"})
_FOREIGN: Final = frozenset("el ould ait abu abou aboe umm oem oum bint von della dos".split())
_ARTICLES: Final = frozenset({"t", "'t"})
_TOLD: Final = frozenset({"de", "die", "onze"})
_LEADING: Final = frozenset("met bij door aan naar voor tegen zei zegt belde of namens heet familie".split())
"""Behind these nobody goes on with `van`, but to say a name: gesprek met van bekkum."""

_BEFORE_PEOPLE: Final = frozenset({"van", "met", "bij", "door", "en"})

PARTS: Final = _TER | _VAN | _FOREIGN | {"te"}
"""Words by which surnames begin."""


@dataclass(frozen=True, slots=True)
class SurnameParts:
    """Looks whether a part begins a surname."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token], at: int, *, titled: bool) -> int | None:
        """Where the surname stands that begins with the part at `at`; None when none does.

        `titled` when a title stands before: there hardly any word is something else.
        """
        place = self._skip(text, tokens, at)
        if place is None:
            return None
        name, known = tokens[place], self.known
        whole = " ".join(token.folded for token in tokens[at : place + 1])
        if name.folded in known.words.capitals or whole in known.words.places:
            return None
        sure = (titled and self._fits_title(tokens, at, place)) or self._is_sure(tokens, at, place)
        if name.capital and not sure:
            after = tokens[place + 1] if place + 1 < len(tokens) else None
            goes_on = after is not None and after.capital and text[name.end : after.start] == " "
            listed = name.folded in known.words.prefixed and not known.is_first(name) and not goes_on
            return place if listed and not name.first else None
        return place if sure or self._is_lower(text, tokens, at, place) else None

    def _skip(self, text: str, tokens: Sequence[Token], at: int) -> int | None:
        """The first word behind all parts; None when none comes."""
        interfixes, place = self.known.words.interfixes, at
        most = min(at + _MOST_PARTS, len(tokens))
        while place < most and (tokens[place].folded in interfixes or tokens[place].folded in _ARTICLES):
            place += 1
        if place in {at, len(tokens)} or text[tokens[place - 1].end : tokens[place].start].strip("'’ "):
            return None
        return place if tokens[place].worded else None

    def _fits_title(self, tokens: Sequence[Token], at: int, place: int) -> bool:
        """Whether a word behind a title and parts is a surname: not de familie van hierboven."""
        told = at > 1 and tokens[at - 2].folded in _TOLD and tokens[at].folded == "van"
        name = tokens[place]
        frequency = self.known.frequency(name.folded)
        rare = frequency < USUAL or (place - at > 1 and not told)
        told = told and (place == at + 1 or name.folded not in self.known.words.surnames)
        return rare and not told and not self.known.is_grammar(name)

    def _is_sure(self, tokens: Sequence[Token], at: int, place: int) -> bool:
        """Whether the parts alone say that a surname comes: el, van der, van den."""
        part, frequency = tokens[at].folded, self.known.frequency(tokens[place].folded)
        inside = {token.folded for token in tokens[at + 1 : place]}
        old = part == "van" and not inside.isdisjoint({"der", "den"})
        return (part in _FOREIGN and frequency < USUAL) or (old and frequency < _MOST_DER)

    def _is_lower(self, text: str, tokens: Sequence[Token], at: int, place: int) -> bool:
        """Whether a surname in small letters stands here, behind `ter`, `van` or `de`."""
        known, words, part, name = self.known, self.known.words, tokens[at].folded, tokens[place]
        word, frequency = name.folded, known.frequency(name.folded)
        if part in _TER and place == at + 1:
            listed = word in words.surnames and frequency < USUAL
            listed = listed or (word in words.prefixed and frequency < _MOST_USUAL)
            return word not in words.behind_ter and (listed or known.is_strange(name))
        if part == "de" and word in words.behind_de:
            of = at > 0 and tokens[at - 1].folded in _BEFORE_PEOPLE and not known.is_everyday(name)
            if of and word not in words.trades and frequency < USUAL:
                return True
            return frequency < RARE or word == "vries" or self._opens(text, tokens, at, place)
        if part == "de" or word not in words.surnames or known.is_everyday(name) or frequency > _MOST_USUAL:
            return False
        short = not {token.folded for token in tokens[at:place]}.isdisjoint(_ARTICLES)
        if short and word in words.prefixed and frequency < _MOST_SHORT:
            return True
        led = at > 0 and (tokens[at - 1].folded in _LEADING or tokens[at - 1].folded in words.roles)
        listed = word in words.prefixed and word not in words.trades
        rare = (listed or frequency < RARE) and not word.endswith("je")
        return (led and rare) or self._opens(text, tokens, at, place)

    def _opens(self, text: str, tokens: Sequence[Token], at: int, place: int) -> bool:
        """Whether a surname with its part is the subject of a clause: die van leusden belt ons."""
        words, name = self.known.words, tokens[place].folded
        begins = (
            tokens[at].first
            or tokens[at - 1].folded in words.fillers
            or tokens[at - 1].folded == "die"
            or text[tokens[at - 1].end : tokens[at].start] == ", "
        )
        acts = place + 1 < len(tokens) and tokens[place + 1].folded in words.happenings
        return begins and acts and (name in words.prefixed or self.known.frequency(name) < RARE)
