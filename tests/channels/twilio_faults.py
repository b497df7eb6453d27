"""What can go wrong at the fake Twilio: scripted failures and chance ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

Endpoint = Literal[
    "Messages", "List", "Content", "Account", "Approvals", "Numbers", "Senders", "Media", "Message"
]
"""Which calls a fault is for; `Messages` is sending one, `Message` asking for one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure: an answer of `status`, or a line that is cut or hangs; `keep` does it all the same."""

    endpoint: Endpoint
    status: int = 0
    code: int | None = None
    headers: Mapping[str, str] | None = None
    body: str | None = None
    then: Literal["answer", "cut", "hang"] = "answer"
    keep: bool = False

    @property
    def name(self) -> str:
        """A word for it in counts."""
        kind = str(self.status) if self.then == "answer" else self.then
        return f"{kind} after" if self.keep else kind


@dataclass(frozen=True, slots=True)
class Chances:
    """The chance (0 to 1) that a call meets each failure; their sum is at most 1.

    `throttled` is a 429 with 20429, `unavailable` a 503, `failed` a 500 after which nothing was sent and
    `failed_after` one after which it was. `before` cuts the line before it counts, `after` when it was done,
    `hang` does it and never answers. `endpoints` says for which calls.
    """

    throttled: float = 0.0
    unavailable: float = 0.0
    failed: float = 0.0
    failed_after: float = 0.0
    before: float = 0.0
    after: float = 0.0
    hang: float = 0.0
    endpoints: frozenset[Endpoint] = frozenset({"Messages"})

    def draw(self, endpoint: Endpoint, random: Random) -> Fault | None:
        """Draw what this call meets; None: nothing."""
        if endpoint not in self.endpoints:
            return None
        point = random.random()
        for chance, fault in (
            (self.throttled, Fault(endpoint, 429, 20429)),
            (self.unavailable, Fault(endpoint, 503, 20503)),
            (self.failed, Fault(endpoint, 500, 20500)),
            (self.failed_after, Fault(endpoint, 500, 20500, keep=True)),
            (self.before, Fault(endpoint, then="cut")),
            (self.after, Fault(endpoint, then="cut", keep=True)),
            (self.hang, Fault(endpoint, then="hang", keep=True)),
        ):
            if point < chance:
                return fault
            point -= chance
        return None
