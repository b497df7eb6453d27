"""How many segments a text message takes, and how it reads in the letters that cost least. Pure.

The sets are those of GSM 03.38, the default alphabet and its extension table. A message within them has 160
places in one segment and 153 in each of several; any other one is sent as UCS-2, which has 70 and 67.
"""

from collections.abc import Sequence
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""These take two places each."""

_GSM: Final = (160, 153)
_UCS2: Final = (70, 67)

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7\u25e6\u25aa", "-"),
        **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u200a\u202f", " "),
        **dict.fromkeys("\u00ad\u200b\u200e\u200f\u2066\u2067\u2068\u2069\ufeff", ""),
        "\u2026": "...",
    }
)
"""Signs for which there is a plain one. No letter is among them: a name keeps its accents."""


def simplify(text: str) -> str:
    """The text with plain quotes, dashes and spaces where that brings it within GSM-7; else as it is."""
    plain = text.translate(_PLAIN)
    return plain if _is_gsm(plain) else text


def count_segments(text: str) -> int:
    """How many segments a text takes as it stands; 0 for none. What takes two places is never cut in two."""
    if _is_gsm(text):
        return _fill([2 if letter in _EXTENSION else 1 for letter in text], *_GSM)
    return _fill([2 if ord(letter) > _LAST_OF_UCS2 else 1 for letter in text], *_UCS2)


_LAST_OF_UCS2: Final = 0xFFFF


def _is_gsm(text: str) -> bool:
    return _BASIC.issuperset(set(text) - _EXTENSION)


def _fill(widths: Sequence[int], single: int, several: int) -> int:
    if sum(widths) <= single:
        return 1 if widths else 0
    segments, left = 1, several
    for width in widths:
        if width > left:
            segments, left = segments + 1, several
        left -= width
    return segments
