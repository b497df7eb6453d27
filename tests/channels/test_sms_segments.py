"""Segments of a text message, each limit at its edge; plain signs for typographic ones, letters kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms_segments import count_segments, simplify

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def test_the_default_alphabet() -> None:
    """All 127 letters of GSM 03.38 take one place, those of the extension two."""
    assert len(GSM) == len(set(GSM)) == 127
    assert all(count_segments(letter * 160) == 1 for letter in GSM)
    for letter in "\f^{}\\[~]|€":
        assert count_segments(letter * 80) == 1
        assert count_segments(letter * 80 + "a") == 2


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 459, 3),
        ("a" * 460, 4),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the € does not fit in the one place left of the first segment
        ("a" * 151 + "€" + "a" * 153, 2),
        ("ë" + "a" * 69, 1),
        ("ë" + "a" * 70, 2),
        ("ë" + "a" * 133, 2),
        ("ë" + "a" * 134, 3),
        ("ش" * 70, 1),
        ("ش" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 66 + "😀" + "a" * 66, 3),  # an emoji is not cut in two
        ("a" * 65 + "😀" + "a" * 67, 2),
    ],
)
def test_each_limit_at_its_edge(text: str, segments: int) -> None:
    """160 and 153 places in GSM-7, 70 and 67 in UCS-2."""
    assert count_segments(text) == segments


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u2018hoi\u2019 \u201cdag\u201d", "'hoi' \"dag\""),
        ("van 1\u20133 \u2014 zo\u2026", "van 1-3 - zo..."),
        ("een\u00a0twee\u202fdrie\tvier", "een twee drie vier"),
        ("\u2022 punt\u200b", "- punt"),
        ("één bèta à Öl ñ ü", "één bèta à Öl ñ ü"),
        ("€ [1] {2}", "€ [1] {2}"),
    ],
)
def test_signs_become_plain_where_that_is_enough(text: str, plain: str) -> None:
    """Quotes, dashes, dots and spaces cost no whole alphabet; letters of GSM-7 stay."""
    assert simplify(text) == plain
    assert count_segments(plain * 2) == 1


@pytest.mark.parametrize(
    "text", ["ideeën\u2026", "\u201cć\u201d", "ş ğ \u2013", "كيف \u2026", "😀\u2026", "ç\u2019"]
)
def test_letters_are_not_harmed(text: str) -> None:
    """Where a letter needs the other alphabet anyway, nothing changes."""
    assert simplify(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_simplifying_never_costs_letters_or_segments(text: str) -> None:
    """What changes is within GSM-7, has the same letters, and takes no more segments."""
    plain = simplify(text)
    if plain != text:
        assert set(plain) <= set(GSM) | set("\f^{}\\[~]|€")
        assert [letter for letter in plain if letter.isalnum()] == [
            letter for letter in text if letter.isalnum()
        ]
    # Only an ellipsis becomes longer, and its text came from an alphabet of less than half the places.
    assert count_segments(plain) <= count_segments(text)
