"""Places, streets and organisations that stand in a list, and organisations by the words around them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from workers.deidentification.addresses import find_number
from workers.deidentification.finding import Finding, Kind
from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL, Frequency
from workers.deidentification.misheard import Misheard
from workers.deidentification.tokens import Token, split_tokens
from workers.deidentification.word_lists import Names, Words

_KINDS: Final[Mapping[str, Kind]] = {"places": "plaats", "streets": "adres", "institutions": "instelling"}
_WEIGHTS: Final[Mapping[str, int]] = {"places": 40, "streets": 62, "institutions": 58}
_LONGEST: Final = 5
_TO_PLACES: Final = frozenset(["in", "uit", "naar", "te", "vanuit", "via", "azc", "tot"])
_SAINTS: Final = frozenset(["sint", "st", "al", "ar", "el"])
_IN: Final = frozenset(["in", "bij", "naar", "voor"])
_LIKE_STREETS: Final = ("hof", "bleek", "brink")
_ARTICLES: Final = frozenset(["de", "het", "t", "'t"])


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
                kept |= {tuple(token.folded for token in split_tokens(entry)): group for entry in entries}
        self._misheard.learn(self._always)

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """All that is listed."""
        for at in range(len(tokens)):
            both = (self._find_listed(tokens, at), self._find_misheard(text, tokens, at))
            listed = max(filter(None, both), key=lambda finding: finding.weight, default=None)
            if listed is not None and (listed.kind == "adres" or text[: listed.end].endswith(_LIKE_STREETS)):
                end = find_number(text, listed.end)
                listed = replace(listed, end=end, kind=listed.kind if end == listed.end else "adres")
            for finding in (listed, self._find_place(tokens, at), self._find_named(text, tokens, at)):
                if finding is not None:
                    yield finding

    def _find_listed(self, tokens: Sequence[Token], at: int) -> Finding | None:
        token = tokens[at]
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            words = tuple(each.folded for each in tokens[at : at + length])
            group = self._always.get(words) or ""
            if not group and token.capital and not token.first:
                group = self._capitalised.get(words) or ""
            if group:
                return self._make(tokens, at, length, group, "list of names", _WEIGHTS[group] + length)
        return None

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
            if name in self.words.towns and (token.capital or led):
                return self._make(tokens, at, length, "places", "list of towns", 42)
            capital = token.capital and not token.first and (length == 1 or tokens[at + length - 1].capital)
            if (
                name in self.words.places
                and name not in self.words.everyday
                and (capital or (led and length == 1 and self.frequency(name) < USUAL))
            ):
                return self._make(tokens, at, length, "places", "list of places", 30 + length)
        return None

    def _find_named(self, text: str, tokens: Sequence[Token], at: int) -> Finding | None:
        """`basisschool De Vlinder`, `op De Regenboog`, `de selimiye moskee`."""
        token = tokens[at]
        if token.folded in self.words.organisation_endings and at > 0:
            name = tokens[at - 1]
            fits = name.worded and (
                (name.capital and not name.first)
                or self.frequency(name.folded) < UNKNOWN
                or (name.folded in self.words.first_names and name.folded not in self.words.everyday)
            )
            if fits and text[name.end : token.start] == " " and name.folded not in self.words.capitals:
                return Finding(name.start, token.end, "instelling", f"before '{token.folded}'", weight=63)
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is None or text[token.end : after.start].strip(" '’\"“‘„-."):
            return None
        if (
            token.folded in {"'t", "t"}
            and at
            and tokens[at - 1].folded in _IN
            and _may_name(after, self.words)
        ):
            return Finding(token.start, after.end, "instelling", "article before a capital", weight=63)
        if token.capital and token.folded in {"de", "het"} and not token.first:
            named = after.capital and after.folded not in self.words.surnames
            return (
                Finding(token.start, after.end, "instelling", "article with a capital", weight=43)
                if named
                else None
            )
        if token.folded not in self.words.organisations:
            return None
        last = self._find_end(text, tokens, at)
        if last == at:
            return None
        start = token.start if token.capital and not token.first else after.start
        return Finding(start, tokens[last].end, "instelling", f"behind '{token.folded}'", weight=64)

    def _find_end(self, text: str, tokens: Sequence[Token], at: int) -> int:
        """The last word of the name behind a word for an organisation; `at` when none comes."""
        last = at
        for place in range(at + 1, min(at + _LONGEST, len(tokens))):
            token = tokens[place]
            between = text[tokens[place - 1].end : token.start]
            article = token.folded in _ARTICLES | _SAINTS and place + 1 < len(tokens)
            if between.strip(" '’\"“‘„-.&") or (token.first and place == at + 1):
                break
            if article and (tokens[place + 1].capital or text.islower()):
                return place + 1
            if not token.capital or token.folded in self.words.capitals:
                rare = place == at + 1 and token.worded and self.frequency(token.folded) < RARE - 1
                return place if rare else last
            last = place
        return last

    def _make(
        self, tokens: Sequence[Token], at: int, length: int, group: str, rule: str, weight: int
    ) -> Finding:
        end = tokens[at + length - 1].end
        return Finding(tokens[at].start, end, _KINDS[group], rule, self.names.title, weight)


def _is_done(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is what somebody does rather than a place: te etten."""
    return tokens[at - 1].folded == "te" and tokens[at].folded.endswith("en")


def _may_name(token: Token, words: Words) -> bool:
    """Whether a word behind 't can be what an organisation is called: 't Volbert, not 't Arabisch."""
    return token.capital and not token.shouted and token.folded not in words.capitals
