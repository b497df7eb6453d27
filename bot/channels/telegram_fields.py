"""Reads the fields of a raw update, purely; what is not as promised is a ParseError."""

from collections.abc import Mapping
from typing import Any, Final, TypeGuard, cast

from bot.channels.channel import ParseError
from flows.texts import clean_text

_LARGEST_INTEGER: Final = 2**63
_DEEPEST: Final = 100
"""Levels within an update; the Bot API has less than ten."""


def is_deep(value: object) -> bool:
    """Tell whether a value has more levels than any update."""
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        inner = (cast("dict[str, Any]", each).values() if isinstance(each, dict) else each for each in level)
        level = [each for values in inner for each in values if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def read_inside(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under a name, or an empty one."""
    value = holder.get(name)
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def read_mapping(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under a name. Raises ParseError when there is none."""
    return check_mapping(holder.get(name), name)


def check_mapping(value: object, name: str) -> Mapping[str, Any]:
    """A value as an object; `name` is what it is called. Raises ParseError when it is none."""
    if not isinstance(value, Mapping):
        raise ParseError(f"{name} is no object")
    return cast("Mapping[str, Any]", value)


def read_whole(holder: Mapping[str, Any], name: str) -> int:
    """The whole number under a name. Raises ParseError when there is none."""
    value = holder.get(name)
    if not is_whole(value):
        raise ParseError(f"{name} is no whole number of 64 bits")
    return value


def read_text(holder: Mapping[str, Any], name: str) -> str:
    """The text under a name, without what no table can hold. Raises ParseError when there is none."""
    value = holder.get(name)
    if not isinstance(value, str):
        raise ParseError(f"{name} is no text")
    return clean_text(value)  # JSON can hold what neither Postgres nor UTF-8 can


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is a whole number that fits a table."""
    # bool is an int in Python, and what is outside 64 bits fits no table
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_INTEGER
