"""The pacer: one budget for all servers, a fair row, and a server's own buckets while Valkey is away."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from redis import Redis as PlainRedis
from redis.asyncio import Redis

from bot.buckets import Place
from bot.channels.channel import Quota
from bot.pacing import AWAY_SECONDS, Pacer
from storage.embedded.home import running_servers

CHAT = Quota("chat", per_second=1.0, burst=3.0)
SLOW = Quota("slow", per_second=0.01, burst=2.0)
PATIENT = 60.0
"""Seconds after which Valkey counts as slow, for a test that runs on a busy machine."""


@dataclass(slots=True)
class Day:
    """A clock that moves by being slept on; whoever sleeps wakes when it is their time."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list[float])

    def read(self) -> float:
        """Seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass, and all others that can go on go first."""
        self.slept.append(seconds)
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


@pytest.fixture
async def make_pacer(valkey_url: str) -> AsyncGenerator[Callable[[], Pacer]]:
    """A function that makes the pacer of one more server on the same Valkey."""
    made: list[Pacer] = []

    def make() -> Pacer:
        made.append(Pacer(valkey_url, slow=PATIENT))
        return made[-1]

    yield make
    for pacer in made:
        await pacer.close()


async def test_two_servers_have_one_budget(make_pacer: Callable[[], Pacer]) -> None:
    """What the one takes the other has not; the waits are those of one row."""
    first, second = make_pacer(), make_pacer()
    places = [await pacer.take([SLOW], patience=1000.0) for pacer in (first, second) * 4]

    assert all(place.reserved for place in places)
    assert [round(place.wait / 100) for place in places] == [0, 0, 1, 2, 3, 4, 5, 6]


async def test_a_hold_is_for_all_servers(make_pacer: Callable[[], Pacer]) -> None:
    """A platform that asks the one for patience is left alone by the other too."""
    first, second = make_pacer(), make_pacer()
    await first.hold("chat", 300.0)
    place = await second.take([CHAT])

    assert not place.reserved
    assert 290 < place.wait <= 300


async def test_everyone_in_a_long_row_gets_a_place_of_their_own(make_pacer: Callable[[], Pacer]) -> None:
    """Fifty at once, over two servers: each has its own moment, at the rate's distance."""
    pacers = [make_pacer(), make_pacer()]
    limit = Quota("bot", per_second=0.01, burst=1.0)
    places = await asyncio.gather(*(pacers[number % 2].take([limit], patience=1e4) for number in range(50)))

    assert all(place.reserved for place in places)
    waits = sorted(place.wait for place in places)
    assert [round(wait / 100) for wait in waits] == list(range(50))


async def test_more_ask_than_there_are_connections(valkey_url: str, make_pacer: Callable[[], Pacer]) -> None:
    """Hundreds at once use a handful of connections, and all are answered by Valkey."""
    pacer = make_pacer()
    limit = Quota("bot", per_second=0.001, burst=500.0)
    places = await asyncio.gather(*(pacer.take([limit]) for _ in range(500)))
    valkey: Any = cast(Any, Redis).from_url(valkey_url)  # redis leaves it untyped
    clients: Any = await valkey.client_list()
    await valkey.aclose()

    assert all(place == Place(0.0, reserved=True) for place in places)
    assert len(clients) < 20
    assert not (await pacer.take([limit])).reserved


async def test_who_waits_for_their_chat_comes_through_in_the_end() -> None:
    """Twenty messages to one chat and one bot: each gets its place, the last after the rate's time."""
    day = Day()
    pacer = Pacer(None, clock=day.read, sleep=day.sleep)
    bot = Quota("bot", per_second=25.0, burst=25.0)
    came: list[float] = []

    async def send() -> None:
        place = await pacer.take([CHAT, bot], patience=60.0)
        assert place.reserved
        came.append(day.now + place.wait)

    await asyncio.gather(*(send() for _ in range(20)))

    assert sorted(round(moment) for moment in came) == [0, 0, 0, *range(1, 18)]


async def test_waiting_inside_is_part_of_the_patience() -> None:
    """Who waits for a chat is not kept longer than they have patience, all in all."""
    day = Day()
    pacer = Pacer(None, clock=day.read, sleep=day.sleep)
    bot = Quota("bot", per_second=25.0, burst=25.0)
    at_once = [await pacer.take([CHAT, bot], patience=0.0) for _ in range(3)]
    fourth = await pacer.take([CHAT, bot], patience=1.5)
    fifth = await pacer.take([CHAT, bot], patience=0.5)

    assert at_once == [Place(0.0, reserved=True)] * 3
    assert (fourth, day.slept) == (Place(0.0, reserved=True), [1.0])
    assert fifth == Place(1.0, reserved=False)


async def test_pace_makes_limits_wider() -> None:
    """Tests and local servers send a hundred times as fast."""
    pacer = Pacer(None, pace=100.0, clock=lambda: 0.0)
    waits = [(await pacer.take([CHAT])).wait for _ in range(5)]

    assert waits == [0.0, 0.0, 0.0, 0.01, 0.02]


async def test_without_valkey_memory_is_bounded() -> None:
    """However many chats there are."""
    pacer = Pacer(None, most_buckets=50)
    for number in range(500):
        await pacer.take([Quota(f"chat:{number}", 1.0, 1.0)])
        await pacer.hold(f"other:{number}", 1.0)

    kept = pacer._local  # pyright: ignore[reportPrivateUsage]  # no door shows how much is kept
    assert len(kept) == 50
    await pacer.close()


async def test_a_valkey_that_is_not_there_troubles_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The server's own buckets keep the limits, and it is said once, without any key."""
    pacer = Pacer(f"unix://{tmp_path}/nothing.sock", clock=lambda: 0.0)
    await pacer.hold("held", 7.0)
    places = [await pacer.take([SLOW], patience=150.0) for _ in range(4)]
    held = await pacer.take([Quota("held", 1.0, 1.0)])
    await pacer.close()

    assert [(place.wait, place.reserved) for place in places] == [
        (0.0, True),
        (0.0, True),
        (100.0, True),
        (200.0, False),
    ]
    assert held == Place(7.0, reserved=False)
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, "Valkey is away or slow; this server keeps the platforms' limits by itself")
    ]


async def test_a_valkey_that_says_nothing_counts_as_away(tmp_path: Path) -> None:
    """It takes connections and never answers: the place comes from the server's own buckets."""
    path = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        pacer = Pacer(f"unix://{path}", slow=0.05)
        places = await asyncio.gather(*(pacer.take([SLOW]) for _ in range(100)))
        await pacer.close()

    assert sum(place.reserved for place in places) == 2


async def test_valkey_stops_and_comes_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Killed and started again: places go on being given out, by this server and then by all together."""
    caplog.set_level(logging.INFO, "bot.pacing")
    address = tmp_path / "valkey.sock"
    day = Day()
    pacer = Pacer(f"unix://{address}", slow=PATIENT, clock=day.read)
    many = Quota("bot", per_second=0.001, burst=3.0)

    with _valkey_at(tmp_path / "home", address) as process:
        assert (await pacer.take([many])).reserved
        os.kill(process, signal.SIGKILL)
        alone = [(await pacer.take([many])).reserved for _ in range(5)]
    with _valkey_at(tmp_path / "other", address):
        left_alone = (await pacer.take([many])).reserved
        day.now += AWAY_SECONDS
        together = [(await pacer.take([many])).reserved for _ in range(5)]
    await pacer.close()

    assert alone == [True, True, True, False, False]
    assert left_alone is False
    assert together == [True, True, True, False, False]
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "Valkey is away or slow",
        "Valkey is back",
    ]


@contextmanager
def _valkey_at(home: Path, address: Path) -> Generator[int]:
    """Run a Valkey that is found at a path of our own; gives its process id."""
    with running_servers(home, fsync=False) as servers:
        address.unlink(missing_ok=True)
        address.symlink_to(servers.redis_url.removeprefix("unix://").partition("?")[0])
        with PlainRedis.from_url(servers.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType]  # redis leaves kwargs untyped
            facts: Any = cast(Any, valkey).info("server")
        yield int(facts["process_id"])
