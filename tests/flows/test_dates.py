"""How the day is read that a reply names, seen from Thursday 19 March 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.dates import DateReading, TwoDays, Vague, read_date, write_date
from flows.reading.words import LANGUAGES, fold

TODAY = date(2026, 3, 19)
MONTH, WEEK, DAYS, YEAR = Vague("month"), Vague("week"), Vague("days"), Vague("year")


def _day(day: int, month: int = 3, year: int = 2026) -> date:
    return date(year, month, day)


DATES: dict[str, dict[str, DateReading]] = {
    "nl": {
        "vandaag": _day(19),
        "Vanmorgen.": _day(19),
        "gisteren": _day(18),
        "gisteravond": _day(18),
        "dat was gisteren bij haar thuis": _day(18),
        "gisteren om 3 uur": _day(18),
        "gisteren om half 4": _day(18),
        "gisteren, 15:30": _day(18),
        "gisteren 15.30": _day(18),
        "gisteren, woensdag": _day(18),
        "gisteren, dinsdag": None,
        "Jan belde gisteren": _day(18),
        "eergisteren": _day(17),
        "vannacht": TwoDays(_day(19), _day(18)),
        "morgen": _day(20),
        "overmorgen": _day(21),
        "vorige week dinsdag": _day(10),
        "dinsdag vorige week": _day(10),
        "vorige week op dinsdag": _day(10),
        "dinsdag deze week": _day(17),
        "afgelopen dinsdag": _day(17),
        "afgelopen donderdag": _day(12),
        "vorige dinsdag": TwoDays(_day(17), _day(10)),
        "vorige vrijdag": _day(13),
        "dinsdag": _day(17),
        "Dinsdagavond": _day(17),
        "dinsdag morgen": _day(17),
        "di": _day(17),
        "vrijdag": _day(13),
        "donderdag": TwoDays(_day(19), _day(12)),
        "komende dinsdag": _day(24),
        "komende donderdag": _day(26),
        "a.s. dinsdag": _day(24),
        "dinsdag of woensdag": TwoDays(_day(17), _day(18)),
        "gisteren of eergisteren": TwoDays(_day(18), _day(17)),
        "drie dagen geleden": _day(16),
        "3 dagen terug": _day(16),
        "een week geleden": _day(12),
        "week geleden": _day(12),
        "2 weken geleden": _day(5),
        "over een week": _day(26),
        "12 maart": _day(12),
        "op de 12e maart": _day(12),
        "twaalf maart": _day(12),
        "twaalfde maart": _day(12),
        "12 maart 2026": _day(12),
        "12 maart '26": _day(12),
        "12 mrt": _day(12),
        "12 maart vorig jaar": _day(12, year=2025),
        "19 maart": _day(19),
        "20 maart": _day(20, year=2025),
        "20 maart 2026": _day(20),
        "29 februari": _day(29, 2, 2024),
        "dinsdag 10 maart": _day(10),
        "zo 8 mrt": _day(8),
        "woensdag 10 maart": TwoDays(_day(10), _day(11)),
        "vrijdag 19 maart": TwoDays(_day(19), _day(13)),
        "dinsdag de 10e": _day(10),
        "de 12e": _day(12),
        "de 31e": _day(31, 1),
        "12-3-2026": _day(12),
        "12/03/26": _day(12),
        "12.3.2026": _day(12),
        "12 3 2026": _day(12),
        "2026-03-12": _day(12),
        "12-3": _day(12),
        "12/12": _day(12, 12, 2025),
        "3/13": None,
        "1-1-98": _day(1, 1, 1998),
        "di 10-3-2026": _day(10),
        "in maart": MONTH,
        "jan": MONTH,
        "begin maart": MONTH,
        "maart 2025": MONTH,
        "3-2026": MONTH,
        "vorige maand": MONTH,
        "een maand geleden": MONTH,
        "vorig jaar": YEAR,
        "in 2025": YEAR,
        "twee jaar geleden": YEAR,
        "vorige week": WEEK,
        "een paar weken geleden": WEEK,
        "een paar dagen geleden": DAYS,
        "dagen geleden": DAYS,
        "ongeveer een week geleden": DAYS,
        "rond 12 maart": DAYS,
        "drie uur geleden": Vague("hours"),
        "vorig weekend": Vague("weekend"),
        "in de zomer": Vague("season"),
        "onlangs": Vague("recent"),
        "elke dinsdag": None,
        "niet gisteren": None,
        "3 dagen voor gisteren": None,
        "de dag na dinsdag": None,
        "van maandag tot woensdag": None,
        "maandag en dinsdag": None,
        "31 februari": None,
        "12 13 14": None,
        "1-2-3-4": None,
        "9999999 dagen geleden": None,
        "12 maart 0000": None,
        "2 keer": None,
        "5000": None,
        "ja": None,
        "": None,
    },
    "en": {
        "today": _day(19),
        "yesterday": _day(18),
        "Last night": _day(18),
        "yesterday at 3pm": _day(18),
        "I sat down yesterday": _day(18),
        "the day before yesterday": _day(17),
        "tomorrow": _day(20),
        "last Tuesday": _day(17),
        "Tuesday last week": _day(10),
        "last week on Tuesday": _day(10),
        "on Tuesday of last week": _day(10),
        "this Tuesday": _day(17),
        "Tuesday": _day(17),
        "Thursday": TwoDays(_day(19), _day(12)),
        "Monday or Tuesday": TwoDays(_day(16), _day(17)),
        "three days ago": _day(16),
        "a week ago": _day(12),
        "2 weeks ago": _day(5),
        "a fortnight ago": _day(5),
        "in 3 days": _day(22),
        "March 12": _day(12),
        "12 March": _day(12),
        "March 12th, 2026": _day(12),
        "the 12th of March": _day(12),
        "May 5": _day(5, 5, 2025),
        "the 12th": _day(12),
        "3/4": TwoDays(_day(3, 4, 2025), _day(4, 3)),
        "3/4/2025": TwoDays(_day(3, 4, 2025), _day(4, 3, 2025)),
        "3/4/2026": _day(4, 3),
        "5/4/2026": TwoDays(_day(5, 4), _day(4, 5)),
        "3/3": _day(3),
        "13/3": _day(13),
        "3/13": _day(13),
        "13/13": None,
        "Tuesday 3/10/2026": _day(10),
        "2026-03-12": _day(12),
        "Tuesday 10 March": _day(10),
        "in March": MONTH,
        "May": MONTH,
        "last month": MONTH,
        "last year": YEAR,
        "last week": WEEK,
        "a couple of weeks ago": WEEK,
        "a few days ago": DAYS,
        "the other day": DAYS,
        "every Tuesday": None,
        "the day after Tuesday": None,
    },
    "tr": {
        "bugün": _day(19),
        "DÜN AKŞAM": _day(18),
        "evvelsi gün": _day(17),
        "yarın": _day(20),
        "geçen hafta salı": _day(10),
        "geçen salı": _day(17),
        "salı günü": _day(17),
        "üç gün önce": _day(16),
        "bir hafta önce": _day(12),
        "12 Mart": _day(12),
        "12 Mart'ta": _day(12),
        "12 Mart 2026": _day(12),
        "12.03.2026": _day(12),
        "mart ayında": MONTH,
        "geçen ay": MONTH,
        "birkaç gün önce": DAYS,
        "salıdan önce": None,
        "evet": None,
    },
    "ar": {
        "اليوم": _day(19),
        "أمس": _day(18),
        "أول أمس": _day(17),
        "غداً": _day(20),
        "الأسبوع الماضي يوم الثلاثاء": _day(10),
        "الثلاثاء الماضي": _day(17),
        "يوم الثلاثاء": _day(17),
        "قبل ثلاثة أيام": _day(16),
        "قبل يومين": _day(17),
        "قبل أسبوع": _day(12),
        "١٢ مارس": _day(12),
        "١٢/٣/٢٠٢٦": _day(12),
        "في مارس": MONTH,
        "الشهر الماضي": MONTH,
        "قبل أيام": DAYS,
        "قبل الثلاثاء": None,
        "نعم": None,
    },
    "pl": {
        "dzisiaj": _day(19),
        "wczoraj": _day(18),
        "przedwczoraj": _day(17),
        "jutro": _day(20),
        "we wtorek w zeszłym tygodniu": _day(10),
        "w zeszły wtorek": _day(17),
        "we wtorek": _day(17),
        "w środę": _day(18),
        "trzy dni temu": _day(16),
        "tydzień temu": _day(12),
        "dwa tygodnie temu": _day(5),
        "12 marca": _day(12),
        "dwunastego marca": _day(12),
        "12 marca 2026 r.": _day(12),
        "12.03.2026": _day(12),
        "w marcu": MONTH,
        "w zeszłym miesiącu": MONTH,
        "kilka dni temu": DAYS,
        "przed wtorkiem": None,
        "tak": None,
    },
}


@pytest.mark.parametrize(
    ("language", "text", "reading"),
    [(language, text, reading) for language, table in DATES.items() for text, reading in table.items()],
    ids=[f"{language}-{fold(text)}" for language, table in DATES.items() for text in table],
)
def test_a_day(language: str, text: str, reading: DateReading) -> None:
    """A reply names a day, a period, one of two days, or no day."""
    assert read_date(text, language, TODAY) == reading


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("nl", "dinsdag 10 maart 2026"),
        ("en", "Tuesday 10 March 2026"),
        ("tr", "10 Mart 2026 Salı"),
        ("ar", "الثلاثاء 10 مارس 2026"),
        ("pl", "wtorek 10 marca 2026"),
        ("xx", "dinsdag 10 maart 2026"),
    ],
    ids=["nl", "en", "tr", "ar", "pl", "other"],
)
def test_a_day_is_written_in_full(language: str, written: str) -> None:
    """A day is read back with its weekday and year, in the way of the language."""
    assert write_date(_day(10), language) == written


@given(st.dates(), st.sampled_from(LANGUAGES), st.dates())
def test_what_is_written_reads_as_the_same_day(day: date, language: str, today: date) -> None:
    """Whatever today is, a day in full is that day."""
    assert read_date(write_date(day, language), language, today) == day
    assert read_date(day.isoformat(), language, today) == day


@given(st.dates(min_value=date(10, 1, 1)), st.dates(min_value=date(10, 1, 1)))
def test_a_day_without_year_is_not_after_today(day: date, today: date) -> None:
    """A day and a month are the last such day that has been."""
    text = write_date(day, "nl").split(" ", maxsplit=1)[1].rsplit(" ", maxsplit=1)[0]
    read = read_date(text, "nl", today)

    assert isinstance(read, date)
    assert read <= today
    assert (read.day, read.month) == (day.day, day.month)


@given(st.dates(min_value=date(2, 1, 1)), st.integers(0, 6))
def test_a_bare_weekday_is_in_the_week_behind(today: date, weekday: int) -> None:
    """A weekday is one of the seven days before today; the weekday of today asks which."""
    names = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
    read = read_date(names[weekday], "nl", today)

    if weekday == today.weekday():
        assert isinstance(read, TwoDays)
        assert (read.first, (today - read.second).days) == (today, 7)
    else:
        assert isinstance(read, date)
        assert read.weekday() == weekday
        assert 1 <= (today - read).days <= 6


_PIECES = st.sampled_from(
    [
        *(
            "12",
            "3",
            "2026",
            "99",
            "0",
            "31",
            "-",
            "/",
            ".",
            ":",
            "e",
            "maart",
            "feb",
            "mei",
            "dinsdag",
            "di",
            "of",
        ),
        *(
            "vorige",
            "week",
            "weken",
            "geleden",
            "een",
            "paar",
            "over",
            "afgelopen",
            "gisteren",
            "niet",
            "voor",
            "om",
        ),
        *("uur", "jaar", "vorig jaar", "vannacht", "may", "ago", "in", "قبل", "يوم", "önce", "temu", "٣"),
    ]
)


@given(
    st.text(max_size=60)
    | st.lists(_PIECES, max_size=12).map(" ".join)
    | st.lists(_PIECES, max_size=8).map("".join),
    st.sampled_from([*LANGUAGES, "xx", ""]),
    st.dates() | st.sampled_from([date.min, date.max]),
)
def test_any_text_is_read(text: str, language: str, today: date) -> None:
    """Nothing breaks the reading, at the ends of the calendar neither."""
    reading = read_date(text, language, today)

    assert reading is None or isinstance(reading, (date, Vague, TwoDays))
    assert not isinstance(reading, TwoDays) or reading.first != reading.second


def test_a_story_is_no_day() -> None:
    """A long reply with a day in it is not the answer to when."""
    assert read_date("gisteren " + "x" * 20_000, "nl", TODAY) is None
