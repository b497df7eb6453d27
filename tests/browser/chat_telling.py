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
    await teller.start("kort-verhaal")
    await tellers.expect(teller, "Doe je mee?")
    await teller.tap("yes")
    await tellers.expect(teller, "Waar gaat je verhaal over?")
    await teller.tap("beter")
    await tellers.expect(teller, "Vertel wat er gebeurde")
    yield teller


async def answer_questions(teller: WebTeller) -> None:
    """Answer all questions after the story, up to the confirmation."""
    await teller.say("De nieuwe fiets")
    await tellers.expect(teller, "Hoe voelde dat toen?")
    await teller.send({"choices": ["gids"]})
    await tellers.expect(teller, "Waardoor deed je dit vooral?")
    await teller.tap("top-left")
    await tellers.expect(teller, "Wie mag dit verhaal lezen?")
    await teller.tap("alle-teams")


async def see(page: Page, words: str) -> None:
    """Wait until the bot said something."""
    await expect(page.locator("#log li.bot", has_text=words).last).to_be_visible()


async def press_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Move the focus to a control by its name; fails when the keyboard does not get there."""
    script = """() => {
        const at = document.activeElement;
        const label = at.labels?.[0]?.textContent ?? at.textContent;
        return (at.getAttribute('aria-label') ?? label).trim();
    }"""
    for _ in range(40):
        await page.keyboard.press(key)
        if await page.evaluate(script) == name:
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


async def see_focus(page: Page, words: str) -> None:
    """Wait until the focus is on a new question."""
    await expect(page.locator("#log .bubble:focus")).to_contain_text(words)
