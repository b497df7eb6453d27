"""Names of people in another language than Dutch, where a strange word says nothing."""

from collections.abc import Iterator, Sequence

from workers.deidentification.finding import Finding
from workers.deidentification.name_words import NameWords
from workers.deidentification.tokens import Token

_WEIGHT = 62


def find_foreign(known: NameWords, text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
    """First names of the lists with a capital within a sentence, and the words with one that follow."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.first or not token.capital or not known.is_first(token):
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and tokens[last + 1].capital and _is_next(text, tokens, last):
            last += 1
        source = known.find_list(token)
        yield Finding(token.start, tokens[last].end, "persoon", "first name", source, _WEIGHT)
        at = last + 1


def _is_next(text: str, tokens: Sequence[Token], at: int) -> bool:
    return text[tokens[at].end : tokens[at + 1].start] == " "
