"""The page on which one question is answered by touch: a triangle, a line, or a square with stones.

A signed link leads here, from a chat or as a Mini App. Looking changes nothing, so that a preview of the link
uses nothing up; the one answer is kept as an update of the chat itself, which then goes on by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.canvas_form import Filled, fill_placed, read_form
from bot.canvas_tokens import read_token
from bot.channels.canvas import NAME, write_key, write_raw
from bot.channels.channel import Arrival, Keep
from bot.channels.web_bodies import ask_language
from bot.clock import Clock, read_clock
from bot.mini_app import InitDataError, check_init_data
from bot.page_rendering import render
from bot.page_texts import LANGUAGES
from flows.flow import Flow
from flows.inbound import Chose, Placed, PlacedAll
from flows.kinds.dyad import Dyad
from flows.kinds.step import Setting
from flows.kinds.stones import Stones
from flows.kinds.triad import Triad
from flows.outbound import Drawing, Utterance
from flows.session import Session
from flows.values import replace, write_value
from flows.wording import fill_in
from storage.asked import find_asked
from storage.database import Database
from storage.flow_shelf import FlowShelf
from storage.participants import Address, get_address
from storage.sessions import find_latest
from storage.vault import Vault

BODY_LIMIT: Final = 8192
"""Bytes of a form: a few numbers, and what Telegram says of the user, whose name may be long."""

_MOST_FIELDS: Final = 40
_HEADERS: Final = {
    # Telegram shows Mini Apps in a frame of its web version. Nothing but a styled form of ours loads here.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors https://web.telegram.org"
    ),
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}

_Notice = Literal["done", "answered", "old", "denied", "large"]

_STATUSES: Final[Mapping[_Notice, HTTPStatus]] = {
    "done": HTTPStatus.OK,
    "answered": HTTPStatus.CONFLICT,
    "old": HTTPStatus.NOT_FOUND,
    "denied": HTTPStatus.FORBIDDEN,
    "large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


class NoticeError(Exception):
    """Instead of the question the page shows a notice."""

    def __init__(
        self, notice: _Notice, language: str | None = None, status: HTTPStatus | None = None
    ) -> None:
        super().__init__(notice)
        self.notice = notice
        self.language = language
        self.status = status or _STATUSES[notice]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question a link leads to, still open in its chat: what is asked, drawn, and of whom."""

    outbox: int
    address: Address
    utterance: Utterance
    drawing: Drawing


def canvas_routes(
    database: Database,
    vault: Vault,
    shelf: FlowShelf,
    keep: Keep,
    bot_tokens: Sequence[str] = (),
    clock: Clock = read_clock,
) -> list[web.RouteDef]:
    """The routes of the page; `bot_tokens` are Telegram's, all that are accepted at the moment."""
    page = CanvasPage(database, vault, shelf, keep, tuple(bot_tokens), clock)
    return [web.get("/canvas/{token}", page.show), web.post("/canvas/{token}", page.take)]


@dataclass(frozen=True, slots=True)
class CanvasPage:
    """The page, with what it reads from and whom it hands answers to."""

    database: Database
    vault: Vault
    shelf: FlowShelf
    keep: Keep
    bot_tokens: tuple[str, ...]
    clock: Clock

    async def show(self, request: web.Request) -> web.Response:
        """The question, for whoever has the link; nothing changes, however often it is fetched."""
        try:
            found = await self._find(request.match_info["token"])
        except NoticeError as error:
            seen = error.notice == "answered"
            return _show_notice(request, error, HTTPStatus.OK if seen else error.status)
        return _show_question(request, found, Filled(fill_placed(found.drawing)))

    async def take(self, request: web.Request) -> web.Response:
        """Keep the answer, once; whatever is wrong with it is shown beside what was filled in."""
        try:
            fields = await _read_fields(request)
            found = await self._find(request.match_info["token"])
            self._check_user(fields.get("init_data", ""), found)
            filled = read_form(fields, found.utterance, found.drawing, found.utterance.language)
            if filled.content is None:
                return _show_question(request, found, filled, HTTPStatus.BAD_REQUEST)
            await self._keep(found, filled.content)
        except NoticeError as error:
            return _show_notice(request, error, error.status)
        return _show_notice(request, NoticeError("done", found.utterance.language), HTTPStatus.OK)

    async def _find(self, written: str) -> OpenQuestion:
        """The question a token leads to. Raises NoticeError when it cannot be answered (any more)."""
        token = read_token(self.vault, written, self.clock())
        if token is None:
            raise NoticeError("old")
        async with self.database.reading() as connection:
            asked = await find_asked(connection, token.outbox, write_key(token.outbox))
            if asked is None:
                raise NoticeError("old")
            address = await get_address(connection, self.vault, asked.address)
            session = await find_latest(connection, self.vault, asked.address)
            if session is None:
                raise NoticeError("old")
            state = session.state
            flow = await self.shelf.get(connection, state.flow, state.version)
        if token.expired:
            raise NoticeError("old", state.language, HTTPStatus.GONE)
        asks = _word_open(flow, state, asked.step, self.clock())
        if asks is None or asks.drawing is None or asked.answered:
            raise NoticeError("answered", state.language)
        return OpenQuestion(token.outbox, address, asks, asks.drawing)

    def _check_user(self, init_data: str, found: OpenQuestion) -> None:
        """Whatever Telegram says of the user must be right. Raises NoticeError.

        Without it the signed link is enough: it was sent to one chat, and works for two hours.
        """
        if not init_data:
            return
        try:
            user = check_init_data(init_data, self.bot_tokens, self.clock())
        except InitDataError as error:
            raise NoticeError("denied", found.utterance.language) from error
        if found.address.channel == "telegram" and user != found.address.value:
            raise NoticeError("denied", found.utterance.language)

    async def _keep(self, found: OpenQuestion, content: Chose | Placed | PlacedAll) -> None:
        """Keep the answer as an update of the chat. Raises NoticeError when there is one already."""
        raw = write_raw(found.address.value, content)
        key = write_key(found.outbox)
        new = await self.keep(Arrival(NAME, key, found.address.value, raw, chat=found.address.token))
        if not new:
            raise NoticeError("answered", found.utterance.language)


def _word_open(flow: Flow, state: Session, step: str, now: datetime) -> Utterance | None:
    """The open question as it is drawn, with its own words alone; None when another one is open, or none."""
    if state.status != "open" or state.at < 0:
        return None
    question = flow.walk[state.at].step
    if not isinstance(question, Triad | Dyad | Stones) or question.name != step:
        return None
    setting = Setting(state.language, flow.languages, state.picked, today=now.date())
    asked = replace(question.show(setting), text=setting.word(question.text))
    return fill_in(flow, state, asked, {})


async def _read_fields(request: web.Request) -> dict[str, str]:
    """The fields of the form. Raises NoticeError when it is larger than any form of ours, or broken."""
    body = bytearray()
    try:
        async for chunk in request.content.iter_chunked(BODY_LIMIT):
            body += chunk
            if len(body) > BODY_LIMIT:
                raise NoticeError("large")
    except (web.RequestPayloadError, HttpProcessingError, OSError) as error:  # broken off, or badly packed
        raise NoticeError("large", status=HTTPStatus.BAD_REQUEST) from error
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise NoticeError("large") from error


def _show_question(
    request: web.Request, found: OpenQuestion, filled: Filled, status: HTTPStatus = HTTPStatus.OK
) -> web.Response:
    context: dict[str, Any] = {
        "question": found.utterance,
        "drawing": write_value(found.drawing),
        "filled": filled,
    }
    return _protect(render(request, "canvas.html", found.utterance.language, context, status))


def _show_notice(request: web.Request, notice: NoticeError, status: HTTPStatus) -> web.Response:
    language = notice.language or ask_language(request, LANGUAGES[0])
    return _protect(render(request, "canvas_notice.html", language, {"notice": notice.notice}, status))


def _protect(response: web.Response) -> web.Response:
    response.headers.update(_HEADERS)
    return response
