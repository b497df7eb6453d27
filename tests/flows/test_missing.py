"""Which parts a story says nothing about, by the words in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.missing import PARTS, MissingPart, find_missing
from flows.reading.words import LANGUAGES, load_words

WHOLE = {
    "nl": "Vorige week zat ik met haar aan de keukentafel. Ik voelde me machteloos. Daarna belde ze toch.",
    "en": "Last week we sat at her kitchen table. I felt powerless. Afterwards she called after all.",
    "tr": "Geçen hafta evinde konuştuk. Kendimi çaresiz hissettim. Sonra beni aradı.",
    "ar": "الأسبوع الماضي جلسنا في المطبخ. شعرتُ بالعجز. ثم اتصلت بي.",
    "pl": "W zeszłym tygodniu siedzieliśmy w kuchni. Czułam się bezradna. Potem zadzwoniła.",
}
NOTHING = {
    "nl": "Zij wilde het niet en ik wel.",
    "en": "She did not want it and I did.",
    "tr": "O istemedi ama ben istedim.",
    "ar": "هي لا تريد وأنا أريد.",
    "pl": "Ona nie chciała, a ja tak.",
}
ONE: dict[tuple[str, str], MissingPart] = {
    ("nl", "Om drie uur."): "when",
    ("nl", "Om 3 uur."): "when",
    ("nl", "'s Ochtends."): "when",
    ("nl", "Dinsdagmiddag."): "when",
    ("nl", "Het was in maart."): "when",
    ("nl", "Ik woon in Enschede."): "where",
    ("nl", "BIJ HAAR THUIS"): "where",
    ("nl", "In het buurthuis."): "where",
    ("nl", "Ik was er blij mee."): "feeling",
    ("nl", "Wat een opluchting!"): "feeling",
    ("nl", "Ten slotte lukte het."): "then",
    ("en", "It was in March."): "when",
    ("en", "At 3."): "when",
    ("en", "We live in Leeds."): "where",
    ("en", "I was so relieved."): "feeling",
    ("en", "In the end it worked."): "then",
    ("tr", "Ankara'da."): "where",
    ("tr", "Mart’ta."): "when",
    ("ar", "في المدرسة"): "where",
    ("pl", "Mieszkam w Krakowie."): "where",
    ("pl", "W marcu."): "when",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_story_misses_nothing(language: str) -> None:
    """A story with a time, a place, a feeling and an outcome has all parts."""
    assert find_missing(WHOLE[language], language) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bare_story_misses_all(language: str) -> None:
    """A story without any such word misses all four, in their fixed order; so does no story."""
    assert find_missing(NOTHING[language], language) == PARTS
    assert find_missing("", language) == PARTS


@pytest.mark.parametrize(
    ("language", "text", "part"),
    [(language, text, part) for (language, text), part in ONE.items()],
    ids=[f"{language}-{part}-{number}" for number, ((language, _), part) in enumerate(ONE.items(), start=1)],
)
def test_one_word_is_enough(language: str, text: str, part: MissingPart) -> None:
    """A word or phrase of one part is found, and no other part with it."""
    assert find_missing(text, language) == tuple(each for each in PARTS if each != part)


def test_only_whole_words_count() -> None:
    """A word within a longer one is not that word."""
    assert find_missing("Ik heb een schoenveter en een autobandje.", "nl") == PARTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_word_in_the_lists_is_found(language: str, part: MissingPart) -> None:
    """No word in a list is written so that it can never be found, and none stands there twice."""
    signs: list[str] = load_words(language)["story"][part]
    never = [
        sign for sign in signs if part in find_missing(sign.replace("*", "e").replace("#", "3"), language)
    ]

    assert never == []
    assert len(set(signs)) == len(signs)


@given(st.text(max_size=300), st.sampled_from([*LANGUAGES, "xx", ""]))
def test_any_story_is_read(story: str, language: str) -> None:
    """Nothing breaks the reading, and more words never make more parts missing."""
    missing = find_missing(story, language)

    assert set(find_missing(f"{story} {WHOLE['nl']} ", language)) <= set(missing)
    assert list(missing) == [part for part in PARTS if part in missing]


@pytest.mark.parametrize("sign", ["zz ", "\u00e9", " ", "in ", "3 ", "z'"])
def test_long_stories_are_read(sign: str) -> None:
    """The longest story is read like any other."""
    assert "feeling" in find_missing(sign * (20_000 // len(sign)), "nl")
