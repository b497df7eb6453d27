"""The page of an entry point, `/e/CODE`: every way in, printed as a poster where wanted; its QR as files."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from bot.channels.web_bodies import ask_language
from bot.entry_links import (
    LEAST_WIDTH,
    MOST_WIDTH,
    Reach,
    draw_inline,
    draw_png,
    draw_svg,
    list_links,
    shorten_address,
    write_address,
    write_message,
)
from bot.page_rendering import Operator, render
from bot.page_texts import LANGUAGES
from storage.database import Database
from storage.entries import Entry, find_entry
from storage.marks import read_mark
from storage.published_flows import list_languages

TELEGRAM_MARK: Final = "telegram"
"""The mark that says what the bot is called on Telegram: `{"username": …}`."""

CACHED: Final = "public, max-age=60"
"""A minute: whoever closes an entry point sees it closed soon."""

_WIDTH: Final = 1000
_ALONE: Final = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


def entry_routes(
    database: Database, reach: Reach, operator: Operator, *, telegram: bool
) -> list[web.RouteDef]:
    """`/e/CODE` and its QR code as `qr.svg` and `qr.png?size=PIXELS`; needs the templates of the pages.

    `telegram` says whether that channel is on; what the bot is called there is read from its mark.
    """
    page = EntryPage(database, reach, operator, telegram)
    return [
        web.get("/e/{code}", page.show),
        web.get("/e/{code}/qr.svg", page.send_svg),
        web.get("/e/{code}/qr.png", page.send_png),
    ]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """The handlers of these routes."""

    database: Database
    reach: Reach
    operator: Operator
    telegram: bool

    async def show(self, request: web.Request) -> web.Response:
        """The page; for a code that is not there, or closed, one that says so and leads on."""
        async with self.database.reading() as connection:
            entry = await find_entry(connection, request.match_info["code"])
            spoken = (await list_languages(connection)).get(entry.flow, ()) if entry else ()
            mark = await read_mark(connection, TELEGRAM_MARK) if self.telegram else None
        if entry is None or not entry.active:
            notice = "entry_unknown" if entry is None else "entry_closed"
            context = {"notice": notice, "go": "entry_go"}
            language = _choose_language(request, entry, LANGUAGES)
            return render(request, "chat_notice.html", language, context, HTTPStatus.NOT_FOUND)
        offered = [each for each in spoken if each in LANGUAGES] or list(LANGUAGES)
        language = _choose_language(request, entry, offered)
        response = render(
            request, "entry.html", language, self._describe(request, entry, language, offered, mark)
        )
        response.headers["Cache-Control"] = CACHED
        response.headers["Vary"] = "Accept-Language"
        return response

    async def send_svg(self, request: web.Request) -> web.Response:
        """The QR code for a printer's program."""
        address = await self._find_address(request)
        if address is None:
            return _refuse("There is no such entry point.", HTTPStatus.NOT_FOUND)
        return _send(draw_svg(address), "image/svg+xml")

    async def send_png(self, request: web.Request) -> web.Response:
        """The QR code for a document; `size` is the most pixels that it may be wide."""
        size = request.query.get("size", str(_WIDTH))
        width = int(size) if size.isascii() and size.isdigit() and len(size) <= len(str(MOST_WIDTH)) else 0
        if not LEAST_WIDTH <= width <= MOST_WIDTH:
            return _refuse(
                f"`size` must be a number from {LEAST_WIDTH} to {MOST_WIDTH}.", HTTPStatus.BAD_REQUEST
            )
        address = await self._find_address(request)
        if address is None:
            return _refuse("There is no such entry point.", HTTPStatus.NOT_FOUND)
        return _send(await asyncio.to_thread(draw_png, address, width), "image/png")

    def _describe(
        self,
        request: web.Request,
        entry: Entry,
        language: str,
        offered: Sequence[str],
        mark: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """What the page shows."""
        bot = mark.get("username") if mark else None
        reach = replace(self.reach, telegram=bot if isinstance(bot, str) else None)
        address = write_address(reach, entry.code)
        asked = language if request.query.get("language") == language else None
        return {
            "entry": entry,
            "links": list_links(reach, entry.code, asked),
            "qr": draw_inline(address),
            "address": shorten_address(address),
            "message": write_message(entry.code),
            "operator": self.operator,
            "others": [each for each in offered if each != language],
        }

    async def _find_address(self, request: web.Request) -> str | None:
        """The address of the entry point in a request; None when it is not there, or closed."""
        async with self.database.reading() as connection:
            entry = await find_entry(connection, request.match_info["code"])
        return write_address(self.reach, entry.code) if entry and entry.active else None


def _choose_language(request: web.Request, entry: Entry | None, offered: Sequence[str]) -> str:
    """The language asked for, else the entry point's own, else the browser's, of those that are offered."""
    wanted = (request.query.get("language"), entry.language if entry else None)
    for each in wanted:
        if each is not None and each in offered:
            return each
    accepted = ask_language(request, offered[0])
    return accepted if accepted in offered else offered[0]


def _send(body: bytes, kind: str) -> web.Response:
    headers = {"Cache-Control": CACHED, **_ALONE}
    return web.Response(body=body, content_type=kind, headers=headers)


def _refuse(sentence: str, status: HTTPStatus) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers={"Cache-Control": "no-store"})
