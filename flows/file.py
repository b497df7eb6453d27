"""Reading flow files: every problem found together, each with its file, line and step."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flows.errors import FlowFileError, Problem
from flows.flow import Flow
from flows.rules import find_faults
from flows.yaml_reader import YamlError, load_marked

CATALOGUE = files("flows").joinpath("catalogue")

_MENDING: Mapping[str, str] = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a known key here; remove it or look at its spelling",
    "string_type": "is no text; put it between quotes",
    "mapping_type": "is no text; write words, or one text for each language",
    "dict_type": "is no text; write words, or one text for each language",
    "model_type": "has no entries; write each on a line of its own, as `key: value`",
    "tuple_type": "is no list; write each entry on a line of its own, after a dash",
    "too_short": "has too few entries; there must be at least {min_length}",
    "too_long": "has too many entries; there can be at most {max_length}",
    "string_too_short": "is empty; fill it in",
    "literal_error": "is not known here; it must be {expected}",
    "int_type": "is no whole number",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "greater_than_equal": "is too small; it must be at least {ge}",
    "less_than_equal": "is too large; it can be at most {le}",
}
"""What to do about each type of error of pydantic."""

_FORMS: Mapping[str, str] = {
    "code": "is no code; use 1 to 30 of a-z, 0-9, - and _, with a letter or digit at both ends",
    "picture": "is no picture of the catalogue; write it as `pictures/name.svg`",
    "languages": "is no language code; use two letters such as nl or en",
}
"""What to do about a text of the wrong form, by key; all others are codes."""


def read_flow(source: str, name: str) -> Flow:
    """Read a flow from YAML text; `name` is the file's name in problems. Raises FlowFileError with all."""
    try:
        loaded: Any = load_marked(source)
    except YamlError as error:
        message = f"is no YAML: {error.problem}; look at the indents and colons"
        raise FlowFileError((Problem(name, error.line, "file", message),)) from error
    if not isinstance(loaded, dict):
        raise FlowFileError((Problem(name, 1, "file", "is no flow; it starts with `format: 1`"),))
    body = cast(Mapping[str, Any], loaded)
    problems = [_place(location, message, body, name) for location, message in find_faults(body, has_picture)]
    try:
        flow = Flow.model_validate(body)
    except ValidationError as error:
        problems.extend(_explain(detail, body, name) for detail in error.errors())
        raise FlowFileError(_sort(problems)) from error
    if problems:
        raise FlowFileError(_sort(problems))
    return flow


def read_flow_file(path: Path) -> Flow:
    """Read a flow from a file. Raises FlowFileError, also when the file cannot be read."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else "cannot be read"
        raise FlowFileError((Problem(str(path), 1, "file", reason),)) from error
    return read_flow(source, str(path))


def find_flow_files(paths: Sequence[Path]) -> list[Path]:
    """The flow files at these paths: files themselves, and `*.yaml` directly in folders."""
    found: list[Path] = []
    for path in paths:
        found.extend(sorted(path.glob("*.yaml")) if path.is_dir() else [path])
    return found


def read_catalogue() -> dict[str, str]:
    """The flows that come with this project: file name to YAML text."""
    return {
        item.name: item.read_text(encoding="utf-8")
        for item in sorted(CATALOGUE.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".yaml")
    }


def read_picture(path: str) -> str:
    """The SVG of a picture such as `pictures/gids.svg`. Raises FileNotFoundError."""
    return CATALOGUE.joinpath(path).read_text(encoding="utf-8")


def has_picture(path: str) -> bool:
    """Whether the catalogue holds this picture."""
    return CATALOGUE.joinpath(path).is_file()


def _explain(detail: ErrorDetails, loaded: Mapping[str, Any], name: str) -> Problem:
    """What pydantic found, in the words of an author."""
    location = _strip_tags(detail["loc"])
    kind = detail["type"]
    key = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    message = detail["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        message = _FORMS.get(key, _FORMS["code"])
    elif kind in _MENDING:
        message = _MENDING[kind].format(**detail.get("ctx", {}))
    return _place(location, message, loaded, name)


def _place(location: tuple[str | int, ...], message: str, loaded: Mapping[str, Any], name: str) -> Problem:
    """A problem at its line and step."""
    line, step = _locate(location, loaded)
    field = ".".join(str(part) for part in (location[2:] if location[:1] == ("steps",) else location))
    return Problem(name, line, step, f"{field}: {message}" if field else message)


def _sort(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.line))


def _strip_tags(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Leave out the kind, which pydantic puts after `steps, 3`; it stands nowhere in the file."""
    if location[:1] != ("steps",) or len(location) < len(("steps", 0, "kind")):
        return location
    return (*location[:2], *location[3:])


def _locate(location: Sequence[str | int], loaded: Mapping[str, Any]) -> tuple[int, str]:
    """The line (from 1) nearest to a location in the loaded file, and the step it lies in."""
    line, step = 1, "flow"
    here: Any = loaded
    for part in location:
        position: Any = getattr(here, "lc", None)
        try:
            place: Any = position.item(part) if isinstance(part, int) else position.key(part)
            line, here = int(place[0]) + 1, here[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break  # a missing key has no line of its own: that of what it should stand in is nearest
        if isinstance(part, int) and step == "flow" and location[0] == "steps":
            step = _name_step(here) or f"step {part + 1}"
    return line, step


def _name_step(body: Any) -> str:
    """The code of a step as it stands in the file, right or wrong; "" when it has none."""
    try:
        return str(body.get("ask") or body.get("say") or "")
    except AttributeError:
        return ""
