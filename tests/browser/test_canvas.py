"""The touch page in a real browser: by finger, mouse, keys and numbers, without script, and as a Mini App."""

import asyncio
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from browser.canvas_touching import OpenCanvas, drag, read_numbers, tap
from browser.chat_telling import press_to
from canvas_house import BOT_TOKEN, PERSON, CanvasHouse
from flows.inbound import Chose, Placed, PlacedAll
from init_data import sign_init_data

pytestmark = pytest.mark.browser

SEND = "Verstuur mijn antwoord"
PROXY = """
    const told = [];
    window.TelegramWebviewProxy = { postEvent: (kind, data) => {
        told.push([kind, JSON.parse(data)]);
        sessionStorage.told = (sessionStorage.told ?? '') + kind + ' ';
    } };
    window.told = told;
"""


async def send(page: Page) -> None:
    """Send the answer, and see that it is there."""
    await page.get_by_role("button", name=SEND).click()
    await expect(page.get_by_role("heading", name="Klaar")).to_be_visible()


async def test_a_triangle_by_finger(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """Nothing is chosen at first; a tap places the ball, a drag moves it, not beyond the edge."""
    page = await open_canvas("oorzaak")
    ball = page.locator(".ball")
    await expect(page.get_by_text("Tik in de driehoek op jouw plek.")).to_be_visible()
    await expect(ball).to_have_css("opacity", "0")
    await page.get_by_role("button", name=SEND).tap()
    await expect(page.get_by_role("alert")).to_have_text("Kies eerst een plek.")
    assert await read_numbers(page) == ["", "", ""]

    await tap(page, 40, 60)
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(ball).to_have_attribute("aria-valuetext", "vooral Regels: 60 van 100")
    assert await read_numbers(page) == ["60", "30", "10"]
    await drag(page, ball, 150, -40)
    await expect(page.locator(".readout")).to_have_text("vooral Gevoel: 100 van 100")
    await drag(page, ball, 60, 20)
    assert await read_numbers(page) == ["20", "30", "50"]
    await send(page)

    assert house.parse_last() == Placed(60, 20, "oorzaak")


async def test_a_triangle_by_keys(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """The first key puts the ball in the middle, arrows move it, with Shift further; no mouse is needed."""
    page = await open_canvas("oorzaak")
    ball = page.get_by_role("slider", name="Jouw plek")
    await page.keyboard.press("Tab")
    await expect(ball).to_be_focused()
    await expect(ball).to_have_css("opacity", "1")
    await expect(ball).to_have_attribute("aria-valuetext", "nog geen plek")
    await page.keyboard.press("ArrowUp")
    assert await read_numbers(page) == ["34", "33", "33"]
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "ArrowLeft"):
        await page.keyboard.press(key)
    assert await read_numbers(page) == ["34", "15", "51"]
    await page.keyboard.press("Home")
    for _ in range(9):
        await page.keyboard.press("Shift+ArrowUp")
    await expect(ball).to_have_attribute("aria-valuetext", "vooral Regels: 100 van 100")
    await expect(ball).to_have_attribute("aria-valuenow", "100")
    await press_to(page, SEND)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Klaar")).to_be_visible()

    assert house.parse_last() == Placed(50, 100, "oorzaak")


async def test_a_triangle_by_numbers(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """Changing one share changes the other two, as they were to each other; together they stay 100."""
    page = await open_canvas("oorzaak")
    await page.get_by_text("Liever met getallen?").click()
    fields = {name: page.get_by_label(name, exact=True) for name in ("Regels", "Kennis", "Gevoel")}
    await fields["Regels"].press_sequentially("60")
    assert await read_numbers(page) == ["60", "20", "20"]
    await fields["Kennis"].fill("30")
    assert await read_numbers(page) == ["53", "30", "17"]
    await fields["Gevoel"].fill("200")
    await fields["Regels"].focus()
    assert await read_numbers(page) == ["53", "30", "17"]
    await expect(page.locator(".ball")).to_have_attribute("aria-valuenow", "53")
    await send(page)

    assert house.parse_last() == Placed(43.5, 53, "oorzaak")


async def test_a_line(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """By finger, by keys and by a number; it begins nowhere."""
    page = await open_canvas("ruimte")
    slider = page.get_by_role("slider", name="Jouw plek")
    await expect(slider).to_have_attribute("aria-valuetext", "nog geen plek")
    await page.get_by_role("button", name=SEND).tap()
    await expect(page.get_by_role("alert")).to_be_visible()
    await tap(page, 50, 50)
    assert await read_numbers(page) == ["50"]
    await expect(slider).to_have_attribute("aria-valuetext", "ongeveer in het midden")
    await drag(page, page.locator(".ball"), -20, 50)
    await expect(slider).to_have_attribute("aria-valuetext", "vooral te weinig ruimte: 100 van 100")
    await slider.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        await page.keyboard.press(key)
    assert await read_numbers(page) == ["3"]
    await page.get_by_text("Liever met getallen?").click()
    await page.locator("[name=place]").fill("70")
    await expect(slider).to_have_value("70")
    await send(page)

    assert house.parse_last() == Placed(70, 50, "ruimte")


async def test_a_line_by_keys_alone(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """The space bar puts it in the middle."""
    page = await open_canvas("ruimte")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    assert await read_numbers(page) == ["50"]
    await press_to(page, SEND)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Klaar")).to_be_visible()

    assert house.parse_last() == Placed(50, 50, "ruimte")


async def test_stones_by_finger(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """One after the other by a tap; dragged from the list or in the square; or set aside."""
    page = await open_canvas("plek", viewport={"width": 360, "height": 900})
    how = page.get_by_role("status")
    await expect(how).to_have_text("Tik op de plek voor: de inwoner.")
    await tap(page, 20, 80)
    await expect(how).to_have_text("Tik op de plek voor: het team.")
    await page.get_by_role("button", name=SEND).tap()
    await expect(page.get_by_role("alert")).to_have_text("Nog niet alles heeft een plek.")
    await drag(page, page.locator(".badge").nth(1), 70, 30)
    await expect(how).to_have_text("Alles heeft een plek. Je mag nog schuiven.")
    assert await read_numbers(page) == ["20", "80", "70", "30"]

    await page.get_by_role("button", name="1 de inwoner").tap()
    await tap(page, 40, 60)
    await drag(page, page.locator(".ball").nth(1), 90, 10)
    assert await read_numbers(page) == ["40", "60", "90", "10"]
    await page.get_by_label("Hoort er niet bij: het team").check()
    assert await read_numbers(page) == ["40", "60", "", ""]
    await expect(page.locator(".ball").nth(1)).to_have_css("opacity", "0")
    await send(page)

    assert house.parse_last() == PlacedAll(((40, 60), None), "plek")


async def test_stones_by_keys(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """Each stone is a handle of its own; a name in the list leads to it."""
    page = await open_canvas("plek")
    await press_to(page, "2 het team")
    await page.keyboard.press("Enter")
    second = page.get_by_role("slider", name="het team")
    await expect(second).to_be_focused()
    for key in ("Enter", "Shift+ArrowRight", "ArrowDown"):
        await page.keyboard.press(key)
    await expect(second).to_have_attribute(
        "aria-valuetext", "veel invloed: 60 van 100. deed veel: 48 van 100."
    )
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("PageUp")
    await page.keyboard.press("PageUp")
    await press_to(page, SEND)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Klaar")).to_be_visible()

    assert house.parse_last() == PlacedAll(((50, 60), (60, 48)), "plek")


async def test_stones_by_numbers(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """Half a place is none yet, and is not thrown away; what lies already may stay as it is."""
    page = await open_canvas("plek", picked=("3",))
    await page.get_by_text("Liever met getallen?").click()
    await page.locator("[name=x2]").fill("15")
    await page.locator("[name=x1]").fill("25")
    assert await read_numbers(page) == ["25", "83.33", "15", ""]
    await page.locator("[name=y2]").fill("35")
    await expect(page.locator(".ball").nth(1)).to_have_attribute("aria-valuenow", "35")
    await send(page)

    assert house.parse_last() == PlacedAll(((25, 83.33), (15, 35)), "plek")


@pytest.mark.parametrize(
    ("step", "wrong", "right", "content"),
    [
        ("oorzaak", {"Regels": "60"}, {"Kennis": "25", "Gevoel": "15"}, Placed(45, 60, "oorzaak")),
        ("ruimte", {}, {"Van 0 (te weinig ruimte) tot 100 (te veel ruimte)": "5"}, Placed(5, 50, "ruimte")),
    ],
)
async def test_without_script(
    open_canvas: OpenCanvas,
    house: CanvasHouse,
    step: str,
    wrong: dict[str, str],
    right: dict[str, str],
    content: Placed,
) -> None:
    """The number fields are open, say what is missing, and keep what was typed."""
    page = await open_canvas(step, java_script_enabled=False)
    for name, number in wrong.items():
        await page.get_by_label(name, exact=True).fill(number)
    await page.get_by_role("button", name=SEND).tap()
    await expect(page.get_by_role("alert")).to_have_text("Kies eerst een plek.")
    for name, number in wrong.items():
        await expect(page.get_by_label(name, exact=True)).to_have_value(number)
    for name, number in right.items():
        await page.get_by_label(name, exact=True).fill(number)
    await send(page)

    assert house.parse_last() == content


async def test_stones_without_script(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """Numbers for the one, a tick for the other."""
    page = await open_canvas("plek", java_script_enabled=False)
    await page.get_by_label("Hoort er niet bij: de inwoner").check()
    second = page.get_by_role("group", name="2. het team")
    await second.get_by_label("Van 0 (weinig invloed) tot 100 (veel invloed)").fill("5")
    await second.get_by_label("Van 0 (deed weinig) tot 100 (deed veel)").fill("95")
    await send(page)

    assert house.parse_last() == PlacedAll((None, (5, 95)), "plek")


@pytest.mark.parametrize("script", [True, False])
async def test_a_way_around(
    open_canvas: OpenCanvas,
    house: CanvasHouse,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Nothing needs to be placed to pass over a question."""
    page = await open_canvas("ruimte", java_script_enabled=script)
    await page.get_by_role("button", name="Weet ik niet").tap()
    await expect(page.get_by_role("heading", name="Klaar")).to_be_visible()

    assert house.parse_last() == Chose(("dont_know",), "ruimte")


async def test_a_mini_app(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """It tells Telegram when it is ready, keeps drags from closing it, brings who it is, and closes."""
    data = sign_init_data(BOT_TOKEN, PERSON, house.now)
    behind = f"#tgWebAppData={quote(data, safe='')}&tgWebAppVersion=9.1&tgWebAppPlatform=ios"
    page = await open_canvas("ruimte", behind, begin=PROXY)
    assert await page.evaluate("window.told") == [
        ["web_app_ready", {}],
        ["web_app_expand", {}],
        ["web_app_setup_swipe_behavior", {"allow_vertical_swipe": False}],
    ]
    assert await page.locator("[name=init_data]").input_value() == data
    await tap(page, 20, 50)
    await send(page)

    while not (await page.evaluate("sessionStorage.told")).endswith("web_app_close "):  # noqa: ASYNC110 - the page's policy refuses Playwright's own waiting, which evaluates a string
        await asyncio.sleep(0.05)
    assert house.parse_last() == Placed(20, 50, "ruimte")


async def test_another_persons_mini_app(open_canvas: OpenCanvas, house: CanvasHouse) -> None:
    """Whoever was sent the link by somebody else answers nothing in their place."""
    data = sign_init_data(BOT_TOKEN, PERSON + 1, house.now)
    page = await open_canvas("ruimte", f"#tgWebAppData={quote(data, safe='')}", begin=PROXY)
    await tap(page, 20, 50)
    await page.get_by_role("button", name=SEND).tap()
    await expect(page.get_by_role("heading", name="Deze vraag is niet van jou")).to_be_visible()

    assert "web_app_close" not in await page.evaluate("sessionStorage.told")
    assert house.kept == []
