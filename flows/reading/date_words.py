"""The things of meaning in a reply about a day: one letter and one value for each word, phrase or figure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from flows.reading.numbers import find_ordinal, spelled_numbers, spelled_ordinals, weak_numbers
from flows.reading.words import fold, fold_phrases, load_words, word_set

Thing = tuple[str, Any]
"""A letter and its value:

D day (days from today), N last night, W weekday (0-6), w short weekday, M month (1-12), m short month,
n number, o ordinal, e "a" or "one", Y four digits, I date in figures, u day or week (days), U days or weeks,
L other unit (its period), A ago, F from now, P past, V previous, X next, H this, K week (weeks from this),
R year (years from this), G period (its kind), S some, B about, T at, h o'clock, C clock time, t part of day,
O or, Z not, Q before or since or every, q the same after its day, x anything else.
"""

_TOKEN = re.compile(
    r"(?<![0-9.:/-])(?P<clock>[0-9]{1,2}:[0-9]{2})(?![0-9:])"
    r"|(?<![0-9])(?P<figures>[0-9]{1,4}\s?(?P<mark>[-/.])\s?[0-9]{1,4}(?:\s?(?P=mark)\s?[0-9]{2,4})?)"
    r"(?![0-9])(?!\s?[-/.]\s?[0-9])"
    r"|(?P<number>[0-9]+)(?P<suffix>[^\W\d_]{0,4})"
    r"|(?P<word>[^\W\d_]+)"
)
_LONGEST_PHRASE = 5
_LAST_MONTH = 12

_GROUPS: Mapping[str, str] = {
    "t": "parts",
    "B": "about",
    "N": "nights",
    "P": "past",
    "V": "previous",
    "X": "next",
    "H": "this",
    "A": "ago",
    "F": "ahead",
    "S": "some",
    "T": "at",
    "h": "clock",
    "Q": "shifts",
    "q": "shifts_after",
    "e": "a_one",
}
_VALUES: Mapping[str, str] = {"u": "one_units", "U": "many_units", "K": "weeks", "R": "years"}
_LISTS: Mapping[str, str] = {"w": "short_weekdays", "W": "weekdays", "m": "short_months", "M": "months"}


def find_things(text: str, language: str) -> Iterator[Thing]:
    """What a text holds, in its order; words without any meaning for a day are left out or `x`."""
    lexicon = _know(language)
    words: list[str] = []
    for token in _TOKEN.finditer(fold(text)):
        if word := token["word"]:
            words.append(word)
            continue
        yield from _find_phrases(words, lexicon)
        words = []
        if token["clock"]:
            yield "C", None
        elif figures := token["figures"]:
            yield _read_figures(figures, token["mark"])
        else:
            number, suffix = token["number"], token["suffix"]
            ordinal = find_ordinal([number + suffix], language) if suffix else None
            if ordinal is not None:
                yield "o", ordinal
            else:
                yield "Y" if len(number) == len("2026") else "n", int(number)
                words = [suffix] if suffix else []
    yield from _find_phrases(words, lexicon)


def _read_figures(figures: str, mark: str) -> Thing:
    parts = [part.strip() for part in figures.split(mark)]
    clock = len(parts) == len(("12", "30")) and mark == "." and int(parts[1]) > _LAST_MONTH
    return ("C", None) if clock and len(parts[1]) == len("30") else ("I", parts)


def _find_phrases(words: list[str], lexicon: Mapping[str, Thing]) -> Iterator[Thing]:
    place = 0
    while place < len(words):
        longest = min(_LONGEST_PHRASE, len(words) - place)
        for many in range(longest, 0, -1):
            thing = lexicon.get(" ".join(words[place : place + many]))
            if thing is not None:
                break
        else:
            many, thing = 1, ("x", None)
        if thing[0]:
            yield thing
        place += many


@lru_cache(16)
def _know(language: str) -> Mapping[str, Thing]:
    """All words and phrases that mean something for a day; later ones go before earlier ones."""
    words = load_words(language)["dates"]
    weak = weak_numbers(language)
    known: dict[str, Thing] = {}
    for phrases, letter, value in (
        (word_set(language, "small"), "", None),
        (words["fillers"], "", None),
        *(([phrase], "n", value) for phrase, value in spelled_numbers(language).items()),
        *(([phrase], "e", 1) for phrase, value in weak.items() if value == 1),
        *(([phrase], "o", value) for phrase, value in spelled_ordinals(language).items()),
        (word_set(language, "negations"), "Z", None),
        (word_set(language, "or"), "O", None),
        *((phrases, "L", kind) for kind, phrases in words["long_units"].items()),
        *((words.get(key) or (), letter, 1) for letter, key in _GROUPS.items()),
        *(
            (phrases, letter, value)
            for letter, key in _VALUES.items()
            for value, phrases in words[key].items()
        ),
        *_list_calendar(words),
        *((phrases, "G", kind) for kind, phrases in words["periods"].items()),
        *((phrases, "D", offset) for offset, phrases in words["days"].items()),
    ):
        spaced = [phrase.replace("'", " ") for phrase in cast(Iterable[str], phrases)]
        known.update(dict.fromkeys(fold_phrases(spaced), (letter, value)))
    return known


def _list_calendar(words: Mapping[str, Any]) -> Iterator[tuple[list[str], str, int]]:
    """Weekdays, also with a part of the day (`dinsdagavond`), and months."""
    for letter, key in _LISTS.items():
        lists = cast(list[list[str]], words[key])
        for value, forms in enumerate(lists, start=int(letter in "mM")):
            parts = (
                ["", *(gap + part for part in words["parts"] for gap in ("", " "))] if letter == "W" else [""]
            )
            yield [form + part for form in forms for part in parts], letter, value
