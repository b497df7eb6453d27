"""Names of a list as they are misheard: apart, in one word too many, with a slip, or written by ear."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL, Frequency
from workers.deidentification.tokens import Token

_LONGEST: Final = 4
_SHORTEST: Final = 8
_SHORTEST_SOUND: Final = 6
_SHORTEST_PARTS: Final = 5
_SHORTEST_LAST: Final = 3
_RATHER_RARE: Final = 3.4
_LETTERS_PER_SLIP: Final = 5
_MOST_USUAL: Final = 5.3
"""How usual a word may be that is taken for half of a name with a slip in it: not is, nor van."""

_LEAST_STEM: Final = 4.0
_HARD: Final = {"v": "f", "z": "s"}
"""How the last letter of an adjective is written without its ending: lieve, lief."""

_SOUNDS: Final = (
    ("sch", "s"), ("ch", "g"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("ae", "a"), ("gh", "g"), ("ij", "ei"),
    ("y", "i"), ("c", "k"), ("z", "s"), ("v", "f"), ("x", "ks"), ("ou", "au"), ("dt", "t"),
)  # fmt: skip


class Heard(NamedTuple):
    """How many words are a name, of which group of the list, by which rule, and how surely."""

    length: int
    group: str
    rule: str
    weight: int


@dataclass(slots=True)
class Misheard:
    """Knows names again that were not written as they stand in a list."""

    frequency: Frequency
    _joined: dict[str, str] = field(default_factory=dict[str, str])
    _short: dict[str, str] = field(default_factory=dict[str, str])
    _sounds: dict[str, str] = field(default_factory=dict[str, str])
    _blurred: dict[str, str] = field(default_factory=dict[str, str])
    _lengths: dict[int, list[str]] = field(default_factory=dict[int, list[str]])

    def learn(self, names: Mapping[tuple[str, ...], str]) -> None:
        """Take up the words of names, with the group of each."""
        for parts, group in names.items():
            joined = "".join(parts)
            if len(joined) >= _SHORTEST and joined not in self._joined:
                self._joined[joined] = group
                self._lengths.setdefault(len(joined), []).append(joined)
            elif len(parts) == 1 and joined.isalpha():
                self._short[joined] = group
            if len(joined) >= _SHORTEST_SOUND and joined.isalpha():
                self._sounds.setdefault(find_sound(joined), group)
                self._blurred.setdefault(_blur(joined), group)

    def find(self, text: str, tokens: Sequence[Token], at: int) -> Heard | None:
        """The name that begins at a word, if one does."""
        return (
            self._find_letters(text, tokens, at)
            or self._find_parts(text, tokens, at)
            or self._find_like(text, tokens, at)
            or self._find_sound(tokens[at])
        )

    def _find_letters(self, text: str, tokens: Sequence[Token], at: int) -> Heard | None:
        """A short name whose letters were written apart: t m z, livi o."""
        joined = tokens[at].folded
        for length in range(2, min(_LONGEST + 1, len(tokens) - at) + 1):
            last = tokens[at + length - 1]
            if len(last.text) > 1 or text[tokens[at + length - 2].end : last.start] not in {" ", ". ", "."}:
                return None
            joined += last.folded
            if joined in self._short:
                return Heard(length, self._short[joined], "letters of a listed name", 60)
        return None

    def _find_parts(self, text: str, tokens: Sequence[Token], at: int) -> Heard | None:
        """A long name whose parts were written apart: boddenkamp sin gel."""
        joined, best = tokens[at].folded, None
        described = self._describes(joined)
        for length in range(2, min(_LONGEST, len(tokens) - at) + 1):
            last = tokens[at + length - 1]
            if text[tokens[at + length - 2].end : last.start] != " ":
                break
            joined += last.folded
            short = len(last.text) <= _SHORTEST_LAST and last.folded != "weg"
            if short and self.frequency(last.folded) > _MOST_USUAL:
                continue  # words of grammar end no name
            led = last.folded != "weg" or (at > 0 and tokens[at - 1].folded == "de")
            if described and length == 2:  # noqa: PLR2004 - an adjective and its noun
                continue
            least = min(self.frequency(token.folded) for token in tokens[at : at + length])
            short = joined in self._short and len(joined) >= _SHORTEST_PARTS
            if short and least < _RATHER_RARE and best is None:
                best = Heard(length, self._short[joined], "parts of a listed name", 60)
            strange = least < UNKNOWN and len(joined) >= _SHORTEST_SOUND
            heard = self._blurred.get(_blur(joined)) if strange else None
            if heard and best is None:
                best = Heard(length, heard, "sounds like a name in the list", 60)
            if joined in self._joined and led:
                group = self._joined[joined]
                best = Heard(length, group, "parts of a listed name", 66 if group == "streets" else 42)
        return best

    def _describes(self, word: str) -> bool:
        """Whether it is an adjective before its noun: hoge, oude, witte, but not vrede."""
        stem = word.removesuffix("e")
        if stem == word or self.frequency(word) <= USUAL:
            return False
        hard = stem[:-1] + _HARD.get(stem[-1:], stem[-1:])
        stems = {stem, hard, hard[:-1]} | {hard[:-2] + hard[-2] + hard[-2:] for _ in hard[1:2]}
        return any(self.frequency(each) > _LEAST_STEM for each in stems if len(each) > 1)

    def _find_like(self, text: str, tokens: Sequence[Token], at: int) -> Heard | None:
        """A long name in one word too many and with a slip in it: wessel brenk."""
        for length in (2, 1):
            words = tokens[at : at + length]
            frequencies = [self.frequency(token.folded) for token in words]
            if min(frequencies) > RARE:
                continue
            joined = "".join(token.folded for token in words)
            if len(words) < length or len(joined) < _SHORTEST or not joined.isalpha():
                continue
            if length > 1 and (
                text[words[0].end : words[1].start] != " "
                or max(frequencies) > _MOST_USUAL
                or any(token.folded in self._joined for token in words)
            ):
                continue
            if length == 1 and frequencies[0] > UNKNOWN:
                continue
            group = self._match(joined)
            if group:
                return Heard(length, group, "like a name in the list", 38 + length)
        return None

    def _match(self, joined: str) -> str:
        """The group of a name from which a word differs by no more letters than its length allows."""
        if joined in self._joined:
            return self._joined[joined]
        most = len(joined) // _LETTERS_PER_SLIP
        for length in range(max(len(joined) - most, _SHORTEST + 1), len(joined) + most + 1):
            limit = length // _LETTERS_PER_SLIP
            found = extractOne(
                joined, self._lengths.get(length, ()), scorer=OSA.distance, score_cutoff=limit, processor=None
            )
            if found is not None:
                return self._joined[found[0]]
        return ""

    def _find_sound(self, token: Token) -> Heard | None:
        """A name in one word that is written by ear: deppenbroeck."""
        if len(token.folded) < _SHORTEST_SOUND - 1 or self.frequency(token.folded) > RARE:
            return None
        group = self._sounds.get(find_sound(token.folded))
        return Heard(1, group, "sounds like a name in the list", 39) if group else None


def find_sound(word: str) -> str:
    """How a folded word sounds, about: without letters that are not heard."""
    for letters, heard in _SOUNDS:
        word = word.replace(letters, heard)
    return re.sub(r"([^aeiou])\1", r"\1", word)


def _blur(word: str) -> str:
    """How a folded word sounds whose parts were heard apart: no vowel is long."""
    return re.sub(r"(.)\1", r"\1", find_sound(word))
