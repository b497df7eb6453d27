"""The rules of a flow that concern more than one of its entries, each fault with its place in the file.

They are read from the file itself, right or wrong, so that they are found together with what pydantic finds.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from flows.kinds.choice import RESERVED

Location = tuple[str | int, ...]
Fault = tuple[Location, str]
Entry = tuple[Location, Mapping[str, Any]]

_CORNERS = ("top", "left", "right")
_FILLED = re.compile(r"\{(?:code|shared)\}")


def find_faults(body: Mapping[str, Any], has_picture: Callable[[str], bool]) -> Iterator[Fault]:
    """All faults of a flow as it was read from its file; entries of a wrong form are passed over."""
    steps = [(("steps", place), step) for place, step in _list_mappings(body.get("steps"))]
    yield from _find_twice(_list_codes(steps), "stands at two steps; give each its own")
    yield from _check_order(steps)
    yield from _check_fields(steps)
    for location, step in steps:
        yield from _check_options(location, step, has_picture)
        corners = [((*location, side), step[side]) for side in _CORNERS if isinstance(step.get(side), dict)]
        yield from _find_twice(_list_codes(corners), "stands at two corners; give each its own")
    yield from _check_texts(body, steps)


def _check_order(steps: Sequence[Entry]) -> Iterator[Fault]:
    questions = [(location, step) for location, step in steps if "ask" in step]
    if not questions or questions[0][1].get("kind") != "consent":
        location = (*questions[0][0], "kind") if questions else ("steps",)
        yield location, "the first question must be of kind consent; nothing is kept before it"
    stories = [location for location, step in questions if step.get("kind") == "story"]
    if not stories:
        yield ("steps",), "there is no question of kind story; a flow has exactly one"
    for location in stories[1:]:
        yield (*location, "kind"), "there is a question of kind story already; a flow has exactly one"


def _check_fields(steps: Sequence[Entry]) -> Iterator[Fault]:
    """What questions fill, and the ways around them."""
    filled: set[str] = set()
    for location, step in steps:
        kind, fills = step.get("kind"), step.get("fills")
        if isinstance(fills, str):
            if fills in filled:
                yield (*location, "fills"), f"another question fills '{fills}' already; only one can"
            elif kind not in ("text", "choice") or step.get("max", 1) != 1:
                yield (*location, "fills"), "only a text, or a choice of one, can fill a field of the story"
            filled.add(fills)
        if step.get("allow") and kind in ("consent", "story"):
            yield (*location, "allow"), f"there is no way around a {kind}; remove it"


def _check_options(
    location: Location, step: Mapping[str, Any], has_picture: Callable[[str], bool]
) -> Iterator[Fault]:
    options = [
        ((*location, "options", place), option) for place, option in _list_mappings(step.get("options"))
    ]
    yield from _find_twice(_list_codes(options), "stands at two options; give each its own")
    for where, option in options:
        if option.get("code") in RESERVED:
            yield (*where, "code"), f"the code '{option['code']}' has a fixed meaning; use another"
        picture = option.get("picture")
        if isinstance(picture, str) and picture.startswith("pictures/") and not has_picture(picture):
            yield (*where, "picture"), "there is no such picture in the catalogue; look at its spelling"
    least, most = step.get("min", 1), step.get("max", 1)
    if options and isinstance(least, int) and isinstance(most, int):
        if least > most:
            yield (*location, "min" if "min" in step else "max"), f"min {least} is more than max {most}"
        elif most > len(options):
            yield (*location, "max"), f"max {most} is more than the {len(options)} options there are"


def _check_texts(body: Mapping[str, Any], steps: Sequence[Entry]) -> Iterator[Fault]:
    """Texts that lack a language of the flow, and placeholders that have no value yet."""
    languages = [each for each in _list(body.get("languages")) if isinstance(each, str)]
    places = {location: place for place, (location, _) in enumerate(steps)}
    last = max((places[location] for location, step in steps if "ask" in step), default=-1)
    texts = [(("title",), body.get("title")), *(text for entry in steps for text in _list_texts(*entry))]
    for location, text in texts:
        wordings = cast(Mapping[str, Any], text) if isinstance(text, dict) else {"": text}
        if "" not in wordings:
            for language in languages:
                if language not in wordings:
                    yield location, f"has no text in '{language}'; add it"
        at_the_end = places.get(location[:2], -1) > last
        for wording in wordings.values():
            if isinstance(wording, str) and not at_the_end and (found := _FILLED.search(wording)):
                yield location, f"{found[0]} is known after the last question only; say it there"


def _list_texts(location: Location, step: Mapping[str, Any]) -> Iterator[tuple[Location, Any]]:
    """Every text of a step, with its place."""
    for name in ("text", "yes", "no", "more"):
        if name in step:
            yield (*location, name), step[name]
    options = [
        ((*location, "options", place), option) for place, option in _list_mappings(step.get("options"))
    ]
    corners = [((*location, side), step[side]) for side in _CORNERS if isinstance(step.get(side), dict)]
    for where, labelled in (*options, *corners):
        if "label" in labelled:
            yield (*where, "label"), labelled["label"]
    nudge = step.get("nudge")
    if isinstance(nudge, dict) and "text" in nudge:
        yield (*location, "nudge", "text"), nudge["text"]


def _list_codes(entries: Sequence[Entry]) -> list[tuple[Location, str]]:
    """The code of each entry, with its place."""
    return [
        ((*location, key), entry[key])
        for location, entry in entries
        for key in ("ask", "say", "code")
        if isinstance(entry.get(key), str)
    ]


def _find_twice(codes: Sequence[tuple[Location, str]], message: str) -> Iterator[Fault]:
    """A fault at each code that stood before."""
    seen: Counter[str] = Counter()
    for location, code in codes:
        if seen[code]:
            yield location, f"the code '{code}' {message}"
        seen[code] += 1


def _list_mappings(value: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """The mappings in a list, each with its place."""
    return [(place, item) for place, item in enumerate(_list(value)) if isinstance(item, dict)]


def _list(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else []
