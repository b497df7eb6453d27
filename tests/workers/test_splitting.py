"""A long recording is cut where it is quiet."""

from itertools import pairwise

import numpy as np
import pytest

from workers.sound import SAMPLE_RATE, Samples
from workers.splitting import LONGEST_PIECE, SEARCH, SPLIT_FROM, find_pieces


def hum(seconds: float, *pauses: float) -> Samples:
    """A noise with half a second of near silence around some moments."""
    noise = np.random.default_rng(5).standard_normal(int(seconds * SAMPLE_RATE)).astype(np.float32) * 0.2
    for pause in pauses:
        noise[int((pause - 0.3) * SAMPLE_RATE) : int((pause + 0.3) * SAMPLE_RATE)] *= 0.01
    return noise


def test_a_short_one_stays_whole() -> None:
    """Up to the bound there is one piece, also for no sound at all."""
    assert find_pieces(hum(SPLIT_FROM)) == ((0.0, SPLIT_FROM),)
    assert find_pieces(hum(0)) == ((0.0, 0.0),)


def test_a_cut_falls_in_a_pause() -> None:
    """The quietest half second near the middle, not the middle."""
    ((_, first), (second, _)) = find_pieces(hum(200, 40, 108, 160))

    assert first == second == pytest.approx(108, abs=0.2)


@pytest.mark.parametrize(
    ("seconds", "workers", "count"),
    [(125, 1, 2), (300, 2, 2), (500, 2, 4), (500, 3, 3), (300, 4, 4), (300, 16, 5), (900, 16, 15)],
)
def test_every_worker_has_as_many_pieces(seconds: float, workers: int, count: int) -> None:
    """A piece for each, or two, and none so short that it takes longer than it should."""
    assert len(find_pieces(hum(seconds), workers)) == count


@pytest.mark.parametrize("seconds", [SPLIT_FROM + 0.01, 300.0, 301.0, 899.99])
def test_pieces_join_to_the_whole(seconds: float) -> None:
    """Nothing is lost between them, and none is much longer than it should be."""
    pieces = find_pieces(hum(seconds))

    assert len(pieces) > 1
    assert (pieces[0][0], pieces[-1][1]) == (0.0, pytest.approx(seconds, abs=0.001))
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    assert all(0 < ends - starts < LONGEST_PIECE + 2 * SEARCH for starts, ends in pieces)
