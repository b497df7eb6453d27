"""How far a message came by the status that Twilio reports of it. Pure.

Twilio promises no order of its reports, so a status counts only when it is further than the one before.
"""

from typing import Final

_RANKS: Final = {
    "queued": 0,
    "accepted": 0,
    "scheduled": 0,
    "sending": 1,
    "sent": 2,
    "delivered": 3,
    "read": 4,
}
_FAILURES: Final = frozenset({"failed", "undelivered", "canceled"})


def rank_status(status: str) -> int:
    """How far a message came, from 0 to 4; 3 and more is with the person. A failure comes nowhere: 0."""
    return _RANKS.get(status, 0)


def is_failure(status: str) -> bool:
    """Whether a message will not arrive; it means nothing for one that was delivered already."""
    return status in _FAILURES
