"""Reading flow files: every problem found together, each with its file, line and step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from flows.checking.mending import explain_errors
from flows.checking.placing import name_step, place_problem
from flows.checking.rules import find_faults
from flows.checking.rules.outline import WORDS
from flows.errors import FlowFileError, Problem
from flows.flow import Flow
from flows.yaml_reader import Repeated, YamlError, load_marked, load_plain

CATALOGUE = files("flows").joinpath("catalogue")


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as far as it could be read.

    `body` is its YAML with lines (empty when it is none), `flow` the flow when it has the right form, which
    does not mean that there are no problems.
    """

    body: Mapping[str, Any]
    flow: Flow | None
    problems: tuple[Problem, ...]


def inspect_flow(source: str, name: str) -> Reading:
    """Read YAML text as far as it goes; `name` is the file's name in problems. Advice is not looked for."""
    try:
        marked = load_marked(source)
    except YamlError as error:
        message = f"is no YAML: {error.problem}"
        return Reading({}, None, (Problem(name, error.line, "file", message),))
    if not isinstance(marked.body, dict):
        return Reading({}, None, (Problem(name, 1, "file", "is no flow; it starts with `format: 1`"),))
    body = cast(Mapping[str, Any], marked.body)
    problems = [
        Problem(name, each.line, name_step(each.mapping) or "flow", f"{each.key}: {_explain_repeated(each)}")
        for each in marked.repeated
    ]
    faults = list(find_faults(body, has_picture))
    flow: Flow | None = None
    try:
        flow = Flow.model_validate(body, by_alias=True, by_name=False)
    except ValidationError as error:
        faults.extend(explain_errors(error.errors(), body))
    problems.extend(place_problem(location, message, body, name) for location, message in faults)
    return Reading(body, flow, tuple(sorted(problems, key=lambda problem: problem.line)))


def _explain_repeated(repeated: Repeated) -> str:
    """What to do about a key that stands twice; with the word that begins a step the dash is forgotten."""
    return f"stands twice; keep one{', or begin a new step with a dash' if repeated.key in WORDS else ''}"


def read_flow(source: str, name: str) -> Flow:
    """Read a flow from YAML text; `name` is the file's name in problems. Raises FlowFileError with all."""
    reading = inspect_flow(source, name)
    if reading.problems or reading.flow is None:
        raise FlowFileError(reading.problems)
    return reading.flow


def load_flow(source: str, name: str) -> Flow:
    """A flow that was checked when it was published: only its form counts, not the rules of today.

    Raises FlowFileError when even that is not right.
    """
    try:
        return Flow.model_validate(load_plain(source), by_alias=True, by_name=False)
    except (YamlError, ValidationError) as error:
        raise FlowFileError(inspect_flow(source, name).problems) from error


def read_flow_file(path: Path) -> Flow:
    """Read a flow from a file. Raises FlowFileError, also when the file cannot be read."""
    return read_flow(read_source(path), str(path))


def read_source(path: Path) -> str:
    """The text of a file. Raises FlowFileError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else "cannot be read"
        message = f"{reason}; look at its path, and save it as UTF-8"
        raise FlowFileError((Problem(str(path), 1, "file", message),)) from error


def find_flow_files(paths: Sequence[Path]) -> list[Path]:
    """The flow files at these paths: files themselves, and `*.yaml` directly in folders."""
    found: list[Path] = []
    for path in paths:
        found.extend(sorted(path.glob("*.yaml")) if path.is_dir() else [path])
    return found


def read_catalogue() -> dict[str, str]:
    """The flows that come with this project: file name to YAML text, in the order they are published.

    The first published is the usual one, which begins when a message does not say which.
    """
    items = {item.name: item for item in CATALOGUE.iterdir() if item.name.endswith(".yaml")}
    return {name: items[name].read_text(encoding="utf-8") for name in sorted(items, key=_order)}


def _order(name: str) -> tuple[bool, str]:
    return name != _USUAL, name


_USUAL = "wijkcoach.yaml"


def read_picture(path: str) -> str:
    """The SVG of a picture such as `pictures/gids.svg`. Raises FileNotFoundError."""
    return CATALOGUE.joinpath(path).read_text(encoding="utf-8")


def has_picture(path: str) -> bool:
    """Whether the catalogue holds this picture."""
    return CATALOGUE.joinpath(path).is_file()
