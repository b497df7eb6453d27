"""Runs of letters and figures that are written or said one by one: c dertien nul twee, 7 1 slash 3 8."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flows.reading.words import fold
from workers.deidentification.said_numbers import BELOW_HUNDRED, BELOW_THOUSAND, UNIT
from workers.deidentification.tokens import Token

_UNIT: Final = re.compile(fold(UNIT))
_NUMBER: Final = re.compile(BELOW_HUNDRED.replace("ë", "e").replace("é", "e"))
_HUNDREDS: Final = re.compile(BELOW_THOUSAND.replace("ë", "e").replace("é", "e"))
_LETTERS: Final = frozenset("bee cee dee gee haa jee kaa pee tee vee wee zet iks".split())
_ALPHABETS: Final = frozenset(
    (
        "anton bernard cornelis dirk eduard ferdinand gerard hendrik isaac izaak johan jan karel lodewijk "
        "maria nico otto pieter quirinus quotient richard rudolf simon theodor teunis utrecht victor viktor "
        "willem xantippe ypsilon ijsbrand zacharias zaandam "
        "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar "
        "papa quebec romeo sierra tango uniform whiskey xray yankee zulu"
    ).split()
)
"""Words that stand for their first letters where several are said: willem gerard 7 2 karel."""

_CONSONANTS: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,4}")
_ABBREVIATIONS: Final = frozenset(
    (
        "mn zn dr vd mw wk nr tv km cm mm kg st pm bv ff ns pc dhr mvr ws ps cv gr kr nl mln mnd dgn mss gwn "
        "wrm vr vh vt mt dt pff hm tjs xx xxx kk sms bsn tbs mbt tnv tov mbv pgb ggd"
    ).split()
)
_BETWEEN: Final = re.compile(r"[\s,.\-/_–:]{0,3}")
_JOINTS: Final = frozenset(
    "slash streepje punt koppelteken min schuine streep spatie uh eh dan en dubbel underscore laag".split()
)
_ALONE: Final = frozenset("tnmuskraoxi")
"""Letters that are words of their own in chats: 't, 'n, m, u."""

_MOST_LETTERS: Final = 5
_PLATE: Final = 6
"""The signs of a number plate: one that begins with letters may end with one."""


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens `first` up to and with `last`, and what they hold sign by sign: `a` a letter, `9` a figure."""

    first: int
    last: int
    signs: str
    units: int
    """How many of the tokens are single figures."""

    @property
    def figures(self) -> int:
        """How many figures it has."""
        return self.signs.count("9")


def find_runs(text: str, tokens: Sequence[Token]) -> Iterator[Run]:
    """All runs that hold a figure, each as long as can be."""
    tokens = _spell(tokens)
    at = 0
    while at < len(tokens):
        if not _read(text, tokens, at):
            at += 1
            continue
        last = at
        place = at + 1
        while place < len(tokens) and _BETWEEN.fullmatch(text[tokens[place - 1].end : tokens[place].start]):
            if _read(text, tokens, place):
                last = place
            elif _is_spelled_out(tokens, place):  # k van karel
                last = place + 1
                place += 1
            elif tokens[place].folded not in _JOINTS or place - last > 2:  # noqa: PLR2004 - schuine streep
                break
            place += 1
        run = _trim(text, tokens, at, last)
        if run.figures:
            yield run
        at = last + 1


def _spell(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens, those of a spelling alphabet as their letters where two stand among letters and figures."""
    letters = {at for at, token in enumerate(tokens) if token.folded in _ALPHABETS}
    signs = {at for at, token in enumerate(tokens) if at in letters or _is_sign(token)}
    spelled: set[int] = set()
    for begin in sorted(signs):
        if begin - 1 in signs:
            continue
        end = begin
        while end in signs:
            end += 1
        stretch = range(begin, end)
        if sum(at in letters for at in stretch) > 1 and any(_is_figure(tokens[at]) for at in stretch):
            spelled.update(letters.intersection(stretch))
    if not spelled:
        return tokens
    return [
        replace(token, text=token.text[0].lower(), folded=token.folded[0]) if at in spelled else token
        for at, token in enumerate(tokens)
    ]


def _is_figure(token: Token) -> bool:
    return token.text.isdigit() or _NUMBER.fullmatch(token.folded) is not None


def _is_sign(token: Token) -> bool:
    return len(token.text) == 1 or token.folded in _JOINTS or _is_figure(token)


def _read(text: str, tokens: Sequence[Token], at: int) -> str:
    """The signs of a token; empty when it is a word."""
    token = tokens[at]
    if token.text.isdigit():
        return "9" * len(token.text)
    if _NUMBER.fullmatch(token.folded):
        return "9" if _UNIT.fullmatch(token.folded) else "99"
    if _HUNDREDS.fullmatch(token.folded):
        return "999"
    if token.folded == "m" and text[token.end : token.end + 1] in {"2", "3"}:
        return ""
    last = token.text[1:] == "." and text[token.start - 1 : token.start] in {"-", "/"}
    if len(token.text) == 1 or last or token.folded in _LETTERS:
        return "a"
    if not token.text.isalpha() or (token.folded in _ABBREVIATIONS and not token.shouted):
        return ""
    behind, before = text[token.end : token.end + 2], text[max(0, token.start - 2) : token.start]
    touches = behind[:1].isdigit() or before[-1:].isdigit()
    hyphened = re.match(r"[\-/.]\d", behind) or re.search(r"\d[\-/]$", before)
    if len(token.text) <= _MOST_LETTERS and (touches or hyphened or token.shouted):
        return "a" * len(token.text)
    return "a" * len(token.text) if _CONSONANTS.fullmatch(token.folded) else ""


def _is_spelled_out(tokens: Sequence[Token], at: int) -> bool:
    """Whether `van` stands here between a letter and a word that begins with it: t van theo."""
    if at == 0 or at + 1 >= len(tokens) or tokens[at].folded != "van":
        return False
    letter, word = tokens[at - 1].folded, tokens[at + 1].folded
    return len(letter) == 1 and letter.isalpha() and len(word) > 1 and word.startswith(letter)


def _trim(text: str, tokens: Sequence[Token], first: int, last: int) -> Run:
    """The run without letters at its ends that are words of their own."""

    def is_word(at: int, beside: int) -> bool:
        token = tokens[at]
        apart = text[min(tokens[at].end, tokens[beside].end) : max(tokens[at].start, tokens[beside].start)]
        return token.text in _ALONE and " " in apart and tokens[beside].text.isdigit()

    while first < last and is_word(first, first + 1):
        first += 1
    whole = "".join(_read(text, tokens, at) for at in range(first, last + 1))
    plate = len(whole) == _PLATE and whole.count("a") > 1 and whole[0] == "a"
    while first < last and not plate and is_word(last, last - 1):
        last -= 1
    named = {at + step for at in range(first, last) if _is_spelled_out(tokens, at) for step in (0, 1)}
    signs = ["" if at in named else _read(text, tokens, at) for at in range(first, last + 1)]
    return Run(first, last, "".join(signs), signs.count("9"))
