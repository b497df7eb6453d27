"""Reading YAML 1.2, in which `yes` and `no` are words: plain, or with the line of every key."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

_MENDING: Sequence[tuple[str, str]] = (
    (r"found character '\\t'", "there is a tab; indent with spaces"),
    (
        r"found character '(.)'",
        "a text cannot begin with {0}; put it between quotes",
    ),
    (
        "mapping values are not allowed",
        "there is a second colon, or an indent is off; put a text with a colon between quotes",
    ),
    ("unexpected end of stream", "a quote is opened and not closed; close it"),
    (r"expected ',' or '(.)'", "a {0} is missing, or a comma; put a text with such signs between quotes"),
    (
        "but found '<scalar>'",
        "there are words after a text or list has ended; put the whole text between quotes",
    ),
    (
        "expected <block end>",
        "an indent is off, or a dash is missing; let entries begin below each other",
    ),
    ("could not find expected ':'", "there is no colon after a key, or a text is not between quotes"),
    ("unknown escape", "there is a backslash in a text; write it between single quotes"),
    ("undefined alias", "a text cannot begin with *; put it between quotes"),
    ("indentation indicators", "a text cannot begin with > or |; put it between quotes"),
)
"""What to do about what ruamel stumbles over, by its words."""


class YamlError(Exception):
    """A text is no YAML; `line` counts from 1, `problem` says what is wrong and how to mend it."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that stands twice in one mapping; `line` is that of the second, from 1."""

    line: int
    key: str
    mapping: Any


@dataclass(frozen=True, slots=True)
class Marked:
    """A YAML text as dicts and lists that know their lines, by `lc`, and the keys that stand twice."""

    body: Any
    repeated: tuple[Repeated, ...]


def load_plain(source: str) -> Any:
    """The YAML text as plain dicts, lists and values. Raises YamlError."""
    return _load(YAML(typ="safe", pure=True), source)


def load_marked(source: str) -> Marked:
    """The YAML text with its lines; a key that stands twice is told and counts once. Raises YamlError."""
    repeated: list[Repeated] = []

    class Constructor(RoundTripConstructor):
        """Remembers the keys that stand twice instead of stopping at the first."""

        def check_mapping_key(  # pyright: ignore[reportIncompatibleMethodOverride] - ruamel's has no types
            self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any
        ) -> bool:
            del node, value
            if key in mapping:
                repeated.append(Repeated(int(key_node.start_mark.line) + 1, str(key), mapping))
                return False
            return True

    reader: Any = YAML(typ="rt", pure=True)
    reader.Constructor = Constructor
    return Marked(_load(reader, source), tuple(repeated))


def _load(reader: Any, source: str) -> Any:
    try:
        return reader.load(StringIO(source))
    except MarkedYAMLError as error:
        raise YamlError(*_describe(error)) from error
    except YAMLError as error:
        raise YamlError(1, str(error)) from error
    except RecursionError as error:
        raise YamlError(1, "it is nested too deeply") from error


def _describe(error: Any) -> tuple[int, str]:
    """The line and problem of ruamel's error, whose fields have no types."""
    problem = str(error.problem or "it cannot be read")
    opened = "unexpected end of stream" in problem and error.context_mark  # where the quote is opened
    mark = error.context_mark if opened else error.problem_mark
    line = int(mark.line) + 1 if mark else 1
    for pattern, mending in _MENDING:
        if match := re.search(pattern, problem):
            return line, mending.format(*match.groups())
    return line, problem
