"""What people say while they think of a name: uh, hoe heet ze ook weer."""

from collections.abc import Sequence
from typing import Final

from workers.deidentification.tokens import Token

_ASIDES: Final = frozenset(
    {"uh", "eh", "uhm", "ehm", "uhh", "euh", "nou", "he", "hm", "tja", "ach", "kom", "wacht", "geloof ik"}
    | {"dacht ik", "denk ik", "meen ik", "volgens mij", "nota bene", "toevallig", "trouwens", "iets van"}
    | {"zeg maar", "even denken", "even kijken", "wacht even", "hoe heet ze", "hoe heet hij", "hoe heet ie"}
    | {"hoe heet ze ook weer", "hoe heet hij ook weer", "hoe heet ie ook weer", "hoe heet ze nou"}
    | {"hoe heet ie nou", "hoe heet hij nou", "ook weer", "ook alweer", "weet je wel", "ja", "je weet wel"}
)
"""Between a title and a name they say nothing."""

_LONGEST_ASIDE: Final = 5
_LAST_WORDS: Final = frozenset(aside.rpartition(" ")[2] for aside in _ASIDES)


def find_aside(tokens: Sequence[Token], end: int) -> int:
    """How many words before `end` say nothing but that somebody thinks: mevrouw hoe heet ze ook weer ..."""
    if end == 0 or tokens[end - 1].folded not in _LAST_WORDS:
        return 0
    for length in range(min(_LONGEST_ASIDE, end), 0, -1):
        if " ".join(token.folded for token in tokens[end - length : end]) in _ASIDES:
            return length
    return 0
