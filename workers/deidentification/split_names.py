"""Names that a speech recogniser wrote in two words: ame lie, jo landa, truus je, kooi man."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, USUAL
from workers.deidentification.name_spans import NameSpans
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_WEIGHT: Final = 63
_SHORTEST: Final = 5
_SHORTEST_LAST: Final = 7
_MOST_USUAL: Final = 5.5
_MOST_PLAIN: Final = 4.9
_RATHER_RARE: Final = 3.7
"""How usual the rarer half of a first name may be; the other one may not be a word of grammar then."""

_SMALL: Final = frozenset({"je", "tje", "ke", "ie", "tsje"})
_BEHIND_SMALL: Final = frozenset("die van vd en uit is heeft had weer genaamd want".split())
"""Behind `je` these say that it ends a name and is not the word for who is spoken to."""


def find_split(text: str, tokens: Sequence[Token], known: NameWords) -> Iterator[Finding]:
    """Names in two words of small letters, of which one at least is no word or is announced."""
    spans = NameSpans(known)
    for at in range(len(tokens) - 1):
        first, second = tokens[at], tokens[at + 1]
        if second.capital or text[first.end : second.start] != " " or not (first.worded and second.worded):
            continue
        if _is_small(tokens, at, known) or _is_split(tokens, at, known) or _is_surname(tokens, at, known):
            end = tokens[spans.extend(text, tokens, at + 1)].end
            yield Finding(first.start, end, "persoon", "name in two words", weight=_WEIGHT)


def _is_small(tokens: Sequence[Token], at: int, known: NameWords) -> bool:
    if tokens[at + 1].folded not in _SMALL or not known.is_sure_first(tokens[at]):
        return False
    after = tokens[at + 2] if at + 2 < len(tokens) else None
    return tokens[at + 1].folded != "je" or after is None or after.first or after.folded in _BEHIND_SMALL


def _is_split(tokens: Sequence[Token], at: int, known: NameWords) -> bool:
    first, second = tokens[at], tokens[at + 1]
    folded = first.folded + second.folded
    frequencies = (known.frequency(first.folded), known.frequency(second.folded))
    whole = replace(first, folded=folded)
    if len(folded) < _SHORTEST:
        short = max(frequencies) < _MOST_PLAIN and frequencies[1] < USUAL
        return short and known.is_sure_first(whole) and _is_announced(tokens, at, known)
    if max(frequencies) > _MOST_USUAL:
        rare = frequencies[1] < USUAL and len(second.text) > 1
        grammar = first.folded in known.words.doings or first.folded in known.words.interfixes
        return rare and not grammar and known.is_sure_first(whole) and _is_announced(tokens, at, known)
    heard = min(frequencies) < UNKNOWN and len(folded) > _SHORTEST and known.is_heard(whole)
    if not (known.is_sure_first(whole) or heard):
        return False
    if known.is_sure_first(second) and (known.is_sure_first(first) or known.is_usual(first)):
        return False
    rather = min(frequencies) < _RATHER_RARE and max(frequencies) < _MOST_PLAIN and len(folded) > _SHORTEST
    beside = at > 0 and tokens[at - 1].folded in {"en", "of"} and not tokens[at - 1].first
    if beside and min(frequencies) < USUAL and max(frequencies) < _MOST_PLAIN:
        return True
    return min(frequencies) < RARE or rather or _is_announced(tokens, at, known)


def _is_surname(tokens: Sequence[Token], at: int, known: NameWords) -> bool:
    """Whether two words are a surname of the list: one of them is hardly a word, or a title stands before."""
    first, second = tokens[at], tokens[at + 1]
    folded = first.folded + second.folded
    if len(folded) < _SHORTEST_LAST or folded not in known.words.surnames or known.frequency(folded) > RARE:
        return False
    frequencies = (known.frequency(first.folded), known.frequency(second.folded))
    led = at > 0 and not first.first and tokens[at - 1].folded in known.words.towards
    if max(frequencies) > _MOST_PLAIN:
        return False
    return min(frequencies) < RARE or led or _is_announced(tokens, at, known)


def _is_announced(tokens: Sequence[Token], at: int, known: NameWords) -> bool:
    before = tokens[at - 1].folded if at and not tokens[at].first else ""
    words = known.words
    return before in words.titles or before in words.roles or before in words.naming
