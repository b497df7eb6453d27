"""A clock that runs some times faster than the wall's, so that a test can live through a platform's day."""

import asyncio
import random
import time


class ScaledClock:
    """Time from 0 in seconds, `speed` times as fast as real time, and the chance that goes with it.

    All waits of a fake go through one clock. `random` is seeded: the same seed draws the same faults.
    """

    def __init__(self, speed: float = 1.0, *, seed: int = 0) -> None:
        self.speed = speed
        self.random = random.Random(seed)
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds on this clock since it was made."""
        return (time.monotonic() - self._began) * self.speed

    def shorten(self, seconds: float) -> float:
        """How many real seconds so many seconds on this clock take."""
        return seconds / self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds on this clock."""
        await asyncio.sleep(self.shorten(seconds))

    def happens(self, chance: float) -> bool:
        """Draw whether something with this chance (0 to 1) happens now."""
        return chance > 0 and self.random.random() < chance
