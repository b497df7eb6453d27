"""The retry table: what an error means for a message; pure.

The rows are those of Telegram's and Twilio's own documentation, by class of error; each class says in
`bot.channels.delivery_errors` which answers of the platforms belong to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import uniform
from typing import Final, Literal

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    MovedError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    WindowClosedError,
)

BACK_OFF: Final = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each new try of a message that was surely not sent; after the last it is given up."""

REFUSED_TRIES: Final = 5
"""New tries of what the platform was reached for and could not do; of the same pauses."""

SLOWER: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds to wait when the platform asks for patience and does not say how long; the last for ever."""

SPREAD: Final = 0.2
"""Pauses are longer or shorter by up to this share, so that what failed together is not tried together."""

DEADLINE: Final = timedelta(hours=24)
"""How old a message may get while the platform keeps asking for patience; later nobody waits for it."""

CONFIG_PAUSE: Final = 60.0
"""Seconds until a channel whose settings are wrong is tried again, with one message."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a message after an error.

    `again` after `seconds`, counted as a try unless `throttled`, and marked `uncertain` when it may have
    arrived; `plain`: at once without its richer form; `hold` until the person writes; `bury`, its text kept
    for the operator; `gone`: with all that waits for this person; `move` to the error's new address; `shut`
    the channel and keep the message.
    """

    act: Literal["again", "plain", "hold", "bury", "gone", "move", "shut"]
    seconds: float = 0.0
    throttled: bool = False
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What is known of a message that failed: how often, how old, and how dear it is to say it twice.

    `uncertain` when an earlier try may have arrived and nobody can tell; `asked` when it answers something
    the person said, so that silence would be worse than saying it twice.
    """

    created_at: datetime
    attempts: int = 0
    throttled: int = 0
    uncertain: bool = False
    plain: bool = False
    asked: bool = True


def judge(error: DeliveryError, tried: Tried, now: datetime) -> Verdict:
    """Say what becomes of a message after an error."""
    match error:
        case ThrottledError():
            return _wait_longer(error, tried, now)
        case NotSentError():
            return _try_again(tried, len(BACK_OFF))
        case UnavailableError():
            return _try_again(tried, REFUSED_TRIES)
        case RecipientGoneError():
            return Verdict("gone")
        case WindowClosedError():
            return Verdict("hold")
        case RefusedError(simpler=True) if not tried.plain:
            return Verdict("plain")
        case RefusedError():
            return Verdict("bury")
        case MovedError():
            return Verdict("move")
        case MisconfiguredError():
            return Verdict("shut", CONFIG_PAUSE)
        case _:  # it may have arrived, or nobody knows what happened
            again = tried.asked and not tried.uncertain
            return replace(_try_again(tried, len(BACK_OFF)), uncertain=True) if again else Verdict("bury")


def _wait_longer(error: DeliveryError, tried: Tried, now: datetime) -> Verdict:
    if now - tried.created_at > DEADLINE:
        return Verdict("bury")
    named = error.retry_after
    seconds = _spread(_pick(SLOWER, tried.throttled)) if named is None else named + 0.1
    return Verdict("again", seconds, throttled=True)


def _try_again(tried: Tried, tries: int) -> Verdict:
    if tried.attempts >= tries:
        return Verdict("bury")
    return Verdict("again", _spread(_pick(BACK_OFF, tried.attempts)))


def _pick(pauses: Sequence[float], place: int) -> float:
    return pauses[min(place, len(pauses) - 1)]


def _spread(seconds: float) -> float:
    return seconds * uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - spreads retries, guards nothing
