"""Reading numbers as people give them: digits of any script, grouped or with decimals, and spelled words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import cast

from flows.reading.words import fold, fold_phrases, load_words, split_words, word_set

LENGTH_LIMIT = 200
"""Characters a reply may have to be read as a number or a day; longer ones are stories."""

_MOST_DIGITS = 15

_KINDS: Mapping[str, tuple[str, ...]] = {
    "beside": ("small", "counted"),
    "minus": ("minus",),
    "vague": ("about", "or", "negations"),
}
"""What words mean beside a number; the later kind wins."""

_MOST_WORDS = 4
"""Words a spelled number may have."""

_PIECE = re.compile(
    r"[-+]?[0-9]+(?:[.,'\u00a0\u202f][0-9]+)*"  # a numeral, maybe grouped
    r"|[^\W\d_]+"  # a word
    r"|\S"  # anything else
    r"|\s+"
)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_SPACED = re.compile(r"(?<![0-9.,])([0-9]{1,3}(?: [0-9]{3})+)(?![0-9])")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,'\u00a0\u202f][0-9]{3})+")
_JOINS = frozenset("-/:+^*=_.\\")
"""What makes one thing of the numerals on both sides, such as a range, a fraction or a time."""


def read_number(text: str, language: str) -> Decimal | None:
    """The one number a reply gives ("3", "3,5", "drieëntwintig", "ik denk 5"), or None.

    None when it gives no number or several, or a vague one ("een stuk of vijf", "meer dan 3").
    """
    if len(text) > LENGTH_LIMIT:
        return None
    folded = fold(text)
    if load_words(language)["numbers"].get("grouped_by_space"):
        folded = _SPACED.sub(lambda found: found[0].replace(" ", "\u00a0"), folded)
    found = _find_numerals(_PIECE.findall(_APOSTROPHE.sub("", folded)), language)
    return None if found is None else _choose_one(found, language)


def read_ordinal(text: str, language: str) -> int | None:
    """The place a reply names by an ordinal ("derde", "de 3e", "third"), counted from one; else None."""
    if len(text) > LENGTH_LIMIT:
        return None
    words = split_words(text)
    small = word_set(language, "small")
    while len(words) > 1 and words[0] in small:
        del words[0]
    while len(words) > 1 and words[-1] in small:
        words.pop()
    dotted = len(words) == 1 and words[0].isdecimal() and fold(text).rstrip().endswith(".")
    if dotted and word_set(language, "ordinal_dot"):
        return _read_digits(words[0])
    return find_ordinal(words, language)


def find_whole(words: Sequence[str], language: str) -> int | None:
    """The whole number that folded words are, all together, in digits or spelled; else None."""
    if len(words) == 1 and words[0].isdecimal():
        return _read_digits(words[0])
    return spelled_numbers(language).get(" ".join(words)) if len(words) <= _MOST_WORDS else None


def find_ordinal(words: Sequence[str], language: str) -> int | None:
    """The place that folded words are, all together, such as "3e", "derde" or "twenty first"; else None."""
    if len(words) == 1 and words[0][:1].isdecimal():
        digits = words[0].rstrip("".join(set("".join(word_set(language, "ordinal_suffixes")))))
        suffix = words[0][len(digits) :]
        known = suffix in word_set(language, "ordinal_suffixes") and digits.isdecimal()
        return _read_digits(digits) if known else None
    return spelled_ordinals(language).get(" ".join(words)) if len(words) <= _MOST_WORDS else None


@lru_cache(16)
def spelled_numbers(language: str) -> Mapping[str, int]:
    """Every spelled number of a language, folded, those included that `weak_numbers` holds."""
    source = load_words(language)["numbers"]
    ones, teens, tens = (cast(list[list[str]], source[key]) for key in ("ones", "teens", "tens"))
    spelled: dict[str, int] = {}
    for value, forms in enumerate(ones + teens):
        spelled |= dict.fromkeys(forms, value)
    for value, forms in enumerate(tens, start=2):
        spelled |= dict.fromkeys(forms, value * 10)
        for one, compound in product(range(1, 10), cast(list[str], source["compounds"])):
            for first, second in product(ones[one], forms):
                spelled[compound.format(one=first, ten=second)] = value * 10 + one
    spelled |= cast(dict[str, int], source["others"])
    return {**_fold_keys(spelled), **weak_numbers(language)}


@lru_cache(16)
def weak_numbers(language: str) -> Mapping[str, int]:
    """Words that are a number only when hardly anything stands beside them, such as the article "een"."""
    return _fold_keys(cast(dict[str, int], load_words(language)["numbers"]["weak"]))


@lru_cache(16)
def spelled_ordinals(language: str) -> Mapping[str, int]:
    """Every spelled ordinal of a language, folded."""
    ordinals = cast(list[list[str]], load_words(language)["ordinals"])
    return {form: place for place, forms in enumerate(ordinals, 1) for form in fold_phrases(forms)}


def _fold_keys(spelled: Mapping[str, int]) -> dict[str, int]:
    return dict(zip(fold_phrases(list(spelled)), spelled.values(), strict=True))


def _read_digits(digits: str) -> int | None:
    return int(digits) if digits and len(digits) <= _MOST_DIGITS else None


def _find_numerals(pieces: list[str], language: str) -> list[str | Decimal] | None:
    """The words and numerals of a reply in their order; None when a numeral is part of something else."""
    found: list[str | Decimal] = []
    suffixes = word_set(language, "ordinal_suffixes")
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else " "
        after, further = (*pieces[place + 1 : place + 3], " ", " ")[:2]
        if piece[-1].isdecimal():
            joined = before in _JOINS or before[-1].isalnum() or after in suffixes or _is_exponent(after)
            joined = joined or (after in _JOINS and (after != "." or further[-1].isdecimal()))
            value = None if joined else _read_numeral(piece, language)
            if value is None:
                return None
            found.append(value)
        elif piece[0].isalnum():
            found.append(piece)
        elif piece == "-" and before.isspace() and after.isspace():
            return None  # alone between spaces: a range, or nothing that can be trusted
    return found


def _is_exponent(piece: str) -> bool:
    """Whether a piece is a fraction or a raised digit, which makes another number of what it follows."""
    return piece[0].isnumeric() and not piece[0].isdecimal()


def _read_numeral(numeral: str, language: str) -> Decimal | None:
    body = numeral.lstrip("-+")
    marks = re.sub(r"[0-9]", "", body)
    if len(body) - len(marks) > _MOST_DIGITS:
        return None
    decimal_mark = cast(str, load_words(language)["numbers"]["decimal"])
    groups, rest = body, ""
    thousands = len(marks) == 1 and marks != decimal_mark and _GROUPED.fullmatch(body)
    if marks[-1:] in (".", ",") and marks.count(marks[-1]) == 1 and not thousands:
        groups, _, rest = body.rpartition(marks[-1])
    mixed = len(set(re.sub(r"[0-9]", "", groups))) > 1
    if mixed or not (groups.isdecimal() or _GROUPED.fullmatch(groups)):
        return None
    value = Decimal(re.sub(r"[^0-9]", "", groups) + (f".{rest}" if rest else ""))
    return -value if numeral.startswith("-") else value


def _choose_one(found: Sequence[str | Decimal], language: str) -> Decimal | None:
    """The only number among words and numerals; None when something makes it vague."""
    strong: list[Decimal] = []
    weak: list[int] = []
    others, negative, after_one = 0, False, False
    for part in _name_parts(found, language):
        match part:
            case Decimal():
                if after_one:
                    weak.pop()  # the article in "een 7"
                strong.append(-part if negative else part)
            case int():
                weak.append(part)
            case "vague":
                return None
            case _:
                others += part == "other"
        negative, after_one = part == "minus", isinstance(part, int) and part == 1
    if strong:
        return strong[0] if len(strong) == 1 and not weak else None
    return Decimal(weak[0]) if len(weak) == 1 and not others else None


def _name_parts(found: Sequence[str | Decimal], language: str) -> Iterator[Decimal | int | str]:
    """Numbers as Decimal, weak numbers as int, and of other words only their kind."""
    spelled, weak, kinds = spelled_numbers(language), weak_numbers(language), _know_kinds(language)
    place = 0
    while place < len(found):
        part = found[place]
        if isinstance(part, Decimal):
            yield part
            place += 1
            continue
        words = [word for word in found[place : place + _MOST_WORDS] if isinstance(word, str)]
        phrases = (" ".join(words[:many]) for many in range(len(words), 0, -1))
        phrase = next((phrase for phrase in phrases if phrase in kinds), part)
        kind = kinds.get(phrase, "other")
        place += phrase.count(" ") + 1
        if phrase in weak:
            yield weak[phrase]
        else:
            yield Decimal(spelled[phrase]) if kind == "number" else kind


@lru_cache(16)
def _know_kinds(language: str) -> Mapping[str, str]:
    kinds = dict.fromkeys(spelled_numbers(language), "number")
    for kind, groups in _KINDS.items():
        for group in groups:
            kinds |= dict.fromkeys(word_set(language, group) - weak_numbers(language).keys(), kind)
    return kinds
