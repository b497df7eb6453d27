"""Long recordings, hostile ones and urgent ones, through real servers and workers that can be killed."""

import asyncio
import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from running_bot import RunningBot
from storage_probe import read_as_owner, read_as_reader
from tellers import WebTeller, begin_telling, expect, go_on_to_confirmation, keep_story, own
from workers.sound import SAMPLE_RATE, read_samples
from workers.splitting import SPLIT_FROM
from workers.voice_notes import encode_voice_note

VOICE = Path(__file__).parents[1] / "fixtures" / "voice"
MOST_MEMORY = 900_000
"""Kilobytes a worker may have used at its most, the model included."""


@pytest.fixture(scope="session")
def long_note() -> bytes:
    """The same story again and again, as Opus, until it is long enough to be split."""
    told = read_samples((VOICE / "verhaal.ogg").read_bytes())
    return encode_voice_note(np.tile(told, int(SPLIT_FROM * SAMPLE_RATE / len(told)) + 1))


async def test_a_long_story_survives_a_power_cut_in_a_piece(
    open_bot: RunningBot, web_teller: WebTeller, database_url: str, long_note: bytes
) -> None:
    """A worker is killed while it works on a piece; two others finish it, in order and once."""
    open_bot.start_worker()
    await begin_telling(web_teller)
    await web_teller.speak(long_note)
    await expect(web_teller, own("story_voice"))
    await until(
        database_url,
        "select count(*) from jobs j join recording_pieces p on p.id = j.subject where j.state = 'running'",
    )
    open_bot.kill_worker()
    open_bot.start_worker(workers=2)
    await go_on_to_confirmation(web_teller)
    await keep_story(web_teller)

    ((story,),) = read_as_reader(database_url, "select story from reader.stories_v1")
    assert str(story).casefold().count("fiets") >= 8
    assert read_as_owner(
        database_url, "select queue, state, count(*) from jobs group by 1, 2 order by 1"
    ) == [
        ("privacy", "done", 1),
        ("transcription", "done", 3),
    ]
    assert read_as_owner(database_url, "select count(*) from recording_pieces") == [(0,)]
    told = "select count(*) from inbox where channel = 'system' and key like 'recording:%'"
    assert read_as_owner(database_url, told) == [(1,)]


async def test_hostile_files_are_answered_and_the_worker_lives(
    speaking_bot: RunningBot, web_teller: WebTeller, tmp_path: Path
) -> None:
    """Each gets a clear answer from one and the same worker, whose memory stays bounded."""
    await begin_telling(web_teller)
    answers: dict[str, int] = {}
    for sound, problem in list_hostile(tmp_path):
        answers[problem] = answers.get(problem, 0) + 1
        await web_teller.speak(sound)
        await expect(web_teller, own(f"transcript_{problem}"), times=answers[problem])
    await web_teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(web_teller, own("story_voice"), times=sum(answers.values()) + 1)
    await go_on_to_confirmation(web_teller)

    worker = speaking_bot.workers["transcription"]
    assert worker.poll() is None
    status = Path(f"/proc/{worker.pid}/status").read_text()
    [peak] = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
    assert peak < MOST_MEMORY


async def test_a_short_answer_goes_before_a_long_story(
    open_bot: RunningBot, database_url: str, long_note: bytes
) -> None:
    """Told later, and text earlier: who said little waits for little."""
    tellers = [WebTeller(open_bot.url), WebTeller(open_bot.url)]
    for teller, note in zip(tellers, (long_note, (VOICE / "verhaal.ogg").read_bytes()), strict=True):
        await begin_telling(teller)
        await teller.speak(note)
        await expect(teller, own("story_voice"))
    open_bot.start_worker()
    await until(database_url, "select count(*) from transcripts", 2)

    told = "select r.bytes from transcripts t join recordings r on r.id = t.recording order by t.created_at"
    (first,), (second,) = read_as_owner(database_url, told)
    assert int(str(first)) < int(str(second))


async def until(database_url: str, statement: str, number: int = 1) -> None:
    """Wait until a count is at least so large."""
    for _ in range(2400):
        ((found,),) = read_as_owner(database_url, statement)
        if int(str(found)) >= number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never {number}: {statement}")


def list_hostile(folder: Path) -> list[tuple[bytes, str]]:
    """Files that are no voice notes, or bad ones, and what their teller is told."""
    ffmpeg = shutil.which("ffmpeg")
    assert ffmpeg, "the journeys of recordings need ffmpeg; see CONTRIBUTING.md"

    def make(name: str, *arguments: str) -> bytes:
        path = folder / name
        subprocess.run([ffmpeg, "-v", "error", "-f", "lavfi", *arguments, path], check=True)
        return path.read_bytes()

    good = (VOICE / "verhaal.ogg").read_bytes()
    flipped = bytearray(good)
    for at in np.random.default_rng(7).integers(0, len(good), len(good) // 8):
        flipped[at] ^= 255
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("verhaal.ogg", good)
    hour = make("uur.ogg", "-i", "anullsrc=r=48000:cl=mono", "-t", "3600", "-c:a", "libopus", "-b:a", "6k")
    film = make("film.mp4", "-i", "testsrc=size=64x64:rate=5", "-t", "3")
    return [
        (b"OggS" + bytes(80), "unreadable"),
        (np.random.default_rng(8).bytes(50_000), "unreadable"),
        (b"OggS" + np.random.default_rng(9).bytes(50_000), "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + os.urandom(20_000), "unreadable"),
        (("Lieve mensen, dit is een brief. " * 500).encode(), "unreadable"),
        (packed.getvalue(), "unreadable"),
        (film, "unreadable"),
        (hour, "too_long"),
        (good[:200], "unreadable"),
        (bytes(flipped), "unreadable"),
    ]
