"""First names that a speech recogniser wrote in two words: fati ma, mar ieke, riet je."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_WEIGHT: Final = 63
_SHORTEST: Final = 5
_MOST_USUAL: Final = 5.5
_SMALL: Final = frozenset({"je", "tje", "ke", "ie", "tsje"})
_BEHIND_SMALL: Final = frozenset(
    {"die", "van", "vd", "en", "uit", "is", "heeft", "had", "weer", "genaamd", "want"}
)
"""Behind `je` these say that it ends a name and is not the word for who is spoken to."""


def find_split(text: str, tokens: Sequence[Token], known: NameWords) -> Iterator[Finding]:
    """Names in two words of small letters, of which one at least is no word or a title stands before."""
    for at in range(len(tokens) - 1):
        first, second = tokens[at], tokens[at + 1]
        if second.capital or text[first.end : second.start] != " " or not (first.worded and second.worded):
            continue
        if _is_small(tokens, at, known) or _is_split(tokens, at, known):
            yield Finding(first.start, second.end, "persoon", "name in two words", weight=_WEIGHT)


def _is_small(tokens: Sequence[Token], at: int, known: NameWords) -> bool:
    if tokens[at + 1].folded not in _SMALL or not known.is_sure_first(tokens[at]):
        return False
    after = tokens[at + 2] if at + 2 < len(tokens) else None
    return tokens[at + 1].folded != "je" or after is None or after.first or after.folded in _BEHIND_SMALL


def _is_split(tokens: Sequence[Token], at: int, known: NameWords) -> bool:
    first, second = tokens[at], tokens[at + 1]
    folded = first.folded + second.folded
    if len(folded) < _SHORTEST or max(map(known.frequency, (first.folded, second.folded))) > _MOST_USUAL:
        return False
    if not known.is_sure_first(replace(first, folded=folded)):
        return False
    if known.is_sure_first(second) and (known.is_sure_first(first) or known.is_usual(first)):
        return False
    rare = min(known.frequency(first.folded), known.frequency(second.folded)) < RARE
    before = tokens[at - 1].folded if at else ""
    announced = before in known.words.titles or before in known.words.roles
    return rare or announced
