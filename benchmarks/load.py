"""One server process under load, beside two libraries for bots that hold the same conversation, and a floor.

All stand on two cores, together with Postgres, Valkey, the fake Telegram and this driver.
"""

import asyncio
import os
import random
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.load_contestants import (
    AIOGRAM,
    CEILING,
    FLOOR,
    OURS,
    PTB,
    Contestant,
    Surface,
    publish_script,
    running_contestant,
    running_sink,
)
from benchmarks.load_driver import gathered_crowd
from benchmarks.table import Row
from storage import schema
from storage.embedded.home import running_servers

CORES = 2
PEOPLE = 64
"""People who talk at the same time, none of whom ever stops to think."""

ROUNDS = 3
SECONDS = 4.0
WARMING = 1.0

LATENCY_ROUNDS = 2
LATENCY_SECONDS = 10.0
"""So long messages come by chance, half as many a second as ours can take; the first fifth is not counted."""

NOTES = (
    "Load: best of a few short rounds in turn, each process new for its round; every conversation has 8"
    " messages of the person and 10 of the bot.",
    "The two libraries do less: no ledger of consents, no story in Postgres, no outbox. An update that comes"
    " twice is answered twice, and a reply that fails is gone.",
    "PicklePersistence writes once a minute, longer than a round: it costs nothing here, and a crash takes"
    " that minute with it. RedisStorage keeps state and answers in Valkey.",
    "They answer each tap by a call of its own, after the reply; ours in the answer to the webhook.",
    "The bare webhook writes each update in a Postgres commit of its own and answers with one message.",
)
"""What to know beside the figures."""


@dataclass(slots=True)
class Figures:
    """What one contestant reached: messages a second of each round, (p50, p99) in milliseconds of each."""

    rates: list[float] = field(default_factory=list[float])
    delays: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    @property
    def rate(self) -> float:
        """The best round's."""
        return max(self.rates)

    @property
    def delay(self) -> tuple[float, float]:
        """The p50 and p99 of the round with the lowest p99."""
        return min(self.delays, key=lambda each: each[1])


def measure() -> list[Row]:
    """Messages a second and the time until a reply, ours beside each of the others."""
    compared = (OURS, PTB, AIOGRAM, FLOOR)
    figures = {each.name: Figures() for each in (*compared, CEILING)}
    numbers = count(1)
    with (
        kept_to_cores(CORES),
        tempfile.TemporaryDirectory() as home,
        running_servers(Path(home)) as servers,
        running_sink() as sink,
    ):
        schema.migrate(servers.database_url)
        publish_script(servers.database_url)
        surface = Surface(servers.database_url, servers.redis_url, sink, Path(home))
        for _ in range(ROUNDS):
            for each in (*compared, CEILING):
                figures[each.name].rates.append(_measure_rate(each, surface, numbers))
        rate = figures[OURS.name].rate / 2
        for place in range(LATENCY_ROUNDS):
            for each in compared:
                lots = random.Random(f"round {place}")
                figures[each.name].delays.append(_measure_delay(each, surface, numbers, rate, lots))
    return _write_rows(figures, rate)


def _write_rows(figures: dict[str, Figures], rate: float) -> list[Row]:
    ours, floor = figures[OURS.name], figures[FLOOR.name]
    rows = [
        Row(
            "load: messages through one server process; floor: a bare webhook",
            ours.rate,
            floor.rate,
            "messages/s",
        ),
        *(
            Row(f"the same; floor: {each.name}", ours.rate, figures[each.name].rate, "messages/s")
            for each in (PTB, AIOGRAM)
        ),
    ]
    for each in (FLOOR, PTB, AIOGRAM):
        for place, name in enumerate(("p50", "p99")):
            what = (
                f"{name} from webhook to reply at {rate:.0f} messages/s; floor: {each.name}; less is better"
            )
            rows.append(Row(what, ours.delay[place], figures[each.name].delay[place], "ms"))
    ceiling = figures[CEILING.name].rate
    return [
        *rows,
        Row(
            "the bare webhook; floor: one without a database, all the driver gets",
            floor.rate,
            ceiling,
            "messages/s",
        ),
    ]


def _measure_rate(contestant: Contestant, surface: Surface, numbers: "count[int]") -> float:
    """Messages a second that are answered while everybody talks on."""

    async def talk(port: int) -> float:
        async with gathered_crowd(port, surface.sink, contestant.script, numbers) as crowd:
            await crowd.talk_for(WARMING, PEOPLE)
            return await crowd.talk_for(SECONDS, PEOPLE)

    with running_contestant(contestant, surface) as running:
        return asyncio.run(talk(running.port))


def _measure_delay(
    contestant: Contestant, surface: Surface, numbers: "count[int]", rate: float, lots: random.Random
) -> tuple[float, float]:
    """The p50 and p99 of the milliseconds from sending an update to the last message of its reply."""

    async def come_by(port: int) -> list[float]:
        async with gathered_crowd(port, surface.sink, contestant.script, numbers) as crowd:
            await crowd.talk_through(1, 1)
            return await crowd.come_by(rate, LATENCY_SECONDS, lots)

    with running_contestant(contestant, surface) as running:
        took = sorted(asyncio.run(come_by(running.port)))
    return find_quantile(took, 0.5) * 1000, find_quantile(took, 0.99) * 1000


def find_quantile(values: list[float], part: float) -> float:
    """The value below which this part of the values lies; they must be sorted."""
    return values[min(int(len(values) * part), len(values) - 1)]


@contextmanager
def kept_to_cores(cores: int) -> Generator[None]:
    """Keep this process, and all that it starts, to so many cores where the system can do that (Linux)."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
