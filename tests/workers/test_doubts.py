"""Words that may be misheard are named as they stand in the text, the least sure first."""

from workers.doubts import MOST_WORDS, UNSURE, Doubt, choose_doubts, find_doubts
from workers.transcriber import Segment, Word


def say(*words: tuple[str, float]) -> Segment:
    """A segment of words, each with how sure it is."""
    text = " ".join(word for word, _ in words)
    heard = tuple(Word(place, place + 1.0, word, sure) for place, (word, sure) in enumerate(words))
    return Segment(0.0, float(len(words)), text, 0.9, heard)


def test_the_least_sure_comes_first() -> None:
    """Sure words are not named, and punctuation does not belong to a word."""
    heard = [say(("Zij", 0.9), ("sit", 0.3), ("op", 0.9), ("straat.", 0.1)), say(("fies,", 0.2))]

    assert find_doubts(heard) == (Doubt("straat", 0.1), Doubt("fies", 0.2), Doubt("sit", 0.3))


def test_words_in_a_row_are_a_phrase() -> None:
    """Neighbours are named together, but not more than a few at a time."""
    row = [(f"woord{place}", UNSURE / 2) for place in "abcd"]

    doubts = find_doubts([say(("Dag", 1.0), *row)])

    assert [doubt.text.split() for doubt in doubts] == [
        ["woorda", "woordb", "woordc"][:MOST_WORDS],
        ["woordd"],
    ]


def test_what_says_nothing_is_not_named() -> None:
    """Short words and figures are no help; the same word is named once."""
    heard = [
        say(("de", 0.1)),
        say(("zij", 0.9), ("Fiets", 0.2), ("een", 0.9), ("fiets", 0.1), ("nu", 0.8), ("12", 0.1)),
    ]

    assert find_doubts(heard) == (Doubt("Fiets", 0.2),)


def test_not_more_than_can_be_read() -> None:
    """Of many only the least sure are named."""
    doubts = [Doubt(str(place), place / 100) for place in range(20, 0, -1)]

    assert [doubt.text for doubt in choose_doubts(doubts)] == ["1", "2", "3", "4", "5"]


def test_an_engine_without_words_names_none() -> None:
    """Words are not every engine's."""
    assert find_doubts([Segment(0.0, 1.0, "Dag.", 0.1)]) == ()
