"""Reading where something lies: towards an end, in the middle, between corners, so many out of so many."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, cast

from flows.outbound import Option
from flows.reading.numbers import find_whole
from flows.reading.replies import read_options
from flows.reading.words import fold_phrases, load_words, split_words, word_set

Side = Literal["left", "right", "top", "bottom", "middle", "all"]
Degree = Literal["", "fully", "toward", "slightly"]

_SIDES: tuple[Side, ...] = ("all", "left", "right", "top", "bottom", "middle")
_DEGREES: tuple[Degree, ...] = ("slightly", "fully", "toward")
_LONGEST_PHRASE = 5
_MOST_WORDS = 12


def read_sides(text: str, language: str) -> tuple[frozenset[Side], Degree] | None:
    """The sides that a reply names and how far towards them ("een beetje naar links"); else None.

    None as well when anything else is said, or that it is not there.
    """
    words = split_words(text)
    if not words or len(words) > _MOST_WORDS:
        return None
    sides: set[Side] = set()
    degree: Degree = ""
    for kind in _name_words(words, language):
        if kind in _SIDES:
            sides.add(kind)
        elif kind in _DEGREES:
            degree = degree or kind
        elif kind != "idle":
            return None
    return (frozenset(sides), degree) if sides else None


def read_ends(text: str, ends: Sequence[Option], language: str) -> tuple[str, Degree] | None:
    """The one end that a reply names with how far towards it ("meer naar te weinig"); else None."""
    degree, rest = _take_degree(split_words(text), language)
    if not degree or not rest:
        return None
    named = read_options(" ".join(rest), ends, language)
    return (named[0], degree) if isinstance(named, tuple) and len(named) == 1 else None


def read_corners(text: str, corners: Sequence[Option], language: str) -> tuple[str, ...]:
    """The codes of the corners between which a reply puts something ("tussen regels en gevoel in")."""
    words = split_words(text)
    if not words or len(words) > _MOST_WORDS or not word_set(language, "negations").isdisjoint(words):
        return ()
    known = _know(language)["between"]
    kept = [word for word, kind in zip(text.split(), _mark(text.split(), known), strict=True) if not kind]
    named = read_options(" ".join(kept), corners, language) if kept else None
    return named if isinstance(named, tuple) else ()


def read_score(text: str, language: str, last: int) -> int | None:
    """So many out of `last` ("zeven op tien", "7 out of 10"); None when it is no such thing."""
    words = split_words(text)
    for at in range(1, len(words)):
        for kind in ("out_of", "of_which"):
            for phrase in _know(language)[kind]:
                size = phrase.count(" ") + 1
                if " ".join(words[at : at + size]) != phrase:
                    continue
                first = _find_number(words[:at], language, from_end=True)
                second = _find_number(words[at + size :], language, from_end=False)
                score, most = (first, second) if kind == "out_of" else (second, first)
                if score is not None and most == last:
                    return score
    return None


def _find_number(words: Sequence[str], language: str, *, from_end: bool) -> int | None:
    """The number that words end with, or begin with; the longest counts."""
    for size in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        number = find_whole(words[-size:] if from_end else words[:size], language)
        if number is not None:
            return number
    return None


def _take_degree(words: list[str], language: str) -> tuple[Degree, list[str]]:
    """The degree that words begin with, and what follows it."""
    known = _know(language)
    for size in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        for degree in _DEGREES:
            if " ".join(words[:size]) in known[degree]:
                more, rest = _take_degree(words[size:], language)
                return (degree, rest) if more in ("", "toward") else (degree, words[size:])
    return "", words


def _name_words(words: Sequence[str], language: str) -> Iterator[str]:
    """What the words and phrases are, the longest first; "" for what is not about a place."""
    known, small = _know(language), word_set(language, "small")
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            kinds = [kind for kind in _SIDES if phrase in known[kind]]  # "linksboven" is two
            kinds = kinds or [kind for kind in (*_DEGREES, "idle") if phrase in known[kind]][:1]
            kinds = kinds or (["idle"] if phrase in small else [])
            if kinds or size == 1:
                yield from kinds or [""]
                at += size
                break


def _mark(words: Sequence[str], phrases: frozenset[str]) -> list[bool]:
    """Which words belong to one of the phrases."""
    folded = [" ".join(split_words(word)) for word in words]
    marked = [False] * len(words)
    for at in range(len(words)):
        for size in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            if " ".join(folded[at : at + size]) in phrases:
                marked[at : at + size] = [True] * size
                break
    return marked


@lru_cache(16)
def _know(language: str) -> Mapping[str, frozenset[str]]:
    """All phrases about places, by their kind."""
    words = cast(Mapping[str, list[str]], load_words(language)["places"])
    kinds = (*_SIDES, *_DEGREES, "between", "idle", "out_of", "of_which")
    return {kind: frozenset(fold_phrases(list(words.get(kind) or ()))) for kind in kinds}
