"""The JSON Schema of flow files, by which editors complete and check them while they are written."""

from collections.abc import Mapping
from typing import Any, cast

from flows.flow import Flow
from flows.guards import TESTS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LANGUAGE = "^[a-z]{2,3}$"
_DAY = r"^(today|in [1-9].*|[1-9].* ago|\d{4}-\d{2}-\d{2})$"

WITHOUT_WAYS_AROUND = ("consent", "story")
"""Kinds that take no `allow`."""

FILLING = ("text", "choice")
"""Kinds that take `fills`."""


def write_schema() -> dict[str, Any]:
    """The schema: closed everywhere, nothing may be left empty, each guard asks one thing."""
    body = cast(dict[str, Any], _close(Flow.model_json_schema(by_alias=True)))
    models = cast(dict[str, dict[str, Any]], body["$defs"])
    for model in models.values():
        _complete_question(cast(dict[str, Any], model["properties"]))
    guard = models["Guard"]
    one_test = [{"required": [test]} for test in TESTS]
    other = [{"required": [subject], "maxProperties": 1} for subject in ("language", "audience")]
    guard["oneOf"] = [{"required": ["question"], "oneOf": one_test}, *other]
    guard["dependentRequired"] = {test: ["question"] for test in TESTS}
    for key in ("in", "language", "audience"):
        field = cast(dict[str, Any], guard["properties"][key])
        one = field.pop("items")
        several = {"type": field.pop("type"), "items": one, "minItems": 1}
        field["anyOf"] = [one, several]
    body["description"] = "A conversation: a list of steps, taken from top to bottom."
    return {"$schema": _DIALECT, **body, "title": "Vertelbot flow, format 1"}


def _complete_question(fields: dict[str, Any]) -> None:
    """What one kind of question takes, and another does not."""
    kind = cast(dict[str, Any], fields.get("kind", {}))
    if not kind:
        return
    kind["description"] = f"The kind of question: {kind['const']}."
    if kind["const"] in WITHOUT_WAYS_AROUND:
        del fields["allow"]
    if kind["const"] not in FILLING:
        del fields["fills"]
    for day in ("earliest", "latest"):
        if day in fields:
            fields[day].update(pattern=_DAY, examples=["today", "30 days ago", "in 2 weeks", "2026-03-12"])


def _close(value: Any) -> Any:
    """The schema without what pydantic adds for programs: titles, null, defaults of null, open mappings."""
    if isinstance(value, list):
        return [_close(item) for item in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    body = {
        key: _close_properties(item) if key in ("properties", "$defs") else _close(item)
        for key, item in cast(Mapping[str, Any], value).items()
        if not (key == "title" and isinstance(item, str)) and not (key == "default" and item is None)
    }
    branches = body.get("anyOf")
    if isinstance(branches, list):
        left = [each for each in cast(list[Any], branches) if each != {"type": "null"}]
        body["anyOf"] = left
        if len(left) == 1:
            del body["anyOf"]
            body = {**left[0], **body}
    if body.get("additionalProperties") == {"type": "string"}:
        body.update(propertyNames={"pattern": _LANGUAGE}, minProperties=1)
        body["additionalProperties"] = {"type": "string", "pattern": r"\S"}
    return body


def _close_properties(properties: Any) -> dict[str, Any]:
    return {name: _close(item) for name, item in cast(Mapping[str, Any], properties).items()}
