"""Names of accounts in words: behind a said at sign, and behind a platform (insta heet ik ...)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_WEIGHT: Final = 70
_SIGNS: Final = frozenset({"apenstaartje", "apestaartje", "apenstaart", "apestaart", "apestaarje"})
_HALVES: Final = frozenset({"staartje", "staart"})
_PLATFORMS: Final = frozenset(
    (
        "insta instagram ig snap snapchat tiktok telegram twitter facebook fb messenger discord linkedin "
        "youtube twitch strava pinterest vinted skype marktplaats account profiel bluesky mastodon threads "
        "roblox psn playstation ps4 ps5 xbox fortnite steam nintendo minecraft"
    ).split()
)
_NAMES: Final = frozenset(
    (
        "gebruikersnaam accountnaam inlognaam profielnaam schermnaam username nickname gamertag instanaam "
        "snapnaam handle instagramnaam"
    ).split()
)
"""Words for the name of an account itself."""

_ANNOUNCING: Final = _PLATFORMS | _NAMES

_LINKS: Final = frozenset(
    (
        "is was naam account heet heette heten ze zij hij ik we als onder op via mijn mn haar zijn zn dat de "
        "die uh eh he nou dus pagina kanaal groep ook ben noem noemt me mezelf zich hem gewoon even kijken "
        "daar"
    ).split()
)
_NAMING: Final = frozenset({"heet", "heette", "heten", "naam", "noem", "noemt"})
_OWNERS: Final = frozenset({"mijn", "mn", "haar", "zijn", "zn", "de", "die"})
_ARTICLES: Final = frozenset({"de", "het", "een"})
_ON: Final = frozenset({"op", "bij", "via"})
_SHOWN: Final = frozenset(
    "sta staat staan stond zit zat zitten heet vind vinden bekend actief post speelt zoek zoeken".split()
)
_AS_WRITTEN: Final = (
    "aan elkaar",
    "zonder spatie",
    "zonder hoofdletter",
    "met kleine letter",
    "in een woord",
)
"""How people say that a name is to be typed."""

_JOINED: Final = frozenset({" ", ".", "_", "-", ""})
_MOST_LINKS: Final = 7
_MOST_WORDS: Final = 6
_WRITTEN: Final = frozenset({"punt", "streepje", "underscore", "dot"})
_JOINTS: Final = frozenset("punt streepje underscore laag liggend dot van met de het der".split())
_ENDS: Final = frozenset(
    (
        "daar dan dus die dat want maar kan kun kunt kon je ik ze zij hij we wij u jullie aan op of als is "
        "was heet staat staan zonder alles en uh eh waar stuur volg zoek zo ook nog niet vind vindt doet doe "
        "gebruik daarop hoor bij om te toch he ja nee toen wel geloof heeft had hebben zet zette post hem "
        "haar me mij naar in er al uit"
    ).split()
)
"""With these the sentence goes on behind the name of an account."""

_PERSONAL: Final = frozenset({"insta", "instagram", "snap", "snapchat", "tiktok", "ig", "twitch", "discord"})
_LONG: Final = 6
_NEAR: Final = 8
_SHORTEST: Final = 3
_MARGIN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Handles:
    """Looks for names of accounts that were said or typed in words."""

    known: NameWords

    def find(self, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
        """Each as far as it goes, with its at sign."""
        for at, token in enumerate(tokens):
            begin = self._find_sign(tokens, at)
            follows = begin is not None and begin < len(tokens) and not tokens[begin].first
            if begin is not None and follows and self._is_told(tokens, at, begin):
                last = self._extend(text, tokens, begin, loose=True)
                yield Finding(token.start, tokens[last].end, "account", "behind an at sign", weight=_WEIGHT)
            before = self._find_before(text, tokens, at)
            if before is not None:
                first, last = before
                rule = "before the name of a platform"
                yield Finding(tokens[first].start, tokens[last].end, "account", rule, weight=_WEIGHT)
            named = self._find_named(text, tokens, at)
            if named is not None:
                start, loose = named
                end = tokens[self._extend(text, tokens, start, loose=loose)].end
                rule = "behind the name of a platform"
                yield Finding(tokens[start].start, end, "account", rule, weight=_WEIGHT)

    def _is_told(self, tokens: Sequence[Token], at: int, begin: int) -> bool:
        """Whether a name follows a said sign: not where it is about the sign itself."""
        sign = at > 0 and tokens[at - 1].folded in {"het", "een", "dat", "dit"}
        return tokens[begin].folded not in _ENDS and not (sign and self.known.is_grammar(tokens[begin]))

    def _find_sign(self, tokens: Sequence[Token], at: int) -> int | None:
        """The word behind an at sign that is said here; `at` is one only where it is about a platform."""
        word = tokens[at].folded
        if word in _SIGNS:
            return at + 1
        if word in {"apen", "ape"} and at + 1 < len(tokens) and tokens[at + 1].folded in _HALVES:
            return at + 2
        around = {token.folded for token in tokens[max(0, at - _NEAR) : at]}
        return at + 1 if word in {"at", "et"} and not around.isdisjoint(_ANNOUNCING) else None

    def _find_named(self, text: str, tokens: Sequence[Token], at: int) -> tuple[int, bool] | None:
        """The word at which the name of an account on this platform begins, and whether all may follow."""
        platform = tokens[at].folded
        if platform not in _ANNOUNCING or at + 1 >= len(tokens):
            return None
        begin = self._skip_links(tokens, at)
        token, links = tokens[begin], {each.folded for each in tokens[at + 1 : begin]}
        between = text[tokens[begin - 1].end : token.start]
        if (token.first and ":" not in between) or text[tokens[at].end : token.start].count("\n"):
            return None
        if not token.worded or token.folded in _ENDS or token.folded in _LINKS:
            return None
        ahead = " ".join(each.folded for each in tokens[begin : begin + _NEAR])
        if (begin > at + 1 and any(aside in ahead for aside in _AS_WRITTEN)) or (
            begin == at + 1 and self._is_called_on(tokens, at)
        ):
            return begin - self._is_articled(tokens, begin), True
        told = tokens[begin - 1].folded in _OWNERS and token.folded in self.known.words.roles
        if told or (not links & _NAMING and self.known.is_grammar(token)):
            return None
        own = platform in _NAMES and bool(links & {"is", "was"} or ":" in between)
        if links & _NAMING or own or (":" in between and begin == at + 1):
            return begin - self._is_articled(tokens, begin), True
        return self._guess(tokens, at, begin)

    def _is_articled(self, tokens: Sequence[Token], begin: int) -> bool:
        """Whether the article before a name belongs to it: ik heet de echte appie."""
        return tokens[begin - 1].folded in _ARTICLES and tokens[begin - 2].folded in _NAMING

    def _skip_links(self, tokens: Sequence[Token], at: int) -> int:
        """The first word behind a platform that leads no further: insta ze heet daar ..."""
        named, begin = tokens[at].folded in _NAMES, at + 1
        while begin < len(tokens) - 1 and begin - at <= _MOST_LINKS:
            word = tokens[begin].folded
            if word not in _LINKS and not (named and word in _PLATFORMS):
                break
            begin += 1
        return begin

    def _is_called_on(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether somebody is said to be called on a platform what follows: hij heet op tiktok ..."""
        called = {each.folded for each in tokens[max(0, at - 4) : at]} & _NAMING
        return bool(called) and tokens[at - 1].folded in _ON

    def _guess(self, tokens: Sequence[Token], at: int, begin: int) -> tuple[int, bool] | None:
        """The same where no word for a name stands between: by how the word looks and what follows it."""
        token, links = tokens[begin], {each.folded for each in tokens[at + 1 : begin]}
        joined = begin + 1 < len(tokens) and tokens[begin + 1].folded in _WRITTEN
        if joined and links & {"is", "was", "als", "onder"}:
            return begin, False
        strange = self.known.frequency(token.folded) < UNKNOWN + _MARGIN and not self.known.is_made(token)
        if "onder" in links and tokens[begin - 1].folded == "onder" and self._is_strange(token):
            return begin, True
        if begin == at + 1 and tokens[at].folded in _PERSONAL and self._is_made_up(tokens, begin):
            return begin, False
        told = links & {"is", "was"} and at > 0 and not token.folded.startswith("ge")
        return (begin, False) if told and strange and len(token.text) > _SHORTEST else None

    def _find_before(self, text: str, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """The first and last word of a name before its platform: hij staat als de echte barbier op insta."""
        if tokens[at].folded not in _PLATFORMS or at < _SHORTEST or tokens[at - 1].folded not in _ON:
            return None
        begin = at - 2
        while begin > max(0, at - 2 - _MOST_WORDS) and not self._leads(tokens, begin):
            if tokens[begin].first or text[tokens[begin].end : tokens[begin + 1].start] not in _JOINED:
                return None
            begin -= 1
        shown = {token.folded for token in tokens[max(0, begin - 3) : begin]} & _SHOWN
        if not self._leads(tokens, begin) or begin == at - 2 or not shown:
            return None
        return begin + 1, at - 2

    def _leads(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word leads to a name: staat als, zoek maar op."""
        sought = any(token.folded.startswith("zoek") for token in tokens[max(0, at - 2) : at])
        return tokens[at].folded in {"als", "onder"} or (tokens[at].folded == "op" and sought)

    def _is_made_up(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word that nobody uses ends a clause: insta zwaluwnest."""
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or after.first or after.folded in _ENDS
        return ends and len(token.text) >= _LONG and self.known.frequency(token.folded) == 0

    def _extend(self, text: str, tokens: Sequence[Token], begin: int, *, loose: bool) -> int:
        """The last word of a name that begins at `begin`: all that does not go on with the sentence."""
        last = place = begin
        while place + 1 < min(len(tokens), begin + _MOST_WORDS):
            after = tokens[place + 1]
            if text[tokens[place].end : after.start] not in _JOINED or after.first:
                break
            joined = after.folded in _JOINTS or self._is_sign(after)
            joined = joined or tokens[place].folded in _WRITTEN
            if after.folded in _ENDS or not (joined or loose or self._is_strange(after)):
                break
            place += 1
            if after.folded not in _JOINTS:
                last = place
        return last

    def _is_sign(self, token: Token) -> bool:
        return token.text.isdigit() or len(token.text) == 1 or self.known.is_counted(token)

    def _is_strange(self, token: Token) -> bool:
        return self.known.frequency(token.folded) < RARE
