"""What is wrong with a request for a page, answered as a page."""

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus

from aiohttp import web

from bot.channels.web_bodies import RequestError, ask_language
from bot.page_rendering import render
from bot.page_texts import LANGUAGES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answer_errors(handler: Handler) -> Handler:
    """The handler, with a page that says what is wrong in place of a RequestError."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except RequestError as error:
            unknown = error.status is HTTPStatus.NOT_FOUND
            context = {
                "notice": "unknown" if unknown else "refused",
                "go": "unknown_go" if unknown else "refused_go",
            }
            language = ask_language(request, LANGUAGES[0])
            return render(request, "chat_notice.html", language, context, error.status)

    return answer
