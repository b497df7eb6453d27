"""The rule of the platforms' limits: how long to wait for a place, kept in Valkey for all servers or in one.

The generic cell rate algorithm (ITU-T I.371): of each bucket only the moment is kept at which it will be
full again. Every bucket is charged at the moment the message goes, so that no window holds more than the
burst and what its length allows. Both kinds of bucket here reckon in whole microseconds and give the same
answers.
"""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

from bot.channels.channel import Quota

PREFIX: Final = "vertelbot:pace:"
"""What the names of all our buckets in Valkey begin with."""

LINGER_MS: Final = 60_000
"""How long a bucket that is full again is kept in Valkey, in milliseconds."""

MOST_BUCKETS: Final = 10_000
"""Buckets one server keeps by itself; the one that was used longest ago makes room."""

SECOND: Final = 1_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the row: it is ours and comes in `wait` seconds, or it is not and one asks again then."""

    wait: float
    reserved: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """A quota in microseconds.

    `pitch` is what a message of cost 1 takes, `step` what this one takes, `slack` how far it may be ahead.
    """

    key: str
    pitch: int
    step: int
    slack: int


def reckon(quotas: Sequence[Quota], pace: float = 1.0) -> list[Charge]:
    """Write quotas as charges, each key once; `pace` multiplies their rates.

    What costs more than the burst goes when the bucket is full, and those behind it wait the longer.
    """
    charges: list[Charge] = []
    for quota in quotas:
        pitch = max(1, math.ceil(SECOND / (quota.per_second * pace)))
        step = math.ceil(pitch * quota.cost)
        slack = max(step, math.floor(pitch * quota.burst))
        charges.append(Charge(quota.key, pitch, step, slack))
    return charges


class LocalBuckets:
    """The buckets of one server, while there are no shared ones; a bounded number of them."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, charges: Sequence[Charge], patience: float, now: int) -> Place:
        """Take a place in all buckets or in none; `now` in microseconds of any clock that only goes on.

        None is taken when the wait is longer than `patience` seconds, nor while the wait is for a narrow
        bucket (a chat's) and a wider one (the bot's) is free: a place kept there would stop all others.
        """
        kept = [self._kept.get(charge.key, (now, now)) for charge in charges]
        full = [max(moment, now) for moment, _ in kept]
        slots = [
            max(now, held, moment + charge.step - charge.slack)
            for charge, moment, (_, held) in zip(charges, full, kept, strict=True)
        ]
        at = max(slots, default=now)
        waited_for = min(
            (charge.pitch for charge, slot in zip(charges, slots, strict=True) if slot == at), default=0
        )
        free = any(
            moment < at and charge.pitch < waited_for for charge, moment in zip(charges, full, strict=True)
        )
        wait = at - now
        if free or wait > patience * SECOND:
            return Place(wait / SECOND, reserved=False)
        for charge, moment, (_, held) in zip(charges, full, kept, strict=True):
            self._keep(charge.key, max(moment, at) + charge.step, held)
        return Place(wait / SECOND, reserved=True)

    def hold(self, key: str, seconds: float, now: int) -> None:
        """Give no place in a bucket for some seconds."""
        moment, held = self._kept.get(key, (now, now))
        self._keep(key, moment, max(held, now + math.ceil(seconds * SECOND)))

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, key: str, moment: int, held: int) -> None:
        self._kept[key] = (moment, held)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


_NOW: Final = """
local now = tonumber(ARGV[1])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local function keep(key, full, held)
    redis.call('HSET', key, 'full', string.format('%.0f', full), 'held', string.format('%.0f', held))
    local left = math.max(full, held) - now
    redis.call('PEXPIRE', key, string.format('%.0f', math.ceil(left / 1000) + LINGER))
end
local function read(key)
    local kept = redis.call('HMGET', key, 'full', 'held')
    return tonumber(kept[1] or now), tonumber(kept[2] or now)
end
""".replace("LINGER", str(LINGER_MS))

_TAKE: Final = (
    _NOW
    + """
local patience = tonumber(ARGV[2])
local full, held, slots, pitch, step = {}, {}, {}, {}, {}
local at = now
for i, key in ipairs(KEYS) do
    pitch[i], step[i] = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
    full[i], held[i] = read(key)
    full[i] = math.max(full[i], now)
    slots[i] = math.max(now, held[i], full[i] + step[i] - tonumber(ARGV[3 * i + 2]))
    at = math.max(at, slots[i])
end
local waited_for = math.huge
for i in ipairs(KEYS) do
    if slots[i] == at then waited_for = math.min(waited_for, pitch[i]) end
end
local free = false
for i in ipairs(KEYS) do
    free = free or (full[i] < at and pitch[i] < waited_for)
end
if free or at - now > patience then return {at - now, 0} end
for i, key in ipairs(KEYS) do
    keep(key, math.max(full[i], at) + step[i], held[i])
end
return {at - now, 1}
"""
)

_HOLD: Final = (
    _NOW
    + """
local full, held = read(KEYS[1])
keep(KEYS[1], full, math.max(held, now + tonumber(ARGV[2])))
return 0
"""
)


class SharedBuckets:
    """The buckets in Valkey, on Valkey's clock, so that all servers take from the same; full ones vanish.

    Each answer is one step for Valkey. Raises RedisError and OSError.
    """

    def __init__(self, client: Redis) -> None:
        registry: Any = client  # redis leaves what its scripts answer untyped
        self._take: Any = registry.register_script(_TAKE)
        self._hold: Any = registry.register_script(_HOLD)

    async def take(self, charges: Sequence[Charge], patience: float, now: int | None = None) -> Place:
        """As of `LocalBuckets`; `now` only where a test brings its own clock."""
        numbers = [number for charge in charges for number in (charge.pitch, charge.step, charge.slack)]
        wait, reserved = await self._take(
            [f"{PREFIX}{charge.key}" for charge in charges],
            ["" if now is None else now, math.floor(patience * SECOND), *numbers],
        )
        return Place(wait / SECOND, reserved=bool(reserved))

    async def hold(self, key: str, seconds: float, now: int | None = None) -> None:
        """As of `LocalBuckets`."""
        await self._hold([f"{PREFIX}{key}"], ["" if now is None else now, math.ceil(seconds * SECOND)])
