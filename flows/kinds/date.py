"""`date`: on which day; a date, or the way people say it (yesterday, Tuesday last week)."""

import re
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator
from pydantic import Field as PydanticField

from flows.durations import read_duration
from flows.inbound import Chose, Content, Said
from flows.kinds.step import (
    Given,
    Misread,
    Question,
    Reading,
    Setting,
    ask_back,
    read_allowance,
    read_name,
)
from flows.outbound import MessageKind, Option
from flows.reading.dates import TwoDays, Vague, read_date, write_date
from flows.turn import InputMethod, Part

QUICK = {"today": 0, "yesterday": 1}
"""Days that can be tapped, and how many days ago they are."""


def _check_day(text: str) -> str:
    try:
        _find_day(text, date(2000, 1, 1))
    except (ValueError, OverflowError):
        raise ValueError(
            "is no day; write `today`, `30 days ago`, `in 2 weeks`, or a date as 2026-03-12"
        ) from None
    return text


def _find_day(text: str, today: date) -> date:
    if text == "today":
        return today
    if match := re.fullmatch(r"in (.+)", text):
        return today + read_duration(match[1])
    if match := re.fullmatch(r"(.+) ago", text):
        return today - read_duration(match[1])
    return date.fromisoformat(text)


Day = Annotated[str, AfterValidator(_check_day)]
"""A day in a flow file: `today`, so long ago or from now, or a date."""


class DateQuestion(Question):
    """Asks for a day; days outside the limits are asked again."""

    message_kind: ClassVar[MessageKind] = "date"
    steady: ClassVar[bool] = False

    kind: Literal["date"]
    earliest: Day | None = PydanticField(default=None, description="The first day that fits.")
    latest: Day = PydanticField(default="today", description="The last day that fits; today if left out.")

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """Today and yesterday, where they fit; every other day is typed."""
        return tuple(
            Option(code, setting.say(code))
            for code, ago in QUICK.items()
            if setting.today == date.min or self._fits(setting.today - timedelta(days=ago), setting)
        )

    def read(self, content: Content, setting: Setting) -> Reading:
        """A day, or a way around it."""
        method: InputMethod = "buttons"
        code: object = None
        match content:
            case Chose(codes=(code,)):
                pass
            case Said(text=text):
                method = "text"
                read = read_date(text, setting.language, setting.today)
                if isinstance(read, TwoDays):
                    days = (read.first, read.second)
                    return ask_back(setting, [write_date(day, setting.language) for day in days])
                if isinstance(read, Vague):
                    return Misread(setting.say("misread_date_vague"), plain=True)
                if read is not None:
                    return self._check(self._find_year(text, read, setting), "text", setting)
                code = read_name(text, self.show(setting).tappable, setting)
            case _:
                pass
        if not isinstance(code, str):
            return Misread(setting.say("misread_date"))
        if given := read_allowance(self, code, method):
            return given
        if code not in QUICK:
            return Misread(setting.say("misread_date"))
        return self._check(setting.today - timedelta(days=QUICK[code]), method, setting)

    def retry(self, setting: Setting) -> str:
        """How a day is written, with an example."""
        return setting.say(
            "retry_date", example=write_date(setting.today - timedelta(days=8), setting.language)
        )

    def label(self, value: str, setting: Setting) -> str:
        """The day in words."""
        return write_date(date.fromisoformat(value), setting.language)

    def _find_year(self, text: str, day: date, setting: Setting) -> date:
        """A day named without its year is the last one before today, unless only a later one fits."""
        if self._fits(day, setting):
            return day
        later = read_date(text, setting.language, _find_day(self.latest, setting.today))
        same = isinstance(later, date) and (later.month, later.day) == (day.month, day.day)
        return later if isinstance(later, date) and same and self._fits(later, setting) else day

    def _fits(self, day: date, setting: Setting) -> bool:
        first = _find_day(self.earliest, setting.today) if self.earliest else date.min
        return first <= day <= _find_day(self.latest, setting.today)

    def _check(self, day: date, method: InputMethod, setting: Setting) -> Reading:
        if self._fits(day, setting):
            return Given((Part(text=day.isoformat()),), method)
        if day > _find_day(self.latest, setting.today):
            last = write_date(_find_day(self.latest, setting.today), setting.language)
            return Misread(setting.say("misread_date_late", last=last), plain=True)
        first = write_date(_find_day(self.earliest or "today", setting.today), setting.language)
        return Misread(setting.say("misread_date_early", first=first), plain=True)
