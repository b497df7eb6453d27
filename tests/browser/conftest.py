"""A real browser for the chat page: Chromium with a microphone that plays a voice note of the fixtures."""

import os
import shutil
import wave
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import av
import pytest
from av.audio.resampler import AudioResampler
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from bot.channels.web_requests import COOKIE
from bot.commands.flows import publish_all, read_all
from browser.canvas_touching import OpenCanvas, open_phones
from browser.chat_telling import OpenPage
from canvas_house import CanvasHouse, open_canvas_house
from running_bot import RunningBot
from storage.database import Database
from storage.vault import Vault

FLOWS = Path(__file__).parent.parent / "fixtures" / "flows"
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


@pytest.fixture
async def bot(make_bot: Callable[..., RunningBot], database_url: str) -> RunningBot:
    """A running server that has the flows of these tests too: a short story, and every kind of question."""
    await publish_all(database_url, read_all([FLOWS]))
    running = make_bot()
    running.start()
    return running


@pytest.fixture
async def open_page(browser: Browser, bot: RunningBot) -> AsyncGenerator[OpenPage]:
    """A function that opens the chat on a device of its own; scripts and styles must never be blocked."""
    devices: list[BrowserContext] = []
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    async def open_one(
        path: str = "",
        *,
        token: str = "",
        script: bool = True,
        size: tuple[int, int] = (1280, 800),
        dark: bool = False,
        touch: bool = False,
    ) -> Page:
        device = await browser.new_context(
            locale="nl-NL",
            permissions=["microphone"],
            java_script_enabled=script,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
        )
        devices.append(device)
        if token:
            await device.add_cookies([{"name": COOKIE, "value": token, "url": bot.url}])
        page = await device.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"{bot.url}{path or ('/chat' if token else '/chat?flow=kort-verhaal')}")
        return page

    yield open_one
    for device in devices:
        await device.close()
    assert wrong == []


@pytest.fixture
async def house(database: Database, vault: Vault) -> AsyncGenerator[CanvasHouse]:
    """A touch page, and a person on Telegram."""
    async with open_canvas_house(database, vault) as opened:
        yield opened


@pytest.fixture
async def open_canvas(browser: Browser, house: CanvasHouse) -> AsyncGenerator[OpenCanvas]:
    """A function that asks a question and opens the touch page on a phone."""
    async with open_phones(browser, house) as opened:
        yield opened
