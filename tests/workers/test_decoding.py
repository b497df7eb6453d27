"""Sound is opened in a process of its own: what ends, hangs or fills that one is no more than unreadable."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pytest

from workers.decoding import TRIES, Decoder
from workers.sound import LONGEST_SECONDS, SAMPLE_RATE, TooLongSoundError, UnreadableSoundError, sniff

FORMATS = {
    "voice.ogg": (["-c:a", "libopus"], "audio/ogg"),
    "vorbis.ogg": (["-c:a", "libvorbis"], "audio/ogg"),
    "memo.mp3": (["-c:a", "libmp3lame"], "audio/mpeg"),
    "memo.m4a": (["-c:a", "aac"], "audio/mp4"),
    "fragments.mp4": (["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"], "audio/mp4"),
    "raw.aac": (["-c:a", "aac", "-f", "adts"], "audio/aac"),
    "browser.webm": (["-c:a", "libopus"], "audio/webm"),
    "plain.wav": (["-c:a", "pcm_s16le"], "audio/wav"),
    "archive.flac": (["-c:a", "flac"], "audio/flac"),
}
"""Files as phones, browsers and platforms make them: how ffmpeg is asked for them, and what they are."""


DYING = """
import asyncio, io, os, signal, sys, wave
from multiprocessing import active_children
from workers.decoding import Decoder

def wav():
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(32000))
    return out.getvalue()

decoder = Decoder()
decoder.warm()
if sys.argv[1]:
    asyncio.run(decoder.read(wav()))
[child] = active_children()
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
"""A worker that is killed right after its child was started, or once it worked."""


@pytest.fixture(scope="module")
def decoder() -> Generator[Decoder]:
    """A warm decoder."""
    opened = Decoder()
    yield opened
    opened.close()


def make_file(folder: Path, name: str) -> bytes:
    """Three seconds of a tone, in the format of a name of `FORMATS`."""
    ffmpeg = shutil.which("ffmpeg")
    assert ffmpeg, "the tests of formats need ffmpeg; see CONTRIBUTING.md"
    path = folder / name
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3", "-ac", "1"]
    subprocess.run([ffmpeg, "-v", "error", *tone, *FORMATS[name][0], path], check=True)
    return path.read_bytes()


@pytest.mark.parametrize("name", sorted(FORMATS))
async def test_every_format_is_told_by_its_bytes(decoder: Decoder, tmp_path: Path, name: str) -> None:
    """The file's name is never asked: the first bytes say what it is, and it is heard whole."""
    data = make_file(tmp_path, name)

    samples = await decoder.read(data)

    assert sniff(data) == FORMATS[name][1]
    assert len(samples) / SAMPLE_RATE == pytest.approx(3.0, abs=0.15)
    assert 0.05 < np.abs(samples).max() <= 1.0
    peak = np.abs(np.fft.rfft(samples)).argmax() * SAMPLE_RATE / len(samples)
    assert peak == pytest.approx(440, abs=2)


async def test_the_speech_of_a_text_message(decoder: Decoder) -> None:
    """AMR, of which few programs can make more: frames of 12.2 kbit/s, a fiftieth of a second each."""
    frame = b"\x3c" + bytes(range(31))
    data = b"#!AMR\n" + frame * 150

    samples = await decoder.read(data)

    assert sniff(data) == "audio/amr"
    assert len(samples) / SAMPLE_RATE == pytest.approx(3.0, abs=0.1)


async def test_a_part_of_a_sound(decoder: Decoder, tmp_path: Path) -> None:
    """Of a long recording a worker takes its own piece; pieces side by side lose nothing."""
    data = make_file(tmp_path, "voice.ogg")

    whole = await decoder.read(data)
    first, second = await decoder.read(data, ends=1.2), await decoder.read(data, starts=1.2)

    assert len(first) / SAMPLE_RATE == pytest.approx(1.2, abs=0.03)
    assert len(first) + len(second) == pytest.approx(len(whole), abs=100)


async def test_what_hangs_is_ended(silence: Callable[[int], bytes]) -> None:
    """The alarm that is set for every file ends the child, whatever it does; the next file finds another."""
    others, hasty = find_children(), Decoder()
    try:
        await hasty.read(silence(1))
        [before] = find_children() - others
        os.kill(before, signal.SIGALRM)
        assert len(await hasty.read(silence(1))) > 0
        [after] = find_children() - others
        assert after != before
    finally:
        hasty.close()


async def test_what_ends_every_child_is_unreadable(silence: Callable[[int], bytes]) -> None:
    """A child that is ended at every try: one clear sentence, and the next file is heard."""
    strict = Decoder(seconds=1)
    others = find_children()
    try:
        await strict.read(silence(1))
        reading = asyncio.create_task(strict.read(silence(800)))
        for _ in range(TRIES):
            while not (children := find_children() - others):
                await asyncio.wait([reading], timeout=0.01)
            for child in children:
                os.kill(child, signal.SIGKILL)
            others |= children
        with pytest.raises(UnreadableSoundError, match="within bounds"):
            await reading
        assert len(await strict.read(silence(1))) > 0
    finally:
        strict.close()


async def test_a_child_that_ends_while_it_is_given_a_file(silence: Callable[[int], bytes]) -> None:
    """Some versions of Python wait there for ever; the file is given to the next child."""
    hasty = Decoder(seconds=1)
    others = find_children()
    try:
        await hasty.read(silence(1))
        [child] = find_children() - others
        os.kill(child, signal.SIGSTOP)  # it takes nothing in, and a pipe holds less than such a file
        reading = asyncio.create_task(hasty.read(silence(1) + bytes(1 << 22)))
        await asyncio.sleep(0.5)
        os.kill(child, signal.SIGKILL)
        assert len(await reading) > 0
    finally:
        hasty.close()


async def test_memory_is_bounded(silence: Callable[[int], bytes]) -> None:
    """Too little memory for this sound: it is refused, and a smaller one is heard."""
    tight = Decoder(memory=330 << 20)
    try:
        assert len(await tight.read(silence(2))) > 0
        with pytest.raises(UnreadableSoundError):
            await tight.read(silence(800))
        assert len(await tight.read(silence(2))) > 0
    finally:
        tight.close()


@pytest.mark.parametrize("readied", [False, True])
def test_a_child_does_not_outlive_its_worker(readied: bool) -> None:  # noqa: FBT001  # pytest gives it
    """A power cut of the worker ends the child too, also one that was still starting."""
    done = subprocess.run(
        [sys.executable, "-c", DYING, "readied" * readied], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr

    for _ in range(300):
        if not Path(f"/proc/{int(done.stdout)}").exists():
            return
        time.sleep(0.1)
    os.kill(int(done.stdout), signal.SIGKILL)
    raise AssertionError("the child is still there")


async def test_longer_than_we_listen(decoder: Decoder, silence: Callable[[int], bytes]) -> None:
    """What says to be too long is not decoded; what does not say so is, up to the bound."""
    with pytest.raises(TooLongSoundError):
        await decoder.read(silence(int(LONGEST_SECONDS) + 5))


def find_children() -> set[int]:
    """The decoding processes that this one started and that live."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = [int(pid) for task in tasks for pid in task.read_text().split()]
    return {pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}
