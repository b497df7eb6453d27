"""Tests of the pictures over HTTP: what is sent, how long it may be kept, what is refused."""

from collections.abc import AsyncIterator
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.picture_routes import SHEET_WIDTH, picture_routes
from bot.pictures import render_png
from bot.sheets import grid_sheet, number_sheet, steps_sheet, triangle_sheet
from drawings import read_drawing

Http: TypeAlias = TestClient[web.Request, web.Application]


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """A server of pictures alone, and a client that asks it."""
    application = web.Application()
    application.add_routes(picture_routes())
    async with TestClient(TestServer(application)) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "drawn"),
    [
        ("sheet.png?of=gids,foto-pad", number_sheet([read_drawing("gids"), read_drawing("foto-pad")])),
        ("triangle.png", triangle_sheet()),
        ("grid.png", grid_sheet()),
        ("steps.png?of=7", steps_sheet(7)),
        ("steps.png?of=7&first=1", steps_sheet(7)),
        ("steps.png?of=11&first=0", steps_sheet(11, first=0)),
    ],
)
async def test_platforms_fetch_sheets_as_png(http: Http, path: str, drawn: str) -> None:
    """A sheet is a PNG that may be kept for a day and can do nothing but be seen."""
    answer = await http.get(f"/pictures/{path}")

    assert (answer.status, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert await answer.read() == render_png(drawn, width=SHEET_WIDTH)


async def test_browsers_fetch_pictures_as_they_are(http: Http) -> None:
    """A picture by its own name is the file of the catalogue, kept as long as the sheets."""
    answer = await http.get("/pictures/gezicht-blij.svg")

    assert (answer.status, answer.content_type) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert await answer.text() == read_drawing("gezicht-blij")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "`of` and `first` are numbers"),
        ("?of=zeven", "`of` and `first` are numbers"),
        ("?of=-7", "`of` and `first` are numbers"),
        ("?of=%D9%A7", "`of` and `first` are numbers"),
        ("?of=7&first=", "`of` and `first` are numbers"),
        ("?of=7&first=100", "`of` and `first` are numbers"),
        ("?of=1", "2 to 11 places, not 1"),
        ("?of=12", "2 to 11 places, not 12"),
        ("?of=7&first=94", "0 to 93, not at 94"),
    ],
)
async def test_steps_out_of_range_are_refused_in_a_sentence(http: Http, query: str, words: str) -> None:
    """What cannot be drawn answers 400 and why, and is not kept."""
    answer = await http.get(f"/pictures/steps.png{query}")

    assert answer.status == 400
    assert words in (await answer.json())["error"]
    assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize(
    "path", ["bestaat-niet.svg", "..%2Fwijkcoach.svg", "sheet.png", "sheet.png?of=gids,,mist", "row.png"]
)
async def test_pictures_that_are_not_there(http: Http, path: str) -> None:
    """A name that the catalogue does not hold answers 404."""
    assert (await http.get(f"/pictures/{path}")).status == 404
