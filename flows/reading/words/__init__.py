"""The words by which replies and stories are read, per language, and the folding for comparing texts."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

from flows.yaml_reader import load_plain

LANGUAGES: tuple[str, ...] = ("nl", "en", "tr", "ar", "pl")
"""The languages in which replies are read; the first one stands in for any other."""

_SAME: Mapping[str, str] = {
    **dict.fromkeys("\u2018\u2019\u02bc`\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\u0131": "i",  # Turkish dotless i: capitals lose the difference, so it is no difference here
    "\u0142": "l",
    "\u0111": "d",
    "\u00f8": "o",
    "\u00e6": "ae",
    "\u0153": "oe",
    "\u0671": "\u0627",  # alef wasla; the other alefs come apart by themselves
    "\u0649": "\u064a",  # alef maqsura
    "\u06cc": "\u064a",  # Persian ye
    "\u06a9": "\u0643",  # Persian kaf
    "\u0629": "\u0647",  # ta marbuta
    "\u0640": "",  # tatweel
    "\u060c": ",",
    "\u061b": ";",
    "\u061f": "?",
    "\u066b": ".",
    "\u066c": ",",
    "\u20e3": " ",  # the key around 1\ufe0f\u20e3: two keys are two numbers
    "\U0001f51f": "10",
}

_WORD = re.compile(r"(?<![^\W_])(?<![0-9]\s)-[0-9]+|[^\W_]+|[\u2190-\u2bff\U0001f000-\U0001faff]")
"""A word, a number with its minus, or a picture; nothing else tells replies apart."""


def fold(text: str) -> str:
    """The text without case, accents, vowel marks and invisible signs, with digits of any script as 0-9.

    Works sign by sign, so that its time is linear in whatever is sent.
    """
    return text.casefold() if text.isascii() else "".join(map(_fold_sign, text))


@lru_cache(4096)
def _fold_sign(sign: str) -> str:
    return "".join(_SAME.get(part, part) for part in _take_apart(sign))


def _take_apart(sign: str) -> Iterator[str]:
    for part in unicodedata.normalize("NFD", sign.casefold()):
        category = unicodedata.category(part)
        if category == "Nd":
            yield str(unicodedata.decimal(part))
        elif category not in ("Mn", "Me", "Cf", "Sk") or part in _SAME:
            yield part


def split_words(text: str) -> list[str]:
    """The folded words of a text, without punctuation; an apostrophe does not divide a word."""
    return _WORD.findall(fold(text).replace("'", ""))


@lru_cache(len(LANGUAGES) + 8)
def load_words(language: str) -> Mapping[str, Any]:
    """All that is known of a language, as it stands in its file; see `nl.yaml` for what the keys mean."""
    base = language.partition("-")[0]
    known = base if base in LANGUAGES else LANGUAGES[0]
    source = files("flows.reading.words").joinpath(f"{known}.yaml").read_text(encoding="utf-8")
    return cast(Mapping[str, Any], load_plain(source))


@lru_cache(256)
def word_set(language: str, group: str) -> frozenset[str]:
    """The words and phrases of one group, folded; empty when the language has no such group."""
    return frozenset(fold_phrases(cast(list[str], load_words(language).get(group) or ())))


def fold_phrases(phrases: list[str]) -> list[str]:
    """Words and phrases as `split_words` would give them, each joined by single spaces."""
    return [" ".join(split_words(phrase)) for phrase in phrases]
