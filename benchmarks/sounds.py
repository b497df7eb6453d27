"""Sounds in which nobody speaks, made by arithmetic: none of them may become text.

Without a voice filter Whisper writes subtitles under such sounds ("TV GELDERLAND 2020.").
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel

from benchmarks.table import Row
from workers.sound import SAMPLE_RATE, Samples
from workers.weights import find_weights
from workers.whisper import Whisper

_Sound = npt.NDArray[np.float64]

_DTMF = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336)}
_SCALE = (261.6, 293.7, 329.6, 349.2, 392.0, 440.0, 493.9, 523.3)


def make_sounds() -> Mapping[str, Samples]:
    """Sounds by name, 16 kHz mono."""
    chance = np.random.default_rng(11)
    sounds: dict[str, _Sound] = {
        "a second of silence": np.zeros(SAMPLE_RATE),
        "ten seconds of silence": np.zeros(10 * SAMPLE_RATE),
        "a minute of silence": np.zeros(60 * SAMPLE_RATE),
        "a microphone that is on": chance.standard_normal(20 * SAMPLE_RATE) * 0.0005,
        "white noise": chance.standard_normal(20 * SAMPLE_RATE) * 0.1,
        "loud white noise": np.sign(chance.standard_normal(10 * SAMPLE_RATE)),
        "pink noise": _color(chance, 20, 0.5),
        "brown noise": _color(chance, 20, 1.0),
        "a low tone": _tone(100, 15) * 0.5,
        "a tone": _tone(440, 15) * 0.5,
        "a high tone": _tone(3000, 15) * 0.3,
        "a sweep up": _sweep(80, 4000, 15),
        "a sweep down": _sweep(4000, 80, 15),
        "a siren": np.sin(np.cumsum(2 * np.pi * (900 + 300 * _tone(0.5, 15)) / SAMPLE_RATE)) * 0.5,
        "a number dialled": _dial(),
        "a line that is busy": _tone(425, 12) * _pulse(12, 0.5) * 0.4,
        "clicks": _strike(chance, 12, 0.0005),
        "a clock": _pulse(20, 0.002) * 0.8,
        "hum of the mains": _harmonics(50, 15, 8),
        "an engine": _harmonics(38, 20, 20) * (1 + 0.4 * _tone(12, 20)) + _color(chance, 20, 1.0) * 0.2,
        "wind": _color(chance, 20, 1.2) * (0.5 + 0.5 * _tone(0.15, 20)),
        "rain": _color(chance, 20, 0.1) * (0.3 + _strike(chance, 20, 0.002)),
        "a chord": sum((_tone(each, 15) for each in (220.0, 277.2, 329.6)), np.zeros(15 * SAMPLE_RATE)) * 0.2,
        "a melody": _play(_SCALE * 3, 0.4),
        "a melody with chords": _play(_SCALE * 3, 0.5) + _play([each / 2 for each in _SCALE * 3], 0.5),
        "a drum": _beat(chance),
        "a hall full of people": _crowd(chance, 20),
        "steps": _color(chance, 15, 0.7) * np.exp(-20 * (_moments(15) % 0.6)),
    }
    return {name: _finish(sound) for name, sound in sounds.items()}


def measure(*, cache: Path) -> list[Row]:
    """How many of the sounds stay without text: ours, beside the library as its README calls it."""
    weights = find_weights("base", cache=cache)
    ours, floor = Whisper(weights), load_library(weights)
    sounds = make_sounds()
    quiet = sum(not ours.transcribe(sound, languages=["nl"]).text for sound in sounds.values())
    plain = sum(
        not "".join(segment.text for segment in floor.transcribe(sound, language="nl")[0]).strip()
        for sound in sounds.values()
    )
    return [Row(f"sounds without speech, {len(sounds)} in all, left without text", quiet, plain, "sounds")]


def load_library(weights: Path) -> Any:
    """The library's model with int8; Any, because its types are unknown in part."""
    return WhisperModel(str(weights), device="cpu", compute_type="int8", cpu_threads=2)


def _moments(seconds: float) -> _Sound:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _tone(pitch: float, seconds: float) -> _Sound:
    return np.sin(2 * np.pi * pitch * _moments(seconds))


def _pulse(seconds: float, share: float) -> _Sound:
    """On for a share of every second."""
    return (_moments(seconds) % 1 < share).astype(float)


def _strike(chance: np.random.Generator, seconds: float, share: float) -> _Sound:
    """On for a share of all moments, at random."""
    return (chance.random(int(seconds * SAMPLE_RATE)) < share).astype(float)


def _sweep(first: float, last: float, seconds: float) -> _Sound:
    pitch = np.geomspace(first, last, int(seconds * SAMPLE_RATE))
    return np.sin(np.cumsum(2 * np.pi * pitch / SAMPLE_RATE)) * 0.4


def _color(chance: np.random.Generator, seconds: float, slope: float) -> _Sound:
    """Noise whose strength falls with its pitch to the power `slope`: 0.5 is pink, 1 brown."""
    spectrum = np.fft.rfft(chance.standard_normal(int(seconds * SAMPLE_RATE)))
    spectrum /= np.arange(1, len(spectrum) + 1) ** slope
    sound = np.fft.irfft(spectrum, int(seconds * SAMPLE_RATE))
    return sound / np.abs(sound).max() * 0.6


def _harmonics(pitch: float, seconds: float, count: int) -> _Sound:
    parts = (_tone(pitch * number, seconds) / number for number in range(1, count + 1))
    return sum(parts, np.zeros(int(seconds * SAMPLE_RATE))) * 0.2


def _play(pitches: tuple[float, ...] | list[float], seconds: float) -> _Sound:
    """Notes one after the other, as of a plucked string."""
    fade = np.exp(-4 * _moments(seconds))
    strings = [(_tone(each, seconds) + 0.4 * _tone(2 * each, seconds)) * fade for each in pitches]
    return np.concatenate(strings) * 0.3


def _dial() -> _Sound:
    pause = np.zeros(SAMPLE_RATE // 8)
    keys = [(_tone(low, 0.2) + _tone(high, 0.2)) * 0.3 for low, high in _DTMF.values()]
    return np.concatenate([part for key in keys * 5 for part in (key, pause)])


def _beat(chance: np.random.Generator) -> _Sound:
    drum = _tone(70, 0.5) * np.exp(-12 * _moments(0.5))
    hat = chance.standard_normal(SAMPLE_RATE // 2) * np.exp(-40 * _moments(0.5)) * 0.2
    return np.tile(np.concatenate([drum + hat, hat]), 15) * 0.6


def _crowd(chance: np.random.Generator, seconds: float) -> _Sound:
    """Fifty sources of pink noise that swell and fade each at its own time: a murmur without words."""
    hall = np.zeros(int(seconds * SAMPLE_RATE))
    for _ in range(50):
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * (chance.random() * _moments(seconds) + chance.random()))
        hall += np.roll(_color(chance, seconds, 0.6), int(chance.integers(len(hall)))) * swell
    return hall / np.abs(hall).max() * 0.5


def _finish(sound: _Sound) -> Samples:
    return np.clip(sound, -1, 1).astype(np.float32)
