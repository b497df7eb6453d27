"""The chat page in a real browser and the real bot: keyboard, voice, no script, a phone, a bad network."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect
from sqlalchemy import select

import tellers
from bot.channels.web_bodies import TEXT_LIMIT
from bot.channels.web_requests import COOKIE
from running_bot import RunningBot
from storage.database import Database
from storage.tables import answers, stories
from tellers import WebTeller

pytestmark = pytest.mark.browser

STORY = (
    "Ik was bij een gezin thuis. De dochter ging al weken niet naar school. "
    "We hebben samen haar fiets gemaakt. Daarna reed ik een stuk met haar mee. "
    "Nu gaat ze elke dag weer. Dat voelde goed."
)
LATE = 90_000  # milliseconds until a transcript must be there; only a broken bot takes that long
OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_page(browser: Browser, bot: RunningBot) -> AsyncGenerator[OpenPage]:
    """A function that opens the chat on a device of its own; scripts and styles must never be blocked."""
    devices: list[BrowserContext] = []
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    async def open_one(
        path: str = "/chat",
        *,
        token: str = "",
        script: bool = True,
        size: tuple[int, int] = (1280, 800),
        dark: bool = False,
    ) -> Page:
        device = await browser.new_context(
            locale="nl-NL",
            permissions=["microphone"],
            java_script_enabled=script,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
        )
        devices.append(device)
        if token:
            await device.add_cookies([{"name": COOKIE, "value": token, "url": bot.url}])
        page = await device.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"{bot.url}{path}")
        return page

    yield open_one
    for device in devices:
        await device.close()
    assert wrong == []


@asynccontextmanager
async def telling(bot: RunningBot) -> AsyncGenerator[WebTeller]:
    """A teller at the API who was asked for the story."""
    teller = WebTeller(bot.url)
    await tellers.begin_telling(teller)
    yield teller


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


async def see(page: Page, words: str) -> None:
    """Wait until the bot said something."""
    await expect(page.locator("#log li.bot", has_text=words).last).to_be_visible()


async def see_focus(page: Page, words: str) -> None:
    """Wait until the focus is on a new question."""
    await expect(page.locator("#log .bubble:focus")).to_contain_text(words)


async def test_a_story_by_keyboard_only(open_page: OpenPage, database: Database) -> None:
    """A whole conversation without a mouse; the focus follows the questions."""
    page = await open_page()
    await press_to(page, "Begin")
    await page.keyboard.press("Enter")
    await see(page, "Doe je mee?")
    await press_to(page, "Ik doe mee")
    await page.keyboard.press("Enter")
    await see_focus(page, "Kies een vraag")
    await press_to(page, "Wat ging beter?")
    await page.keyboard.press("Space")
    await see_focus(page, "Vertel wat er gebeurde")
    await press_to(page, "Typ je verhaal")
    await page.keyboard.type(STORY)
    await page.keyboard.press("Enter")
    await see(page, "Vertel gerust verder")
    await expect(page.get_by_label("Typ hier meer")).to_be_focused()
    await press_to(page, "Klaar", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await see_focus(page, "Hoe zou je dit verhaal noemen?")
    await press_to(page, "Typ je antwoord")
    await page.keyboard.type("De fiets")
    await page.keyboard.press("Enter")
    await see_focus(page, "Hoe voelde je je toen?")
    for name in ("Gids: zeker", "Tuinier: geduldig"):
        await press_to(page, name)
        await page.keyboard.press("Space")
    await press_to(page, "Klaar")
    await page.keyboard.press("Enter")
    await see_focus(page, "kwam vooral door")
    await press_to(page, "Tussen de regels en mijn gevoel")
    await page.keyboard.press("Enter")
    await see_focus(page, "Wie mag dit verhaal lezen?")
    await expect(page.locator("#progress")).to_contain_text("Stap 7 van 8")
    await press_to(page, "Mijn team")
    await page.keyboard.press("Enter")
    await see_focus(page, "Klopt de tekst?")
    await press_to(page, "Ja, bewaar dit")
    await page.keyboard.press("Enter")
    await see(page, "De code van je verhaal is")

    async with database.reading() as connection:
        story = (await connection.execute(select(stories))).one()
        felt = await connection.execute(select(answers.c.code).where(answers.c.question == "gevoel"))
        assert (story.story, story.title, story.share_with) == (STORY, "De fiets", "team")
        assert set(felt.scalars()) == {"gids", "tuinier"}


async def test_a_story_by_voice(open_page: OpenPage, bot: RunningBot) -> None:
    """Record, listen back, send; at the end the words that were spoken are there to read."""
    bot.start_worker()
    async with telling(bot) as teller:
        page = await open_page(token=teller.token)
        await page.get_by_role("button", name="Spreek het in").click()
        await expect(page.get_by_role("timer")).to_have_text("0:02", timeout=LATE)
        await page.get_by_role("button", name="Gooi weg").click()
        await page.get_by_role("button", name="Spreek het in").click()
        await expect(page.get_by_role("timer")).to_have_text("0:12", timeout=LATE)
        await page.get_by_role("button", name="Stop de opname").click()
        heard = await page.locator("audio").evaluate(
            "async (sound) => { sound.muted = true; await sound.play(); sound.pause(); return sound.error; }"
        )
        await page.get_by_role("button", name="Verstuur de opname").click()
        await see(page, "Ik heb de opname")
        await expect(page.locator("#log li.teller").last).to_contain_text("Opname (0:1")
        await page.get_by_role("button", name="Klaar").click()
        await see(page, "Hoe zou je dit verhaal noemen?")
        await tellers.answer_questions(teller)
        await expect(page.locator("#log li.review")).to_be_visible(timeout=LATE)
        text = await page.locator("#log li.review").inner_text()

        assert heard is None
        assert {word for word in ("school", "dochter", "fiets", "tas") if word in text}


async def test_without_script(open_page: OpenPage, database: Database) -> None:
    """The whole conversation works with forms alone."""
    page = await open_page(script=False)
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_role("button", name="Ik doe mee").click()
    await page.get_by_role("button", name="Wat ging beter?").click()
    await page.get_by_label("Typ je verhaal").fill("te lang " * TEXT_LIMIT)
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Je tekst is te lang: 160000 tekens.")
    await expect(page.get_by_label("Typ je verhaal")).to_have_value("te lang " * TEXT_LIMIT)
    await page.get_by_label("Typ je verhaal").fill(STORY)
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await page.get_by_role("button", name="Klaar").click()
    await page.get_by_role("button", name="Sla over").click()
    await page.get_by_role("button", name="Klaar").click()
    await expect(page.get_by_role("alert")).to_have_text("Er is nog niets ingevuld.")
    await page.get_by_label("Mist: onzeker").check()
    await page.get_by_role("button", name="Klaar").click()
    await page.get_by_role("button", name="Past niet").click()
    await page.get_by_role("button", name="Iedereen").click()
    await page.get_by_role("button", name="Tekst veranderen").click()
    await expect(page.get_by_label("Verander de tekst")).to_have_value(STORY)
    await page.get_by_label("Verander de tekst").fill("Korter is beter.")
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await page.get_by_role("button", name="Klaar").click()
    await expect(page.locator("#log li.review").last).to_contain_text("Korter is beter.")
    await page.get_by_role("button", name="Ja, bewaar dit").click()
    await see(page, "De code van je verhaal is")

    async with database.reading() as connection:
        story = (await connection.execute(select(stories))).one()
        felt = await connection.execute(select(answers.c.code).where(answers.c.question == "gevoel"))
        assert (story.story, story.title, story.share_with) == ("Korter is beter.", None, "iedereen")
        assert list(felt.scalars()) == ["mist"]


async def test_a_recording_without_script(open_page: OpenPage, bot: RunningBot) -> None:
    """A sound file can be sent with a plain form; a form without one says so."""
    async with telling(bot) as teller:
        page = await open_page(token=teller.token, script=False)
        await page.get_by_role("button", name="Verstuur de opname").click()
        await expect(page.get_by_role("alert")).to_have_text("Er is nog niets ingevuld.")
        voice = Path(__file__).parent.parent / "fixtures" / "voice" / "verhaal.ogg"
        await page.get_by_label("Of kies een opname").set_input_files(voice)
        await page.get_by_role("button", name="Verstuur de opname").click()
        await see(page, "Ik heb de opname")
        await expect(page.locator("#log li.teller").last).to_contain_text("Opname")


async def test_changing_the_text(open_page: OpenPage, bot: RunningBot) -> None:
    """Whoever changes the text begins with the text as it was; leaving it so empties the box again."""
    async with telling(bot) as teller:
        await teller.say(STORY)
        await teller.tap("done")
        await tellers.answer_questions(teller)
        await tellers.expect(teller, "Klopt de tekst?")
        page = await open_page(token=teller.token)
        await page.get_by_role("button", name="Tekst veranderen").click()
        await expect(page.get_by_label("Verander de tekst")).to_have_value(STORY)
        await page.get_by_role("button", name="Laat het zo").click()
        await see(page, "Klopt de tekst?")
        await expect(page.get_by_label("Of typ je antwoord")).to_have_value("")


async def test_refused_text_stays_in_the_box(open_page: OpenPage, bot: RunningBot) -> None:
    """A text that is too long is not lost, and the page says why it was not taken."""
    async with telling(bot) as teller:
        page = await open_page(token=teller.token)
        long = "x" * (TEXT_LIMIT + 1)
        await page.get_by_label("Typ je verhaal").fill(long)
        await page.get_by_role("button", name="Verstuur", exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text("20001 tekens")
        await expect(page.get_by_label("Typ je verhaal")).to_have_value(long)
        await expect(page.locator("#log li.teller")).to_have_count(2)


async def test_a_network_that_fails(open_page: OpenPage, bot: RunningBot) -> None:
    """What got lost on the way is sent again under its own id, and arrives once."""
    async with telling(bot) as teller:
        page = await open_page(token=teller.token)
        tried: list[str] = []
        through = asyncio.Event()

        async def lose(route: Route) -> None:
            tried.append(str(json.loads(route.request.post_data or "{}")["id"]))
            if len(tried) > 2:
                await route.fulfill(response=await route.fetch())
                through.set()
                return
            if len(tried) == 1:
                await route.fetch()  # it arrives, but the answer does not
            await route.abort()

        await page.route("**/api/chat/messages", lose)
        await page.get_by_label("Typ je verhaal").fill(STORY)
        await page.keyboard.press("Enter")
        await tellers.expect(teller, "Vertel gerust verder")
        await expect(page.locator("#log li.teller .sending")).to_have_count(0)
        await through.wait()
        messages = [each for each in await teller.read_messages() if each["text"] == STORY]

        assert len(messages) == 1
        assert tried == [messages[0]["id"]] * 3


async def test_a_network_that_stays_away(open_page: OpenPage, bot: RunningBot) -> None:
    """The page says that a message was not sent; a tap tries again."""
    async with telling(bot) as teller:
        page = await open_page(token=teller.token)
        await page.route("**/api/chat/messages", lambda route: route.abort())
        await page.get_by_label("Typ je verhaal").fill(STORY)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Wordt verstuurd…")).to_be_visible()
        await expect(page.get_by_text("Niet verstuurd.")).to_be_visible(timeout=LATE)
        await page.unroute("**/api/chat/messages")
        await page.get_by_role("button", name="Probeer opnieuw").click()
        await see(page, "Vertel gerust verder")
        await expect(page.get_by_text("Niet verstuurd.")).to_have_count(0)


async def test_an_answered_question_is_closed(open_page: OpenPage) -> None:
    """A button works once: after the answer it is gone, also on the other tab of the same device."""
    page = await open_page()
    await page.get_by_role("button", name="Begin").click()
    other = await page.context.new_page()
    await other.goto(page.url)
    await page.get_by_role("button", name="Ik doe mee").click()
    await see(other, "Kies een vraag")
    for each in (page, other):
        await expect(each.get_by_role("button", name="Ik doe mee")).to_have_count(0)
        await expect(each.locator("#log li.teller")).to_have_text("Jij: Ik doe mee")


MEASURE = """() => {
    const width = document.documentElement.scrollWidth;
    const wide = width > innerWidth ? [width] : [];
    const small = [...document.querySelectorAll('button, a, textarea, label.toggle, input[type=file]')]
        .filter((it) => it.checkVisibility() && !it.matches('.skip'))
        .filter((it) => it.getBoundingClientRect().height < 43.9 || it.getBoundingClientRect().width < 43.9)
        .map((it) => it.textContent.trim() || it.id);
    return [...wide, ...small];
}"""

CONTRAST = """() => {
    const read = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = read(colour).slice(0, 3).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (it) => {
        const colour = getComputedStyle(it).backgroundColor;
        return (read(colour)[3] ?? 1) > 0 ? colour : ground(it.parentElement);
    };
    const speaks = (it) => [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    return [...document.querySelectorAll('body *')]
        .filter((it) => it.checkVisibility() && speaks(it))
        .map((it) => {
            const [a, b] = [light(getComputedStyle(it).color), light(ground(it))].sort((x, y) => y - x);
            return [(a + 0.05) / (b + 0.05), it.textContent.trim()];
        })
        .filter(([ratio]) => ratio < 4.5);
}"""


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
    await page.get_by_role("button", name="Begin").click()
    await look("Doe je mee?")
    await page.get_by_role("button", name="Ik doe mee").click()
    await look("Kies een vraag")
    await page.get_by_role("button", name="Wat ging beter?").click()
    await look("Vertel wat er gebeurde")
    await page.get_by_label("Typ je verhaal").fill(f"{STORY} {'x' * 300}")
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await look("Vertel gerust verder")
    await page.get_by_role("button", name="Klaar").click()
    await look("Hoe zou je dit verhaal noemen?")
    await page.get_by_role("button", name="Sla over").click()
    await look("Hoe voelde je je toen?")
    for name in ("Gids: zeker", "Muur: machteloos"):
        await page.get_by_label(name).check()
    await page.get_by_label("Mist: onzeker").click()
    await expect(page.get_by_text("Kies er hoogstens 2.")).to_be_visible()
    await page.get_by_role("button", name="Klaar").click()
    await look("kwam vooral door")
    await page.get_by_role("button", name="Weet ik niet").click()
    await look("Wie mag dit verhaal lezen?")
    await page.get_by_role("button", name="Mijn team").click()
    await look("Klopt de tekst?")


async def test_the_triangle_of_a_triad(open_page: OpenPage, bot: RunningBot) -> None:
    """On a wide screen the seven places lie as a triangle; every one is a button."""
    async with telling(bot) as teller:
        await teller.say(STORY)
        await teller.tap("done")
        await teller.say("De fiets")
        await tellers.expect(teller, "Hoe voelde je je toen?")
        await teller.send({"choices": ["gids"]})
        await tellers.expect(teller, "kwam vooral door")
        page = await open_page(token=teller.token, size=(1280, 800))
        places = {
            code: await page.locator(f"button.zone-{code}").bounding_box()
            for code in ("top", "top-left", "top-right", "middle", "left", "left-right", "right")
        }
        x = {code: box["x"] + box["width"] / 2 for code, box in places.items() if box}
        y = {code: box["y"] + box["height"] / 2 for code, box in places.items() if box}

        assert y["top"] < y["top-left"] == y["top-right"] < y["middle"] < y["left"] == y["right"]
        assert x["left"] < x["top-left"] < x["top"] < x["top-right"] < x["right"]
        assert abs(x["top"] - x["middle"]) < 1 > abs(x["left-right"] - x["middle"])


async def test_closing_on_a_shared_device(open_page: OpenPage) -> None:
    """A closed conversation can no longer be seen, not even by going back."""
    page = await open_page()
    await page.get_by_role("button", name="Begin").click()
    await see(page, "Doe je mee?")
    await page.get_by_role("link", name="Sluit af").click()
    await page.get_by_role("button", name="Ja, sluit af").click()
    await expect(page.get_by_role("heading", name="Het gesprek is afgesloten")).to_be_visible()
    await page.goto(page.url.replace("/chat/closed", "/chat"))

    await expect(page.get_by_role("button", name="Begin")).to_be_visible()
    assert await page.context.cookies() == []


async def test_a_new_conversation(open_page: OpenPage) -> None:
    """A link to a flow does not throw away the conversation that is open: one may go on with it."""
    page = await open_page("/chat?flow=wijkcoach&entry=markt&language=en")
    await page.get_by_role("button", name="Begin").click()
    await see(page, "Will you join?")
    await page.get_by_role("button", name="I will join").click()
    await see(page, "Choose a question")
    await page.goto(page.url.split("#")[0] + "?flow=wijkcoach&language=en")
    await page.get_by_role("link", name="Go on with your conversation").click()
    await see(page, "Choose a question")
    await page.get_by_role("link", name="New conversation").click()
    await page.get_by_role("button", name="Begin een nieuw gesprek").click()
    await see(page, "Doe je mee?")
    await expect(page.locator("#log li.teller")).to_have_count(0)
