"""A real browser for the chat page: Chromium with a microphone that plays a voice note of the fixtures."""

import os
import shutil
import wave
from collections.abc import AsyncGenerator
from pathlib import Path

import av
import pytest
from av.audio.resampler import AudioResampler
from playwright.async_api import Browser, async_playwright

VOICE = Path(__file__).parent.parent / "fixtures" / "voice" / "verhaal.ogg"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --use-fake-ui-for-media-stream "
    "--use-fake-device-for-media-stream"
)


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The voice note as the sound file that Chromium takes for a microphone."""
    path = tmp_path_factory.mktemp("microphone") / "verhaal.wav"
    resampler = AudioResampler("s16", "mono", 48_000)
    with av.open(str(VOICE)) as source, wave.open(str(path), "wb") as target:
        target.setparams((1, 2, 48_000, 0, "NONE", ""))
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                target.writeframes(bytes(part.planes[0])[: part.samples * 2])
    return path


@pytest.fixture(scope="session")
async def browser(microphone: Path) -> AsyncGenerator[Browser]:
    """Chromium, which reaches nothing but this machine."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "Chromium is not installed; see CONTRIBUTING.md"
        if os.environ.get("VERTELBOT_TEST_TOOLS") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=chromium,
            args=[
                *FLAGS.split(),
                f"--use-file-for-fake-audio-capture={microphone}",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield opened
        await opened.close()
