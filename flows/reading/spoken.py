"""What was said, as it was written down and without the small words of speech around it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from flows.reading.words import fold_phrases, load_words, split_words

_MARKS = " \t\n.,!?…;:-–—\"'«»“”„؟،"
"""What a transcript puts around words that nobody said."""

_LONGEST_FILLER = 4
_LONGEST_FORM = 200
"""Characters beyond which words are a story, and no answer with something around it."""


def list_forms(text: str, language: str) -> list[str]:
    """The words that a transcript can mean, the surest first: as it is, without marks, without fillers.

    Every form is part of what was said, so that nothing is read that nobody said. The last form has single
    sounds that a transcript confuses put right, where the whole of it is such a sound ("fier" for "vier").
    """
    plain = text.strip(_MARKS)
    forms = [text.strip(), plain]
    if len(plain) <= _LONGEST_FORM:
        words = plain.split()
        first, last = _trim(words, language)
        core = " ".join(words[first:last]).strip(_MARKS)
        forms.append(core)
        forms.append(_homophones(language).get(" ".join(split_words(core)), ""))
    return [form for form in dict.fromkeys(forms) if form]


def _trim(words: list[str], language: str) -> tuple[int, int]:
    """From where to where words stand that are no fillers; all of them when they are nothing else."""
    fillers = _fillers(language)
    folded = [" ".join(split_words(word)) for word in words]
    first, last = 0, len(words)
    while size := _begins(folded[first:last], fillers):
        first += size
    while size := _ends(folded[first:last], fillers):
        last -= size
    return (first, last) if first < last else (0, len(words))


def _begins(words: list[str], fillers: frozenset[str]) -> int:
    sizes = range(min(_LONGEST_FILLER, len(words)), 0, -1)
    return next((size for size in sizes if " ".join(words[:size]).strip() in fillers), 0)


def _ends(words: list[str], fillers: frozenset[str]) -> int:
    sizes = range(min(_LONGEST_FILLER, len(words)), 0, -1)
    return next((size for size in sizes if " ".join(words[-size:]).strip() in fillers), 0)


@lru_cache(16)
def _fillers(language: str) -> frozenset[str]:
    fillers = cast(list[str], load_words(language)["spoken"]["fillers"])
    return frozenset((*fold_phrases(fillers), ""))


@lru_cache(16)
def _homophones(language: str) -> Mapping[str, str]:
    heard_as = cast(Mapping[str, list[str]], load_words(language)["spoken"]["heard_as"])
    return {name: meant for meant, group in heard_as.items() for name in fold_phrases(group)}
