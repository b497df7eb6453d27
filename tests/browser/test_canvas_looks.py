"""How the touch page looks in a real browser: on phones, in the dark, with large letters, in Arabic."""

from typing import Any

import pytest

from browser.canvas_touching import OpenCanvas, find_middle, find_place, read_numbers, tap
from browser.page_measures import CONTRAST, MEASURE

pytestmark = pytest.mark.browser

SMALL = """() => [...document.querySelectorAll('.ball, summary, .pick, .off, .number input')]
    .filter((it) => it.checkVisibility())
    .map((it) => [it.className, it.getBoundingClientRect()])
    .filter(([, box]) => box.width < 43.9 || box.height < 43.9)"""
APART = """() => {
    const figure = document.querySelector('.figure').getBoundingClientRect();
    const inside = ({ left, right, top, bottom }) =>
        left < figure.right && right > figure.left && top < figure.bottom && bottom > figure.top;
    return [...document.querySelectorAll('.end')]
        .map((it) => [it.textContent.trim(), it.getBoundingClientRect()])
        .filter(([, box]) => inside(box) || box.left < 0 || box.right > innerWidth)
        .map(([words]) => words);
}"""


@pytest.mark.parametrize("step", ["oorzaak", "ruimte", "plek"])
@pytest.mark.parametrize(
    "device",
    [
        {"viewport": {"width": 360, "height": 740}},
        {"viewport": {"width": 320, "height": 568}, "java_script_enabled": False},
        {"viewport": {"width": 390, "height": 844}, "language": "ar", "color_scheme": "dark"},
        {"viewport": {"width": 1280, "height": 800}, "has_touch": False},
    ],
)
async def test_on_every_screen(open_canvas: OpenCanvas, step: str, device: dict[str, Any]) -> None:
    """Nothing is too wide, too small to touch or too faint to read; the words stand beside the drawing."""
    page = await open_canvas(step, **device)
    for number in ("first", "placed"):
        if number == "placed" and device.get("java_script_enabled", True):
            await page.mouse.click(*await find_place(page, 50, 50))
        await page.locator(".numbers").evaluate("(it) => { it.open = true; }")
        assert (number, await page.evaluate(MEASURE)) == (number, [])
        assert (number, await page.evaluate(SMALL)) == (number, [])
        assert (number, await page.evaluate(CONTRAST)) == (number, [])
        assert (number, await page.evaluate(APART)) == (number, [])


async def test_letters_twice_as_large(open_canvas: OpenCanvas) -> None:
    """On a small phone with large letters nothing sticks out."""
    for step in ("oorzaak", "ruimte", "plek"):
        page = await open_canvas(step)
        await page.evaluate("document.documentElement.style.fontSize = '32px'")
        assert (step, await page.evaluate(MEASURE)) == (step, [])
        assert (step, await page.evaluate(APART)) == (step, [])


async def test_left_stays_left(open_canvas: OpenCanvas) -> None:
    """In a language from right to left, the left corner still lies at the left, and a tap there means it."""
    page = await open_canvas("oorzaak", language="ar")
    left, right = page.locator(".end.left"), page.locator(".end.right")
    assert (await find_middle(left))[0] < (await find_middle(right))[0]
    await tap(page, 5, 5)
    assert [int(each) for each in await read_numbers(page)][1] > 85
