"""Reading typed replies to questions with options: by number, by code, by label, one or several."""

import re
from collections.abc import Sequence

from flows.outbound import Option

_SEVERAL = (
    re.compile(r"\s*(?:[,;+&/\n]|\ben\b|\band\b)\s*", re.IGNORECASE),
    re.compile(r"\s*(?:[,;+&/]|\ben\b|\band\b)\s*|\s+", re.IGNORECASE),
)
"""What stands between several options; labels have spaces, so these only divide when nothing else fits."""

_NUMBER = re.compile(r"[0-9]{1,2}")
_NUMBERED = re.compile(r"([0-9]{1,2})[.)]\s*(.+)")


def read_option(text: str, shown: Sequence[Option]) -> str | None:
    """The code of the one option a reply names, by number (from 1), code or label; None when it names none.

    A label that two options share names none: it is asked back, not guessed.
    """
    reply = _fold(text)
    named = _find_named(reply, shown)
    if not named and _NUMBER.fullmatch(reply):  # a label that is a number itself goes before the place
        place = int(reply)
        return shown[place - 1].code if 1 <= place <= len(shown) else None
    numbered = _NUMBERED.fullmatch(reply)
    if not named and numbered:  # some lists send back the label as they showed it: numbered, and cut short
        place, label = int(numbered[1]), numbered[2]
        named = _find_named(label, shown[place - 1 : place]) if place else set[str]()
        named = named or _find_named(label, shown)
    return named.pop() if len(named) == 1 else None


def read_options(text: str, shown: Sequence[Option]) -> tuple[str, ...] | None:
    """The codes of all options a reply names ("1 en 4"), in its order; None when any part names none."""
    whole = read_option(text, shown)
    if whole is not None:
        return (whole,)
    for between in _SEVERAL:
        found = [read_option(piece, shown) for piece in between.split(text.strip()) if piece]
        codes = [code for code in found if code is not None]
        if codes and len(codes) == len(found):
            return tuple(dict.fromkeys(codes))
    return None


def _find_named(reply: str, shown: Sequence[Option]) -> set[str]:
    """The codes of the options with this code or label; or, for a label cut with …, with this beginning."""
    named = {option.code for option in shown if reply in (option.code.casefold(), _fold(option.label))}
    start = reply.removesuffix("…").rstrip()
    if not named and start and start != reply:
        return {option.code for option in shown if _fold(option.label).startswith(start)}
    return named


def _fold(text: str) -> str:
    return " ".join(text.split()).strip(" .!?)\"'").casefold()
