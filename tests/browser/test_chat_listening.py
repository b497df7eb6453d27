"""The chat page for who listens and talks: a player below each message, a microphone at each question."""

import pytest
from playwright.async_api import expect

from browser.chat_telling import OpenPage
from flows.phrases import phrase
from spoken_sound import find_speaker

pytestmark = pytest.mark.browser


async def test_everything_can_be_heard_on_a_phone(open_page: OpenPage) -> None:
    """The button on the first page begins so; a player works by keyboard, and its sound can be played."""
    find_speaker()
    page = await open_page(size=(375, 700), touch=True)
    await page.get_by_role("button", name="lees alles voor").click()
    players = page.locator("#log .bot audio")
    await expect(players.first).to_be_visible()

    count = await players.count()
    assert count == await page.locator("#log .bot").count()
    box = await players.last.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
    await players.last.focus()
    played = await players.last.evaluate(
        "async (player) => { player.load(); await new Promise((done) => player.addEventListener"
        "('loadedmetadata', done, { once: true })); return player.duration; }"
    )
    assert played > 0.5
    assert await players.last.evaluate("(player) => player === document.activeElement")


async def test_the_microphone_is_there_at_every_question(open_page: OpenPage) -> None:
    """Not only the story can be spoken; and the question stays open while the bot listens."""
    page = await open_page(size=(375, 700), touch=True)
    await page.get_by_role("button", name="Begin", exact=True).click()
    await expect(page.locator("#recorder")).to_be_visible()
    await page.locator("#recorder [data-do=start]").click()
    await expect(page.locator("#recorder .time")).to_have_text("0:01")
    await page.locator("#recorder [data-do=stop]").click()
    await page.locator("#recorder [data-do=send]").click()
    await expect(page.locator("#log")).to_contain_text(phrase("nl", "listening"))
    await expect(page.locator("#answer .options button").first).to_be_enabled()
