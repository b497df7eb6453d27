"""Times: reminders before the end and in order, days that lie in order, the flow that follows."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

from flows.checking.rules.outline import Entry, Fault, Outline, list_values
from flows.durations import read_duration
from flows.flow import EXPIRY
from flows.kinds.story import PAUSE


def find_faults(outline: Outline) -> Iterator[Fault]:
    """Durations and days that contradict each other; those of a wrong form are passed over."""
    body = outline.body
    expiry = _read(body.get("expire_after")) or EXPIRY
    before: timedelta | None = None
    for place, written in enumerate(list_values(body.get("remind_after"))):
        reminder = _read(written)
        if reminder is None:
            continue
        if reminder >= expiry:
            message = f"'{written}' is not before the end of the session; make it shorter than expire_after"
            yield ("remind_after", place), message
        elif before is not None and reminder <= before:
            message = f"'{written}' is not after the reminder before it; put the shorter one first"
            yield ("remind_after", place), message
        before = reminder
    follow = body.get("follow_up")
    if isinstance(follow, dict):
        flow = cast(Mapping[str, Any], follow).get("flow")
        if flow is not None and flow == body.get("flow"):
            yield ("follow_up", "flow"), "a flow cannot follow itself; name another"
    for entry in outline.questions:
        if entry.kind == "date":
            yield from _check_days(entry)
        pause = _read(entry.body.get("pause")) if entry.kind == "story" else None
        if (pause or PAUSE) >= expiry and entry.kind == "story":
            where = (*entry.location, "pause") if pause else ("expire_after",)
            yield where, "the session would end before the pause in the story; make the pause shorter"


def _read(written: Any) -> timedelta | None:
    try:
        return read_duration(written)
    except ValueError:
        return None


def _check_days(entry: Entry) -> Iterator[Fault]:
    """Two days of one sort, fixed or counted from today, can be compared."""
    earliest, latest = entry.body.get("earliest"), entry.body.get("latest", "today")
    first, last = _read_day(earliest), _read_day(latest)
    both_counted = isinstance(first, timedelta) and isinstance(last, timedelta) and first > last
    both_fixed = isinstance(first, date) and isinstance(last, date) and first > last
    if both_counted or both_fixed:
        message = f"'{earliest}' comes after the latest day, '{latest}'; turn them around"
        yield (*entry.location, "earliest"), message


def _read_day(written: Any) -> date | timedelta | None:
    """A fixed day, or how far a day lies from today."""
    if not isinstance(written, str):
        return None
    if written == "today":
        return timedelta()
    if written.startswith("in "):
        return _read(written.removeprefix("in "))
    if written.endswith(" ago"):
        ago = _read(written.removesuffix(" ago"))
        return None if ago is None else -ago
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
