"""The platforms' limits before each send: one budget for all servers through Valkey, one's own without it."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from redis import RedisError
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.buckets import MOST_BUCKETS, SECOND, Charge, LocalBuckets, Place, SharedBuckets, reckon
from bot.channels.channel import Quota

log = logging.getLogger(__name__)

SLOW_SECONDS: Final = 0.25
"""How long Valkey may take to answer before it counts as away."""

AWAY_SECONDS: Final = 3.0
"""How long Valkey is left alone once it was away."""

CONNECTIONS: Final = 8
"""Questions to Valkey at a time; the others wait here, where waiting does not count as slow."""


class Pacer:
    """Gives out places to send, across all servers that use the same Valkey.

    `pace` multiplies the rates (tests and local servers). Without `redis_url`, and while Valkey is away or
    takes longer than `slow` seconds, this server's own buckets of the same rule answer. Raises nothing.
    """

    def __init__(
        self,
        redis_url: str | None,
        *,
        pace: float = 1.0,
        slow: float = SLOW_SECONDS,
        most_buckets: int = MOST_BUCKETS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace = pace
        self._slow = slow
        self._clock = clock
        self._sleep = sleep
        self._local = LocalBuckets(most_buckets)
        self._client = _connect(redis_url) if redis_url else None
        self._shared = SharedBuckets(self._client) if self._client else None
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._away_until: float | None = None

    async def take(self, quotas: Sequence[Quota], *, patience: float = 5.0) -> Place:
        """Take from all buckets at once, or from none; each key at most once.

        A reserved place is to be used after its `wait`; otherwise nothing was taken, and one asks again
        after `wait`. While a chat's own limit is waited for and the bot's is free, the waiting is done in
        here, holding nothing; with what the place says it is never longer than `patience` seconds.
        """
        charges = reckon(quotas, self._pace)
        while True:
            place = await self._ask(charges, patience)
            if place.reserved or place.wait > patience:
                return place
            patience -= place.wait
            await self._sleep(place.wait)

    async def hold(self, key: str, seconds: float) -> None:
        """Give no place in a bucket for some seconds, in any server: the platform asked for patience."""
        self._local.hold(key, seconds, self._now())
        if self._shared:
            async with self._trying() as may:
                if may:
                    await self._shared.hold(key, seconds)

    async def close(self) -> None:
        """Close the connections to Valkey."""
        if self._client:
            await self._client.aclose()

    async def _ask(self, charges: Sequence[Charge], patience: float) -> Place:
        place = None
        if self._shared:
            async with self._trying() as may:
                if may:
                    place = await self._shared.take(charges, patience)
        return place or self._local.take(charges, patience, self._now())

    @asynccontextmanager
    async def _trying(self) -> AsyncGenerator[bool]:
        """Room to ask Valkey, where it is not known to be away; what goes wrong in the block is noted."""
        async with self._room:
            if self._away_until is not None and self._clock() < self._away_until:
                yield False
                return
            try:
                async with asyncio.timeout(self._slow):
                    yield True
            except (RedisError, OSError):
                if self._away_until is None:
                    log.warning("Valkey is away or slow; this server keeps the platforms' limits by itself")
                self._away_until = self._clock() + AWAY_SECONDS
            else:
                if self._away_until is not None:
                    log.info("Valkey is back; all servers keep the platforms' limits together")
                self._away_until = None

    def _now(self) -> int:
        return round(self._clock() * SECOND)


def _connect(url: str) -> Redis:
    """Connections for the pacer alone, opened at the first use; a dropped one is tried anew once."""
    pool: Any = cast(Any, BlockingConnectionPool).from_url(
        url, max_connections=CONNECTIONS, retry=Retry(NoBackoff(), 1)
    )
    return Redis.from_pool(pool)
