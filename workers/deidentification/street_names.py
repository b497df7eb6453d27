"""Names of streets in several words: said apart (us seler weg), or called after somebody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from workers.deidentification.addresses import STREET, find_number
from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token
from workers.deidentification.uses import DETERMINERS

_WEIGHT: Final = 65
"""More than a name: the somebody after whom a street is called is nobody in the story."""

_ENDINGS: Final = frozenset(
    "straat straatje laan plein singel dijk plantsoen kade dreef gracht steeg ring".split()
)
_LOOSE: Final = frozenset({"weg", "hof", "park", "brink", "pad", "bleek", "kamp", "rondweg"})
"""Endings that are also words of their own behind a noun: ik ben van huis weg."""

_TURNED_OUT: Final = frozenset("hij ze zij het dat er ik we wij u je t niet toen dus achteraf later".split())
_ALL_ENDINGS: Final = _ENDINGS | _LOOSE

_BEFORE: Final = frozenset({"de", "het", "t", "'t", "op", "aan", "in", "adres"})
_ARTICLES: Final = frozenset({"de", "het", "t", "'t"})
_NOT_NAMES: Final = frozenset({"eigen", "open", "verlaten", "gesloten", "houten", "stenen", "ander", "heel"})
_FROM: Final = ("sse", "ose", "use", "ese", "nse")
"""How words end that say to which town a street goes: hengelose."""

_PREFIXES: Final = frozenset(
    (
        "burgemeester burg burg. wethouder dokter dr dr. ds ds. dominee professor prof prof. pastoor "
        "kapelaan minister prins prinses pr pr. koning koningin sint st st. generaal admiraal "
        "kardinaal bisschop meester graaf pater deken hertog ridder"
    ).split()
)
_QUALIFIERS: Final = frozenset(
    (
        "oude nieuwe lage hoge korte lange kleine grote groote eerste tweede derde noord zuid oost west oud "
        "nieuw achter voor boven beneden binnen buiten weth weth. noorder zuider"
    ).split()
)
"""With one of these the name of a street begins: oude usselerweg."""

_INSIDE: Final = frozenset({"van", "de", "der", "den", "ter", "ten", "te"})
_NEVER_INSIDE: Final = _INSIDE | _BEFORE | _NOT_NAMES | {"vd", "v.d"}
_SURE_INSIDE: Final = frozenset({"der", "den", "ter", "ten"})
_MOST_WORDS: Final = 3
_MOST_USUAL: Final = 4.5


@dataclass(frozen=True, slots=True)
class StreetNames:
    """Follows names of streets through the words of a text."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Streets that were written in several words, with their numbers."""
        for at, token in enumerate(tokens):
            if at and token.folded in _ALL_ENDINGS and not token.shouted and not _is_verb(tokens, at):
                end = find_number(text, token.end)
                start = self._begin(text, tokens, at, numbered=end > token.end)
                if start is not None:
                    yield Finding(tokens[start].start, end, "adres", STREET, weight=_WEIGHT)

    def reach(
        self, text: str, tokens: Sequence[Token], places: Mapping[int, int], finding: Finding
    ) -> Finding:
        """The finding with what belongs to its name before it: adriaan de bruinstraat.

        `places` says which token begins at a character.
        """
        at = places.get(finding.start)
        if at is None or finding.kind != "adres" or finding.rule.startswith(("postcode", "house")):
            return finding
        start = self._reach(text, tokens, at)
        return finding if start == at else replace(finding, start=tokens[start].start, weight=_WEIGHT + 1)

    def _begin(self, text: str, tokens: Sequence[Token], at: int, *, numbered: bool) -> int | None:
        """The first word of the name that ends with this one; None when it is no name."""
        start = at
        while start > max(0, at - _MOST_WORDS) and self._fits(text, tokens, start - 1):
            start -= 1
        if start == at or not self._is_street(tokens, at, numbered=numbered):
            return None
        reached = self._reach(text, tokens, start)
        before = tokens[reached - 1].folded if reached else ""
        last = tokens[at - 1]
        rare = self.known.frequency(last.folded) < RARE
        called = reached < start or (rare and last.folded.endswith(("er", "se", "s")))
        if called or before in _ARTICLES or (before in _BEFORE and (rare or numbered)):
            return reached
        sure = tokens[at].folded in _ENDINGS and before not in DETERMINERS and not self.known.is_grammar(last)
        return reached if numbered and (rare or sure) else None

    def _fits(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word may belong to the name of a street: none that says how the street is."""
        word, known = tokens[at], self.known
        if text[word.end : tokens[at + 1].start] != " " or not word.worded or len(word.text) < 2:  # noqa: PLR2004 - a letter
            return False
        if word.folded in _NEVER_INSIDE or word.folded in known.words.doings:
            return False
        frequency = known.frequency(word.folded)
        inflected = word.folded.endswith("e") and not word.folded.endswith(
            ("sse", "ose", "use", "ese", "nse")
        )
        described = inflected and frequency > UNKNOWN and not known.is_first(word)
        called = at > 1 and tokens[at - 2].folded in _ARTICLES and self._is_first(tokens[at - 1], led=True)
        return (frequency < _MOST_USUAL or called) and not described and not word.folded.endswith("ste")

    def _is_street(self, tokens: Sequence[Token], at: int, *, numbered: bool) -> bool:
        last, frequency = tokens[at - 1], self.known.frequency
        joined = last.folded + tokens[at].folded
        if joined in self.known.words.not_streets or frequency(joined) > USUAL:
            return False
        if last.folded.endswith("e") and frequency(last.folded) > USUAL:
            return False
        if tokens[at].folded in _LOOSE:
            after_article = at > 1 and tokens[at - 2].folded in _ARTICLES
            return frequency(last.folded) < (USUAL if numbered and after_article else RARE)
        return True

    def _reach(self, text: str, tokens: Sequence[Token], start: int) -> int:
        """The first word of the name whose later part begins at `start`."""
        at = start
        while at > 0 and text[tokens[at - 1].end : tokens[at].start] in {" ", ". ", ".", ""}:
            word = tokens[at - 1]
            if word.folded in _PREFIXES or (word.folded in _QUALIFIERS and not word.first):
                return at - 1
            if word.folded in _INSIDE:
                first = at - 1
                while first > 0 and tokens[first - 1].folded in _INSIDE:
                    first -= 1
                inside = {token.folded for token in tokens[first:at]}
                if not (inside & _SURE_INSIDE or (inside < {"van", "de"} and self._names(tokens, first - 1))):
                    return at
                at = first
                continue
            spelled = at < start and len(tokens[at].text) == 1
            if word.initials or (len(word.text) == 1 and at > 1 and (spelled or self._opens(tokens, at - 2))):
                at -= 1
                continue
            led = at > 1 and tokens[at - 2].folded in _BEFORE
            named = self._is_first(word, led=led) and (led or at < start)
            return at - 1 if named and not (word.first and at == start) else at
        return at

    def _names(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word can be the first of a name that goes on with `van` or `de`."""
        if at < 0:
            return False
        word = tokens[at]
        return (
            word.folded in _PREFIXES
            or self._is_first(word, led=at > 0 and tokens[at - 1].folded in _BEFORE)
            or word.initials
            or self._opens(tokens, at - 1)
        )

    def _is_first(self, word: Token, *, led: bool) -> bool:
        """Whether it is the first name of who a street is called after; usual ones only when `led`."""
        known = self.known
        usual = known.is_everyday(word) or (known.frequency(word.folded) > _MOST_USUAL and not led)
        return known.is_first(word) and (not usual or known.is_double(word))

    def _opens(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether single letters behind this word are initials."""
        return at >= 0 and (tokens[at].folded in _PREFIXES or len(tokens[at].text) == 1)


def _is_verb(tokens: Sequence[Token], at: int) -> bool:
    """Whether `bleek` says how something turned out: in het gesprek bleek hij te liegen."""
    after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
    return tokens[at].folded == "bleek" and after in _TURNED_OUT
