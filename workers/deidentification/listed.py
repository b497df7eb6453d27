"""Places, streets and organisations that stand in a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from workers.deidentification.addresses import find_number
from workers.deidentification.finding import Finding, Kind
from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL, Frequency
from workers.deidentification.misheard import Misheard
from workers.deidentification.said_numbers import SAID
from workers.deidentification.tokens import Token, split_tokens
from workers.deidentification.word_lists import Names, Words
from workers.deidentification.word_shapes import is_compound, is_short_compound, is_slip

_KINDS: Final[Mapping[str, Kind]] = {"places": "plaats", "streets": "adres", "institutions": "instelling"}
_WEIGHTS: Final[Mapping[str, int]] = {"places": 40, "streets": 62, "institutions": 58}
_LONGEST: Final = 5
_SHORT: Final = 3
_MARGIN: Final = 0.4
_TO_PLACES: Final = frozenset(
    ["in", "uit", "naar", "te", "vanuit", "via", "azc", "tot", "vlakbij", "nabij", "omgeving", "richting"]
)
_AFTER_PLACES: Final = frozenset(
    [*_TO_PLACES, "toen", "eerst", "daarna", "op", "of", "en", "over", "langs", "rond", "vanaf"]
)
_PARTS_OF_TOWNS: Final = frozenset(
    ["noord", "oost", "zuid", "west", "zuidoost", "noordoost", "zuidwest", "noordwest", "centrum"]
)
_NOT_PLACES: Final = ("en", "t", "d", "te", "de", "je", "ing", "heid", "s", "ig", "e", "lijk")
"""Endings of words that are hardly ever places nobody knows."""

_WORDS_TOO: Final = frozenset({"essen", "porto", "keren", "batman", "fes", "weert", "rome", "hama", "lima"})
"""Towns called like something else."""

_COUNTED: Final = frozenset("een n 'n geen elke iedere twee drie veel zo'n zoon".split())
_LIKE_STREETS: Final = ("hof", "bleek", "brink")


@dataclass(slots=True)
class Listed:
    """Finds what stands in the lists of a municipality, and Dutch places written with a capital."""

    words: Words
    names: Names
    frequency: Frequency
    _always: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    _capitalised: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    _misheard: Misheard = field(init=False)

    def __post_init__(self) -> None:
        self._misheard = Misheard(self.frequency)
        everywhere = {"institutions": self.words.institutions}
        for kept, names in (
            (self._always, everywhere),
            (self._always, self.names.always),
            (self._capitalised, self.names.capitalised),
        ):
            for group, entries in names.items():
                for entry in entries:
                    parts = tuple(token.folded for token in split_tokens(entry))
                    kept[parts] = group
                    if said := _say(parts):
                        kept[said] = group
                    if parts[0] == "het" and len(parts) > 1:
                        kept |= {("t", *parts[1:]): group, ("'t", *parts[1:]): group}
        self._misheard.learn(self._always)

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """All that is listed."""
        for at in range(len(tokens)):
            both = (self._find_listed(tokens, at), self._find_misheard(text, tokens, at))
            listed = max(filter(None, both), key=lambda finding: finding.weight, default=None)
            if listed is not None and (listed.kind == "adres" or text[: listed.end].endswith(_LIKE_STREETS)):
                end = find_number(text, listed.end)
                listed = replace(listed, end=end, kind=listed.kind if end == listed.end else "adres")
            for finding in (listed, self._find_place(tokens, at) or self._find_strange(tokens, at)):
                if finding is not None:
                    yield self._add_part(text, tokens, finding, at)

    def _find_listed(self, tokens: Sequence[Token], at: int) -> Finding | None:
        token = tokens[at]
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            words = tuple(each.folded for each in tokens[at : at + length])
            group = self._always.get(words) or ""
            if not group and token.capital and not token.first:
                group = self._capitalised.get(words) or ""
            if group == "institutions" and length == 1 and self._is_thing(tokens, at):
                continue
            if group:
                return self._make(tokens, at, length, group, "list of names", _WEIGHTS[group] + length)
        return None

    def _is_thing(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word that an organisation is called by is one of many things here: een zonnebloem."""
        counted = at > 0 and not tokens[at].first and tokens[at - 1].folded in _COUNTED
        return counted and not tokens[at].capital and self.frequency(tokens[at].folded) > UNKNOWN

    def _find_misheard(self, text: str, tokens: Sequence[Token], at: int) -> Finding | None:
        heard = self._misheard.find(text, tokens, at)
        return heard and self._make(tokens, at, heard.length, heard.group, heard.rule, heard.weight)

    def _find_place(self, tokens: Sequence[Token], at: int) -> Finding | None:
        token = tokens[at]
        if token.folded in self.words.capitals:
            return None
        led = at > 0 and tokens[at - 1].folded in _TO_PLACES and not _is_done(tokens, at)
        for length in range(min(3, len(tokens) - at), 0, -1):
            name = " ".join(each.folded for each in tokens[at : at + length])
            if name in self.words.towns and (token.capital or led or self._is_only_town(name)):
                return self._make(tokens, at, length, "places", "list of towns", 42)
            capital = token.capital and not token.first and (length == 1 or tokens[at + length - 1].capital)
            if (
                name in self.words.places
                and name not in self.words.everyday
                and (capital or (length == 1 and self._is_bare(tokens, at, led=led)))
            ):
                return self._make(tokens, at, length, "places", "list of places", 30 + length)
        return None

    def _is_only_town(self, name: str) -> bool:
        """Whether a town is called like nobody and nothing else: paramaribo, kabul."""
        words = self.words
        other = name in words.first_names or name in words.surnames or name in words.everyday
        return not other and name not in _WORDS_TOO

    def _is_bare(self, tokens: Sequence[Token], at: int, *, led: bool) -> bool:
        """Whether a place in small letters is one: behind a preposition, or hardly ever another word."""
        name, before = tokens[at].folded, tokens[at - 1].folded if at else ""
        if led and self.frequency(name) < USUAL:
            return True
        most = RARE + _MARGIN if before in _AFTER_PLACES else RARE
        other = name in self.words.first_names or (
            name in self.words.surnames and before not in _AFTER_PLACES
        )
        return self.frequency(name) < most and not other and not name.endswith("en")

    def _find_strange(self, tokens: Sequence[Token], at: int) -> Finding | None:
        """A rare word where a place stands, without an article: we komen uit lierop."""
        token = tokens[at]
        if (
            at == 0
            or tokens[at - 1].folded not in _TO_PLACES
            or not token.worded
            or len(token.text) <= _SHORT
        ):
            return None
        name, words = token.folded, self.words
        if token.capital and "-" in name and name not in words.capitals and self.frequency(name) < RARE:
            return Finding(token.start, token.end, "plaats", "where somebody is from or goes", weight=40)
        if name in words.capitals or name in words.everyday or name.endswith(_NOT_PLACES):
            return None
        if name in words.terms or is_short_compound(name, self.frequency):
            return None
        if self.frequency(name) >= RARE or is_compound(name, self.frequency) or is_slip(name, self.frequency):
            return None
        return Finding(token.start, token.end, "plaats", "where somebody is from or goes", weight=25)

    def _add_part(self, text: str, tokens: Sequence[Token], finding: Finding, at: int) -> Finding:
        """A town with its part behind it: hengelo noord."""
        if finding.kind != "plaats":
            return finding
        for token in tokens[at + 1 : at + _LONGEST + 1]:
            gap = text[finding.end : token.start] if token.start >= finding.end else None
            if gap in {" ", "-"} and token.folded in _PARTS_OF_TOWNS:
                return replace(finding, end=token.end, weight=finding.weight + 2)
        return finding

    def _make(
        self, tokens: Sequence[Token], at: int, length: int, group: str, rule: str, weight: int
    ) -> Finding:
        end = tokens[at + length - 1].end
        return Finding(tokens[at].start, end, _KINDS[group], rule, self.names.title, weight)


def _say(parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """A name with its number in words, as it is said: sparta vijftig; None when it has none."""
    if len(parts) == 1 or not any(part.isdigit() and part in SAID for part in parts):
        return None
    return tuple(SAID.get(part, part) for part in parts)


def _is_done(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is what somebody does rather than a place: te etten."""
    return tokens[at - 1].folded == "te" and tokens[at].folded.endswith("en")
