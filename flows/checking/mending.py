"""What pydantic finds in a flow file, in the words of an author: at its place, once, and how to mend it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic_core import ErrorDetails

from flows.checking.rules.outline import Fault, Location

_SENTENCES: Mapping[str, str] = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a known key here; remove it or look at its spelling",
    "string_type": "is no text; put it between quotes",
    "mapping_type": "is no text; write words, or one text for each language",
    "dict_type": "is no text; write words, or one text for each language",
    "model_type": "has no entries; write each on a line of its own, as `key: value`",
    "model_attributes_type": "has no entries; write each on a line of its own, as `key: value`",
    "tuple_type": "is no list; write each entry on a line of its own, after a dash",
    "too_short": "has too few entries; there must be at least {min_length}",
    "too_long": "has too many entries; there can be at most {max_length}",
    "string_too_short": "is empty; fill it in",
    "literal_error": "is not known here; it must be {expected}",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "int_type": "is no whole number",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "float_type": "is no number",
    "float_parsing": "is no number",
    "greater_than_equal": "is too small; it must be at least {ge}",
    "less_than_equal": "is too large; it can be at most {le}",
}
"""What to do about each type of error of pydantic."""

_FORMS: Mapping[str, str] = {
    "picture": "is no picture of the catalogue; write it as `pictures/name.svg`",
    "languages": "is no language code; use two letters such as nl or en",
    "words": "does not begin with a word; write words as people do",
}
"""What to do about a text of the wrong form, by key; all others are codes."""

_CODE = "is no code; use 1 to 30 of a-z, 0-9, - and _, with a letter or digit at both ends"

_COMPARED = ("is", "is_not", "in")


def explain_errors(errors: Sequence[ErrorDetails], body: Mapping[str, Any]) -> Iterator[Fault]:
    """Each thing that is wrong once; what is empty is left to the rules, which tell it for every key."""
    seen: set[Location] = set()
    for error in errors:
        location = _strip_tags(error, body)
        empty = error["input"] is None and error["type"] != "missing"
        if empty or location in seen or _is_echo(error):
            continue
        compared = "when" in location and any(key in location[-2:] for key in _COMPARED)
        if compared:  # of a value that is neither code nor number both are told
            seen.add(location)
        yield (
            location,
            "is no code and no number; look at its spelling" if compared else _explain(error, location),
        )


def _explain(error: ErrorDetails, location: Location) -> str:
    kind = error["type"]
    if kind == "string_pattern_mismatch":
        key = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
        return _FORMS.get(key, _CODE)
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(**error.get("ctx", {}))
    return error["msg"].removeprefix("Value error, ")


def _is_echo(error: ErrorDetails) -> bool:
    """Whether a list is only too short because entries of it are wrong, which are told themselves."""
    held: Any = error["input"]
    least: int = error.get("ctx", {}).get("min_length", 0)
    return error["type"] == "too_short" and isinstance(held, list) and len(cast(list[Any], held)) >= least


def _strip_tags(error: ErrorDetails, body: Mapping[str, Any]) -> Location:
    """The location without what stands nowhere in the file: kinds of steps, branches of unions."""
    kept: list[str | int] = []
    here: Any = body
    parts = error["loc"]
    for depth, part in enumerate(parts):
        tag = _is_step(kept) and parts[depth - 1] == kept[-1]
        missing = error["type"] == "missing" and depth == len(parts) - 1
        if tag:
            continue
        if _has(here, part):
            kept.append(part)
            here = here[part]
        elif missing:
            kept.append(part)
    return tuple(kept)


def _is_step(location: Sequence[str | int]) -> bool:
    return len(location) > 1 and location[-2] == "steps" and isinstance(location[-1], int)


def _has(here: Any, part: str | int) -> bool:
    if isinstance(here, dict):
        return part in cast(Mapping[Any, Any], here)
    return isinstance(here, list) and isinstance(part, int) and part < len(cast(list[Any], here))
