"""What can go wrong at the fake Telegram: scripted failures, chance ones, chats that are gone, rates.

The wording of errors is Telegram's own (tdlib/telegram-bot-api).
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal

from channels.scaled_clock import ScaledClock


@dataclass(frozen=True)
class Fault:
    """One failure: an error answer, or a connection that breaks in some way.

    `before` breaks the connection before the request counts, `after` when it was carried out; `hang` carries
    it out and never answers; `garbage` and `bare` carry it out and answer 200 with no JSON or no result.
    """

    status: int = 0
    description: str = ""
    retry_after: int | None = None
    breaks: Literal["before", "after", "hang", "garbage", "bare"] | None = None


BLOCKED: Final = Fault(403, "Forbidden: bot was blocked by the user")
RESTARTING: Final = Fault(500, "Internal Server Error: restart")
BAD_GATEWAY: Final = Fault(502, "<html>Bad Gateway</html>")


def throttle(seconds: int) -> Fault:
    """Make the answer of a server that is asked too much."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


@dataclass(frozen=True)
class Chances:
    """The chance (0 to 1) that a call meets each failure; their sum is at most 1.

    `retry_after` is what a 429 asks for, in real seconds. `methods` (lower case) picks which calls; None: all
    but getMe and the webhook's own.
    """

    throttled: float = 0.0
    restarting: float = 0.0
    bad_gateway: float = 0.0
    before: float = 0.0
    after: float = 0.0
    hang: float = 0.0
    retry_after: int = 1
    methods: frozenset[str] | None = None

    def draw(self, method: str, random: Random) -> Fault | None:
        """Draw what this call meets; None: nothing."""
        if self.methods is None:
            spared = method == "getme" or method.endswith(("webhook", "webhookinfo"))
        else:
            spared = method not in self.methods
        if spared:
            return None
        point = random.random()
        for chance, fault in (
            (self.throttled, throttle(self.retry_after)),
            (self.restarting, RESTARTING),
            (self.bad_gateway, BAD_GATEWAY),
            (self.before, Fault(breaks="before")),
            (self.after, Fault(breaks="after")),
            (self.hang, Fault(breaks="hang")),
        ):
            if point < chance:
                return fault
            point -= chance
        return None


class RefusedCallError(Exception):
    """A call that Telegram refuses: status, description and parameters of its answer."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Chats:
    """Which chats cannot be written to; ids as text, as a call gives them."""

    blocked: set[str] = field(default_factory=set[str])
    deactivated: set[str] = field(default_factory=set[str])
    unknown: set[str] = field(default_factory=set[str])
    moved: dict[str, int] = field(default_factory=dict[str, int])

    def check(self, chat_id: str) -> None:
        """Raise RefusedCallError for a chat that cannot be written to."""
        if chat_id in self.moved:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedCallError(400, description, {"migrate_to_chat_id": self.moved[chat_id]})
        if chat_id in self.blocked:
            raise RefusedCallError(403, BLOCKED.description)
        if chat_id in self.deactivated:
            raise RefusedCallError(403, "Forbidden: user is deactivated")
        digits = chat_id.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or chat_id in self.unknown:
            raise RefusedCallError(400, "Bad Request: chat not found")


@dataclass(frozen=True)
class Limit:
    """So many in a second on the clock, after a burst at once."""

    per_second: float
    burst: int


@dataclass
class Rates:
    """How fast messages may come: 1 a second to one chat with short bursts, 30 a second in all.

    `slack` is in real seconds: what a network may add or take between two messages that left in time.
    """

    clock: ScaledClock
    chat: Limit = Limit(1, 3)
    bot: Limit = Limit(30, 30)
    slack: float = 0.05
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often each chat was refused; `bot` for all together."""
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    def take(self, chat_id: str) -> None:
        """Count a message; raises RefusedCallError when it comes too soon: 429, with real seconds to wait."""
        now = self.clock.now()
        levels = {key: self._fill(key, limit, now) for key, limit in self._limits(chat_id)}
        for key, limit in self._limits(chat_id):
            missing = 1 - levels[key]
            if missing > self.slack * self.clock.speed * limit.per_second:
                self.refused[key] += 1
                wait = max(1, math.ceil(self.clock.shorten(missing / limit.per_second)))
                fault = throttle(wait)
                raise RefusedCallError(429, fault.description, {"retry_after": wait})
        for key, level in levels.items():
            self._levels[key] = (now, level - 1)

    def _limits(self, chat_id: str) -> tuple[tuple[str, Limit], ...]:
        return (chat_id, self.chat), ("bot", self.bot)

    def _fill(self, key: str, limit: Limit, now: float) -> float:
        since, level = self._levels.get(key, (now, float(limit.burst)))
        return min(float(limit.burst), level + (now - since) * limit.per_second)
