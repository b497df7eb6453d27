"""Each kind of question in the web chat: its message, its form without script, and what comes back."""

import re
from typing import Any

import aiohttp
import pytest

from bot.channels.web_messages import write_bot_message
from channels.parcels import send_all
from channels.question_samples import word
from channels.web_house import House
from flows.inbound import Chose, Content, Placed, Said
from flows.outbound import Option, Utterance

OURS = {"Sec-Fetch-Site": "same-origin"}


async def ask(house: House, code: str, **shown: Any) -> str:
    """Begin on the page, ask one question; answers the page."""
    await house.http.post("/chat", data={}, headers=OURS, allow_redirects=False)
    await send_all(house.chat, house.find_address(), word(code, **shown), reference="1")
    return await (await house.http.get("/chat")).text()


async def send(house: House, fields: Any) -> tuple[int, Content | None]:
    """Post the form of the page: the status, and what the last arrival means."""
    answer = await house.http.post("/chat/say", data=fields, headers=OURS, allow_redirects=False)
    inbound = house.parse_last()
    return answer.status, inbound.content if inbound else None


def read_codes(page: str, name: str, kind: str = "") -> list[str]:
    """The values of the controls with a name, in order."""
    controls = re.findall(rf"<(?:input|button)[^>]*name=\"{name}\"[^>]*>", page)
    return [found[1] for each in controls if kind in each and (found := re.search(r'value="([^"]*)"', each))]


@pytest.mark.parametrize(
    ("code", "codes", "first"),
    [("team", [str(n) for n in range(1, 11)], "10"), ("ruimte", [str(n) for n in range(1, 8)], "4")],
)
async def test_a_scale(house: House, code: str, codes: list[str], first: str) -> None:
    """Numbers are radio buttons of which none is chosen, between what the ends mean."""
    page = await ask(house, code)

    assert read_codes(page, "choices", 'type="radio"') == codes
    assert "checked" not in page
    assert re.search(r'class="scale of-\d+" dir="ltr"', page)
    low, high = {"team": ("helemaal niet", "heel erg"), "ruimte": ("te weinig ruimte", "te veel ruimte")}[
        code
    ]
    buttons = page.partition('class="options tap"')[2]
    assert buttons.count(f"<bdi>{low}</bdi>") == buttons.count(f"<bdi>{high}</bdi>") == 2
    assert await send(house, {"id": "1", "step": code, "ready": "1"}) == (400, None)
    assert await send(house, {"id": "2", "step": code, "choices": first, "ready": "1"}) == (
        303,
        Chose((first,), code),
    )


async def test_a_way_around_goes_before_what_was_chosen(house: House) -> None:
    """Whoever taps 'skip' with a number chosen skips."""
    await ask(house, "ruimte")
    fields = {"id": "1", "step": "ruimte", "choices": "4", "choice": "skip"}

    assert await send(house, fields) == (303, Chose(("skip",), "ruimte"))


async def test_a_stone(house: House) -> None:
    """Nine places as they lie and that it does not belong, each a button; never mirrored."""
    page = await ask(house, "plek", language="ar")

    assert read_codes(page, "choice") == [*(str(n) for n in range(1, 10)), "off", "skip"]
    assert 'class="stones" dir="ltr"' in page
    assert await send(house, {"id": "1", "step": "plek", "choice": "9"}) == (303, Chose(("9",), "plek"))


async def test_a_point_can_be_sent_for_any_square_or_line(house: House) -> None:
    """The API takes a point where a client can show one."""
    header = await house.begin()
    for step in ("ruimte", "oorzaak", "plek"):
        await house.send(header, {"id": step, "point": {"x": 20, "y": 70.5}, "step": step})
        inbound = house.parse_last()

        assert inbound is not None
        assert inbound.content == Placed(20, 70.5, step)


async def test_a_photo(house: House) -> None:
    """A file is chosen or made with the camera, and goes along with the form; none is no answer."""
    page = await ask(house, "foto")
    empty = aiohttp.FormData({"id": "1", "step": "foto"})
    empty.add_field("photo", b"", filename="", content_type="application/octet-stream")
    status, _ = await send(house, empty)

    assert 'enctype="multipart/form-data"' in page
    assert 'type="file" name="photo" accept="image/*"' in page
    assert "capture" not in page
    assert read_codes(page, "choice") == ["skip"]
    assert status == 400
    assert await send(house, {"id": "2", "step": "foto", "choice": "skip"}) == (303, Chose(("skip",), "foto"))


async def test_a_number(house: House) -> None:
    """It is typed, with the phone's keys for numbers."""
    page = await ask(house, "weken")

    assert 'inputmode="decimal"' in page
    assert "Typ een getal" in page
    assert await send(house, {"id": "1", "text": "zes"}) == (303, Said("zes"))


async def test_a_day(house: House) -> None:
    """Today and yesterday are buttons, another day is chosen, and words will do as well."""
    page = await ask(house, "dag")

    assert read_codes(page, "choice") == ["today", "yesterday", "dont_know"]
    assert 'type="date" name="text"' in page
    assert "Of typ wanneer het was" in page
    assert await send(house, {"id": "1", "step": "dag", "text": "2026-11-03"}) == (303, Said("2026-11-03"))
    assert await send(house, {"id": "2", "step": "dag", "choice": "yesterday"}) == (
        303,
        Chose(("yesterday",), "dag"),
    )


async def test_entries(house: House) -> None:
    """After a first entry one can be done; what still stands in the text box goes along."""
    page = await ask(house, "hulp", picked=("tijd",))
    status, last = await send(house, {"id": "1", "step": "hulp", "text": "geld", "choice": "done"})
    before = house.chat.parse(list(house.kept.values())[-2].raw)

    assert 'value="done" form="typing"' in page
    assert "Typ hier meer" in page
    assert (status, last) == (303, Chose(("done",), "hulp"))
    assert before is not None
    assert before.content == Said("geld")


async def test_all_pages_at_once(house: House) -> None:
    """The page shows the options of every page; fewer than the most are the whole answer."""
    page = await ask(house, "onderwerp")
    message = write_bot_message(word("onderwerp"))
    codes = ["geld", "werk", "wonen", "thuis", "ziekte", "buurt", "anders"]

    assert [option["code"] for option in message["options"]] == codes
    assert read_codes(page, "choices", 'type="checkbox"') == codes
    fields = [("id", "1"), ("step", "onderwerp"), ("choices", "werk"), ("choices", "anders"), ("ready", "1")]
    assert await send(house, fields) == (303, Chose(("werk", "anders", "done"), "onderwerp"))


def test_done_comes_last_of_all_pages() -> None:
    """After a pick the way to be done stands behind the options of the other pages."""
    message = write_bot_message(word("onderwerp", picked=("geld",), page=1))
    codes = [option["code"] for option in message["options"]]

    assert codes[-1] == "done"
    assert set(codes) == {"werk", "wonen", "thuis", "ziekte", "buurt", "anders", "done"}


@pytest.mark.parametrize("code", ["team", "ruimte", "oorzaak", "plek", "onderwerp"])
async def test_from_right_to_left(house: House, code: str) -> None:
    """Messages and forms say their language and direction; what is left stays left."""
    page = await ask(house, code, language="ar")

    assert 'lang="ar" dir="rtl"' in page
    assert page.count('lang="ar" dir="rtl"') >= 2


async def test_names_of_languages(house: House) -> None:
    """Where the language is asked, each name stands in its own language and direction."""
    options = (Option("nl", "Nederlands"), Option("ar", "العربية"))
    await house.http.post("/chat", data={}, headers=OURS, allow_redirects=False)
    languages = Utterance("Welke taal?", "nl", kind="choice", step=":language", options=options)
    await send_all(house.chat, house.find_address(), languages, reference="1")
    page = await (await house.http.get("/chat")).text()

    assert '<span lang="ar" dir="rtl">العربية</span>' in page
    assert await send(house, {"id": "1", "step": ":language", "choice": "ar"}) == (
        303,
        Chose(("ar",), ":language"),
    )
