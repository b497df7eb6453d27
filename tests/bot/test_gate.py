"""The gate: one message tries a broken channel after each pause; two throttled chats stop a channel."""

from dataclasses import dataclass

import pytest

from bot.gate import PAUSE, Gate


@dataclass(slots=True)
class Watch:
    """A clock that stands still until a test moves it."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def watch() -> Watch:
    """The clock of a test."""
    return Watch()


@pytest.fixture
def gate(watch: Watch) -> Gate:
    """A gate on that clock."""
    return Gate(watch)


def test_a_gate_is_open_to_begin_with(gate: Gate) -> None:
    """A channel of which nothing is known lets everything through."""
    assert [gate.is_open("web") for _ in range(3)] == [True] * 3
    assert (gate.find_wait("web"), gate.list_shut(), gate.is_broken("web")) == (0.0, [], False)


def test_a_shut_channel_lets_nothing_through_for_a_minute(gate: Gate, watch: Watch) -> None:
    """Until the pause is over; the other channels go on."""
    gate.shut("telegram")
    watch.now += PAUSE - 0.01

    assert (gate.is_open("telegram"), gate.is_open("whatsapp")) == (False, True)
    assert gate.list_shut() == ["telegram"]
    assert gate.find_wait("telegram") == pytest.approx(0.01)


def test_one_message_tries_a_shut_channel_after_each_pause(gate: Gate, watch: Watch) -> None:
    """Whoever asks first; when nothing is heard of it, another one a pause later."""
    gate.shut("telegram")
    let_through: list[list[bool]] = []
    for _ in range(3):
        watch.now += PAUSE
        let_through.append([gate.is_open("telegram") for _ in range(4)])

    assert let_through == [[True, False, False, False]] * 3
    assert gate.is_broken("telegram")


def test_looking_does_not_use_up_the_try(gate: Gate, watch: Watch) -> None:
    """Only `is_open` gives the one try away; a channel that may be tried is not listed as shut."""
    gate.shut("telegram")
    watch.now += PAUSE

    assert (gate.find_wait("telegram"), gate.list_shut(), gate.is_broken("telegram")) == (0.0, [], True)
    assert gate.is_open("telegram")
    assert gate.list_shut() == ["telegram"]


def test_a_try_that_comes_through_opens_the_channel(gate: Gate, watch: Watch) -> None:
    """All that waits may go then."""
    gate.shut("telegram")
    watch.now += PAUSE
    assert gate.is_open("telegram")
    gate.note_success("telegram")

    assert [gate.is_open("telegram") for _ in range(3)] == [True] * 3
    assert not gate.is_broken("telegram")


def test_a_try_that_fails_begins_the_pause_anew(gate: Gate, watch: Watch) -> None:
    """With the seconds that are named then."""
    gate.shut("telegram")
    watch.now += PAUSE
    assert gate.is_open("telegram")
    watch.now += 5.0
    gate.shut("telegram", 10.0)

    assert gate.find_wait("telegram") == 10.0
    watch.now += 10.0
    assert [gate.is_open("telegram") for _ in range(2)] == [True, False]
    watch.now += 10.0
    assert [gate.is_open("telegram") for _ in range(2)] == [True, False]


def test_success_of_an_open_channel_changes_nothing(gate: Gate) -> None:
    """It is noted after every message."""
    gate.note_success("telegram")

    assert gate.is_open("telegram")


@pytest.mark.parametrize(
    ("throttled", "waits"),
    [
        ([(0.0, "a", 5.0)], [0.0]),
        ([(0.0, "a", 5.0), (0.5, "a", 5.0), (0.9, "a", 9.0)], [0.0, 0.0, 0.0]),
        ([(0.0, "a", 5.0), (1.0, "b", 3.0)], [0.0, 4.0]),
        ([(0.0, "a", 3.0), (1.0, "b", 5.0)], [0.0, 5.0]),
        ([(0.0, "a", 5.0), (1.01, "b", 5.0)], [0.0, 0.0]),
        ([(0.0, "a", 5.0), (0.8, "a", 5.0), (1.5, "b", 1.0)], [0.0, 0.0, 4.3]),
        ([(0.0, "a", 9.0), (0.5, "a", 1.0), (1.0, "b", 1.0)], [0.0, 0.0, 8.0]),
        ([(0.0, "a", 5.0), (0.2, "b", 5.0), (3.0, "c", 9.0)], [0.0, 5.0, 0.0]),
        ([(0.0, "a", 5.0), (0.2, "b", 5.0), (3.0, "c", 1.0), (3.2, "d", 1.0)], [0.0, 5.0, 0.0, 2.0]),
    ],
    ids=[
        "one chat",
        "one chat again and again",
        "two chats: the longer wait is the first's",
        "two chats: the longer wait is the second's",
        "two chats, too far apart",
        "a chat that was throttled again in between",
        "the longest wait of a chat counts",
        "a single one later does not prolong it",
        "a shorter wait later does not shorten it",
    ],
)
def test_the_channel_waits_when_two_chats_are_throttled_within_a_second(
    throttled: list[tuple[float, str, float]], waits: list[float], gate: Gate, watch: Watch
) -> None:
    """As long as the one that waits longest."""
    begin = watch.now
    found: list[float] = []
    for moment, chat, seconds in throttled:
        watch.now = begin + moment
        found.append(gate.note_throttled("telegram", chat, seconds))

    assert found == pytest.approx(waits)


def test_a_throttled_channel_opens_by_itself(gate: Gate, watch: Watch) -> None:
    """Nothing goes meanwhile, not even as a try, and a message that was under way opens nothing."""
    for chat in ("a", "b"):
        gate.note_throttled("telegram", chat, 5.0)
    gate.note_success("telegram")

    assert (gate.is_open("telegram"), gate.is_open("whatsapp")) == (False, True)
    assert (gate.list_shut(), gate.is_broken("telegram")) == (["telegram"], False)
    watch.now += 5.0
    assert [gate.is_open("telegram") for _ in range(3)] == [True] * 3
    assert gate.list_shut() == []


def test_chats_of_different_channels_are_not_counted_together(gate: Gate) -> None:
    """Each channel has limits of its own."""
    waits = [gate.note_throttled(channel, "a", 5.0) for channel in ("telegram", "whatsapp")]

    assert (waits, gate.list_shut()) == ([0.0, 0.0], [])


def test_a_broken_channel_that_is_throttled_waits_for_both(gate: Gate, watch: Watch) -> None:
    """The try is not given away while the channel must wait anyway."""
    gate.shut("telegram", 2.0)
    for chat in ("a", "b"):
        gate.note_throttled("telegram", chat, 5.0)

    watch.now += 2.0
    assert (gate.is_open("telegram"), gate.find_wait("telegram")) == (False, 3.0)
    watch.now += 3.0
    assert [gate.is_open("telegram") for _ in range(2)] == [True, False]


def test_what_was_throttled_is_forgotten_after_a_second(gate: Gate, watch: Watch) -> None:
    """However many chats there are, only those of the last second are kept."""
    for number in range(100):
        watch.now += 0.5
        gate.note_throttled("telegram", f"chat {number}", 0.1)

    kept = gate._throttled["telegram"]  # pyright: ignore[reportPrivateUsage]  # no door shows how much is kept
    assert len(kept) == 3
