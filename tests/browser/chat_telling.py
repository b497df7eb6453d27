"""What all tests of the chat page share: how they open it, a teller with a story, and what the bot said."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Page, expect

import tellers
from running_bot import RunningBot
from tellers import WebTeller

STORY = (
    "Ik was bij een gezin thuis. De dochter ging al weken niet naar school. "
    "We hebben samen haar fiets gemaakt. Daarna reed ik een stuk met haar mee. "
    "Nu gaat ze elke dag weer. Dat voelde goed."
)

OpenPage = Callable[..., Awaitable[Page]]
"""Opens the chat on a device of its own; see the fixture `open_page`."""


@asynccontextmanager
async def telling(bot: RunningBot) -> AsyncGenerator[WebTeller]:
    """A teller at the API who was asked for the story."""
    teller = WebTeller(bot.url)
    await tellers.begin_telling(teller)
    yield teller


async def see(page: Page, words: str) -> None:
    """Wait until the bot said something."""
    await expect(page.locator("#log li.bot", has_text=words).last).to_be_visible()
