"""The figures of each channel for Prometheus: what this server counts, and how figures are written down.

Labels are names of channels, states and classes of errors, never a person's.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.gate import Gate
from storage.figures import ChannelFigure, Figure

KINDS: Final = (
    "config",
    "content",
    "gone",
    "moved",
    "not_sent",
    "rate",
    "unavailable",
    "uncertain",
    "unknown",
    "window",
)
"""The classes of errors, as `DeliveryError.kind` names them."""

REPLY_SECONDS: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
"""Upper ends of the histogram's buckets."""

STATES: Final = ("ready", "sending", "held")
"""States of a message that is not delivered."""

_CHANNEL: Final = ("channel",)


class Meters:
    """What one server counts since it started; the counts of several servers add up.

    `channels` are those that are on: their figures stand at 0 from the start. `gate` says of which channels
    the circuit is open. Each has a `registry` of its own unless one is given.
    """

    def __init__(
        self,
        channels: Iterable[str] = (),
        gate: Gate | None = None,
        registry: CollectorRegistry | None = None,
    ) -> None:
        self.channels = tuple(channels)
        self.registry = registry or CollectorRegistry()
        self._in = self._count("messages_in", "messages from people, each once")
        self._repeated = self._count("messages_repeated", "messages that a platform brought again")
        self._out = self._count("messages_out", "messages that a platform took")
        self._errors = self._count("delivery_errors", "failed tries to send, by class of error", "kind")
        self._replies = Histogram(
            "vertelbot_reply_seconds",
            "from a message's arrival to the last message of its reply",
            _CHANNEL,
            registry=self.registry,
            buckets=REPLY_SECONDS,
        )
        for channel in self.channels:
            for each in (self._in, self._repeated, self._out, self._replies):
                each.labels(channel)
            for kind in KINDS:
                self._errors.labels(channel, kind)
        if gate:
            self._watch(gate)

    def note_in(self, channel: str, *, new: bool) -> None:
        """A platform brought a message: a `new` one, or one that was kept before."""
        (self._in if new else self._repeated).labels(channel).inc()

    def note_out(self, channel: str) -> None:
        """A platform took a message."""
        self._out.labels(channel).inc()

    def note_reply(self, channel: str, seconds: float) -> None:
        """The last message of a reply is with the platform, so long after the arrival of what it answers."""
        self._replies.labels(channel).observe(seconds)

    def note_error(self, channel: str, kind: str) -> None:
        """A try to send failed; `kind` as of a `DeliveryError`."""
        self._errors.labels(channel, kind).inc()

    def _count(self, name: str, explanation: str, *labels: str) -> Counter:
        return Counter(f"vertelbot_{name}", explanation, (*_CHANNEL, *labels), registry=self.registry)

    def _watch(self, gate: Gate) -> None:
        circuit = Gauge(
            "vertelbot_circuit_open",
            "1 while the channel's settings are wrong and nothing is sent",
            _CHANNEL,
            registry=self.registry,
        )
        for channel in self.channels:
            circuit.labels(channel).set_function(lambda name=channel: float(gate.is_broken(name)))


def write_figures(
    figures: Sequence[Figure],
    by_channel: Sequence[ChannelFigure],
    rings: int,
    channels: Iterable[str] = (),
) -> CollectorRegistry:
    """The figures of the stores as they are now; what is not there for one of the `channels` is 0."""
    registry = CollectorRegistry()
    for figure in figures:
        name = f"vertelbot_{figure.what}"
        Gauge(name, figure.what.replace("_", " "), registry=registry).set(figure.value)
    Gauge("vertelbot_queue_rings", "rings no worker answered yet", registry=registry).set(rings)
    undelivered = Gauge(
        "vertelbot_undelivered",
        "messages that are not delivered",
        ("channel", "state"),
        registry=registry,
    )
    oldest = Gauge(
        "vertelbot_oldest_undelivered_seconds",
        "age of the oldest message that is to be delivered",
        _CHANNEL,
        registry=registry,
    )
    dead = Gauge(
        "vertelbot_dead_letters",
        "messages that were given up and are kept to be looked at",
        ("direction", "channel"),
        registry=registry,
    )
    for channel in channels:
        oldest.labels(channel)
        for state in STATES:
            undelivered.labels(channel, state)
        for direction in ("in", "out"):
            dead.labels(direction, channel)
    for each in by_channel:
        match each.what:
            case "undelivered":
                undelivered.labels(each.channel, each.detail).set(each.value)
            case "oldest":
                oldest.labels(each.channel).set(each.value)
            case "dead":
                dead.labels(each.detail, each.channel).set(each.value)
    return registry
