"""The moment it is; what depends on it takes a clock, so that a test can have its own."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def read_clock() -> datetime:
    """The moment it is, in UTC."""
    return datetime.now(UTC)
