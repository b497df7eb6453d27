"""Reading YAML 1.2, in which `yes` and `no` are words: plain, or with the line of every key."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class YamlError(Exception):
    """A text is no YAML; `line` counts from 1, `problem` says what the reader stumbled over."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


def load_plain(source: str) -> Any:
    """The YAML text as plain dicts, lists and values. Raises YamlError."""
    return _load(source, "safe")


def load_marked(source: str) -> Any:
    """The YAML text as dicts and lists that know their lines, by `lc`. Raises YamlError."""
    return _load(source, "rt")


def _load(source: str, kind: str) -> Any:
    reader: Any = YAML(typ=kind, pure=True)
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
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return line, str(error.problem or "it cannot be read")
