"""Durations as people write them in flow files: `1 day`, `3 weeks`, `10 minutes`."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

PATTERN = r"^\s*([1-9][0-9]{0,3})\s+(minute|hour|day|week)s?\s*$"

_LONGEST = timedelta(days=400)


def read_duration(text: Any) -> timedelta:
    """The duration that a text is. Raises ValueError with how it is written."""
    if isinstance(text, timedelta):
        return text
    match = re.match(PATTERN, text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("is no duration; write a number and minutes, hours, days or weeks, such as `3 days`")
    duration = timedelta(**{f"{match[2]}s": int(match[1])})
    if duration > _LONGEST:
        raise ValueError("is too long; 400 days is the most")
    return duration


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["10 minutes", "3 days", "2 weeks"]}),
]
"""A duration, written as a number with minutes, hours, days or weeks."""
