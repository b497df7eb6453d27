"""The chat page in a real browser and the real bot: keyboard, voice, no script, a bad network."""

import asyncio
import json
from pathlib import Path

import pytest
from playwright.async_api import Route, expect
from sqlalchemy import select

import tellers
from bot.channels.web_bodies import TEXT_LIMIT
from browser.chat_telling import STORY, OpenPage, answer_questions, press_to, see, see_focus, telling
from running_bot import RunningBot
from storage.database import Database
from storage.entries import add_entry
from storage.tables import answers, stories

pytestmark = pytest.mark.browser

LATE = 90_000  # milliseconds until a transcript must be there; only a broken bot takes that long


async def test_a_story_by_keyboard_only(open_page: OpenPage, database: Database) -> None:
    """A whole conversation without a mouse; the focus follows the questions."""
    page = await open_page()
    await press_to(page, "Begin")
    await page.keyboard.press("Enter")
    await see(page, "Doe je mee?")
    await press_to(page, "Ik doe mee")
    await page.keyboard.press("Enter")
    await see_focus(page, "Waar gaat je verhaal over?")
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
    await see_focus(page, "Hoe voelde dat toen?")
    for name in ("Gids: zeker", "Tuinier: geduldig"):
        await press_to(page, name)
        await page.keyboard.press("Space")
    await press_to(page, "Klaar")
    await page.keyboard.press("Enter")
    await see_focus(page, "Waardoor deed je dit vooral?")
    await press_to(page, "Liever met knoppen?")
    await page.keyboard.press("Enter")
    await press_to(page, "Allebei: de regels en mijn gevoel")
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
        await answer_questions(teller)
        await expect(page.locator("#log li.review")).to_be_visible(timeout=LATE)
        text = await page.locator("#log li.review").inner_text()

        assert heard is None
        assert {word for word in ("school", "dochter", "fiets", "tas") if word in text}


async def test_without_script(open_page: OpenPage, database: Database) -> None:
    """The whole conversation works with forms alone."""
    page = await open_page(script=False)
    await page.get_by_role("button", name="Begin", exact=True).click()
    await page.get_by_role("button", name="Ik doe mee").click()
    await see_focus(page, "Waar gaat je verhaal over?")
    await page.get_by_role("button", name="Wat ging beter?").click()
    await see_focus(page, "Vertel wat er gebeurde")
    await page.get_by_label("Typ je verhaal").fill("te lang " * TEXT_LIMIT)
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Je tekst is te lang: 160000 tekens.")
    await expect(page.get_by_label("Typ je verhaal")).to_have_value("te lang " * TEXT_LIMIT)
    await page.get_by_label("Typ je verhaal").fill(STORY)
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await page.get_by_role("button", name="Klaar").click()
    await page.get_by_role("button", name="Sla over").click()
    await page.get_by_role("button", name="Klaar").click()
    await expect(page.get_by_role("alert")).to_have_text("Kies eerst een antwoord.")
    assert page.url.endswith("#now")
    await page.get_by_label("Mist: onzeker").check()
    await page.get_by_role("button", name="Klaar").click()
    await page.get_by_role("button", name="Past niet").click()
    await page.get_by_role("button", name="Iedereen").click()
    await page.get_by_role("button", name="Tekst veranderen").click()
    await expect(page.get_by_label("Verander de tekst", exact=True)).to_have_value(STORY)
    await page.get_by_label("Verander de tekst", exact=True).fill("Korter is beter.")
    await page.get_by_role("button", name="Verstuur", exact=True).click()
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
        await teller.say(STORY.replace(". ", ".\r\n"))
        await teller.tap("done")
        await answer_questions(teller)
        await tellers.expect(teller, "Klopt de tekst?")
        page = await open_page(token=teller.token)
        await page.get_by_label("Of typ je antwoord").fill("paars")
        await page.keyboard.press("Enter")
        await tellers.expect(teller, "Klopt de tekst?", times=2)
        await expect(page.locator("#answer fieldset:enabled")).to_be_visible()
        await page.get_by_role("button", name="Tekst veranderen").click()
        await expect(page.get_by_label("Verander de tekst", exact=True)).to_have_value(
            STORY.replace(". ", ".\n")
        )
        await page.get_by_role("button", name="Laat het zo").click()
        await expect(page.locator("#text")).to_have_value("")
        await tellers.expect(teller, "Klopt de tekst?", times=3)
        await expect(page.get_by_label("Of typ je antwoord")).to_have_value("")


@pytest.mark.parametrize("script", [True, False])
async def test_done_takes_the_text_along(
    open_page: OpenPage,
    bot: RunningBot,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Words that still stand in the box when the teller is done are sent first; nothing is lost."""
    async with telling(bot) as teller:
        await teller.say(STORY)
        await tellers.expect(teller, "Vertel gerust verder")
        page = await open_page(token=teller.token, script=script)
        await page.get_by_label("Typ hier meer").fill("En toen was het goed.")
        await page.get_by_role("button", name="Klaar").click()
        await see(page, "Hoe zou je dit verhaal noemen?")
        await expect(page.locator("#text")).to_have_value("")
        told = [each for each in await teller.read_messages() if each["from"] == "teller"]
        await answer_questions(teller)
        await tellers.expect(teller, f"{STORY}\n\nEn toen was het goed.")

        assert [each["text"] for each in told[-3:]] == [STORY, "En toen was het goed.", "Klaar"]


@pytest.mark.parametrize("script", [True, False])
async def test_done_with_a_text_that_is_refused(
    open_page: OpenPage,
    bot: RunningBot,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Whoever is done with a text that is too long is not done: the text stays, and nothing is sent."""
    long = "x" * (TEXT_LIMIT + 1)
    async with telling(bot) as teller:
        await teller.say(STORY)
        await tellers.expect(teller, "Vertel gerust verder")
        page = await open_page(token=teller.token, script=script)
        await page.get_by_label("Typ hier meer").fill(long)
        await page.get_by_role("button", name="Klaar").click()
        await expect(page.get_by_role("alert")).to_contain_text("20001 tekens")
        await expect(page.locator("#text")).to_have_value(long)
        await expect(page.locator("#log li.teller")).to_have_count(3)
        await page.get_by_label("Typ hier meer").fill("")
        await page.get_by_role("button", name="Klaar").click()
        await see(page, "Hoe zou je dit verhaal noemen?")


@pytest.mark.parametrize("script", [True, False])
async def test_a_button_outside_any_question(
    open_page: OpenPage,
    bot: RunningBot,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """After a pause one button goes on; it belongs to no step and is sent without one."""
    async with telling(bot) as teller:
        await teller.say("stop")
        await tellers.expect(teller, tellers.own("paused"))
        page = await open_page(token=teller.token, script=script)
        await expect(page.get_by_label("Typ een bericht")).to_be_visible()
        await page.get_by_role("button", name=tellers.own("go_on")).click()
        await tellers.expect(teller, "Vertel wat er gebeurde", times=2)
        tapped = [each for each in await teller.read_messages() if each.get("codes") == ["go_on"]]

        assert [(each["text"], "step" in each) for each in tapped] == [(tellers.own("go_on"), False)]


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
    await page.get_by_role("button", name="Begin", exact=True).click()
    other = await page.context.new_page()
    await other.goto(page.url)
    await page.get_by_role("button", name="Ik doe mee").click()
    await see(other, "Waar gaat je verhaal over?")
    for each in (page, other):
        await expect(each.get_by_role("button", name="Ik doe mee")).to_have_count(0)
        await expect(each.locator("#log li.teller")).to_have_text("Jij: Ik doe mee")


async def test_closing_on_a_shared_device(open_page: OpenPage) -> None:
    """A closed conversation can no longer be seen, not even by going back."""
    page = await open_page()
    await page.get_by_role("button", name="Begin", exact=True).click()
    await see(page, "Doe je mee?")
    await page.get_by_role("link", name="Sluit af").click()
    await page.get_by_role("button", name="Ja, sluit af").click()
    await expect(page.get_by_role("heading", name="Het gesprek is afgesloten")).to_be_visible()
    await page.goto(page.url.replace("/chat/closed", "/chat"))

    await expect(page.get_by_role("button", name="Begin", exact=True)).to_be_visible()
    assert await page.context.cookies() == []


async def test_a_new_conversation(open_page: OpenPage, database: Database) -> None:
    """A link to a flow does not throw away the conversation that is open: one may go on with it."""
    async with database.transaction() as connection:
        await add_entry(connection, code="markt", title="Markt", flow="kort-verhaal")
    page = await open_page("/chat?flow=kort-verhaal&entry=markt&language=en")
    await page.get_by_role("button", name="Begin", exact=True).click()
    await see(page, "Will you join?")
    await page.get_by_role("button", name="I will join").click()
    await see(page, "What is your story about?")
    await page.goto(page.url.split("#")[0] + "?flow=kort-verhaal&language=en")
    await page.get_by_role("link", name="Go on with your conversation").click()
    await see(page, "What is your story about?")
    await page.get_by_role("link", name="New conversation").click()
    await page.get_by_role("button", name="Begin een nieuw gesprek").click()
    await see(page, "Doe je mee?")
    await expect(page.locator("#log li.teller")).to_have_count(0)
