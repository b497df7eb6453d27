"""What the tests of the touch page share: opening it on a phone, tapping and dragging in its drawing."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from canvas_house import CanvasHouse

OpenCanvas = Callable[..., Awaitable[Page]]
"""Asks a question and opens its page; see `open_phones`."""


@asynccontextmanager
async def open_phones(browser: Browser, house: CanvasHouse) -> AsyncGenerator[OpenCanvas]:
    """A function that asks a question and opens its page on a phone; nothing may be blocked or fail."""
    devices: list[BrowserContext] = []
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    async def open_one(step: str, behind: str = "", begin: str = "", **device: Any) -> Page:
        language = str(device.pop("language", "nl"))
        picked = tuple(device.pop("picked", ()))
        phone: dict[str, Any] = {
            "viewport": {"width": 360, "height": 740},
            "has_touch": True,
            "locale": "nl-NL",
            **device,
        }
        context = await browser.new_context(**phone)
        devices.append(context)
        page = await context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if begin:
            await page.add_init_script(begin)
        path = await house.ask(step, language, picked)
        await page.goto(f"{house.http.make_url(path)}{behind}")
        return page

    yield open_one
    for device in devices:
        await device.close()
    assert wrong == []


async def find_place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where on the screen a place of the drawing is, by shares of 100 from the left bottom."""
    await page.locator(".board svg").scroll_into_view_if_needed()
    box = await page.locator(".board svg").bounding_box()
    assert box
    return box["x"] + box["width"] * x / 100, box["y"] + box["height"] * (100 - y) / 100


async def tap(page: Page, x: float, y: float) -> None:
    """Tap a place of the drawing with a finger."""
    await page.touchscreen.tap(*await find_place(page, x, y))


async def drag(page: Page, it: Locator, x: float, y: float) -> None:
    """Put a finger down on something, move it in some steps to a place of the drawing, and lift it."""
    to_x, to_y = await find_place(page, x, y)
    from_x, from_y = await find_middle(it)
    fingers: Any = await page.context.new_cdp_session(page)  # playwright leaves what it sends untyped
    for step in range(6):
        point = {"x": from_x + (to_x - from_x) * step / 5, "y": from_y + (to_y - from_y) * step / 5}
        kind = "touchMove" if step else "touchStart"
        await fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    # A finger that is lifted while it moves throws the page, and the browser takes the next tap as a halt.
    await page.wait_for_timeout(100)
    await fingers.send(
        "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": to_x, "y": to_y}]}
    )
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def find_middle(it: Locator) -> tuple[float, float]:
    """The point of the screen where something is."""
    box = await it.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def read_numbers(page: Page) -> list[str]:
    """What stands in the number fields."""
    return await page.locator(".numbers input").evaluate_all("(fields) => fields.map((it) => it.value)")
