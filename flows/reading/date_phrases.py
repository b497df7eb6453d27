"""What a phrase about a day means: `gisteren`, `vorige week dinsdag`, `drie dagen geleden`, `12-3-2026`."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, cast

Period = Literal["hours", "days", "week", "weekend", "month", "season", "year", "recent"]


@dataclass(frozen=True, slots=True)
class Vague:
    """A reply names a time, but not a day: a month, a season, some days ago."""

    kind: Period


@dataclass(frozen=True, slots=True)
class TwoDays:
    """A reply can mean either of two days; the bot asks which."""

    first: date
    second: date


DateReading = date | Vague | TwoDays | None

_WEEK = 7
_MONTHS = 12
_CENTURY = 100
_YEAR_WIDTH = 4
_LEAP_GAP = 20
"""Steps back (years or months) in which every day that exists comes by: 29 February skips a century."""
YEARS = range(1900, 2101)
"""Four digits that are a year by themselves."""


Found = Mapping[str, Any]
"""The values of one phrase by the letters of `Thing`; a second one by its letter twice.

The readers below raise ValueError when there is no such day, OverflowError when it is beyond the calendar.
"""


def read_relative(found: Found, today: date) -> DateReading:
    """`gisteren`; and `gisteren, dinsdag`, when that is so."""
    day = today + timedelta(found["D"])
    return day if found.get("W", day.weekday()) == day.weekday() else None


def read_night(_: Found, today: date) -> DateReading:
    """`vannacht`: it began yesterday and ended today."""
    return TwoDays(today, today - timedelta(1))


def read_distance(found: Found, today: date) -> DateReading:
    """`drie dagen geleden`, `over een week`."""
    days = timedelta(found.get("n", 1) * found.get("u", found.get("U")))
    return today - days if "A" in found else today + days


def read_rough_distance(found: Found, _: date) -> DateReading:
    """`een paar weken geleden`, `een maand geleden`."""
    if "h" in found:
        return Vague("hours")
    return Vague(found.get("L") or ("days" if found.get("u", found.get("U")) == 1 else "week"))


def read_weekday(found: Found, today: date) -> DateReading:
    """`dinsdag`, alone or with what tells which one: `vorige week`, `afgelopen`, `komende`."""
    weekday = found.get("W", found.get("w"))
    monday = today - timedelta(today.weekday())
    if "K" in found or "H" in found:
        return monday + timedelta(_WEEK * found.get("K", 0) + weekday)
    ahead = (weekday - today.weekday() - 1) % _WEEK + 1
    if "X" in found:
        return today + timedelta(ahead)
    last = today - timedelta((today.weekday() - weekday - 1) % _WEEK + 1)
    if "V" in found:  # said on Thursday of Tuesday: two days ago, or in the week before?
        return TwoDays(last, last - timedelta(_WEEK)) if last >= monday else last
    return last if "P" in found or ahead != _WEEK else TwoDays(today, last)


def read_day(found: Found, today: date) -> DateReading:
    """`dinsdag 10 maart 2026`, without weekday or year, or `de 12e` alone."""
    day, month, year = found.get("n", found.get("o")), found.get("M", found.get("m")), found.get("Y")
    if "o" in found and "n" in found:  # the twelfth of March, 26
        day, year = found["o"], _fill_year(found["n"], today)
    elif "nn" in found:
        year = _fill_year(found["nn"], today)
    elif "R" in found:
        year = today.year + found["R"]
    return _check_weekday(_make_day(day, month, year, today), found, today)


def read_figures(found: Found, today: date, *, both_orders: bool = False) -> DateReading:
    """`12-3-2026`, `12/3`, `2026-03-12`; where months may come first, both readings count."""
    parts = found["I"] if "I" in found else [str(found["n"]), str(found["nn"]), f"{found['Y']:04}"]
    first, second, third = int(parts[0]), int(parts[1]), int(parts[2]) if parts[2:] else None
    if len(parts[0]) == _YEAR_WIDTH and third is not None:
        return _check_weekday(date(first, second, third), found, today)
    if third is None and _YEAR_WIDTH in map(len, parts):
        return Vague("month")
    year = third if third is None or len(parts[2]) == _YEAR_WIDTH else _fill_year(third, today)
    days = [_make_day(first, second, year, today)] if second <= _MONTHS else []
    if both_orders and first <= _MONTHS and first != second:
        days.append(_make_day(second, first, year, today))
    past = [day for day in days if day <= today]
    named = [day for day in days if day.weekday() == found.get("W", found.get("w"))]
    days = next(some for some in (named, past, days) if len(some) == 1 or some is days)
    return TwoDays(*days) if len(days) > 1 else _check_weekday(days[0], found, today) if days else None


def _fill_year(year: int, today: date) -> int:
    """The year that two digits mean: the last one, or one that is less than ten years off."""
    if not 0 <= year < _CENTURY:
        raise ValueError("no two digits")
    full = today.year - today.year % _CENTURY + year
    return full if full < today.year + 10 else full - _CENTURY


def _make_day(day: int, month: int | None, year: int | None, today: date) -> date:
    """The day; without a year, and maybe month, the last such day that is not after today."""
    if month is not None and year is not None:
        return date(year, month, day)
    if day not in range(1, 32):
        raise ValueError("no such day")
    at_year, at_month = today.year, month or today.month
    for _ in range(_LEAP_GAP):
        in_month = day <= monthrange(at_year, at_month)[1]
        if in_month and date(at_year, at_month, day) <= today:
            return date(at_year, at_month, day)
        if month is None and at_month > 1:
            at_month -= 1
        else:
            at_year, at_month = at_year - 1, month or _MONTHS
    raise ValueError("no such day")


def _check_weekday(day: date, found: Found, today: date) -> DateReading:
    """The day; when the weekday named with it is another, that day and the nearest such weekday."""
    weekday = found.get("W", found.get("w", day.weekday()))
    ahead = (weekday - day.weekday()) % _WEEK
    if ahead == 0:
        return day
    after, before = day + timedelta(ahead), day - timedelta(_WEEK - ahead)
    near_after = ahead < _WEEK - ahead and (after <= today or day > today)
    return TwoDays(day, after if near_after else before)


def read_period(found: Found, _: date) -> DateReading:
    """`in maart`, `vorige week`, `2025`, `onlangs`."""
    if "G" in found:
        return Vague(cast(Period, found["G"]))
    if found.keys() & {"M", "m"}:
        return Vague("month")
    return Vague("week") if "K" in found else Vague("year")
