"""Where a long recording is cut, so that several workers make text of it: in its quietest moments."""

import math

import numpy as np

from workers.sound import SAMPLE_RATE, Samples

SPLIT_FROM = 120.0
"""Seconds from which a recording is split: cut in halves, notes of a minute came out worse."""

LONGEST_PIECE = 240.0
"""Seconds of a piece, or some more: eight windows of the model, worked on together."""

SHORTEST_PIECE = 60.0
"""Seconds of a piece, or some less: windows worked on one by one take longer than together."""

SEARCH = 15.0
"""Seconds to either side of where a cut would be best in which the quietest moment is looked for."""

_FRAME = SAMPLE_RATE // 50
_PAUSE = 25
"""Frames of a fiftieth of a second that have to be quiet together: half a second, as between sentences."""


def find_pieces(samples: Samples, workers: int = 2) -> tuple[tuple[float, float], ...]:
    """Where each piece begins and ends, in seconds; one piece for what is not split.

    As many as there are workers, or twice as many, and so on: with three pieces and two workers one of them
    would wait while the other hears the last piece.
    """
    seconds = len(samples) / SAMPLE_RATE
    if seconds <= SPLIT_FROM:
        return ((0.0, seconds),)
    share = max(2, min(workers, int(seconds / SHORTEST_PIECE)))
    count = share * math.ceil(seconds / LONGEST_PIECE / share)
    loudness = _measure_loudness(samples)
    cuts = [_find_quietest(loudness, seconds * number / count) for number in range(1, count)]
    return tuple(zip([0.0, *cuts], [*cuts, seconds], strict=True))


def _measure_loudness(samples: Samples) -> Samples:
    """How loud each half second is, by the fiftieth of a second in its middle."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.square(frames).mean(axis=1)
    return np.convolve(power, np.full(_PAUSE, 1 / _PAUSE, np.float32), mode="same").astype(np.float32)


def _find_quietest(loudness: Samples, seconds: float) -> float:
    """The quietest moment around another, in seconds."""
    first = int((seconds - SEARCH) * 50)
    around = loudness[first : int((seconds + SEARCH) * 50)]
    quietest = np.flatnonzero(around <= around.min())
    return (first + int(quietest[len(quietest) // 2]) + 0.5) / 50
