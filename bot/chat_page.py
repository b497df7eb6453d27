"""The chat page: the conversation of the API, rendered on the server so that it works without script."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from bot.channels.channel import Keep, Settle, Start
from bot.channels.web import Flows, WebChat
from bot.channels.web_api import find_sender, read_after
from bot.channels.web_bodies import RequestError, ask_language
from bot.channels.web_requests import (
    COOKIE,
    check_length,
    check_start,
    is_same_origin,
    read_fields,
    read_form,
)
from bot.chat_view import view_conversation
from bot.chat_waiting import PATIENCE, wait_for_question
from bot.page_errors import answer_errors
from bot.page_rendering import Operator, answer_missing, redirect, render, send_file, set_up_templates
from bot.page_texts import LANGUAGES, word
from storage.participants import Address

_COOKIE_SECONDS: Final = 14 * 24 * 3600
"""How long a device remembers its conversation: as long as a flow waits for a teller to come back."""


def set_up_pages(
    app: web.Application,
    chat: WebChat,
    keep: Keep,
    settle: Settle,
    flows: Flows,
    public_url: str,
    operator: Operator,
    patience: float = PATIENCE,
) -> None:
    """Put the pages in an application: routes, templates, and the end of open streams at shutdown.

    What is at no route of the application is answered with a page, too. An answer without script waits for
    the next question, `patience` seconds at most.
    """
    set_up_templates(app)
    secure = public_url.startswith("https://")
    pages = ChatPages(chat, keep, settle, flows, operator, patience, secure)
    app.add_routes(pages.routes())
    app.middlewares.append(answer_missing)

    async def close(_: web.Application) -> None:
        chat.close()

    app.on_shutdown.append(close)


@dataclass(frozen=True, slots=True)
class ChatPages:
    """The pages below `/chat`, and the way there. `secure`: the cookie may travel over https only."""

    chat: WebChat
    keep: Keep
    settle: Settle
    flows: Flows
    operator: Operator
    patience: float
    secure: bool

    def routes(self) -> list[web.RouteDef]:
        """All routes of the pages."""
        return [
            web.get("/", _go_to_chat),
            web.get("/chat", answer_errors(self._show)),
            web.post("/chat", answer_errors(self._begin)),
            web.post("/chat/say", answer_errors(self._say)),
            web.get("/chat/messages", answer_errors(self._show_new)),
            web.get("/chat/new", answer_errors(self._offer_new)),
            web.get("/chat/close", answer_errors(self._offer_close)),
            web.post("/chat/close", answer_errors(self._close)),
            web.get("/chat/closed", answer_errors(self._show_closed)),
            web.get("/chat/static/{name}", send_file),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        """The conversation that is open on this device; else, or when a link names a start, the beginning."""
        address = await self._find(request)
        if address is None or {"flow", "entry"}.intersection(request.query):
            return await self._offer(request, await self._check(request.query), open_too=address is not None)
        return await self._show_chat(request, address)

    async def _offer_new(self, request: web.Request) -> web.Response:
        open_too = await self._find(request) is not None
        return await self._offer(request, await self._check(request.query), open_too=open_too)

    async def _offer(self, request: web.Request, start: Start, *, open_too: bool) -> web.Response:
        entry = await self.chat.find_entry(start.entry) if start.entry else None
        offered = await self._list_languages(start.flow or (entry.flow if entry else None))
        wished = start.language or (entry.language if entry else None)
        asked = wished if wished in LANGUAGES else ask_language(request, offered[0])
        language = asked if asked in offered else offered[0]
        others = [(each, _link(request.path, start, each)) for each in offered if each != language]
        begun = {"flow": start.flow, "entry": start.entry, "language": wished or language}
        context = {
            "start": begun,
            "open_too": open_too,
            "operator": self.operator,
            "reads_aloud": self.chat.reads_aloud,
            "others": others,
        }
        return render(request, "chat_begin.html", language, context)

    async def _begin(self, request: web.Request) -> web.Response:
        _check_origin(request)
        start = await self._check(await read_fields(request))
        token, value = await self.chat.begin(self.keep, start)
        await self.settle(self.chat.name, value)
        response = redirect("/chat")
        response.set_cookie(
            COOKIE,
            token,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self.secure,
            max_age=_COOKIE_SECONDS,
        )
        return response

    async def _say(self, request: web.Request) -> web.Response:
        _check_origin(request)
        address = await self._find(request)
        if address is None:
            return redirect("/chat")
        form = await read_form(request)
        view = view_conversation(await self.chat.read(address), ask_language(request, LANGUAGES[0]))
        try:
            check_length(form.typed, view.language)
        except RequestError as error:
            return await self._show_chat(request, address, problem=error, draft=form.typed)
        if not form.posted:
            missing = word(view.language, "nothing_chosen" if form.choosing else "nothing")
            problem = RequestError(HTTPStatus.BAD_REQUEST, missing)
            return await self._show_chat(request, address, problem=problem)
        for posted in form.posted:
            await self.chat.receive(self.keep, address, posted)
        await self.settle(self.chat.name, address.value)
        await wait_for_question(self.chat, address, view.language, self.patience)
        return redirect("/chat#now")

    async def _show_new(self, request: web.Request) -> web.Response:
        """The part of the page that is new, for the page's script."""
        address = await find_sender(self.chat, request)
        after = read_after(request)
        view = view_conversation(await self.chat.read(address), ask_language(request, LANGUAGES[0]), after)
        return render(request, "chat_new.html", view.language, {"view": view, "chat": _name(address)})

    async def _offer_close(self, request: web.Request) -> web.Response:
        return render(request, "chat_close.html", await self._find_language(request), {})

    async def _close(self, request: web.Request) -> web.Response:
        _check_origin(request)
        response = redirect(f"/chat/closed?language={await self._find_language(request)}")
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=self.secure)
        return response

    async def _show_closed(self, request: web.Request) -> web.Response:
        language = (await self._check(request.query)).language or ask_language(request, LANGUAGES[0])
        return render(request, "chat_notice.html", language, {"notice": "closed", "go": "begin_new"})

    async def _show_chat(
        self, request: web.Request, address: Address, problem: RequestError | None = None, draft: str = ""
    ) -> web.Response:
        view = view_conversation(await self.chat.read(address), ask_language(request, LANGUAGES[0]))
        context = {
            "view": view,
            "chat": _name(address),
            "problem": str(problem) if problem else "",
            "draft": draft or view.draft,
        }
        status = problem.status if problem else HTTPStatus.OK
        return render(request, "chat.html", view.language, context, status)

    async def _find(self, request: web.Request) -> Address | None:
        token = request.cookies.get(COOKIE)
        return await self.chat.find(token) if token else None

    async def _find_language(self, request: web.Request) -> str:
        asked = ask_language(request, LANGUAGES[0])
        address = await self._find(request)
        return view_conversation(await self.chat.read(address), asked).language if address else asked

    async def _list_languages(self, flow: str | None) -> Sequence[str]:
        """The languages in which a flow, or the usual one, can begin here: those it and the page speak."""
        published = await self.flows()
        spoken = published.get(flow or next(iter(published), ""), LANGUAGES)
        return [each for each in spoken if each in LANGUAGES] or LANGUAGES

    async def _check(self, query: Any) -> Start:
        """The start that a link or form asks for.

        Raises RequestError, 404 for a flow or an open entry point that is not there.
        """
        start = check_start(
            {key: query[key] for key in ("flow", "entry", "language", "aloud") if key in query}
        )
        if start.flow is not None and start.flow not in await self.flows():
            raise RequestError(HTTPStatus.NOT_FOUND, "There is no such flow.")
        if start.entry is not None and await self.chat.find_entry(start.entry) is None:
            raise RequestError(HTTPStatus.NOT_FOUND, "There is no such entry point, or it is closed.")
        return start


def _link(path: str, start: Start, language: str) -> str:
    """The same beginning in another language."""
    query = (("flow", start.flow), ("entry", start.entry), ("language", language))
    return f"{path}?{urlencode([each for each in query if each[1]])}"


async def _go_to_chat(request: web.Request) -> web.Response:
    """From the bare address to the chat; what a link asks for goes along."""
    return redirect(str(request.rel_url.with_path("/chat", keep_query=True)))


def _check_origin(request: web.Request) -> None:
    """Raises RequestError, 403, when another site sent a form of ours."""
    if not is_same_origin(request):
        raise RequestError(HTTPStatus.FORBIDDEN, "Forms work from the chat's own page only.")


def _name(address: Address) -> str:
    """By which the page's script tells one conversation from another; opens none."""
    return address.value[:12]
