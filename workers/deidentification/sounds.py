"""How first names sound, so that they are known again where they are written by ear."""

import re
from collections.abc import Iterable
from typing import Final

from workers.deidentification.misheard import find_sound

SHORTEST_HEARD: Final = 5
"""Letters from which a name is known by its sound."""

_VOWELS: Final = (
    ("oe", "u"), ("ou", "u"), ("ie", "i"), ("ee", "i"), ("dj", "j"), ("sj", "s"), ("sh", "s"), ("ah", "a"),
    ("eh", "e"), ("kh", "k"), ("q", "k"),
)  # fmt: skip


def find_sounds(names: Iterable[str]) -> frozenset[str]:
    """How folded names sound, those of five letters and more."""
    heard = [name for name in names if len(name) >= SHORTEST_HEARD and name.isalpha()]
    return frozenset(map(hear, heard)) | frozenset(map(shorten, heard))


def shorten(name: str) -> str:
    """How a folded name sounds when no vowel is long: jaanna as janna."""
    return re.sub(r"(.)\1", r"\1", find_sound(name))


def hear(name: str) -> str:
    """How a folded name sounds, its vowels too: jannecke as janneke, moerad as murad."""
    for letters, heard in _VOWELS:
        name = name.replace(letters, heard)
    return re.sub(r"(.)\1", r"\1", find_sound(name))
