"""The load of the benchmark, in small: the driver and every bot that takes part end the talk."""

import asyncio
import random
from collections.abc import Generator
from itertools import count
from pathlib import Path

import pytest

from benchmarks.load_contestants import (
    AIOGRAM,
    FLOOR,
    OURS,
    PTB,
    Contestant,
    Surface,
    publish_script,
    running_contestant,
    running_sink,
)
from benchmarks.load_driver import Crowd, gathered_crowd
from benchmarks.load_memory import find_marks, read_memory_of
from benchmarks.load_script import SCRIPT, SHORT, Move
from benchmarks.telegram_sink import RECORD
from benchmarks.webhook_line import LoadError

REPLIES = sum(move.replies for move in SCRIPT)


@pytest.fixture
def sink() -> Generator[int]:
    """The port of the fake Telegram that takes all."""
    with running_sink() as port:
        yield port


@pytest.fixture
def surface(database_url: str, valkey_url: str, sink: int, tmp_path: Path) -> Surface:
    """What a bot stands on, with the flow of the load published."""
    publish_script(database_url)
    return Surface(database_url, valkey_url, sink, tmp_path)


@pytest.mark.parametrize("contestant", [OURS, PTB, AIOGRAM], ids=lambda each: each.name)
def test_all_conversations_of_a_load_end(contestant: Contestant, surface: Surface) -> None:
    """Three people at once, twice: each conversation ends, with as many replies as the script says."""

    async def talk(port: int) -> tuple[int, int]:
        async with gathered_crowd(port, surface.sink, contestant.script, count(1)) as crowd:
            await crowd.talk_through(6, 3)
            return crowd.ended, crowd.replies

    with running_contestant(contestant, surface) as running:
        assert asyncio.run(talk(running.port)) == (6, 6 * REPLIES)


def test_messages_that_come_by_chance_are_all_answered(surface: Surface) -> None:
    """The open loop of the latencies: what was sent was answered, and nobody is left waiting."""

    async def come_by(port: int) -> tuple[list[float], int]:
        async with gathered_crowd(port, surface.sink, OURS.script, count(1)) as crowd:
            took = await crowd.come_by(15, 3, random.Random(1))
            return took, crowd.replies

    with running_contestant(OURS, surface) as running:
        took, replies = asyncio.run(come_by(running.port))
        assert read_memory_of(running.pid) > 1
    assert 0 < len(took) <= replies
    assert all(each > 0 for each in took)


def test_a_bot_that_ends_elsewhere_than_the_script_is_refused(surface: Surface) -> None:
    """A figure over another conversation than the script's would mean nothing."""
    shorter = (*SHORT[:2], Move(tap=SHORT[2].tap, ends=True))

    async def talk(port: int) -> None:
        async with gathered_crowd(port, surface.sink, shorter, count(1)) as crowd:
            await crowd.talk_through(1, 1)

    with running_contestant(FLOOR, surface) as running, pytest.RaisesGroup(LoadError):
        asyncio.run(talk(running.port))


def test_records_of_the_fake_telegram_come_in_pieces() -> None:
    """A stream has no seams: a record may come in two halves, or with others."""
    crowd = Crowd(0, SCRIPT, count(1))
    records = RECORD.pack(1, 5, 0) + RECORD.pack(2, 6, 1) + RECORD.pack(1, 7, 1)
    for at in range(0, len(records), 5):
        crowd.watch(records[at : at + 5])
    assert (crowd.replies, crowd.ended) == (3, 2)


def test_memory_is_read_up_to_the_last_conversation() -> None:
    """However few there are, the last mark is the last conversation."""
    assert find_marks(100_000) == [10_000, 25_000, 50_000, 75_000, 100_000]
    assert find_marks(20)[-1] == 20
