"""Every kind of question in a real browser: answered by keyboard, by touch, and without script."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

import tellers
from browser.chat_telling import OpenPage, press_to, see, see_focus
from browser.page_measures import CONTRAST, MEASURE
from storage.database import Database
from storage.tables import answers

pytestmark = pytest.mark.browser

BUTTONS = "Liever met knoppen?"
PHOTO = Path(__file__).parents[2] / "docs" / "pictures"
QUESTIONS = (
    "Hoe verbonden voel je je",
    "Ik had in deze situatie",
    "Dit kwam vooral door",
    "Waar hoort dit: de inwoner?",
    "Waar hoort dit: het team?",
    "Welke foto past hierbij?",
    "Hoeveel weken duurde het?",
    "Wanneer was het?",
    "Wat had geholpen?",
    "Waar ging het over?",
    "Welk plaatje past?",
)


async def begin(open_page: OpenPage, **device: Any) -> Page:
    """Open the page at the flow and agree."""
    page = await open_page("/chat?flow=alle-soorten", **device)
    await page.get_by_role("button", name="Begin", exact=True).click()
    await see(page, "Doe je mee?")
    await page.get_by_role("button", name="Ik doe mee").click()
    return page


async def read_answers(database: Database) -> Mapping[str, list[Any]]:
    """What was recorded, by question: codes, numbers, places and texts."""
    found: dict[str, list[Any]] = {}
    async with database.reading() as connection:
        rows = await connection.execute(select(answers).order_by(answers.c.id))
        for row in rows:
            value = row.code if row.number is None else float(row.number)
            found.setdefault(row.question, []).append(value)
    return found


async def test_every_kind_by_keyboard(  # noqa: PLR0915 - one conversation, question by question
    open_page: OpenPage, database: Database
) -> None:
    """All kinds are answered without a mouse; the focus follows the questions."""
    page = await begin(open_page)
    keys = page.keyboard

    await see_focus(page, "Hoe verbonden voel je je")
    await press_to(page, "1: helemaal niet")
    assert await page.locator("input:checked").count() == 0
    await keys.press("Space")
    for _ in range(6):
        await keys.press("ArrowRight")
    await press_to(page, "Klaar")
    await keys.press("Enter")

    await see_focus(page, "Ik had in deze situatie")
    await press_to(page, BUTTONS)
    await keys.press("Enter")
    await press_to(page, "Klaar")
    await keys.press("Enter")
    await expect(page.locator(".tap .rule")).to_have_text("Kies eerst een antwoord.")
    await press_to(page, "1: te weinig ruimte", key="Shift+Tab")
    await keys.press("ArrowLeft")  # from the first round to the last
    await expect(page.get_by_label("7: te veel ruimte")).to_be_checked()
    await keys.press("ArrowLeft")
    await press_to(page, "Klaar")
    await keys.press("Enter")

    await see_focus(page, "Dit kwam vooral door")
    await press_to(page, BUTTONS)
    await keys.press("Enter")
    await press_to(page, "Alle drie evenveel")
    await keys.press("Enter")
    for stone, place in (("de inwoner", "rechtsboven"), ("het team", "Hoort er niet bij")):
        await see_focus(page, stone)
        await press_to(page, BUTTONS)
        await keys.press("Enter")
        await press_to(page, place)
        await keys.press("Enter")

    await see_focus(page, "Welke foto past hierbij?")
    await press_to(page, "Sla over")
    await keys.press("Enter")
    await see_focus(page, "Hoeveel weken duurde het?")
    await press_to(page, "Typ een getal")
    await keys.type("zes")
    await keys.press("Enter")
    await see(page, "Wanneer was het?")
    await press_to(page, "Gisteren", key="Shift+Tab")
    await keys.press("Enter")
    await see_focus(page, "Wat had geholpen?")
    await press_to(page, "Typ je antwoord")
    await keys.type("Meer tijd")
    await keys.press("Enter")
    await see(page, tellers.own("another_entry"))
    await press_to(page, "Klaar", key="Shift+Tab")
    await keys.press("Enter")
    await see_focus(page, "Waar ging het over?")
    for name in ("Werk of school", "Meedoen in de buurt"):
        await press_to(page, name)
        await keys.press("Space")
    await press_to(page, "Klaar")
    await keys.press("Enter")
    await see_focus(page, "Welk plaatje past?")
    await press_to(page, "De muur")
    await keys.press("Enter")
    await see(page, "Klopt de tekst?")
    await page.get_by_role("button", name="Ja, bewaar dit").click()
    await see(page, "Dank je wel.")

    kept = await read_answers(database)
    assert (kept["team"], kept["ruimte"]) == ([7.0], [78.57])
    assert kept["oorzaak"] == [33.34, 33.33, 33.33]
    assert (kept["weken"], kept["onderwerp"], kept["plaatje"]) == ([6.0], ["werk", "buurt"], ["muur"])
    assert kept["plek"][1] == "off"


@pytest.mark.parametrize("script", [True, False])
async def test_every_kind_by_touch(  # noqa: PLR0915 - one conversation, question by question
    open_page: OpenPage,
    database: Database,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """On a phone all kinds are answered by tapping, with and without script; nothing is too small or wide."""
    page = await begin(open_page, size=(360, 740), script=script, touch=True)

    async def look(words: str) -> None:
        await see(page, words)
        await page.wait_for_load_state()
        if script:
            await page.evaluate("Promise.allSettled(document.getAnimations().map((it) => it.finished))")
        assert (words, await page.evaluate(MEASURE)) == (words, [])
        assert (words, await page.evaluate(CONTRAST)) == (words, [])

    async def tap(name: str) -> None:
        await page.get_by_role("button", name=name, exact=True).tap()

    async def unfold() -> None:
        """With script, a place can be pointed at, and the buttons are folded up."""
        if script:
            await page.get_by_text(BUTTONS).tap()

    async def pick(name: str) -> None:
        await page.locator("#answer label", has_text=name).first.tap()

    await look("Hoe verbonden voel je je")
    await tap("Klaar")
    await expect(page.get_by_text("Kies eerst een antwoord.")).to_be_visible()
    await pick("10")
    await tap("Klaar")
    await look("Ik had in deze situatie")
    await unfold()
    await pick("3")
    await tap("Klaar")
    await look("Dit kwam vooral door")
    await unfold()
    await tap("Regels")
    await look("Waar hoort dit: de inwoner?")
    await unfold()
    await tap("linksonder")
    await look("Waar hoort dit: het team?")
    await unfold()
    await tap("midden")
    await look("Welke foto past hierbij?")
    await page.get_by_label("Maak of kies een foto").set_input_files(PHOTO / "chat.png")
    if script:
        await expect(page.locator(".preview")).to_be_visible()
        await look("Welke foto past hierbij?")
    await tap("Verstuur de foto")
    await look("Hoeveel weken duurde het?")
    await expect(page.locator("#text")).to_have_attribute("inputmode", "decimal")
    await page.get_by_label("Typ een getal").fill("12")
    await tap("Verstuur")
    await look("Wanneer was het?")
    await expect(page.locator("#log li.teller", has_text="Foto")).to_have_count(1)
    await page.get_by_label("Of kies een dag").fill("2026-03-12")
    await tap("Deze dag")
    await look("Wat had geholpen?")
    await page.get_by_label("Typ je antwoord").fill("Meer tijd")
    await tap("Verstuur")
    await look(tellers.own("another_entry"))
    await page.get_by_label("Typ hier meer").fill("Minder regels")
    await tap("Klaar")
    await look("Waar ging het over?")
    for name in ("Geld", "Iets anders"):
        await pick(name)
    await tap("Klaar")
    await look(tellers.own("own_words"))
    await page.get_by_label("Typ je antwoord").fill("De tuin")
    await tap("Verstuur")
    await look("Welk plaatje past?")
    await tap("De gids")
    await see(page, "Klopt de tekst?")
    await page.get_by_role("button", name="Ja, bewaar dit").click()
    await see(page, "Dank je wel.")

    kept = await read_answers(database)
    assert (kept["team"], kept["ruimte"], kept["weken"]) == ([10.0], [35.71], [12.0])
    assert kept["oorzaak"] == [80.0, 10.0, 10.0]
    assert len(kept["plek"]) == len(kept["hulp"]) == 2
    assert (kept["onderwerp"], kept["plaatje"]) == (["geld", "anders"], ["gids"])
    assert len(kept["foto"]) == 1


@pytest.mark.parametrize(("size", "letters"), [((320, 256), 16), ((360, 740), 32)])
async def test_low_windows_and_large_letters(
    open_page: OpenPage, size: tuple[int, int], letters: int
) -> None:
    """Numbers and places still fit, and can be touched, where letters are twice as large or room is small."""
    page = await begin(open_page, size=size)
    for words, name in zip(
        QUESTIONS[:5], ("Weet ik niet", "Sla over", "Sla over", "midden", "midden"), strict=True
    ):
        await see(page, words)
        await page.evaluate(f"document.documentElement.style.fontSize = '{letters}px'")
        assert (words, await page.evaluate(MEASURE)) == (words, [])
        if words != QUESTIONS[0]:
            await page.get_by_text(BUTTONS).click()
            assert (words, await page.evaluate(MEASURE)) == (words, [])
        await page.get_by_role("button", name=name, exact=True).click()


async def test_left_stays_left(open_page: OpenPage) -> None:
    """In a language from right to left, texts turn about; numbers, places and corners do not."""
    page = await open_page("/chat?flow=alle-soorten&language=ar", size=(1280, 800))
    await page.locator("form button").first.click()
    await page.locator("[value=yes]").click()
    await see(page, "فريقك")
    await expect(page.locator("#log .bubble").last).to_have_css("direction", "rtl")
    await expect_order(page, "label.step", 10)
    await page.locator("[value=dont_know]").click()
    await see(page, "كان لدي")
    await page.locator(".by-buttons summary").click()
    await expect_order(page, "label.step", 7)
    await page.locator("[value=skip]").click()
    await see(page, "جاء هذا")
    await page.locator(".by-buttons summary").click()
    await expect_order(page, ".zone-left, .zone-left-right, .zone-right", 3)
    await page.locator("[value=skip]").click()
    await see(page, "الساكن")
    await page.locator(".by-buttons summary").click()
    await expect_order(page, ".zone-1, .zone-2, .zone-3", 3)


async def expect_order(page: Page, selector: str, count: int) -> None:
    """These stand beside each other, the first at the left."""
    await expect(page.locator(f"#answer :is({selector})")).to_have_count(count)
    lefts = await page.locator(f"#answer :is({selector})").evaluate_all(
        "(found) => found.map((it) => it.getBoundingClientRect().left)"
    )
    assert lefts == sorted(lefts)
