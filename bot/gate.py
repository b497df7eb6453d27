"""Whether anything goes out through a channel: not while its settings are wrong, nor while it is throttled.

Both are known to this server alone; another one finds out by itself with its first message.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Final

PAUSE: Final = 60.0
"""Seconds between two messages that try whether a channel works again."""

TOGETHER: Final = 1.0
"""Chats throttled within so many seconds mean that the limit of the whole channel was met."""


@dataclass(slots=True)
class _Circuit:
    """A channel that was shut: when the next message may try it, and the seconds between two of these."""

    probe_at: float
    pause: float


@dataclass(slots=True)
class Gate:
    """Lets messages through a channel, or not; `clock` gives seconds and only goes on."""

    clock: Callable[[], float] = time.monotonic
    _circuits: dict[str, _Circuit] = field(default_factory=dict[str, _Circuit])
    _waits: dict[str, float] = field(default_factory=dict[str, float])
    _throttled: dict[str, dict[str, tuple[float, float]]] = field(
        default_factory=dict[str, dict[str, tuple[float, float]]]
    )

    def is_open(self, channel: str) -> bool:
        """Whether a message may go now; ask right before it goes.

        Through a channel that was shut one message may go after each pause: who gets True is that one, and
        the next pause begins.
        """
        now = self.clock()
        if self._waits.get(channel, -inf) > now:
            return False
        circuit = self._circuits.get(channel)
        if circuit is None:
            return True
        if circuit.probe_at > now:
            return False
        circuit.probe_at = now + circuit.pause
        return True

    def find_wait(self, channel: str) -> float:
        """Seconds until the next message may go; 0.0 when one may now. Changes nothing."""
        circuit = self._circuits.get(channel)
        until = max(self._waits.get(channel, -inf), circuit.probe_at if circuit else -inf)
        return max(0.0, until - self.clock())

    def list_shut(self) -> list[str]:
        """The channels through which nothing may go now. Changes nothing."""
        return sorted(channel for channel in {*self._circuits, *self._waits} if self.find_wait(channel) > 0)

    def is_broken(self, channel: str) -> bool:
        """Whether the channel was shut, and nothing has come through since. Changes nothing."""
        return channel in self._circuits

    def shut(self, channel: str, seconds: float = PAUSE) -> None:
        """The channel's settings are wrong: one message tries it every `seconds`, until one comes through."""
        self._circuits[channel] = _Circuit(self.clock() + seconds, seconds)

    def note_success(self, channel: str) -> None:
        """The platform took a message, or refused it for what it says: the channel's settings are right."""
        self._circuits.pop(channel, None)

    def note_throttled(self, channel: str, chat: str, seconds: float) -> float:
        """A chat is to wait some seconds; answers how long the whole channel waits, 0.0 when it does not.

        It does when another chat was throttled within a second, for as long as the longest of them.
        """
        now = self.clock()
        recent = {
            each: (moment, until)
            for each, (moment, until) in self._throttled.get(channel, {}).items()
            if now - moment <= TOGETHER
        }
        _, before = recent.get(chat, (now, now))
        recent[chat] = (now, max(before, now + seconds))
        self._throttled[channel] = recent
        if len(recent) < 2:  # noqa: PLR2004 - one chat alone may have talked too fast
            return 0.0
        until = max(until for _, until in recent.values())
        self._waits[channel] = max(until, self._waits.get(channel, until))
        return self._waits[channel] - now
