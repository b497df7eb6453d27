"""Tests of the touch page over HTTP: who may look, what is taken and refused, and that looking is free."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.canvas_tokens import LIFETIME
from bot.page_texts import LANGUAGES, word
from canvas_house import BOT_TOKEN, PERSON, CanvasHouse, open_canvas_house
from flows.inbound import Chose, Content, Placed, PlacedAll
from flows.kinds.triad import share_point
from flows.phrases import find_command
from init_data import sign_init_data
from storage.database import Database
from storage.vault import Vault

STATIC = Path(bot.__file__).parent / "static"


@pytest.fixture
async def house(database: Database, vault: Vault) -> AsyncGenerator[CanvasHouse]:
    """A touch page, and a person on Telegram."""
    async with open_canvas_house(database, vault) as opened:
        yield opened


def say(key: str, language: str = "nl", **values: object) -> str:
    """A text of the page as it stands in HTML."""
    return word(language, key, **values).replace("'", "&#39;")


@pytest.mark.parametrize(
    ("step", "words", "fields"),
    [
        ("oorzaak", ["Dit kwam vooral door …", "Regels", "Kennis", "Gevoel"], ["top", "left", "right"]),
        ("ruimte", ["Ik had in deze situatie …", "te weinig ruimte", "te veel ruimte"], ["place"]),
        (
            "plek",
            ["Wie had invloed?", "de inwoner", "het team", "weinig invloed", "deed veel"],
            ["off1", "off2", "x1", "y1", "x2", "y2"],
        ),
    ],
)
async def test_a_question_with_nothing_filled_in(
    house: CanvasHouse, step: str, words: list[str], fields: list[str]
) -> None:
    """The question's own words, what each place means, number fields that hold nothing, and ways around."""
    status, page = await house.look(await house.ask(step))

    assert status == 200
    assert all(each in page for each in words)
    assert "1 = te weinig" not in page
    inputs = re.findall(r'<input id="[^"]*" type="number" name="([^"]*)"[^>]*value="([^"]*)"', page)
    boxes = re.findall(r'type="checkbox" name="([^"]*)"', page)
    assert boxes + [name for name, _ in inputs] == fields
    assert {value for _, value in inputs} == {""}
    assert "checked" not in page.partition("<form")[2]
    assert 'name="way" value="skip"' in page


async def test_looking_changes_nothing(house: CanvasHouse) -> None:
    """Previews may fetch the page as often as they like, by GET and HEAD; it is kept and indexed nowhere."""
    path = await house.ask("oorzaak")
    for method in ("GET", "HEAD", "GET"):
        async with house.http.request(method, path) as answer:
            headers = answer.headers
            assert answer.status == 200
    status, _ = await house.send(path, top="60", left="30", right="10")

    assert (status, len(house.kept)) == (200, 1)
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert policy.endswith("frame-ancestors https://web.telegram.org")


async def test_the_page_loads_nothing_from_elsewhere(house: CanvasHouse) -> None:
    """Every script, style and picture is our own, and there."""
    _, page = await house.look(await house.ask("plek"))
    loaded = set(re.findall(r'(?:src|href)="([^"]*)"', page))

    assert loaded >= {"/chat/static/canvas.css", "/chat/static/canvas_page.js", "/chat/static/chat.css"}
    for name in STATIC.glob("canvas*"):
        loaded.add(f"/chat/static/{name.name}")
    for each in loaded:
        async with house.http.get(each) as answer:
            assert (each, answer.status) == (each, 200)
            assert "://" not in await answer.text() or each.endswith(("canvas_page.js", ".svg"))


@pytest.mark.parametrize(
    ("step", "fields", "content"),
    [
        ("oorzaak", {"top": "60", "left": "30", "right": "10"}, Placed(40, 60, "oorzaak")),
        ("oorzaak", {"top": "33", "left": "33", "right": "33"}, Placed(50, 33.3333, "oorzaak")),
        ("oorzaak", {"top": "12,5", "left": "37.5", "right": " 50 "}, Placed(56.25, 12.5, "oorzaak")),
        ("oorzaak", {"top": "0", "left": "0", "right": "100"}, Placed(100, 0, "oorzaak")),
        ("oorzaak", {"top": "60", "way": "skip"}, Chose(("skip",), "oorzaak")),
        ("ruimte", {"place": "0"}, Placed(0, 50, "ruimte")),
        ("ruimte", {"place": "٧٥"}, Placed(75, 50, "ruimte")),
        ("ruimte", {"way": "not_applicable"}, Chose(("not_applicable",), "ruimte")),
        (
            "plek",
            {"x1": "10", "y1": "90.5", "off2": "1", "x2": "3"},
            PlacedAll(((10, 90.5), None), "plek"),
        ),
        ("plek", {"off1": "1", "off2": "1"}, PlacedAll((None, None), "plek")),
    ],
)
async def test_an_answer(house: CanvasHouse, step: str, fields: dict[str, str], content: Content) -> None:
    """It is kept once, for the chat of the person, and the page sends them back there."""
    status, page = await house.send(await house.ask(step), **fields)

    assert (status, house.parse_last()) == (200, content)
    assert say("canvas_done_say") in page
    [arrival] = house.kept
    assert (arrival.channel, arrival.address, arrival.chat) == ("canvas", "42", house.address.token)
    assert re.fullmatch(r"canvas:\d+", arrival.key)


def test_three_thirds_are_a_hundred() -> None:
    """The point of three shares gives just these shares back."""
    assert share_point(50, 33.3333) == (33.33, 33.34, 33.33)


@pytest.mark.parametrize(
    ("step", "fields", "problem", "values"),
    [
        ("oorzaak", {}, say("canvas_where"), []),
        ("oorzaak", {"top": "60", "left": "60", "right": "10"}, say("canvas_sum", sum=130), ["60", "10"]),
        ("oorzaak", {"top": "-1", "left": "50", "right": "51"}, say("canvas_number"), ["-1", "51"]),
        ("oorzaak", {"top": "nan", "left": "50", "right": "50"}, say("canvas_number"), ["nan"]),
        ("oorzaak", {"way": "dont_know"}, say("canvas_where"), []),
        ("ruimte", {"place": '"><b>x'}, say("canvas_number"), ["&#34;&gt;&lt;b&gt;x"]),
        ("ruimte", {"place": "1e3"}, say("canvas_number"), ["1e3"]),
        ("ruimte", {"place": "inf"}, say("canvas_number"), ["inf"]),
        ("plek", {"x1": "10", "y1": "20"}, say("canvas_stones"), ["10", "20"]),
        ("plek", {"x1": "10", "off2": "1"}, say("canvas_where"), ["10"]),
        ("plek", {"x1": "10", "y1": "120", "off2": "1"}, say("canvas_number"), ["120"]),
    ],
)
async def test_what_is_not_whole(
    house: CanvasHouse, step: str, fields: dict[str, str], problem: str, values: list[str]
) -> None:
    """The page comes back with what would be right, beside the field, and with all that was filled in."""
    status, page = await house.send(await house.ask(step), **fields)

    assert (status, house.kept) == (400, [])
    assert f'role="alert" tabindex="-1" autofocus>{problem}</p>' in page
    assert all(f'value="{each}"' in page for each in values)
    wrong = re.findall(r'aria-invalid="true" aria-describedby="([^"]*)"', page)
    assert wrong
    assert all(f'id="{each}"' in page for each in wrong)


async def test_one_answer_a_message(house: CanvasHouse) -> None:
    """The same form twice changes nothing, another answer is kindly refused; asked anew, it may be given."""
    path = await house.ask("ruimte")
    await house.send(path, place="10")
    for place in ("10", "90"):
        status, page = await house.send(path, place=place)
        assert status == 409
        assert say("canvas_answered_title") in page
    status, page = await house.look(path)
    assert (status, len(house.kept)) == (200, 1)
    assert say("canvas_answered_title") in page
    again = await house.send(await house.ask("ruimte"), place="90")

    assert (again[0], len(house.kept)) == (200, 2)
    assert house.parse_last() == Placed(90, 50, "ruimte")


@pytest.mark.parametrize("over", [True, False])
async def test_a_question_that_was_answered_in_the_chat(
    house: CanvasHouse,
    over: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Once the conversation is at another question, or over, the page says so."""
    path = await house.ask("ruimte")
    await (house.end() if over else house.ask("oorzaak"))
    seen, page = await house.look(path)
    sent, _ = await house.send(path, place="10")

    assert (seen, sent, house.kept) == (200, 409, [])
    assert say("canvas_answered_title") in page


async def test_stones_of_which_some_lie_already(house: CanvasHouse) -> None:
    """What was placed in the chat is filled in, and can still be moved; a way around there is no more."""
    path = await house.ask("plek", picked=("3",))
    _, page = await house.look(path)
    status, _ = await house.send(path, x1="5", y1="5", x2="6", y2="6")

    assert re.findall(r'name="[xy]1"[^>]*value="([^"]*)"', page) == ["83.33", "83.33"]
    assert 'name="way"' not in page
    assert (status, house.parse_last()) == (200, PlacedAll(((5, 5), (6, 6)), "plek"))


async def test_a_stone_that_does_not_belong_is_ticked(house: CanvasHouse) -> None:
    """So does the page know it, too."""
    _, page = await house.look(await house.ask("plek", picked=("off",)))

    assert re.findall(r'name="(off\d)"[^>]*checked', page) == ["off1"]


@pytest.mark.parametrize("token", ["x", "a" * 38, "%C3%A9", "a" * 3000])
async def test_a_link_that_is_not_ours(house: CanvasHouse, token: str) -> None:
    """It is not there, whatever one does."""
    for status, page in (
        await house.look(f"/canvas/{token}"),
        await house.send(f"/canvas/{token}", place="1"),
    ):
        assert status == 404
        assert say("canvas_old_say", "en") in page or say("canvas_old_say") in page


async def test_a_link_that_is_too_old(house: CanvasHouse) -> None:
    """It is gone, and the page says how to get a new one."""
    path = await house.ask("ruimte")
    house.now += LIFETIME
    for status, page in (await house.look(path), await house.send(path, place="1")):
        assert status == 410
        assert say("canvas_old_say") in page
    assert house.kept == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_link_is_had_by_a_word_the_bot_knows(language: str) -> None:
    """What the page says to type is what asks the question again, in every language."""
    quoted = re.search(r"['‘„«]([^'’”»]+)['’”»]", word(language, "canvas_old_say"))

    assert quoted
    assert find_command(language, quoted[1]) == "repeat"


async def test_a_mini_app(house: CanvasHouse) -> None:
    """What Telegram says of the user must be right, and be the person of the chat."""
    path = await house.ask("ruimte")
    moment = house.now - timedelta(minutes=5)
    for wrong in (
        sign_init_data(BOT_TOKEN, PERSON + 1, moment),
        sign_init_data("1:other", PERSON, moment),
        sign_init_data(BOT_TOKEN, PERSON, moment - timedelta(hours=2)),
        "nonsense",
    ):
        status, page = await house.send(path, place="10", init_data=wrong)
        assert (status, house.kept) == (403, [])
        assert say("canvas_denied_title") in page
    status, _ = await house.send(path, place="10", init_data=sign_init_data(BOT_TOKEN, PERSON, moment))

    assert (status, house.parse_last()) == (200, Placed(10, 50, "ruimte"))
    assert "init_data" not in house.kept[0].raw


async def test_a_signed_link_outside_telegram(database: Database, vault: Vault) -> None:
    """For a person on another channel the link is enough; false data of a Mini App are refused even so."""
    async with open_canvas_house(database, vault, "whatsapp") as house:
        path = await house.ask("ruimte")
        refused, _ = await house.send(path, place="10", init_data="hash=0")
        status, _ = await house.send(path, place="10", init_data="")

        assert (refused, status) == (403, 200)


async def test_a_form_that_is_too_large(house: CanvasHouse) -> None:
    """The longest name fits; more than that is not read."""
    path = await house.ask("ruimte")
    long = sign_init_data(
        BOT_TOKEN, PERSON, house.now, user='{"id":42,"first_name":"' + "\\ud83c\\udf3b" * 64 + '"}'
    )
    large, _ = await house.send(path, place="10", init_data="x" * 9000)
    many, _ = await house.send(path, **{f"field{n}": "1" for n in range(100)})
    status, _ = await house.send(path, place="10", init_data=long)

    assert (large, many, status) == (413, 413, 200)


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
async def test_the_language_of_the_conversation(house: CanvasHouse, language: str) -> None:
    """Question, fields and problems are in it, and run its way; places do not."""
    path = await house.ask("oorzaak", language)
    _, page = await house.send(path)

    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    assert '<div class="plane" dir="ltr">' in page
    assert say("canvas_where", language) in page
    assert say("canvas_send", language) in page
