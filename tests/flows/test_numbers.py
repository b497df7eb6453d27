"""How numbers and ordinals are read from what people type."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.numbers import LENGTH_LIMIT, read_number, read_ordinal, spelled_numbers
from flows.reading.words import LANGUAGES

NUMBERS = {
    "nl": {
        "3": "3",
        "3.": "3",
        "3,5": "3.5",
        "3.5": "3.5",
        "0,25": "0.25",
        "1.000": "1000",
        "1,000": "1",
        "1.000,50": "1000.5",
        "1,000.50": "1000.5",
        "1.000.000": "1000000",
        "-5": "-5",
        "\u22125": "-5",
        "min vijf": "-5",
        "drie": "3",
        "Drieëntwintig": "23",
        "drie en twintig": "23",
        "twintig": "20",
        "honderd": "100",
        "tweehonderd": "200",
        "5 keer": "5",
        "5x": "5",
        "5 jaar": "5",
        "ik denk 5": "5",
        "een 7": "7",
        "twee keer per week": "2",
        "€ 5,-": "5",
        "\u0663": "3",
        "\uff13": "3",
        "geen": "0",
        "nul": "0",
        "één": "1",
        "een keer": "1",
        "een stuk of vijf": None,
        "ongeveer 5": None,
        "meer dan 3": None,
        "zo'n 5": None,
        "een paar": None,
        "2 of 3": None,
        "2 3": None,
        "1-3": None,
        "5 - 6": None,
        "- 5": None,
        "3/4": None,
        "1½": None,
        ".5": None,
        "10:30": None,
        "1.5.2": None,
        "12-3-2026": None,
        "3e": None,
        "a5": None,
        "niet 5": None,
        "geen 5": None,
        "geen idee": None,
        "ik heb een vraag": None,
        "een dag of 3": None,
        "vijf miljoen": None,
        "veel": None,
        "": None,
        "9" * 16: None,
    },
    "en": {
        "1,000": "1000",
        "1.000": "1",
        "1,000.50": "1000.5",
        "3.5": "3.5",
        "3,5": "3.5",
        "twenty-one": "21",
        "Twenty one": "21",
        "ninety nine": "99",
        "a hundred": "100",
        "twice": "2",
        "none": "0",
        "zero": "0",
        "minus two": "-2",
        "I think 5": "5",
        "5 times": "5",
        "about 5": None,
        "two or three": None,
        "a couple": None,
        "no": None,
    },
    "tr": {
        "üç": "3",
        "yirmi bir": "21",
        "ON İKİ": "12",
        "3 kez": "3",
        "sıfır": "0",
        "3,5": "3.5",
        "2 veya 3": None,
    },
    "ar": {"ثلاثة": "3", "٣": "3", "٣٫٥": "3.5", "خمسة وعشرون": "25", "أحد عشر": "11", "حوالي ٣": None},
    "pl": {
        "trzy": "3",
        "dwadzieścia jeden": "21",
        "1 000": "1000",
        "3,5": "3.5",
        "żaden": "0",
        "około 5": None,
    },
}
ORDINALS = {
    "nl": {
        "derde": 3,
        "de derde": 3,
        "De 3e graag": 3,
        "3de": 3,
        "1ste": 1,
        "3": None,
        "3.": None,
        "drie": None,
    },
    "en": {"third": 3, "the third one": 3, "2nd": 2, "twenty first": 21, "21st": 21, "three": None},
    "tr": {"üçüncü": 3, "ilk": 1, "3.": 3, "3'üncü": 3, "3": None},
    "ar": {"الثالث": 3, "الأولى": 1, "ثلاثة": None},
    "pl": {"trzeci": 3, "trzecią": 3, "3.": 3, "trzy": None},
}


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [(language, text, number) for language, table in NUMBERS.items() for text, number in table.items()],
    ids=[f"{language}-{text[:20]}" for language, table in NUMBERS.items() for text in table],
)
def test_a_number(language: str, text: str, number: str | None) -> None:
    """The one number that is given is read; a vague one, or one of several, is not."""
    assert read_number(text, language) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [(language, text, place) for language, table in ORDINALS.items() for text, place in table.items()],
    ids=[f"{language}-{text}" for language, table in ORDINALS.items() for text in table],
)
def test_an_ordinal(language: str, text: str, place: int | None) -> None:
    """An ordinal is a place; a plain number is none."""
    assert read_ordinal(text, language) == place


@pytest.mark.parametrize("language", LANGUAGES)
def test_spelled_numbers_cover_what_people_count(language: str) -> None:
    """Every language spells 0 to 100, and every spelling reads back as itself."""
    spelled = spelled_numbers(language)

    assert set(range(101)) <= set(spelled.values())
    assert {words: read_number(words, language) for words in spelled} == spelled


@given(st.integers(-(10**14), 10**14), st.sampled_from(LANGUAGES))
def test_any_whole_number_reads_as_itself(number: int, language: str) -> None:
    """Digits alone are that number."""
    assert read_number(f" {number} ", language) == number


@given(st.decimals(0, 9999, places=2), st.sampled_from(LANGUAGES))
def test_any_decimals_read_with_either_mark(number: Decimal, language: str) -> None:
    """Two decimals are decimals, whichever mark stands before them."""
    assert read_number(f"{number}", language) == number
    assert read_number(f"{number}".replace(".", ","), language) == number


_PIECES = st.sampled_from(
    [
        "1",
        "23",
        "000",
        ".",
        ",",
        "-",
        "/",
        " ",
        "'",
        "e",
        "een",
        "geen",
        "min",
        "½",
        "²",
        "\u0663",
        "x",
        "yirmi",
        "و",
    ]
)


@given(
    st.text(max_size=LENGTH_LIMIT + 10) | st.lists(_PIECES).map("".join),
    st.sampled_from([*LANGUAGES, "xx", ""]),
)
def test_any_text_is_read(text: str, language: str) -> None:
    """Nothing breaks the reading, and what is read is a plain number."""
    number = read_number(text, language)
    place = read_ordinal(text, language)

    assert number is None or number.is_finite()
    assert place is None or place >= 0


def test_a_story_is_no_number() -> None:
    """A long reply with one number in it is not the answer to how many."""
    assert read_number("5 " + "x" * 20_000, "nl") is None
    assert read_ordinal("de derde " + "x" * 20_000, "nl") is None
