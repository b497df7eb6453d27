"""Sound that is made on the spot: words spoken by espeak-ng, and a look at voice notes of the bot."""

import io
import os
import shutil
import subprocess
from typing import Any

import av
import pytest

VOICES = ("nl+m3", "nl", "nl+f2", "nl+m1")
"""Voices in which words are tried one after the other, as people say again what was not understood."""


def find_speaker() -> str:
    """Where espeak-ng is; without it the test is passed over, unless all tools must be there."""
    path = shutil.which("espeak-ng")
    if path is not None:
        return path
    reason = "espeak-ng is not installed; see CONTRIBUTING.md"
    if os.environ.get("VERTELBOT_TEST_TOOLS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def pronounce(words: str, voice: str = VOICES[0]) -> bytes:
    """Words as a WAV file, spoken slowly and clearly."""
    command = [find_speaker(), "-v", voice, "-s", "130", "-g", "4", "--stdin", "--stdout"]
    return subprocess.run(command, input=words.encode(), capture_output=True, timeout=60, check=True).stdout


def measure_voice_note(sound: bytes) -> float:
    """The seconds of a voice note; it must be OGG with one channel of Opus."""
    assert sound.startswith(b"OggS")
    opened: Any = av.open(io.BytesIO(sound))  # Any, because PyAV's types are unknown in part
    with opened as file:
        stream = file.streams.audio[0]
        assert (stream.codec_context.name, stream.codec_context.layout.name) in {
            ("opus", "mono"),
            ("libopus", "mono"),
        }
        return sum(frame.samples / frame.sample_rate for frame in file.decode(stream))
