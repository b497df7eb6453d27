"""The description of the flow format: prose from `reference.md`, tables from the models themselves."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from flows.entries import KINDS, Rotate, Section
from flows.file import CATALOGUE
from flows.flow import Crisis, Flow, FollowUp
from flows.guards import Guard
from flows.kinds.choice import Choice
from flows.kinds.consent import Consent
from flows.kinds.date import DateQuestion
from flows.kinds.dyad import Dyad
from flows.kinds.number import Number
from flows.kinds.photo import Photo
from flows.kinds.say import Say
from flows.kinds.scale import Scale
from flows.kinds.step import Question
from flows.kinds.stones import Stones
from flows.kinds.story import Story
from flows.kinds.text import TextQuestion
from flows.kinds.triad import ZONES, Triad

MODELS: Mapping[str, type[BaseModel]] = {
    "file": Flow,
    "follow_up": FollowUp,
    "crisis": Crisis,
    "say": Say,
    "section": Section,
    "rotate": Rotate,
    "when": Guard,
    "ask": Question,
    "consent": Consent,
    "story": Story,
    "text": TextQuestion,
    "choice": Choice,
    "scale": Scale,
    "dyad": Dyad,
    "triad": Triad,
    "stones": Stones,
    "photo": Photo,
    "number": Number,
    "date": DateQuestion,
}
"""What each table in the template describes."""

COMMON = frozenset({*Question.model_fields, "kind"})
"""Fields that every question has; they are described once."""

_TABLE = re.compile(r"^<!-- (fields|zones)(?: ([\w-]+))? -->$", re.MULTILINE)


def write_reference() -> str:
    """The whole page, as `docs/flow-format.md` holds it."""
    page = files("flows.checking").joinpath("reference.md").read_text(encoding="utf-8")
    return _TABLE.sub(_write_table, page).replace("<!-- pictures -->", _list_pictures())


def _list_pictures() -> str:
    """The pictures that come along, by name."""
    names = sorted(each.name.removesuffix(".svg") for each in CATALOGUE.joinpath("pictures").iterdir())
    return f"{', '.join(f'`{name}`' for name in names)}."


def _write_table(match: re.Match[str]) -> str:
    if match[1] == "zones":
        rows = [(button.replace("-", " and "), _write_shares(shares)) for button, shares in ZONES.items()]
        return _draw_table(("button", "share of top, left, right"), rows)
    model = MODELS[match[2]]
    left_out = COMMON if issubclass(model, Question) and model is not Question else frozenset[str]()
    rows = list(_list_rows(model, left_out))
    return _draw_table(("field", "needed", "meaning"), rows)


def _write_shares(shares: tuple[float, float, float]) -> str:
    return ", ".join(f"{share:g}" for share in shares)


def _list_rows(
    model: type[BaseModel], left_out: frozenset[str], front: str = ""
) -> Iterator[tuple[str, ...]]:
    """A row for each field, and below it for each field of what stands in it."""
    fields = sorted(
        model.model_fields.items(), key=lambda each: each[0] == "when"
    )  # what is rarest comes last
    for name, field in fields:
        if name in left_out:
            continue
        key = f"{front}{field.alias or name}"
        yield f"`{key}`", "yes" if field.is_required() else "no", _describe(field)
        if name == "ask":
            yield "`kind`", "yes", f"The kind of question: {', '.join(f'`{kind}`' for kind in KINDS)}."
        inner = _find_model(field)
        if inner is not None and inner is not Guard and name not in ("steps", "follow_up", "crisis"):
            yield from _list_rows(inner, frozenset(), f"{key}.")


def _describe(field: FieldInfo) -> str:
    """What a field means, its limits, and what holds when it is left out."""
    said = (field.description or "").rstrip(".")
    words = [said if said.endswith("…") else f"{said}."]
    if limits := _write_limits(field):
        words.append(f"{limits}.")
    default = _write_default(field.get_default(call_default_factory=False))
    if default and "if left out" not in words[0]:
        words.append(f"If left out: {default}.")
    return " ".join(words).replace("|", "\\|")


def _write_limits(field: FieldInfo) -> str:
    found = {name: getattr(each, name) for each in field.metadata for name in _LIMITS if hasattr(each, name)}
    least, most = found.get("ge"), found.get("le")
    if least is not None and most is not None:
        return f"From {least:,} to {most:,}"
    if least is not None:
        return f"At least {least:,}"
    if most is not None:
        return f"At most {most:,}"
    least, most = found.get("min_length"), found.get("max_length")
    if field.annotation is str or (least is None and most is None):
        return ""
    if least is not None and most is not None:
        return f"{least} to {most} of them"
    return f"At least {least}" if most is None else f"At most {most}"


_LIMITS = ("ge", "le", "min_length", "max_length")


def _write_default(value: Any) -> str:
    if value is PydanticUndefined or (not value and not isinstance(value, bool | int)):
        return ""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, str | int):
        return f"`{value}`"
    minutes = round(value.total_seconds() / 60)
    days = minutes // (24 * 60)
    return f"`{days} days`" if days and not minutes % (24 * 60) else f"`{minutes} minutes`"


def _find_model(field: FieldInfo) -> type[BaseModel] | None:
    """The model of what stands in a field: an option, a corner, a nudge."""
    annotation: Any = field.annotation
    candidates = [annotation, *cast(tuple[Any, ...], getattr(annotation, "__args__", ()))]
    return next((each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)), None)


def _draw_table(head: tuple[str, ...], rows: list[tuple[str, ...]] | list[tuple[str, str]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
