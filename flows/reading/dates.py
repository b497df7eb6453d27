"""Reading the day a reply names, the way people name days that are past; and writing a day to read back."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, cast

from flows.reading.date_phrases import (
    YEARS,
    DateReading,
    Found,
    TwoDays,
    Vague,
    read_day,
    read_distance,
    read_figures,
    read_night,
    read_period,
    read_relative,
    read_rough_distance,
    read_weekday,
)
from flows.reading.date_words import Thing, find_things
from flows.reading.numbers import LENGTH_LIMIT
from flows.reading.words import load_words

__all__ = ["DateReading", "TwoDays", "Vague", "read_date", "write_date"]


def read_date(text: str, language: str, today: date) -> DateReading:
    """The day a reply names, seen from `today`; Vague for a period, TwoDays when it can be two, else None.

    A bare weekday, and a day without its year, is the last such day: people tell of what has been.
    """
    if len(text) > LENGTH_LIMIT:
        return None
    try:
        return _combine(list(find_things(text, language)), today, language)
    except (OverflowError, ValueError):  # beyond the calendar, or no such day
        return None


def write_date(day: date, language: str) -> str:
    """The day in full, as `read_date` reads it back: "dinsdag 10 maart 2026"."""
    words = load_words(language)["dates"]
    weekday, month = words["weekdays"][day.weekday()][0], words["months"][day.month - 1][0]
    return cast(str, words["write"]).format(weekday=weekday, day=day.day, month=month, year=f"{day.year:04}")


Reader = Callable[[Found, date], DateReading]

_TIME = re.compile(r"C|[TB]+[TBF]*n?[noe]?h?(?![MmuULA])|[noe]h(?!A)")
"""A time of day, which leaves the day as it is."""

_FIGURES = re.compile(r"[Ww]?t?(?:I|nnY)[Ww]?")
_PHRASES: Sequence[tuple[re.Pattern[str], Reader]] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"e?Se?[uULh]A|Ae?S[uULh]|[ne]?[Lh]A|A[ne]?[Lh]|UA|AU", read_rough_distance),
        (r"[ne]?uA|[ne]UA|A[ne]?u|A[ne]U|F[ne][uU]|[ne]?uF|nUF", read_distance),
        (r"Wt?K|KWt?|[PVXH]Wt?|Wt?[PVX]", read_weekday),
        (r"[Ww]?t?[no][Mm](?:Y|R|n(?![hMm]))?[Ww]?|R[no][Mm]|Wt?o(?![uUL])", read_day),
        (_FIGURES.pattern, read_figures),
        (r"DW?|WD", read_relative),
        (r"N", read_night),
        (r"W", read_weekday),
        (r"F?[Mm]Y|F?MR?|RM|G|K|R", read_period),
    )
)
_MONTH_FIRST: Sequence[tuple[re.Pattern[str], Reader]] = (
    (re.compile(r"[Ww]?t?[Mm][no](?![hMm])(?:Y|R|n(?![hMm]))?"), read_day),
    (_FIGURES, partial(read_figures, both_orders=True)),
)
"""What is read first where people also write the month before the day."""

_ALONE: Mapping[str, Reader] = {
    "w": read_weekday,
    "o": read_day,
    "m": read_period,
    "Fm": read_period,
    "Y": read_period,
    "FY": read_period,
}
"""What is only a time when nothing else is said: short words mean other things in a sentence."""


def _combine(things: list[Thing], today: date, language: str) -> DateReading:
    """The one reading of all phrases found; ValueError when something is said that makes it another day."""
    shape = "".join(letter for letter, _ in things)
    bare = shape.replace("x", "").replace("t", "")
    if bare in _ALONE:
        only = {letter: value for letter, value in things if letter in bare}
        return None if bare[-1] == "Y" and only["Y"] not in YEARS else _ALONE[bare](only, today)
    if "Z" in shape:
        return None
    found = list(_find_phrases(things, shape, today, language))
    readings = list(dict.fromkeys(reading for reading, _ in found))
    readings = [each for each in readings if each != Vague("recent")] or readings
    if len(readings) <= 1:
        return readings[0] if readings else None
    alike = len(found) == len(readings) == 2 and found[0][1] is found[1][1]  # noqa: PLR2004 - this one or that
    first, second = readings[:2]
    if "O" in shape and alike and isinstance(first, date) and isinstance(second, date):
        return TwoDays(first, second)
    return None


def _find_phrases(
    things: list[Thing], shape: str, today: date, language: str
) -> Iterator[tuple[date | Vague | TwoDays, Reader]]:
    """The reading of each phrase, with its reader; ValueError for a number or phrase that cannot be read."""
    month_first = bool(load_words(language)["dates"].get("month_first"))
    phrases = (*_MONTH_FIRST, *_PHRASES) if month_first else _PHRASES
    place = 0
    while place < len(shape):
        matches = ((pattern.match(shape, place), reader) for pattern, reader in phrases)
        match, reader = next(((match, reader) for match, reader in matches if match), (None, None))
        time = _TIME.match(shape, place)
        if time or not match or not reader:
            if not time and shape[place] in "noYI":
                raise ValueError("a number beside the day")
            place = time.end() if time else place + 1
            continue
        before, after = shape[place - 1 : place], shape[match.end() : match.end() + 1]
        reading = reader(_name_values(things[place : match.end()]), today)
        if reading is None or before in {"Q", "A", "F"} or after == "q":
            raise ValueError("before, after or since that day")
        yield (Vague("days") if before == "B" and not isinstance(reading, Vague) else reading), reader
        place = match.end()


def _name_values(things: list[Thing]) -> Found:
    found: dict[str, Any] = {}
    for letter, value in things:
        found[letter * 2 if letter in found else letter] = value
    return found
