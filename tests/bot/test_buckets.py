"""The rule of limits: burst, then the rate, never more in any window; alike in Valkey and in one server."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.buckets import PREFIX, SECOND, Charge, LocalBuckets, Place, SharedBuckets, reckon
from bot.channels.channel import Quota

BOT = Quota("bot", per_second=25.0, burst=25.0)
CHAT = Quota("chat:a", per_second=1.0, burst=3.0)


@dataclass(frozen=True, slots=True)
class Ask:
    """Something asked of buckets, some microseconds after the one before."""

    later: int
    charges: Sequence[Charge]
    patience: float
    hold: float = 0.0


@pytest.fixture
async def client(valkey_url: str) -> AsyncGenerator[Any]:
    """A connection to an empty Valkey; redis leaves what its commands take and give untyped."""
    opened: Any = cast(Any, Redis).from_url(valkey_url)
    yield opened
    await opened.aclose()


def take_all(quotas: Sequence[Quota], times: int, patience: float = 1e6) -> list[Place]:
    """Ask for so many places at one moment."""
    buckets = LocalBuckets()
    return [buckets.take(reckon(quotas), patience, 0) for _ in range(times)]


def test_first_the_burst_then_the_rate() -> None:
    """Three go at once, the others a second apart."""
    assert take_all([CHAT], 6) == [Place(float(wait), reserved=True) for wait in (0, 0, 0, 1, 2, 3)]


def test_a_wait_longer_than_patience_takes_nothing() -> None:
    """Those who would wait too long are told how long, and the row does not grow by them."""
    waits = [(place.wait, place.reserved) for place in take_all([CHAT], 7, patience=2.0)]

    assert waits == [(0, True), (0, True), (0, True), (1, True), (2, True), (3, False), (3, False)]


def test_a_full_row_of_one_bucket_takes_nothing_from_the_others() -> None:
    """All or none."""
    buckets = LocalBuckets()
    chat, bot = Quota("chat", 0.01, 1.0), Quota("bot", 1.0, 1.0)
    for _ in range(5):
        buckets.take(reckon([chat, bot]), 5.0, 0)

    assert buckets.take(reckon([bot]), 5.0, 0) == Place(1.0, reserved=True)


def test_waiting_for_a_chat_does_not_stop_the_bot() -> None:
    """A place in a chat's future is not kept: it would push the bot's bucket there, and all others wait."""
    buckets = LocalBuckets()
    for _ in range(3):
        assert buckets.take(reckon([CHAT, BOT]), 5.0, 0).reserved

    assert buckets.take(reckon([CHAT, BOT]), 5.0, 0) == Place(1.0, reserved=False)
    other = Quota("chat:b", per_second=1.0, burst=3.0)
    assert buckets.take(reckon([other, BOT]), 5.0, 0) == Place(0.0, reserved=True)
    assert buckets.take(reckon([CHAT, BOT]), 5.0, SECOND) == Place(0.0, reserved=True)


def test_the_row_of_the_bot_is_kept_in_order() -> None:
    """When the bot's own limit is met, chats get places one after the other."""
    chats = [Quota(f"chat:{number}", 1.0, 1.0) for number in range(30)]
    buckets = LocalBuckets()
    places = [buckets.take(reckon([chat, BOT]), 5.0, 0) for chat in chats]

    assert places[:25] == [Place(0.0, reserved=True)] * 25
    assert places[25:] == [Place(wait / 25, reserved=True) for wait in range(1, 6)]


def test_a_place_in_the_bots_row_counts_for_the_chat_when_it_comes() -> None:
    """Two places of one chat, both behind the bot's row, keep their distance there."""
    slow = Quota("bot", 2.0, 1.0)
    chat = Quota("chat", 1.0, 1.0)
    buckets = LocalBuckets()
    for _ in range(6):
        buckets.take(reckon([slow]), 5.0, 0)

    assert buckets.take(reckon([chat, slow]), 5.0, 0) == Place(3.0, reserved=True)
    assert buckets.take(reckon([chat, slow]), 5.0, 0) == Place(4.0, reserved=False)


def test_what_costs_more_than_the_burst_goes_and_the_next_wait_for_it() -> None:
    """A text message of five segments at one segment a second."""
    long, short = Quota("sender", 1.0, 1.0, cost=5.0), Quota("sender", 1.0, 1.0)
    buckets = LocalBuckets()

    assert [buckets.take(reckon([each]), 60.0, 0).wait for each in (long, short, long)] == [0.0, 5.0, 6.0]


def test_pace_multiplies_the_rates() -> None:
    """Ten times the pace, a tenth of the wait; the burst stays."""
    buckets = LocalBuckets()
    waits = [buckets.take(reckon([CHAT], pace=10.0), 5.0, 0).wait for _ in range(5)]

    assert waits == [0.0, 0.0, 0.0, 0.1, 0.2]


def test_nothing_limited_means_no_wait() -> None:
    """A channel without limits asks for nothing."""
    assert take_all([], 3) == [Place(0.0, reserved=True)] * 3


def test_a_held_bucket_gives_no_place_until_then() -> None:
    """After the platform asked for patience; a shorter word later changes nothing."""
    buckets = LocalBuckets()
    buckets.hold("chat:a", 3.0, 0)
    buckets.hold("chat:a", 1.0, 0)

    assert buckets.take(reckon([CHAT]), 2.0, SECOND // 2) == Place(2.5, reserved=False)
    waits = [buckets.take(reckon([CHAT]), 9.0, SECOND).wait for _ in range(5)]
    assert waits == [2.0, 2.0, 2.0, 3.0, 4.0]


def test_a_server_keeps_a_bounded_number_of_buckets() -> None:
    """The one used longest ago makes room; the bot's own is used all the time and stays."""
    buckets = LocalBuckets(most=100)
    slow = Quota("bot", 0.001, 1.0)
    buckets.take(reckon([slow]), 0.0, 0)
    for number in range(1000):
        buckets.take(reckon([Quota(f"chat:{number}", 1.0, 1.0)]), 5.0, 0)
        buckets.hold("bot", 1.0, 0)

    assert len(buckets) == 100
    assert buckets.take(reckon([slow]), 1.0, 0) == Place(1000.0, reserved=False)


rates = st.floats(0.05, 100.0)
bursts = st.floats(1.0, 30.0)


@given(
    per_second=rates,
    burst=bursts,
    gaps=st.lists(st.floats(0.0, 4.0), min_size=1, max_size=60),
    patience=st.floats(0.0, 20.0),
    costs=st.randoms(use_true_random=False),
)
@settings(deadline=None)
def test_no_window_ever_holds_more_than_burst_and_rate(
    per_second: float, burst: float, gaps: list[float], patience: float, costs: Random
) -> None:
    """At whatever moments it is asked: what goes between any two moments fits the limit."""
    buckets = LocalBuckets()
    gone: list[tuple[float, float]] = []
    for now in accumulate(round(gap * SECOND) for gap in gaps):
        cost = costs.choice([1.0, 1.0, min(2.5, burst)])
        place = buckets.take(reckon([Quota("one", per_second, burst, cost)]), patience, now)
        assert place.wait <= patience or not place.reserved
        if place.reserved:
            gone.append((now / SECOND + place.wait, cost))

    assert_within(gone, per_second, burst)


@given(
    steps=st.lists(
        st.tuples(st.floats(0.0, 0.6), st.sampled_from("abc"), st.floats(0.0, 5.0)), min_size=1, max_size=80
    ),
    held=st.floats(0.0, 3.0),
)
@settings(deadline=None)
def test_no_window_of_the_bot_or_a_chat_holds_too_much(
    steps: list[tuple[float, str, float]], held: float
) -> None:
    """Also with two limits at once, of which now the one and now the other must be waited for."""
    buckets = LocalBuckets()
    gone: list[tuple[float, float, str]] = []
    buckets.hold("bot", held, 0)
    now = 0
    for gap, chat, patience in steps:
        now += round(gap * SECOND)
        limits = [Quota(chat, 1.0, 2.0), Quota("bot", 4.0, 3.0)]
        place = buckets.take(reckon(limits), patience, now)
        if place.reserved:
            gone.append((now / SECOND + place.wait, 1.0, chat))

    assert all(moment >= held - 1e-9 for moment, _, _ in gone)
    assert_within([(moment, cost) for moment, cost, _ in gone], 4.0, 3.0)
    for chat in "abc":
        assert_within([(moment, cost) for moment, cost, whose in gone if whose == chat], 1.0, 2.0)


def assert_within(gone: Sequence[tuple[float, float]], per_second: float, burst: float) -> None:
    """Between any two of these moments no more goes than the burst and the rate allow."""
    moments = sorted(gone)
    sums = [0.0, *accumulate(cost for _, cost in moments)]
    for last, (end, _) in enumerate(moments):
        for first, (begin, _) in enumerate(moments[: last + 1]):
            assert sums[last + 1] - sums[first] <= burst + per_second * (end - begin) + 1e-3


asks = st.builds(
    Ask,
    later=st.integers(0, 3 * SECOND),
    charges=st.lists(
        st.builds(
            Quota,
            key=st.sampled_from(["bot", "chat:a", "chat:b"]),
            per_second=rates,
            burst=bursts,
            cost=st.sampled_from([1.0, 1.0, 3.0]),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda quota: quota.key,
    ).map(reckon),
    patience=st.floats(0.0, 10.0),
    hold=st.sampled_from([0.0, 0.0, 0.0, 2.5]),
)
SCENARIOS = st.lists(asks, min_size=1, max_size=25)


async def test_valkey_and_one_server_give_the_same_answers(client: Any) -> None:
    """The same things asked at the same moments: the script and the buckets of one server agree."""
    shared = SharedBuckets(client)
    scenarios: list[list[Ask]] = []

    @given(SCENARIOS)
    @settings(max_examples=60, deadline=None, database=None)
    def collect(scenario: list[Ask]) -> None:
        scenarios.append(scenario)

    collect()
    for scenario in scenarios:
        await client.flushall()
        local, now = LocalBuckets(), 1_800_000_000 * SECOND
        for ask in scenario:
            now += ask.later
            if ask.hold:
                local.hold(ask.charges[0].key, ask.hold, now)
                await shared.hold(ask.charges[0].key, ask.hold, now)
            here, there = (
                local.take(ask.charges, ask.patience, now),
                await shared.take(ask.charges, ask.patience, now),
            )
            assert here == there


async def test_buckets_in_valkey_vanish(client: Any) -> None:
    """Their names begin with our word, and each ends some time after it is full again."""
    shared = SharedBuckets(client)
    await shared.take(reckon([CHAT, BOT]), 5.0)
    await shared.hold("chat:b", 30.0)
    names = sorted([name.decode() async for name in client.scan_iter()])
    left = [await client.pttl(name) for name in names]

    assert names == [f"{PREFIX}bot", f"{PREFIX}chat:a", f"{PREFIX}chat:b"]
    assert all(0 < mine <= most for mine, most in zip(left, (60_041, 61_000, 90_000), strict=True))


async def test_a_forgotten_script_is_brought_again(client: Any) -> None:
    """As after a restart of Valkey."""
    shared = SharedBuckets(client)
    first = await shared.take(reckon([CHAT]), 5.0, 0)
    await client.script_flush()

    assert (first, await shared.take(reckon([CHAT]), 5.0, 0)) == (Place(0.0, reserved=True),) * 2
