"""Drawings in the chat itself: a triangle, a line and stones, answered by pointing, and kept as they lie."""

from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

import tellers
from browser.canvas_touching import drag, find_place, read_numbers, tap
from browser.chat_telling import OpenPage, press_to, see, see_focus
from browser.page_measures import CONTRAST, MEASURE
from running_bot import RunningBot
from storage.database import Database
from storage.tables import answers
from tellers import WebTeller

pytestmark = pytest.mark.browser

SEND = "Verstuur mijn antwoord"


async def open_at_line(open_page: OpenPage, bot: RunningBot, **device: Any) -> tuple[Page, WebTeller]:
    """The page of a teller who is asked to point at a place on a line."""
    teller = WebTeller(bot.url)
    await teller.start("alle-soorten")
    await tellers.expect(teller, "Doe je mee?")
    await teller.tap("yes")
    await tellers.expect(teller, "Hoe verbonden voel je je")
    await teller.tap("dont_know")
    await tellers.expect(teller, "Ik had in deze situatie")
    return await open_page(token=teller.token, **device), teller


async def read_answer(database: Database, question: str) -> list[tuple[Any, ...]]:
    """What was recorded of one question: number or place, and how it was given."""
    async with database.reading() as connection:
        found = await connection.execute(
            select(answers).where(answers.c.question == question).order_by(answers.c.id)
        )
        return [
            (
                *(float(each) for each in (row.number, row.x, row.y) if each is not None),
                row.code,
                row.input_method,
            )
            for row in found
        ]


async def test_pointing_by_finger(open_page: OpenPage, bot: RunningBot, database: Database) -> None:
    """All three on a phone: tapped and dragged; the numbers behind them are what is kept."""
    page, _ = await open_at_line(open_page, bot, size=(360, 740), touch=True)
    await expect(page.get_by_text("Tik op de lijn op jouw plek.")).to_be_visible()
    await expect(page.get_by_role("button", name="Klaar")).to_have_count(0)
    await page.get_by_role("button", name=SEND).tap()
    await expect(page.locator(".draw .rule")).to_have_text("Kies eerst een plek.")
    await tap(page, 30, 50)
    await expect(page.locator(".draw .rule")).to_have_text("")
    await drag(page, page.locator(".ball"), 80, 50)
    await page.get_by_role("button", name=SEND).tap()

    await see(page, "Dit kwam vooral door")
    await tap(page, 60, 20)
    assert await read_numbers(page) == ["20", "30", "50"]
    assert await page.evaluate(MEASURE) == []
    assert await page.evaluate(CONTRAST) == []
    await page.get_by_role("button", name=SEND).tap()

    await see(page, "Waar hoort dit: de inwoner?")
    await tap(page, 25, 75)
    await page.get_by_label("Hoort er niet bij: het team").check()
    assert await page.evaluate(MEASURE) == []
    await page.get_by_role("button", name=SEND).tap()
    await see(page, "Welke foto past hierbij?")
    await expect(page.locator("#log li.teller", has_text="Een aangewezen plek")).to_have_count(3)
    await expect(page.locator(".draw")).to_have_count(0)

    assert await read_answer(database, "ruimte") == [(80.0, None, "canvas")]
    assert [each[0] for each in await read_answer(database, "oorzaak")] == [20.0, 30.0, 50.0]
    assert await read_answer(database, "plek") == [(25.0, 75.0, None, "canvas"), ("off", "canvas")]


async def test_pointing_by_keys(open_page: OpenPage, bot: RunningBot, database: Database) -> None:
    """The focus comes to the question, from there to the handle, and on to the next question."""
    page, _ = await open_at_line(open_page, bot)
    await press_to(page, "Jouw plek")
    for key in ("Space", "ArrowLeft", "ArrowLeft"):
        await page.keyboard.press(key)
    await press_to(page, SEND)
    await page.keyboard.press("Enter")
    await see_focus(page, "Dit kwam vooral door")
    await press_to(page, "Jouw plek")
    for _ in range(6):
        await page.keyboard.press("Shift+ArrowUp")
    await press_to(page, SEND)
    await page.keyboard.press("Enter")
    await see_focus(page, "Waar hoort dit: de inwoner?")

    assert await read_answer(database, "ruimte") == [(48.0, None, "canvas")]
    assert (await read_answer(database, "oorzaak"))[0][0] == 84.0


async def test_stones_of_which_one_lies_already(
    open_page: OpenPage, bot: RunningBot, database: Database
) -> None:
    """What was placed by a button lies in the drawing, too, and can be moved there."""
    page, teller = await open_at_line(open_page, bot, size=(400, 900), touch=True)
    await teller.tap("skip")
    await tellers.expect(teller, "Dit kwam vooral door")
    await teller.tap("skip")
    await see(page, "Waar hoort dit: de inwoner?")
    await page.get_by_text("Liever met knoppen?").tap()
    await page.get_by_role("button", name="linksboven").tap()
    await see(page, "Waar hoort dit: het team?")
    assert await read_numbers(page) == ["16.67", "83.33", "", ""]
    await expect(page.get_by_text("Tik op de plek voor: het team.")).to_be_visible()
    await page.touchscreen.tap(*await find_place(page, 50, 50))
    await drag(page, page.locator(".ball").first, 30, 70)
    await page.get_by_role("button", name=SEND).tap()
    await see(page, "Welke foto past hierbij?")

    assert await read_answer(database, "plek") == [(30.0, 70.0, None, "canvas"), (50.0, 50.0, None, "canvas")]


async def test_without_script_the_buttons_are_there(open_page: OpenPage, bot: RunningBot) -> None:
    """No drawing is shown that could not be used."""
    page, _ = await open_at_line(open_page, bot, script=False)

    await expect(page.locator(".draw")).to_be_hidden()
    await expect(page.get_by_label("1: te weinig ruimte")).to_have_count(1)
    await expect(page.get_by_role("button", name="Klaar")).to_be_visible()
