"""The retry table: for every class of error, what becomes of a message, how soon, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    MovedError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UncertainError,
    UnknownError,
    UnknownFateError,
    WindowClosedError,
)
from bot.retrying import BACK_OFF, DEADLINE, SLOWER, SPREAD, Tried, judge

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FRESH = Tried(NOW)


@pytest.mark.parametrize(
    ("error", "tried", "act"),
    [
        (ThrottledError("429", retry_after=3), FRESH, "again"),
        (ThrottledError("429"), Tried(NOW - DEADLINE), "again"),
        (ThrottledError("429"), Tried(NOW - DEADLINE - timedelta(seconds=1)), "bury"),
        (NotSentError(), Tried(NOW, attempts=5), "again"),
        (NotSentError(), Tried(NOW, attempts=6), "bury"),
        (UnavailableError(), Tried(NOW, attempts=4), "again"),
        (UnavailableError(), Tried(NOW, attempts=5), "bury"),
        (UncertainError(), FRESH, "again"),
        (UncertainError(), Tried(NOW, uncertain=True), "bury"),
        (UncertainError(), Tried(NOW, asked=False), "bury"),
        (UncertainError(), Tried(NOW, attempts=6), "bury"),
        (UnknownFateError(), Tried(NOW, asked=False, uncertain=True), "bury"),
        (UnknownError(), FRESH, "again"),
        (UnknownError(), Tried(NOW, uncertain=True), "bury"),
        (RecipientGoneError(), FRESH, "gone"),
        (WindowClosedError(), FRESH, "hold"),
        (RefusedError(), FRESH, "bury"),
        (RefusedError(simpler=True), FRESH, "plain"),
        (RefusedError(simpler=True), Tried(NOW, plain=True), "bury"),
        (MovedError(address="-100"), FRESH, "move"),
        (MisconfiguredError(), Tried(NOW - timedelta(days=9), attempts=99), "shut"),
    ],
)
def test_what_becomes_of_a_message(error: DeliveryError, tried: Tried, act: str) -> None:
    """Each row of the table, and where its tries end."""
    assert judge(error, tried, NOW).act == act


@pytest.mark.parametrize(
    ("error", "pauses"),
    [(NotSentError(), BACK_OFF), (UnavailableError(), BACK_OFF[:5])],
    ids=["not sent", "refused for now"],
)
def test_pauses_grow(error: DeliveryError, pauses: tuple[float, ...]) -> None:
    """1, 2, 5, 15, 60, 300 seconds, a fifth longer or shorter; what is only busy ends one try sooner."""
    for attempts, pause in enumerate(pauses):
        verdict = judge(error, Tried(NOW, attempts=attempts), NOW)

        assert (verdict.act, verdict.throttled, verdict.uncertain) == ("again", False, False)
        assert pause * (1 - SPREAD) <= verdict.seconds <= pause * (1 + SPREAD)


def test_patience_that_is_asked_for() -> None:
    """As long as the platform says and a little more; else 1, 2, 4 … 60 seconds; never counted as a try."""
    named = judge(ThrottledError("429", retry_after=7), FRESH, NOW)
    unnamed = [judge(ThrottledError("429"), Tried(NOW, throttled=times), NOW) for times in range(9)]

    assert (named.seconds, named.throttled) == (7.1, True)
    assert all(each.throttled for each in unnamed)
    for each, pause in zip(unnamed, (*SLOWER, 60.0, 60.0), strict=True):
        assert pause * (1 - SPREAD) <= each.seconds <= pause * (1 + SPREAD)


def test_what_may_have_arrived_is_marked() -> None:
    """So that the next try looks first, or knows that it is the second."""
    assert judge(UncertainError(), FRESH, NOW).uncertain
    assert judge(UnknownError(), FRESH, NOW).uncertain
