"""Where one reply falls into several answers: at commas, new lines and words such as "en" and "of"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from flows.reading.words import load_words

_LONGEST_LIST = 80
_DIGITS = re.compile(r"[0-9]+")
_MARKS = r"[,;+&/|\u2022\u060c\u061b]"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line, from `start` to `end`; `either` when a word such as "of" stands before it."""

    start: int
    end: int
    either: bool


def is_number_list(text: str, language: str) -> bool:
    """Whether a text is nothing but one or two digits at a time, between commas and words such as "en"."""
    return len(text) <= _LONGEST_LIST and _know_list(language).fullmatch(text) is not None


def find_numbers(text: str) -> list[int]:
    """The numbers in a text of digits."""
    return [int(digits) for digits in _DIGITS.findall(text)]


def split_reply(text: str, language: str) -> Iterator[tuple[str, list[Piece]]]:
    """The reply on one line with its pieces; once for every way in which the language divides."""
    line = " ".join(" , ".join(text.splitlines()).split())
    for divider in _know_dividers(language):
        pieces: list[Piece] = []
        start, either = 0, False
        for found in divider.finditer(line):
            if line[start : found.start()].strip():
                pieces.append(Piece(start, found.start(), either))
                either = False
            start, either = found.end(), either or found["either"] is not None
        if line[start:].strip():
            pieces.append(Piece(start, len(line), either))
        if pieces:
            yield line, pieces


@lru_cache(16)
def _know_list(language: str) -> re.Pattern[str]:
    both = _match_any(cast(list[str], load_words(language)["and"]))
    return re.compile(rf"[0-9]{{1,2}}(?:\s*(?:{_MARKS}|{_between(both)})\s*[0-9]{{1,2}})*", re.IGNORECASE)


@lru_cache(16)
def _know_dividers(language: str) -> tuple[re.Pattern[str], ...]:
    words = load_words(language)
    both, either = (_match_any(cast(list[str], words[group])) for group in ("and", "or"))
    plain = rf"(?P<either>{_between(either)})|{_MARKS}|{_between(both)}"
    prefixes = cast(list[str], words.get("and_prefixes") or ())
    glued = rf"|(?<![^\W_])(?:{_match_any(prefixes)})(?=\w)"
    return tuple(re.compile(plain + more, re.IGNORECASE) for more in (["", glued] if prefixes else [""]))


def _between(words: str) -> str:
    """A pattern for words that stand alone, or between figures."""
    return rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])"


def _match_any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
