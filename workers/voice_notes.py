"""Makes a voice note of sound: one channel of Opus in OGG, as Telegram, WhatsApp and browsers play it."""

import gc
import io
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame

from workers.sound import SAMPLE_RATE, Samples, read_samples

BIT_RATE = 24_000
"""Bits a second: speech at this rate is 3 kB a second."""

_STEP = 320
"""Samples of one Opus frame of 20 ms."""


def encode_voice_note(samples: Samples) -> bytes:
    """OGG with Opus of sound as `read_samples` gives it."""
    out = io.BytesIO()
    opened: Any = av.open(out, "w", format="ogg")  # Any, because PyAV's types for writing are unknown in part
    try:
        with opened as file:
            stream = file.add_stream("libopus", rate=SAMPLE_RATE, options={"application": "voip"})
            stream.layout = "mono"
            stream.bit_rate = BIT_RATE
            pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
            for start in range(0, len(pcm), _STEP):
                frame = AudioFrame.from_ndarray(pcm[None, start : start + _STEP], "s16", "mono")
                frame.sample_rate, frame.pts = SAMPLE_RATE, start
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    finally:
        gc.collect()  # PyAV's codecs sit in reference cycles
    return out.getvalue()


def convert_to_voice_note(data: bytes, *, max_seconds: float) -> bytes:
    """A voice note of any sound file, decoded and encoded anew: nothing of the file itself goes along.

    Raises SoundError when it is no sound, broken, or longer than that.
    """
    return encode_voice_note(read_samples(data, max_seconds=max_seconds))
