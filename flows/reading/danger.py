"""Whether a message holds words of acute danger; the lists stand with the other words of each language."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import cast

from flows.reading.words import LANGUAGES, load_words, split_words, word_set

_GAP = "~"
_LONGEST_GAP = 5
_KEY = 2
"""Letters by which phrases are found that may begin with a word."""

Phrases = Mapping[str, re.Pattern[str]]
"""Patterns of phrases, by the first letters of their first words."""


def names_danger(text: str, own: Sequence[str] = ()) -> bool:
    """Whether one of the phrases stands in a text, in any of the languages, or one of a flow's `own`.

    In a phrase a star stands for any ending of a word, `~` for up to five words that are no negation. A
    list knows no meaning: it says only that the words are there. Time is linear.
    """
    line = f" {' '.join(split_words(text))} "
    harmful = _list("words")
    if own and _search(_compile(tuple(own)), line):
        return True
    return _search(harmful, line) and _search(harmful, _cut(_list("harmless"), line))


def _search(phrases: Phrases, line: str) -> bool:
    return any(_match(phrases, line, at) for at in _list_beginnings(line))


def _match(phrases: Phrases, line: str, at: int) -> re.Match[str] | None:
    pattern = phrases.get(line[at : at + _KEY].rstrip())
    return pattern.match(line, at) if pattern else None


def _cut(phrases: Phrases, line: str) -> str:
    """The line without the phrases."""
    kept, reached = " ", 1
    for at in _list_beginnings(line):
        found = _match(phrases, line, at) if at >= reached else None
        if found:
            kept += line[reached : found.start()]
            reached = found.end() + 1
    return kept + line[reached:]


def _list_beginnings(line: str) -> Sequence[int]:
    return [found.end() for found in re.finditer(" (?=.)", line)]


@lru_cache(2)
def _list(key: str) -> Phrases:
    """The phrases of all languages: who tells in one may write in another."""
    groups = (cast(list[list[str]], load_words(language)["danger"][key]) for language in LANGUAGES)
    return _compile(tuple(chain.from_iterable(chain.from_iterable(groups))))


@lru_cache(64)
def _compile(phrases: tuple[str, ...]) -> Phrases:
    written: dict[str, list[str]] = {}
    for phrase in phrases:
        if words := split_words(phrase):
            written.setdefault(words[0][:_KEY], []).append(_write(phrase))
    return {key: re.compile(f"(?:{'|'.join(each)})(?= )") for key, each in written.items()}


def _write(phrase: str) -> str:
    negations = "|".join(sorted({word for language in LANGUAGES for word in word_set(language, "negations")}))
    gap = rf"(?:(?!(?:{negations}) )\S+ ){{0,{_LONGEST_GAP}}}"
    pieces = [
        gap
        if piece == _GAP
        else " ".join(map(re.escape, split_words(piece))) + (r"\S* " if piece.endswith("*") else " ")
        for piece in phrase.split()
    ]
    return "".join(pieces).removesuffix(" ")
