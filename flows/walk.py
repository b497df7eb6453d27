"""The places of a walk: a step, and when it is passed over."""

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from flows.guards import Guard, Known, all_hold
from flows.kinds.confirmation import Confirmation
from flows.kinds.say import Say
from flows.kinds.step import Question

WalkStep = Say | Question | Confirmation


@dataclass(frozen=True, slots=True)
class Draw:
    """Question `number` of the `of` in a rotate, of which each session is asked `pick`."""

    rotate: str
    number: int
    of: int
    pick: int

    def picks(self, seed: int) -> bool:
        """Whether the session with this seed is asked this question."""
        return self.number in draw_lots(seed, self.rotate, self.of, self.pick)


@lru_cache(maxsize=1024)
def draw_lots(seed: int, rotate: str, of: int, pick: int) -> frozenset[int]:
    """Which of so many a session draws: even over all seeds, and for one seed always the same."""
    lots = {number: blake2b(f"{seed}:{rotate}:{number}".encode()).digest() for number in range(of)}
    return frozenset(sorted(lots, key=lambda number: lots[number])[:pick])


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One place of the walk; `shown` keeps by language which codes can be tapped there."""

    step: WalkStep
    guards: tuple[Guard, ...] = ()
    draw: Draw | None = None
    shown: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    waits: bool = field(init=False)
    """Whether the walk stops here for an answer."""

    counts: bool = field(init=False)
    """Whether it is one of the steps that tellers see counted; what they wrote is not always read back."""

    def __post_init__(self) -> None:
        """Work out once what is asked of it at every message."""
        object.__setattr__(self, "waits", not isinstance(self.step, Say))
        uncounted = isinstance(self.step, Confirmation) and not self.step.story
        object.__setattr__(self, "counts", self.waits and not uncounted)

    def holds(self, known: Known, seed: int) -> bool | None:
        """Whether the step is asked or said; None as long as that depends on what comes."""
        if self.draw is not None and not self.draw.picks(seed):
            return False
        return all_hold(self.guards, known) if self.guards else True
