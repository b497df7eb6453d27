"""The words of a text, with where they stand and how they are written."""

import re
from dataclasses import dataclass
from typing import Final

from flows.reading.words import fold

_WORD: Final = re.compile(
    r"[vV]/[dD](?!\w)|(?:[^\W\d_]\.){1,4}(?=[ \-]|$)|[^\W\d_]+(?:[-][^\W\d_]+)*|['’][^\W\d_]{1,2}(?!\w)|\d+"
)
LONGEST: Final = 40
"""Letters a word may have; what is longer was not meant as a word."""

_STOPS: Final = re.compile(r"[.!?:;\n\"“”„«»(…]\s*['’\"“„]?\s*$|[^\w\s,;'’\-–()/.&+%€@#]\s*$")
_ABBREVIATED: Final = re.compile(
    r"\b(?:mw|dhr|mevr|mej|dr|drs|ir|ing|mr|prof|ds|fam|st|bijv|o\.a|nr|tel|geb|gr)\.\s*$", re.IGNORECASE
)


_SHOUTED: Final = re.compile(
    r"(?<!\w)(?:[^\W\d_a-zà-ÿ]{1,30}(?![^\W\d_])[^\w\n]{1,4}){2,400}[^\W\d_a-zà-ÿ]{1,30}(?!\w)"
)
_LEAST_SHOUTED: Final = 12
"""Letters from which words in capitals are shouted, and no short names of something."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its characters `start` up to `end`, as written and folded; `first` of a sentence or not."""

    start: int
    end: int
    text: str
    folded: str
    first: bool

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()

    @property
    def shouted(self) -> bool:
        """Whether it is all capitals, more than one of them."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def initials(self) -> bool:
        """Whether it is initials, such as `J.P.`."""
        return self.text.endswith(".")

    @property
    def worded(self) -> bool:
        """Whether it is made of letters."""
        return not self.text[0].isdigit() and not self.initials and len(self.text) <= LONGEST


def hush(text: str) -> str:
    """The text, sign for sign, with what is shouted in small letters: there capitals tell nothing."""
    return _SHOUTED.sub(_lower, text)


def _lower(found: re.Match[str]) -> str:
    shouted = found[0]
    if sum(map(str.isupper, shouted)) < _LEAST_SHOUTED:
        return shouted
    return "".join(small if len(small := sign.lower()) == 1 else sign for sign in shouted)


def split_tokens(text: str) -> list[Token]:
    """The words and numbers of a text."""
    tokens: list[Token] = []
    for found in _WORD.finditer(text):
        before = text[max(0, found.start() - 8) : found.start()]
        begins = not tokens or (_STOPS.search(before) is not None and _ABBREVIATED.search(before) is None)
        tokens.append(Token(found.start(), found.end(), found[0], fold(found[0]).replace("/", ""), begins))
    return tokens
