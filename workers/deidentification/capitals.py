"""Names of several words with capitals: the words before a found one that belong to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.tokens import Token
from workers.deidentification.word_lists import Words

_REACHING: Final = frozenset({"persoon", "instelling"})


def reach_back(
    text: str, tokens: Sequence[Token], places: Mapping[int, int], words: Words, finding: Finding
) -> Finding:
    """The finding with what stands before it with a capital inside a sentence: Million Kidane.

    `places` says which token begins at a character.
    """
    at = places.get(finding.start)
    if at is None or finding.kind not in _REACHING or not tokens[at].capital or tokens[at].first:
        return finding
    while at > 0 and _belongs(text, tokens[at - 1], tokens[at], words):
        at -= 1
    return replace(finding, start=tokens[at].start)


def _belongs(text: str, before: Token, name: Token, words: Words) -> bool:
    word = before.folded
    return (
        before.capital
        and not before.first
        and len(before.text) > 1
        and text[before.end : name.start] == " "
        and not (word in words.titles or word in words.roles or word in words.organisations)
        and word not in words.capitals
    )
