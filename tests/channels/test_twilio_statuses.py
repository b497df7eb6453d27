"""How far a message came, by Twilio's words for it."""

import pytest

from bot.channels.twilio_statuses import is_failure, rank_status

ORDER = ("queued", "sending", "sent", "delivered", "read")


def test_statuses_come_one_behind_the_other() -> None:
    """What waits at Twilio is nowhere yet; delivered and read are with the person."""
    assert [rank_status(status) for status in ORDER] == [0, 1, 2, 3, 4]
    assert [rank_status(status) for status in ("accepted", "scheduled")] == [0, 0]


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_failures_are_no_progress(status: str) -> None:
    """A failure ends a message and says nothing of how far it came."""
    assert is_failure(status)
    assert rank_status(status) == 0


def test_other_words_say_nothing() -> None:
    """A status that Twilio adds later is neither a failure nor progress."""
    assert not any(is_failure(status) for status in (*ORDER, "received", "partially_delivered", ""))
    assert rank_status("partially_delivered") == 0
