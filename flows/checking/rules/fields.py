"""What one question says of itself: numbers that fit each other, options, pictures, fields of the story."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from flows.checking.rules.outline import Entry, Fault, Location, Outline, list_mappings, list_values
from flows.kinds.scale import MOST_STEPS

MOST_WITHOUT_PAGES = 7
"""Options that can be shown at once without dividing them in pages: with the ways around, ten."""


def find_faults(outline: Outline, has_picture: Callable[[str], bool]) -> Iterator[Fault]:
    """Fields that contradict each other within a question, or between questions."""
    yield from _find_empty(outline.body, ())
    filled: set[str] = set()
    purposes: set[str] = set()
    for entry in outline.questions:
        yield from _check_fills(entry, filled)
        if entry.body.get("allow") and entry.kind in ("consent", "story"):
            yield (*entry.location, "allow"), f"there is no way around a {entry.kind}; remove it"
        if entry.kind == "consent":
            yield from _check_purpose(entry, purposes)
        yield from _check_numbers(entry)
        if entry.kind == "choice":
            yield from _check_options(entry, has_picture)


def _find_empty(value: Any, location: Location) -> Iterator[Fault]:
    """Keys with nothing behind them; the models would take some of them for keys left out."""
    if isinstance(value, dict):
        for key, item in cast(Mapping[str, Any], value).items():
            if item is None:
                comma = "; put a text with a comma between quotes" if _is_between_braces(value) else ""
                yield (*location, key), f"is empty; fill it in, or remove it{comma}"
            else:
                yield from _find_empty(item, (*location, key))
    for place, item in enumerate(list_values(value)):
        if item is None:
            yield (*location, place), "is empty; fill it in, or remove the dash"
        else:
            yield from _find_empty(item, (*location, place))


def _is_between_braces(value: Any) -> bool:
    """Whether a mapping is written as `{nl: …, en: …}`, in which a comma ends a text."""
    form = getattr(value, "fa", None)
    return form is not None and bool(form.flow_style())


def _check_fills(entry: Entry, filled: set[str]) -> Iterator[Fault]:
    fills = entry.body.get("fills")
    if not isinstance(fills, str):
        return
    location = (*entry.location, "fills")
    if fills in filled:
        yield location, f"another question fills '{fills}' already; only one can"
    elif entry.kind not in ("text", "choice") or entry.body.get("max", 1) != 1:
        yield location, "only a text, or a choice of one, can fill a field of the story; remove it"
    filled.add(fills)


def _check_purpose(entry: Entry, purposes: set[str]) -> Iterator[Fault]:
    purpose = entry.body.get("purpose", "share")
    if isinstance(purpose, str):
        if purpose in purposes:
            location = (*entry.location, "purpose" if "purpose" in entry.body else "ask")
            yield location, f"agreement to '{purpose}' is asked already; give this one its own purpose"
        purposes.add(purpose)


def _check_numbers(entry: Entry) -> Iterator[Fault]:
    if entry.kind in ("text", "choice", "number"):
        open_end = 0 if entry.kind == "number" else 1
        least, most = entry.read_number("min", open_end), entry.read_number("max", open_end)
        given = "min" in entry.body and "max" in entry.body if entry.kind == "number" else True
        if given and least is not None and most is not None and least > most:
            key = "min" if "min" in entry.body else "max"
            yield (*entry.location, key), f"min {least} is more than max {most}; turn them around"
    if entry.kind == "scale" and "from" in entry.body and "to" in entry.body:
        first, last = entry.read_number("from", 0), entry.read_number("to", 0)
        if first is None or last is None:
            return
        if first >= last:
            yield (*entry.location, "to"), f"to {last} is not more than from {first}; turn them around"
        elif last - first >= MOST_STEPS:
            message = f"from {first} to {last} is too many places; {MOST_STEPS} at most, such as 0 to 10"
            yield (*entry.location, "to"), message


def _check_options(entry: Entry, has_picture: Callable[[str], bool]) -> Iterator[Fault]:
    options = entry.list_items("options")
    least, most = entry.read_number("min", 1), entry.read_number("max", 1)
    if options and least is not None and most is not None and least <= most and most > len(options):
        message = f"max {most} is more than the {len(options)} options there are; lower it"
        yield (*entry.location, "max"), message
    if len(options) > MOST_WITHOUT_PAGES and "page" not in entry.body:
        message = f"{len(options)} options are too many to show at once; add `page: 6` to divide them"
        yield (*entry.location, "options"), message
    others = [item for item in options if item.body.get("other") is True]
    for item in others[1:]:
        yield (*item.location, "other"), "another option asks for own words already; only one can"
    yield from _check_pictures(entry, has_picture)


def _check_pictures(entry: Entry, has_picture: Callable[[str], bool]) -> Iterator[Fault]:
    bare = False
    for place, option in list_mappings(entry.body.get("options")):
        picture = option.get("picture")
        location = (*entry.location, "options", place, "picture")
        if not isinstance(picture, str):
            bare = True
            continue
        if picture.startswith("pictures/") and not has_picture(picture):
            yield location, "there is no such picture in the catalogue; `flows reference` lists all there are"
        if bare:
            yield location, "stands after an option without a picture; put options with a picture first"
