"""All names by which options can be meant, folded once for each list of options that is shown."""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flows.outbound import Option
from flows.reading.numbers import find_whole
from flows.reading.words import split_words, word_set

Codes = tuple[str, ...]

_HEAD = re.compile(r"\s*(?::|\(|\s[-–—]\s)")
"""What ends the short name in labels such as `Gids: zeker`."""

MOST_DIGITS = 3
"""Digits of a number that can mean an option."""

_MOST_DIGITS = 4
_SPARE_LENGTH, _SPARE_EACH = 200, 20
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class OptionNames:
    """The options of one question, by every name they have; a name leads to all codes that share it.

    A label goes before another option's code: people see labels. `plain` holds labels without their article,
    `plain_labels` also those without a possessive. `numerals` are labels that are a number, `leading` labels
    that begin with one. `counted` are codes that are a number; nobody sees these, so the place goes before.
    `placed` can be named by their place: a label that is another number is not. All `labels` and
    `short_names` (what stands before a colon, and codes) are pairs of code and name.
    A reply longer than `longest_reply` names no option.
    """

    language: str
    codes: Codes
    raw: Mapping[str, Codes]
    light: Mapping[str, Codes]
    bare: Mapping[str, Codes]
    plain: Mapping[str, Codes]
    numerals: Mapping[int, Codes]
    leading: Mapping[int, Codes]
    counted: Mapping[int, Codes]
    placed: tuple[str | None, ...]
    labels: tuple[tuple[str, str], ...]
    plain_labels: tuple[tuple[str, str], ...]
    short_names: tuple[tuple[str, str], ...]
    most_words: int
    longest_reply: int

    def find_exact(self, text: str) -> Codes:
        """Codes of the options with this very name, as closely as it can be told."""
        return self.find_name(text, split_words(text))

    def find_name(self, text: str, words: Sequence[str]) -> Codes:
        """The same, for a text whose folded words are known."""
        return self.raw.get(text) or self.light.get(fold_lightly(text)) or self.find_words(words)

    def find_words(self, words: Sequence[str]) -> Codes:
        """Codes of the options named by these folded words, as they are or without an article."""
        return self.bare.get(" ".join(words)) or self.plain.get(strip_articles(words, self.language), ())

    def find_number(self, number: int) -> Codes:
        """Codes of the options that a number means: a label that is this number, else the place."""
        if found := self.numerals.get(number):
            return found
        seen = dict.fromkeys((*self.leading.get(number, ()), *self.find_place(number)))
        return tuple(seen) or self.counted.get(number, ())

    def find_place(self, place: int) -> Codes:
        """The code at a place, counted from one; none when its label is another number."""
        code = self.placed[place - 1] if 1 <= place <= len(self.placed) else None
        return () if code is None else (code,)


def fold_lightly(text: str) -> str:
    """The text without case, outer punctuation and spare spaces; accents and other signs still count."""
    return " ".join(text.split()).strip(" .!?)\"'").casefold()


def name_options(shown: tuple[Option, ...], language: str) -> OptionNames:
    """The names of these options, for replies in a language."""
    words = [split_words(option.label) for option in shown]
    codes = [option.code for option in shown]
    labels = [option.label for option in shown]
    bare = [" ".join(each) for each in words]
    plain = [strip_articles(each, language) for each in words]
    unowned = [strip_articles(each, language, "possessives") for each in words]
    heads = [" ".join(split_words(_HEAD.split(label, maxsplit=1)[0])) for label in labels]
    spoken = [None if _is_number(code) else code for code in codes]
    bare_codes = ["" if code is None else " ".join(split_words(code)) for code in spoken]
    counted = [int(code) if _is_number(code) else None for code in codes]
    numerals = [_read_numeral(each, language) for each in words]
    leading = [_read_leading(each) for each in words]
    return OptionNames(
        language=language,
        codes=tuple(codes),
        raw=_gather(spoken, codes) | _gather([label.strip() for label in labels], codes),
        light=_gather((code and fold_lightly(code) for code in spoken), codes)
        | _gather(map(fold_lightly, labels), codes),
        bare=_gather(bare_codes, codes) | _gather(bare, codes),
        plain=_gather(plain, codes),
        numerals=_gather(numerals, codes),
        leading=_gather(leading, codes),
        counted=_gather(counted, codes),
        placed=tuple(code if number is None else None for code, number in zip(codes, numerals, strict=True)),
        labels=_pair(codes, bare),
        plain_labels=_pair(codes, plain) + _pair(codes, unowned),
        short_names=_pair(codes, heads) + _pair(codes, bare_codes),
        most_words=max(map(len, words), default=0),
        longest_reply=_SPARE_LENGTH + sum(len(each.label) + len(each.code) + _SPARE_EACH for each in shown),
    )


def strip_articles(words: Sequence[str], language: str, also: str = "") -> str:
    """The folded words without leading articles, or words of another group; one word at least is left."""
    articles = word_set(language, "articles")
    dropped = articles | word_set(language, also) if also else articles
    start = 0
    while start < len(words) - 1 and words[start] in dropped:
        start += 1
    prefixes = word_set(language, "article_prefixes")
    left = words[start:]
    return " ".join(_strip_prefix(word, prefixes) for word in left) if prefixes else " ".join(left)


def _strip_prefix(word: str, prefixes: Iterable[str]) -> str:
    for prefix in prefixes:
        if word.startswith(prefix) and len(word) > len(prefix) + 1:
            return word.removeprefix(prefix)
    return word


def _read_numeral(words: Sequence[str], language: str) -> int | None:
    """The number that a label is, such as `7` or `zeven`."""
    if len(words) == 1 and words[0].removeprefix("-").isdecimal():
        return int(words[0]) if len(words[0]) <= _MOST_DIGITS else None
    return find_whole(words, language)


def _is_number(code: str) -> bool:
    return code.isdecimal() and len(code) <= MOST_DIGITS


def _read_leading(words: Sequence[str]) -> int | None:
    """The number with which a label begins (`0 helemaal niet`), when it holds no other."""
    alone = len(words) > 1 and not any(sign.isdecimal() for word in words[1:] for sign in word)
    return int(words[0]) if alone and words[0].isdecimal() and len(words[0]) <= _MOST_DIGITS else None


def _gather(names: Iterable[Name | None], codes: Iterable[str]) -> dict[Name, Codes]:
    """Each name with the codes of all options that have it, in the order shown; empty names lead nowhere."""
    gathered: dict[Name, Codes] = {}
    for name, code in zip(names, codes, strict=True):
        if name is not None and name != "":
            gathered[name] = tuple(dict.fromkeys((*gathered.get(name, ()), code)))
    return gathered


def _pair(codes: Sequence[str], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, name) for code, name in zip(codes, names, strict=True) if name)
