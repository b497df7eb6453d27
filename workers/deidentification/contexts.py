"""What the words around a word say of it: whether the name of a person may stand there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from workers.deidentification.asides import find_aside
from workers.deidentification.frequencies import RARE
from workers.deidentification.name_words import NameWords
from workers.deidentification.said_numbers import SAID
from workers.deidentification.tokens import Token
from workers.deidentification.uses import DETERMINERS

Before = Literal["title", "role", "naming", ""]
"""What stands before a word: a title (mevrouw), who somebody is to others (zoon), one that names (heet)."""

_MOST_HESITATIONS: Final = 8
"""Words of them before a name."""

_BETWEEN: Final = " .:'\"“‘"
_BETWEEN_ASIDE: Final = f"{_BETWEEN},…"
"""Signs that may stand between a word and the name it announces."""

_GRAMMAR: Final = 5.5

_SAYINGS: Final = frozenset({"zei", "zegt", "vroeg", "vraagt", "riep", "belde", "appte", "vertelde"})

_NEVER_BEFORE_TRADES: Final = frozenset(
    "met bij door aan naar tegen zonder namens dankzij volgens zei zegt belde".split()
)

_BEFORE_SPEAKERS: Final = frozenset({"volgens", "namens"})
_BEFORE_VERBS: Final = frozenset(
    (
        "te mogen mag mocht kunnen kan kon willen wil wilde moeten moet moest gaan gaat ging komen laten "
        "laat blijven leren leert zitten staan"
    ).split()
)
_ARTICLES: Final = frozenset({"de", "het", "een", "die", "deze", "t", "n"})
_CLAUSES: Final = frozenset("dat of omdat als toen nadat voordat terwijl zodra sinds hoe waar".split())
_NUMBERS: Final = frozenset(SAID.values())
_BEING: Final = frozenset({"is", "was", "wordt", "werd", "ben", "zijn"})
_ASKING: Final = frozenset({"bel", "app", "vraag", "mail"})
_MERELY: Final = frozenset({"maar", "even", "effe", "ff", "eens", "eventjes"})
_PARTICIPLE: Final = ("t", "d", "n")
_SHORTEST_PARTICIPLE: Final = 5


@dataclass(frozen=True, slots=True)
class Contexts:
    """Looks around words."""

    known: NameWords

    def look_back(self, text: str, tokens: Sequence[Token], at: int) -> Before:
        """What the words before say of this one."""
        words = self.known.words
        if at == 0:
            return ""
        aside = find_aside(tokens, at)
        between = _BETWEEN_ASIDE if aside else _BETWEEN  # mevrouw, uh, lubbers
        if text[tokens[at - 1].end : tokens[at].start].strip(between):
            return ""
        start = at
        while aside and start > max(0, at - _MOST_HESITATIONS):
            start -= aside
            aside = find_aside(tokens, start)
        if start == 0 or (start < at and tokens[start].first):
            return ""
        before = [token.folded.rstrip(".") for token in tokens[max(0, start - 3) : start]]
        one, two = before[-1], " ".join(before[-2:])
        if one in words.titles:
            return "title"
        if one in words.roles or two in words.roles:
            return "role"
        if one in words.adverbs:  # ik heet dus Karim
            one, two = (before[-2] if len(before) > 1 else ""), " ".join(before[-3:-1])
        return "naming" if one in words.naming or two in words.naming else ""

    def fits_title(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether the word behind a title is the name of who has it."""
        token, known = tokens[at], self.known
        if token.capital:
            return not token.first
        if self.joins(text, tokens, at):
            return True
        if known.is_double(token):
            after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
            return token.folded not in known.words.doings or after in known.words.doings or after == "die"
        if known.is_sure_first(token):
            return True
        if known.is_last(token):
            return not known.is_everyday(token) and not known.is_usual(token)
        after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
        acts = after in known.words.doings or after in known.words.happenings
        return known.is_unknown(token) or (acts and known.frequency(token.folded) == 0 and token.worded)

    def fits_role(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether an everyday word behind a role is a name: mijn neef mark kreeg, not de kleine smid."""
        words, token = self.known.words, tokens[at]
        small = tokens[at - 1].folded == "kleine" and at > 1 and tokens[at - 2].folded in _ARTICLES
        if small and self.known.is_last(token):
            return False
        after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
        return token.folded not in words.doings or after in words.happenings

    def opens_with_part(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether a sentence begins with the surname that ends here: De Groot belt ons op."""
        if at == 0 or at + 1 >= len(tokens) or text[tokens[at - 1].end : tokens[at].start] != " ":
            return False
        before, after = tokens[at - 1], tokens[at + 1].folded
        words = self.known.words
        acts = after in words.doings or after in words.happenings or after in {"en", "of"}
        return before.first and before.folded == "de" and acts

    def joins(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether a name was written in two words behind a title: dokter ver linden, familie ka sanga."""
        if at + 1 >= len(tokens) or text[tokens[at].end : tokens[at + 1].start] != " ":
            return False
        token, after, known = tokens[at], tokens[at + 1], self.known
        if token.folded in known.words.interfixes or after.folded in known.words.doings:
            return False
        if min(known.frequency(token.folded), known.frequency(after.folded)) > _GRAMMAR:
            return False  # de rechter en de zitting
        joined = token.folded + after.folded
        if joined in known.words.surnames and not known.is_last(token):
            return True
        plain = not (known.is_first(token) or known.is_last(token) or known.is_usual(token))
        return plain and known.may_be(after)

    def is_described(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether an article or the like says that it is a word and no name."""
        return (
            at > 0
            and not tokens[at].first
            and (tokens[at - 1].folded in DETERMINERS or tokens[at - 1].text.isdigit())
        )

    def is_pointed_at(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether `die` points at somebody who is of something: die wassink van de gemeente."""
        after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
        return tokens[at - 1].folded == "die" and after in {"van", "vd", "uit", "die"}

    def lacks_article(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a trade stands right behind a preposition of people: naar mulder, volgens bakker."""
        return at > 0 and not tokens[at].first and tokens[at - 1].folded in _NEVER_BEFORE_TRADES

    def has_word(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether it is who says something, or in whose name: volgens ruiter."""
        return at > 0 and not tokens[at].first and tokens[at - 1].folded in _BEFORE_SPEAKERS

    def is_infinitive(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word stands where only a verb does: te harken, wil timmeren."""
        token = tokens[at]
        verbal = token.folded.endswith("en") and not token.capital and at > 0
        return verbal and tokens[at - 1].folded in _BEFORE_VERBS

    def belongs(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether somebody is said to be of theirs: de zoon van scholten."""
        of = at > 1 and not tokens[at].first and tokens[at - 1].folded in {"van", "vd"}
        return of and tokens[at - 2].folded in self.known.words.roles

    def is_led(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether it stands behind a preposition that goes with people."""
        return at > 0 and tokens[at - 1].folded in self.known.words.towards

    def has_said(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether it stands right behind a word for saying: zei lemlem."""
        return at > 0 and tokens[at - 1].folded in _SAYINGS

    def is_subject(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether a word at the beginning of a sentence does something, without an article."""
        token, known = tokens[at], self.known
        begins = token.first or tokens[at - 1].folded in known.words.fillers
        if not begins or at + 1 >= len(tokens):
            return False
        after = tokens[at + 1]
        between = text[token.end : after.start]
        if between != " ":
            return between.strip() == "," and after.folded in {"die", "zo"}
        if after.folded == "die" and token.first:
            return True
        if after.folded in {"en", "van", "vd", "tegen"} and at + 2 < len(tokens):
            further = tokens[at + 2]
            return (
                further.capital
                or known.is_sure_first(further)
                or further.folded in known.words.employers
                or known.looks_like(further)
                or known.is_double(further)
                or known.frequency(further.folded) < RARE
            )
        if after.folded in _BEING and self._counts_years(tokens, at + 2):
            return True
        if known.is_last(after) and (after.capital or known.frequency(after.folded) < RARE):
            return True
        if token.folded in known.words.doings:  # two verbs in a row, unless the second is "his" or "her"
            return token.folded != after.folded and after.folded in known.words.happenings
        return after.folded in known.words.doings or after.folded in known.words.happenings

    def _counts_years(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether an age stands here: roos is vier."""
        if at >= len(tokens) or not (tokens[at].text.isdigit() or tokens[at].folded in _NUMBERS):
            return False
        unit = tokens[at + 1].folded if at + 1 < len(tokens) else ""
        return unit == "jaar" or unit not in self.known.words.units

    def is_asked_for(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether somebody is to be called: bel ton maar."""
        if at == 0 or at + 1 >= len(tokens):
            return False
        return tokens[at - 1].folded in _ASKING and tokens[at + 1].folded in _MERELY

    def is_told_of(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether somebody is said to have been it, of somewhere: dat was mark van het wijkteam."""
        if at < 2 or at + 2 >= len(tokens) or tokens[at].first:  # noqa: PLR2004 - dat was
            return False
        told = tokens[at - 2].folded in {"dat", "dit", "het"} and tokens[at - 1].folded in {"was", "is"}
        return told and tokens[at + 1].folded in {"van", "vd"} and tokens[at + 2].folded in _ARTICLES

    def is_bare(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether it stands right behind a verb, without an article, as who does it: is lente al binnen."""
        if at == 0 or at + 1 >= len(tokens) or text[tokens[at].end : tokens[at + 1].start] != " ":
            return False
        words, before, after = self.known.words, tokens[at - 1].folded, tokens[at + 1].folded
        if tokens[at].folded in words.trades and before in _BEING:  # hij is kok geworden
            return False
        clause = before in _CLAUSES and tokens[at].folded not in words.doings
        if before not in words.doings and before not in words.happenings and not clause:
            return False
        participle = (
            after.startswith("ge") and len(after) >= _SHORTEST_PARTICIPLE and after.endswith(_PARTICIPLE)
        )
        return after in words.afterwards or (participle and before in {"is", "was"})

    def stands_beside(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether it is joined by `en` to a name that is sure, or stands in a row with one."""
        for step in (-1, 1):
            joint, name = at + step, at + 2 * step
            if (
                0 <= name < len(tokens)
                and tokens[joint].folded in {"en", "of"}
                and self.known.is_sure_first(tokens[name])
            ):
                return True
            if 0 <= joint < len(tokens) and self.known.is_sure_first(tokens[joint]):
                left, right = sorted((at, joint))
                if text[tokens[left].end : tokens[right].start] == ", ":
                    return True
        return False
