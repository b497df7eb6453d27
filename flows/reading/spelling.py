"""Which names a reply comes close to in spelling: a slip of the pen, and never another word."""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from flows.reading.words import word_set

SHORTEST_WITH_SLIP = 4
"""Letters a word must have before one slip is forgiven; shorter words must be right."""

SHORTEST_WITH_TWO = 9
"""Letters from which two slips are forgiven, if the word begins and ends as it should."""

LETTERS_PER_SLIP = 5
"""In a name of several words: one slip for each so many letters."""

CLEARLY_BEHIND = 2
"""Slips by which any other option must be further away than the best."""


def find_close(words: Sequence[str], names: Iterable[tuple[str, str]], language: str) -> tuple[str, ...]:
    """The codes of the names meant by misspelled folded words: none, one, or all that are about as close.

    Slips are counted as insertions, deletions, replacements and swaps of neighbours (OSA distance).
    """
    reply = " ".join(words)
    slips: dict[str, int] = {}
    named = [(code, name) for code, name in names if name]
    for code, name in named:
        found = _count_slips(words, name.split(), language)
        if found is not None:
            slips[code] = min(found, slips.get(code, found))
    if not slips:
        return ()
    nearest = min(slips.values()) + CLEARLY_BEHIND - 1
    near = (code for code, name in named if OSA.distance(reply, name) <= min(nearest, len(name) // 2 - 1))
    return tuple(dict.fromkeys((*(code for code in slips if slips[code] <= nearest), *near)))


def _count_slips(words: Sequence[str], name: Sequence[str], language: str) -> int | None:
    """Slips between a reply and a name, word by word; None when they are not the same words."""
    letters = sum(map(len, name))
    if len(words) != len(name):  # a space too many or too few
        slips = _compare("".join(words), "".join(name), language) if words else None
        return slips if slips in (0, 1) and letters > SHORTEST_WITH_SLIP else None
    total = 0
    negations = word_set(language, "negations")
    for word, wanted in zip(words, name, strict=True):
        slips = _compare(word, wanted, language)
        if slips is None or (word != wanted and word in negations):
            return None
        total += slips
    return total if total <= max(1, letters // LETTERS_PER_SLIP) else None


def _compare(word: str, wanted: str, language: str) -> int | None:
    """Slips between two words; None when there are too many, or when they may well be different words."""
    if word == wanted:
        return 0
    if word[0] != wanted[0] or min(len(word), len(wanted)) < SHORTEST_WITH_SLIP:
        return None  # a first letter is seldom wrong, and often "on-" or "un-"
    if any(sign.isdecimal() for sign in word + wanted):
        return None
    if any(word.count(letter) != wanted.count(letter) for letter in word_set(language, "turning_letters")):
        return None
    allowed = 1 + (max(len(word), len(wanted)) >= SHORTEST_WITH_TWO)
    slips = OSA.distance(word, wanted, score_cutoff=allowed)
    framed = word[:2] == wanted[:2] and word[-1] == wanted[-1]
    return slips if slips <= 1 or (slips <= allowed and framed) else None
