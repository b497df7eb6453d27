"""Plain language: sentences of at most twelve words, words that people meet every day.

The rule is that of Dutch guides for B1: everyday words, one message a sentence. How common a word is comes
from `wordfreq` (Zipf: 3.5 is three times in a million words); it loads slowly, so only when it is asked.
Turkish and Polish words are looked up by their stem, Dutch compounds by their parts. Arabic writes article,
conjunction and object as one word, so there only the length of sentences tells anything.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import cast

from flows.checking.rules.outline import Fault, Outline

MOST_WORDS = 12
COMMON = 3.5
"""Zipf frequency from which a word is an everyday one."""

PART = 4.0
"""Zipf frequency of the parts of a word, or its stem, that make it one people understand."""

LONGEST_COMPOUND = 16
"""Letters of a compound that is still read at once."""

CHECKED = ("nl", "en", "tr", "pl")
"""Languages whose words are looked up."""

_SENTENCE_END = re.compile(r"[.?!…؟]+(?=[\s\"'»”’)]|$)|\n")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SUFFIXES = {
    "nl": (
        "en",
        "e",
        "s",
        "n",
        "t",
        "d",
        "de",
        "te",
        "den",
        "ten",
        "je",
        "tje",
        "jes",
        "tjes",
        "er",
        "ere",
        "st",
        "ste",
    ),
    "en": ("s", "es", "ed", "d", "ing", "er", "r", "est", "ly", "'s", "’s", "y"),
}
_LINKS = ("", "s", "e", "en", "n")
_SHORTEST_PART = 3
_SHORT_PARTS = frozenset({"af", "op", "om", "in", "na", "al", "er"})
_SHORT_STEM = 4
_HARDENED = str.maketrans("bcdğg", "pçtkk")


def find_hard_language(text: str, language: str) -> Iterator[str]:
    """What is hard to read in a text, each as a sentence that says what to do about it."""
    for sentence in _SENTENCE_END.split(text):
        words = _PLACEHOLDER.sub("9", sentence).split()
        if len(words) > MOST_WORDS:
            begin = " ".join(sentence.split()[:4])
            yield f"the sentence “{begin} …” has {len(words)} words; make it two, of {MOST_WORDS} at most"
        if language in CHECKED:
            for word in _list_rare(_PLACEHOLDER.sub(" ", sentence), language):
                yield f"'{word}' is a rare word; use an everyday one, or explain it"


def find_advice(outline: Outline) -> Iterator[Fault]:
    """Hard language in the texts of a flow; a bare text counts as one in the flow's first language."""
    for wording in outline.list_wordings():
        for language, text in wording.texts.items():
            spoken = language or next(iter(outline.languages), "")
            location = (*wording.location, language) if language else wording.location
            yield from ((location, message) for message in find_hard_language(text, spoken))


def _list_rare(sentence: str, language: str) -> Iterator[str]:
    """The rare words of a sentence, each once; capitals after its first word are taken for names."""
    first = True
    seen: set[str] = set()
    for match in _WORD.finditer(sentence):
        word = match[0]
        name = word[0].isupper() and (not first or word.isupper())
        first = False
        lower = _lower(word, language)
        if not name and lower not in seen and not _is_plain(lower, language):
            seen.add(lower)
            yield word


def _lower(word: str, language: str) -> str:
    return word.replace("İ", "i").replace("I", "ı").lower() if language == "tr" else word.lower()


@lru_cache(maxsize=4096)
def _is_plain(word: str, language: str) -> bool:
    if len(word) == 1 or word in _read_allowed(language) or _measure(word, language) >= COMMON:
        return True
    match language:
        case "tr":
            return _has_turkish_stem(word)
        case "pl":
            shortest = max(4, len(word) - 6)
            return any(word[:end] in _list_stems("pl") for end in range(shortest, len(word) + 1))
        case _:
            return _has_common_form(word, language) or (language == "nl" and _is_compound(word))


def _is_common(word: str, language: str) -> bool:
    return word in _read_allowed(language) or _measure(word, language) >= PART


def _has_common_form(word: str, language: str) -> bool:
    """Whether it is an inflection of a common word."""
    for suffix in _SUFFIXES[language]:
        stem = word.removesuffix(suffix)
        if stem == word or len(stem) < _SHORTEST_PART:
            continue
        forms = [stem, stem + "e" if language == "en" else stem + "en"]
        if stem[-1] == stem[-2]:
            forms.append(stem[:-1])
        elif language == "nl" and stem[-2] in "aeou":
            forms.append(stem[:-1] + stem[-2:])  # groter: groot
        if language == "nl" and stem[-2] == stem[-3]:
            forms.append(stem[:-2] + stem[-1] + "en")  # beoordeelt: beoordelen
        if any(_is_common(form, language) for form in forms):
            return True
    return False


def _is_compound(word: str) -> bool:
    """Whether a Dutch word is put together from two common ones: wijkteam, vakkennis, linksboven."""
    if len(word) > LONGEST_COMPOUND:
        return False
    for end in range(2, len(word) - _SHORTEST_PART + 1):
        front, rest = word[:end], word[end:]
        if (end < _SHORTEST_PART and front not in _SHORT_PARTS) or not _is_common(front, "nl"):
            continue
        for link in _LINKS:
            back = rest.removeprefix(link)
            fits = len(back) >= _SHORTEST_PART and (not link or back != rest)
            if fits and (_is_common(back, "nl") or _has_common_form(back, "nl")):
                return True
    return False


def _has_turkish_stem(word: str) -> bool:
    for end in range(len(word) - 1, _SHORTEST_PART - 1, -1):
        stem = word[:end]
        least = COMMON if end > _SHORT_STEM else PART
        if max(_measure(form, "tr") for form in (stem, stem[:-1] + stem[-1].translate(_HARDENED))) >= least:
            return True
    return False


@lru_cache
def _list_stems(language: str) -> frozenset[str]:
    """Beginnings of common words, without at most four letters at the end."""
    list_top = cast(Callable[[str, int], list[str]], import_module("wordfreq").top_n_list)
    common = [word for word in list_top(language, 30_000) if _measure(word, language) >= COMMON]
    return frozenset(
        word[:end]
        for word in common
        for end in range(max(4, len(word) - 4), len(word) + 1)
        if len(word) >= end
    )


def _measure(word: str, language: str) -> float:
    """The Zipf frequency of a word: 7 for the most common ones, 0 for one that is not known."""
    measure = cast(Callable[[str, str], float], import_module("wordfreq").zipf_frequency)
    return measure(word, language)


@lru_cache
def _read_allowed(language: str) -> frozenset[str]:
    """Words that are rare in what people write, but known to those this bot speaks with."""
    path = files("flows.checking").joinpath("plain_words", f"{language}.txt")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
