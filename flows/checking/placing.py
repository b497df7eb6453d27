"""Where something stands in a flow file, in the words of an author: its line, its step, its field."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flows.checking.rules.outline import WORDS, Location
from flows.errors import Problem


def place_problem(
    location: Location, message: str, body: Mapping[str, Any], file: str, *, advice: bool = False
) -> Problem:
    """A problem at a location in the loaded file: the nearest line, and the innermost step around it."""
    line, step = find_line(location, body)
    field = name_field(location, body)
    return Problem(file, line, step, f"{field}: {message}" if field else message, advice)


def find_line(location: Location, body: Mapping[str, Any]) -> tuple[int, str]:
    """The line (from 1) nearest to a location, and the code of the step it lies in (`flow` for none)."""
    line, step = 1, "flow"
    here: Any = body
    for depth, part in enumerate(location):
        position: Any = getattr(here, "lc", None)
        try:
            place: Any = position.item(part) if isinstance(part, int) else position.key(part)
            line, here = int(place[0]) + 1, here[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break  # a missing key has no line of its own: that of what it should stand in is nearest
        if _is_step(location, depth):
            step = name_step(here) or f"step {cast(int, part) + 1}"
    return line, step


def name_field(location: Location, body: Mapping[str, Any]) -> str:
    """The path of a field within its step; entries of a list by their code, else counted from 1."""
    start = max((depth + 1 for depth in range(len(location)) if _is_step(location, depth)), default=0)
    here: Any = body
    names: list[str] = []
    for depth, part in enumerate(location):
        here = _step_into(here, part)
        if depth >= start:
            names.append(_name_item(here) or str(part + 1) if isinstance(part, int) else str(part))
    return ".".join(names)


def name_step(body: Any) -> str:
    """The code of a step as it stands in the file, right or wrong; "" when it has none."""
    entries: Mapping[str, Any] = cast(Mapping[str, Any], body) if isinstance(body, dict) else {}
    return next((str(entries[word]) for word in WORDS if entries.get(word)), "")


def _is_step(location: Sequence[str | int], depth: int) -> bool:
    """Whether the part at this depth is the index of a step: steps stand in steps, and nowhere else."""
    return (
        isinstance(location[depth], int)
        and location[depth - 1] == "steps"
        and all(location[above] == "steps" for above in range(0, depth, 2))
    )


def _step_into(here: Any, part: str | int) -> Any:
    try:
        return here[part]
    except (KeyError, IndexError, TypeError):
        return None


def _name_item(item: Any) -> str:
    code = cast(Mapping[str, Any], item).get("code") if isinstance(item, dict) else None
    return code if isinstance(code, str) else ""
