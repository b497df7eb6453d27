"""How everyday words are used where they are names: ze noemen hem krul, zonder fleur, lente van 7."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_NAMING: Final = frozenset("noem noemt noemen noemde noemden zeg zegt zeggen zeiden genoemd".split())
_NAMED: Final = frozenset(
    "hem m haar dr d'r r mij me ons hen ze we wij hij iedereen allemaal altijd ook gewoon thuis nog".split()
)
_MOST_CALLED: Final = 4.3
_MOST_NAMED: Final = 4
DETERMINERS: Final = frozenset(
    (
        "de het t 't een n 'n zo die deze geen elke iedere welke als zo'n zon zn z'n zijn haar mijn mn m'n "
        "jouw je hun ons onze uw per soort eerste ene speel speelt speelde spelen rode mooie zulke alle twee "
        "enige of en in op"
    ).split()
)
"""Words behind which a word is what it says and not a name; `en` and `of` tell nothing."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Looks how a word stands in a sentence."""

    known: NameWords

    def find_rule(self, tokens: Sequence[Token], at: int) -> str:
        """The rule by which the use of an everyday word says that it is a name; empty when none does."""
        if self.is_called(tokens, at):
            return "behind a word that names"
        return "a word without its article" if self.lacks_article(tokens, at) else ""

    def is_called(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether people call somebody so: ze noemen haar krul, iedereen zegt krul tegen haar."""
        token, known = tokens[at], self.known
        if (
            not (known.is_first(token) or known.is_double(token))
            or known.frequency(token.folded) > _MOST_CALLED
        ):
            return False
        start = at
        while start > max(0, at - _MOST_NAMED) and tokens[start - 1].folded in _NAMED:
            start -= 1
        if start == 0 or tokens[start - 1].folded not in _NAMING:
            return False
        to_somebody = at + 1 < len(tokens) and tokens[at + 1].folded == "tegen"
        return to_somebody or (start < at and tokens[start - 1].folded.startswith(("noem", "genoemd")))

    def lacks_article(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word that has an article wherever it is none stands there without: zonder fleur."""
        token, words = tokens[at], self.known.words
        if token.folded not in words.bare_names or token.first or at == 0:
            return False
        before = tokens[at - 1]
        if before.folded in words.fillers and before.folded not in {"en", "of", "als"}:
            return True
        if before.folded in {"en", "of"}:
            beside = at > 1 and self.known.is_sure_first(tokens[at - 2])
            after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
            return beside or (before.folded == "of" and (after in words.afterwards or after == "er"))
        inflected = before.folded.endswith("e") and before.folded not in {"ze", "we", "hoe"}
        described = inflected and before.folded not in words.doings
        return not (before.folded in DETERMINERS or described or before.text[0].isdigit())

    def is_aged(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether an age or a neighbour's place stands behind it: lente van 7, fleur van boven."""
        if at + 2 >= len(tokens) or tokens[at + 1].folded not in {"van", "vd"}:
            return False
        led = at > 0 and not tokens[at].first and tokens[at - 1].folded not in self.known.words.towards
        after, further = tokens[at + 2], tokens[at + 3 : at + 4]
        if led and tokens[at - 1].folded not in self.known.words.fillers:
            return False
        if after.folded in {"hiernaast", "boven", "beneden", "hierboven", "hieronder", "school", "werk"}:
            return True
        unit = further and further[0].folded in {
            "euro",
            "uur",
            "meter",
            "jaar",
            "cm",
            "km",
            "beaufort",
            "kilo",
            "cent",
        }
        return after.text.isdigit() and len(after.text) <= 2 and not unit  # noqa: PLR2004 - figures of an age
