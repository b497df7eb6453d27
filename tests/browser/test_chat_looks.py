"""How the chat page looks in a real browser: on a phone, in low windows, with large letters, in the dark."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

import tellers
from browser.chat_telling import STORY, OpenPage, see, telling
from browser.page_measures import CONTRAST, MEASURE
from running_bot import RunningBot

pytestmark = pytest.mark.browser

FADES = "(it) => getComputedStyle(it, '::before').content !== 'none'"

FACES = """(buttons) => Object.fromEntries(buttons.map((it) => {
    const { backgroundColor, borderTopColor } = getComputedStyle(it);
    return [it.value, `${backgroundColor} ${borderTopColor}`];
}))"""


@pytest.mark.parametrize("dark", [False, True])
async def test_on_a_phone(open_page: OpenPage, dark: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """At 360 pixels nothing is too wide, and everything can be touched and read, at every question."""
    page = await open_page(size=(360, 740), dark=dark)

    async def look(words: str) -> None:
        await see(page, words)
        await page.wait_for_load_state()
        await page.evaluate("Promise.allSettled(document.getAnimations().map((it) => it.finished))")
        assert (words, await page.evaluate(MEASURE)) == (words, [])
        assert (words, await page.evaluate(CONTRAST)) == (words, [])

    assert await page.evaluate(MEASURE) == []
    assert await page.evaluate(CONTRAST) == []
    await page.get_by_role("button", name="Begin", exact=True).click()
    await look("Doe je mee?")
    await page.get_by_role("button", name="Ik doe mee").click()
    await look("Waar gaat je verhaal over?")
    await page.get_by_role("button", name="Wat ging beter?").click()
    await look("Vertel wat er gebeurde")
    await page.get_by_label("Typ je verhaal").fill(f"Fatima Yilmaz belde. {STORY} {'x' * 300}")
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await look("Vertel gerust verder")
    await page.get_by_role("button", name="Klaar").click()
    await look("Hoe zou je dit verhaal noemen?")
    await page.get_by_role("button", name="Sla over").click()
    await look("Hoe voelde dat toen?")
    for name in ("Gids: zeker", "Muur: machteloos"):
        await page.get_by_label(name).check()
    finish = page.locator(".finish")
    across = "(it) => [it.getBoundingClientRect().left, it.offsetTop]"
    place = await finish.get_by_role("button").evaluate(across)
    await page.get_by_label("Mist: onzeker").click()
    await expect(finish.get_by_role("status")).to_have_text("Kies er hoogstens 2.")
    assert await finish.get_by_role("button").evaluate(across) == place
    assert await finish.evaluate(FADES)
    await page.get_by_label("Muur: machteloos").uncheck()
    await expect(finish.get_by_role("status")).to_have_text("Kies er 1 of 2.")
    assert await finish.locator(".broken").count() == 0
    await page.get_by_role("button", name="Klaar").click()
    await look("Waardoor deed je dit vooral?")
    await page.get_by_role("button", name="Weet ik niet").click()
    await look("Wie mag dit verhaal lezen?")
    await page.get_by_role("button", name="Mijn team").click()
    await look("Klopt de tekst?")
    await page.mouse.move(0, 0)
    faces = await page.locator("#answer .option").evaluate_all(FACES)
    assert faces["keep"] != faces["change"] == faces["again"] != faces["discard"]
    await _change_names(page, look)


async def _change_names(page: Page, look: Callable[[str], Awaitable[None]]) -> None:
    """Put a name back and take out words, then read the text again."""
    await page.get_by_role("button", name="Namen aanpassen").click()
    await look("[persoon 1] is: Fatima Yilmaz")
    await page.get_by_role("button", name="[persoon 1]").click()
    await look("(staat er weer)")
    await page.get_by_label("Typ wat er weg moet").fill("de dochter")
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await look("Dit is nu weg: de dochter.")
    await page.get_by_role("button", name="Klaar").click()
    await look("Fatima Yilmaz belde. Ik was bij een gezin thuis. [weggehaald 1] ging")


@pytest.mark.parametrize(("size", "letters"), [((320, 256), 16), ((640, 400), 16), ((360, 740), 32)])
async def test_low_windows_and_large_letters(
    open_page: OpenPage, bot: RunningBot, size: tuple[int, int], letters: int
) -> None:
    """Nothing lies over the conversation where there is no room for it, and nothing is too wide."""
    async with telling(bot) as teller:
        page = await open_page(token=teller.token, size=size)
        await page.evaluate(f"document.documentElement.style.fontSize = '{letters}px'")
        await expect(page.locator(".bar")).to_have_css("position", "static")
        await teller.say(STORY)
        await teller.tap("done")
        await teller.say("De fiets")
        await see(page, "Hoe voelde dat toen?")
        await expect(page.locator(".finish")).to_have_css("position", "static")
        await expect(page.locator(".composer")).to_have_css("position", "static")
        await expect(page.locator("#log .bubble").last).to_be_in_viewport(ratio=0.9)

        assert await page.evaluate(MEASURE) == []
        assert not await page.locator(".finish").evaluate(FADES)


async def test_the_triangle_of_a_triad(open_page: OpenPage, bot: RunningBot) -> None:
    """On a wide screen the seven places lie as a triangle; every one is a button."""
    async with telling(bot) as teller:
        await teller.say(STORY)
        await teller.tap("done")
        await teller.say("De fiets")
        await tellers.expect(teller, "Hoe voelde dat toen?")
        await teller.send({"choices": ["gids"]})
        await tellers.expect(teller, "Waardoor deed je dit vooral?")
        page = await open_page(token=teller.token, size=(1280, 800))
        await page.get_by_text("Liever met knoppen?").click()
        places = {
            code: await page.locator(f"button.zone-{code}").bounding_box()
            for code in ("top", "top-left", "top-right", "middle", "left", "left-right", "right")
        }
        x = {code: box["x"] + box["width"] / 2 for code, box in places.items() if box}
        y = {code: box["y"] + box["height"] / 2 for code, box in places.items() if box}

        assert y["top"] < y["top-left"] == y["top-right"] < y["middle"] < y["left"] == y["right"]
        assert x["left"] < x["top-left"] < x["top"] < x["top-right"] < x["right"]
        assert abs(x["top"] - x["middle"]) < 1 > abs(x["left-right"] - x["middle"])
