"""Names of several words with capitals: the words before a found one that belong to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.tokens import Token
from workers.deidentification.word_lists import Words

_VERBS: Final = frozenset({"ken", "do", "mag", "lies", "kan", "tel", "don"})
"""Names that are verbs: ik mag Rosita."""

_REACHING: Final = frozenset({"persoon", "instelling"})


def reach_back(
    text: str, tokens: Sequence[Token], places: Mapping[int, int], words: Words, finding: Finding
) -> Finding:
    """The finding with what stands before it with a capital inside a sentence: Million Kidane.

    `places` says which token begins at a character.
    """
    at = places.get(finding.start)
    if at is None or finding.kind not in _REACHING:
        return finding
    inside = tokens[at].capital and not tokens[at].first
    while inside and at > 0 and _belongs(text, tokens[at - 1], tokens[at], words):
        at -= 1
    if finding.kind == "persoon" and at > 0 and _begins(text, tokens, at, words):
        at -= 1
    return replace(finding, start=tokens[at].start)


def reach_ahead(text: str, tokens: Sequence[Token], places: Mapping[int, int], finding: Finding) -> Finding:
    """The finding with the region behind it that belongs to its name: Zorgbank Noord Holland."""
    if finding.kind not in _REACHING or not text[finding.start].isupper():
        return finding
    at = places.get(finding.start)
    if at is None:
        return finding
    while at + 1 < len(tokens) and tokens[at].end < finding.end:
        at += 1
    end = finding.end
    for name, region in pairwise(tokens[at:]):
        fits = name.capital and region.capital and region.folded in _REGIONS
        if not fits or text[end : region.start] != " ":
            break
        end = region.end
    return finding if end == finding.end else replace(finding, end=end)


_REGIONS: Final = frozenset(
    "nederland twente overijssel gelderland brabant oost noord zuid west europa holland".split()
)
"""With one of these a name of an organisation goes on; alone it says nothing."""


def _begins(text: str, tokens: Sequence[Token], at: int, words: Words) -> bool:
    """Whether the word before belongs to a name: De Graaf at the beginning of a sentence, lange Teun."""
    before, name = tokens[at - 1], tokens[at]
    if text[before.end : name.start] != " ":
        return False
    known = name.folded in words.first_names
    named = before.folded in words.doubles and before.folded in words.first_names
    pair = named and before.folded not in words.doings and before.folded not in _VERBS
    if (
        pair
        and (name.folded in words.surnames or name.capital)
        and (before.capital == name.capital or not before.capital)
    ):
        return True
    if before.first and before.capital and before.folded == "de":
        return name.capital and name.folded in words.surnames
    if before.folded not in words.nicknames or not known or before.capital != name.capital:
        return False
    return before.capital or at == 1 or tokens[at - 2].folded not in _TELLING


_TELLING: Final = frozenset("de het een die deze mijn mn zijn zn haar hun onze ons t n jouw je".split())
"""Behind these a word says how somebody is: mijn lange Teun."""


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
