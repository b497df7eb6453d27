"""The page of an entry point in a real browser: on a phone, by keyboard, without script, and on paper."""

import re

import pytest
from playwright.async_api import Page, expect

from browser.chat_telling import OpenPage, press_to, see
from browser.page_measures import CONTRAST, MEASURE
from running_bot import RunningBot
from storage.database import Database
from storage.entries import add_entry

pytestmark = pytest.mark.browser

LONG = "Vertelavond in buurtkamer De Linde aan de Populierenstraat, met alle bewoners van de flats in Oost"
PAPERS = ("A3", "A4", "A5", "A6")


@pytest.fixture
async def _point(bot: RunningBot, database: Database) -> None:
    assert bot.url  # it has the flow that one of them begins
    async with database.transaction() as connection:
        await add_entry(connection, code="wijk-oost", title="Buurtkamer De Linde", flow="kort-verhaal")
        await add_entry(connection, code="lang", title=LONG, flow="inwoner", language="ar")


def count_sheets(printed: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", printed))


async def look(page: Page) -> None:
    """Nothing is too wide, everything can be touched and read."""
    assert await page.evaluate(MEASURE) == []
    assert await page.evaluate(CONTRAST) == []


@pytest.mark.usefixtures("_point")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("code", "size"), [("wijk-oost", (390, 844)), ("lang", (320, 568))])
async def test_on_a_phone(
    open_page: OpenPage,
    code: str,
    size: tuple[int, int],
    dark: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """It fits, can be read and touched, without script; the QR code stays dark on light."""
    page = await open_page(f"/e/{code}", size=size, dark=dark, script=False)
    await page.locator("summary").click()
    await look(page)

    ground = page.locator(".qr path").first
    assert await ground.evaluate("(it) => getComputedStyle(it).fill") == "rgb(255, 255, 255)"


@pytest.mark.usefixtures("_point")
async def test_large_letters(open_page: OpenPage) -> None:
    """Letters twice as large need no scrolling sideways."""
    page = await open_page("/e/lang", size=(360, 740))
    await page.evaluate("document.documentElement.style.fontSize = '32px'")

    assert await page.evaluate(MEASURE) == []


@pytest.mark.usefixtures("_point")
async def test_by_keyboard_into_the_chat(open_page: OpenPage) -> None:
    """Tab and Enter lead into the conversation of the flow, whose label the story gets."""
    page = await open_page("/e/wijk-oost")
    await press_to(page, "Hier in je browser")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Begin", exact=True).click()

    await see(page, "Doe je mee?")


@pytest.mark.usefixtures("_point")
async def test_names_for_readers_of_screens(open_page: OpenPage) -> None:
    """The QR code has a name, the page one heading and a title that says where one is."""
    page = await open_page("/e/wijk-oost")

    await expect(page.get_by_role("img", name="QR-code met het adres van deze pagina")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Buurtkamer De Linde")
    await expect(page).to_have_title("Buurtkamer De Linde · Vertelpunt")


@pytest.mark.usefixtures("_point")
@pytest.mark.parametrize("code", ["wijk-oost", "lang"])
async def test_on_paper(open_page: OpenPage, code: str) -> None:
    """One sheet of any size, upright or lying; links that paper cannot follow are left out."""
    page = await open_page(f"/e/{code}", dark=True)
    for paper in PAPERS:
        for lying in (False, True):
            printed = await page.pdf(format=paper, landscape=lying)
            assert (paper, lying, count_sheets(printed)) == (paper, lying, 1)
    await page.emulate_media(media="print")

    await expect(page.locator(".ways")).to_be_hidden()
    await expect(page.locator(".address")).to_be_visible()
    assert await page.evaluate(CONTRAST) == []
    qr = await page.locator(".qr").bounding_box()
    assert qr is not None
    assert qr["width"] == pytest.approx(qr["height"], abs=1)
