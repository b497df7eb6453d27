"""The page of an entry point over plain HTTP: links, languages, headers, files, and the chat behind it."""

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from bot.entry_links import Reach
from bot.entry_page import TELEGRAM_MARK, entry_routes
from bot.page_rendering import Operator, set_up_templates
from channels.web_house import House, open_house
from storage.database import Database
from storage.entries import add_entry, set_active
from storage.marks import write_mark
from storage.vault import Vault

Http = TestClient[web.Request, web.Application]
REACH = Reach("https://vertelpunt.example", whatsapp="+31612345678", sms="+3197010240000")


@asynccontextmanager
async def serve(database: Database, reach: Reach = REACH, *, telegram: bool = True) -> AsyncGenerator[Http]:
    """The page on a real port."""
    application = web.Application()
    set_up_templates(application)
    operator = Operator("Buurt & Co.", "https://vertelpunt.example/privacy")
    application.add_routes(entry_routes(database, reach, operator, telegram=telegram))
    async with TestClient(TestServer(application)) as http:
        yield http


@pytest.fixture
async def http(database: Database) -> AsyncGenerator[Http]:
    """The page with all channels on, and entry points of which one is closed."""
    async with database.transaction() as connection:
        await write_mark(connection, TELEGRAM_MARK, {"username": "VertelpuntBot"})
        await add_entry(connection, code="markt", title='Op de <markt> & "plein"', flow="inwoner")
        await add_entry(connection, code="kadin", title="Kadın", flow="inwoner", language="tr")
        await add_entry(connection, code="coaches", title="Coaches", flow="wijkcoach")
        await add_entry(connection, code="dicht", title="Dicht", flow="inwoner")
        await set_active(connection, "dicht", active=False)
    async with serve(database) as opened:
        yield opened


async def read(http: Http, path: str, accepted: str = "nl") -> str:
    """A page's text."""
    answer = await http.get(path, headers={"Accept-Language": accepted})
    assert answer.status == 200
    return await answer.text()


async def test_all_ways_in(http: Http) -> None:
    """Links of every channel, the QR code, the address as one types it, and the title as it was given."""
    page = await read(http, "/e/markt")

    for href in (
        "https://wa.me/31612345678?text=start%20markt",
        "https://t.me/VertelpuntBot?start=markt",
        "sms:+3197010240000?&amp;body=start%20markt",
        "/chat?entry=markt",
    ):
        assert f'href="{href}"' in page
    assert "<bdi>Op de &lt;markt&gt; &amp; &#34;plein&#34;</bdi>" in page
    assert "vertelpunt.example<wbr>/e<wbr>/markt" in page
    assert '<svg viewBox="0 0 ' in page
    assert "Buurt &amp; Co." in page
    assert "<script" not in page


async def test_channels_that_are_off(database: Database) -> None:
    """Only the web chat is left when nothing else is on, or Telegram's name of the bot is not known yet."""
    async with database.transaction() as connection:
        await add_entry(connection, code="markt", title="Markt", flow="inwoner")
    async with serve(database, Reach("https://vertelpunt.example")) as http:
        unnamed = await read(http, "/e/markt")
    async with database.transaction() as connection:
        await write_mark(connection, TELEGRAM_MARK, {"username": "VertelpuntBot"})
    async with serve(database, Reach("https://vertelpunt.example"), telegram=False) as http:
        off = await read(http, "/e/markt")

    for page in (unnamed, off):
        assert 'href="/chat?entry=markt"' in page
        assert not any(way in page for way in ("t.me", "wa.me", "sms:", "start markt"))


@pytest.mark.parametrize(
    ("path", "accepted", "language", "chat"),
    [
        ("/e/markt", "nl", "nl", "/chat?entry=markt"),
        ("/e/markt", "pl,en;q=0.5", "pl", "/chat?entry=markt"),
        ("/e/markt", "fr", "nl", "/chat?entry=markt"),
        ("/e/markt?language=ar", "nl", "ar", "/chat?entry=markt&amp;language=ar"),
        ("/e/markt?language=fr", "nl", "nl", "/chat?entry=markt"),
        ("/e/kadin", "nl", "tr", "/chat?entry=kadin"),
        ("/e/kadin?language=nl", "tr", "nl", "/chat?entry=kadin&amp;language=nl"),
        ("/e/coaches", "ar", "nl", "/chat?entry=coaches"),
        ("/e/MARKT", "nl", "nl", "/chat?entry=markt"),
    ],
)
async def test_the_language(http: Http, path: str, accepted: str, language: str, chat: str) -> None:
    """Asked for, else the entry point's, else the browser's; of the languages of its flow only."""
    page = await read(http, path, accepted)

    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    assert f'href="{chat}"' in page


@pytest.mark.parametrize(
    ("code", "words"), [("weg", "is er niet"), ("dicht", "is gesloten"), ("%00", "is er niet")]
)
async def test_a_code_that_leads_nowhere(http: Http, code: str, words: str) -> None:
    """A page that says so and leads on to the usual conversation; its QR code is not there either."""
    answer = await http.get(f"/e/{code}", headers={"Accept-Language": "nl"})
    page = await answer.text()
    files = [await http.get(f"/e/{code}/qr.{kind}") for kind in ("svg", "png")]

    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
    assert words in page
    assert 'href="/chat"' in page
    assert [file.status for file in files] == [404, 404]


async def test_headers(http: Http) -> None:
    """Kept for a minute, per language; no script, no frame, nothing from elsewhere."""
    answer = await http.get("/e/markt")

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Vary"] == "Accept-Language"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_files_for_printers(http: Http) -> None:
    """The QR code as SVG, and as PNG of the size that is asked for."""
    svg = await http.get("/e/markt/qr.svg")
    png = await http.get("/e/markt/qr.png?size=400")
    usual = await http.get("/e/markt/qr.png")
    with (
        Image.open(io.BytesIO(await png.read())) as image,
        Image.open(io.BytesIO(await usual.read())) as whole,
    ):
        sizes = image.width, whole.width

    assert (svg.content_type, png.content_type) == ("image/svg+xml", "image/png")
    assert (await svg.read()).startswith(b"<?xml")
    assert 350 < sizes[0] <= 400
    assert 950 < sizes[1] <= 1000


@pytest.mark.parametrize("size", ["", "99", "4001", "1e3", "٤٠٠", "-400", "9" * 5000])
async def test_a_size_that_cannot_be(http: Http, size: str) -> None:
    """One sentence says what would be right."""
    answer = await http.get("/e/markt/qr.png", params={"size": size})

    assert answer.status == 400
    assert "100 to 4000" in (await answer.json())["error"]


@pytest.fixture
async def house(database: Database, vault: Vault, tmp_path: Path) -> AsyncGenerator[House]:
    """A web chat on a real port; what it keeps is remembered, and nothing answers."""
    async with open_house(database, vault, tmp_path) as opened:
        yield opened


async def test_the_chat_behind_it(http: Http, house: House) -> None:
    """The first page of the chat speaks the entry point's language, unless the link names another."""
    assert http.server is not None
    own = await (await house.http.get("/chat?entry=kadin")).text()
    other = await (await house.http.get("/chat?entry=kadin&language=nl")).text()

    assert '<html lang="tr"' in own
    assert 'name="entry" value="kadin"' in own
    assert 'name="language" value="tr"' in own
    assert '<html lang="nl"' in other


@pytest.mark.parametrize("code", ["weg", "dicht"])
async def test_the_chat_by_a_code_that_leads_nowhere(http: Http, house: House, code: str) -> None:
    """The page says so, the API says so in a sentence, and nothing begins."""
    assert http.server is not None
    page = await house.http.get(f"/chat?entry={code}")
    posted = await house.http.post("/chat", data={"entry": code}, headers={"Sec-Fetch-Site": "same-origin"})
    api = await house.http.post("/api/chat/sessions", json={"entry": code})

    assert (page.status, posted.status, api.status) == (404, 404, 404)
    assert "entry point" in (await api.json())["error"]
    assert not house.kept
