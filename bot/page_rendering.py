"""How pages go out: templates, the headers that protect their readers, redirects, and their files."""

import secrets
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, cast

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.web_bodies import ask_language
from bot.chat_view import text_direction, write_length
from bot.page_texts import LANGUAGES, word, words
from flows.phrases import name_language

_STATIC: Final = Path(__file__).parent / "static"

_FILES: Final = {
    "chat.css": "text/css",
    "answers.css": "text/css",
    "entry.css": "text/css",
    "canvas.css": "text/css",
    "canvas.js": "text/javascript",
    "canvas_drawing.js": "text/javascript",
    "canvas_dyad.js": "text/javascript",
    "canvas_input.js": "text/javascript",
    "canvas_page.js": "text/javascript",
    "canvas_places.js": "text/javascript",
    "canvas_stones.js": "text/javascript",
    "canvas_triad.js": "text/javascript",
    "chat.js": "text/javascript",
    "api.js": "text/javascript",
    "outbox.js": "text/javascript",
    "recorder.js": "text/javascript",
    "render.js": "text/javascript",
    "mark.svg": "image/svg+xml",
}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    # Not `no-referrer`: browsers then hide from us, too, which page a form came from.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the bot: a name, and the https address of a page about what happens with a story."""

    organisation: str | None = None
    privacy_url: str | None = None


def set_up_templates(app: web.Application) -> None:
    """Let an application render the templates."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = cast(dict[str, Any], environment.globals)
    names |= {
        "direction": text_direction,
        "language_name": name_language,
        "length": write_length,
        "new_id": _make_id,
    }


def redirect(place: str) -> web.Response:
    """Send the reader on to another page, after a form."""
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={**_HEADERS, "Location": place})


def render(
    request: web.Request,
    template: str,
    language: str,
    context: dict[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> web.Response:
    """A template as a page in one of the pages' languages."""
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    whole = {**context, "language": spoken, "words": words(spoken), "say": partial(word, spoken)}
    response = aiohttp_jinja2.render_template(template, request, whole, status=status)
    response.headers.update(_HEADERS)
    return response


@web.middleware
async def answer_missing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What is not there: a page for who reads pages, JSON for who uses the API."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        if request.path.startswith("/api/"):
            headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
            body = {"error": "There is nothing at this address."}
            return web.json_response(body, status=HTTPStatus.NOT_FOUND, headers=headers)
        reads = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
        if not reads:
            raise
        context = {"notice": "missing", "go": "missing_go"}
        language = ask_language(request, LANGUAGES[0])
        return render(request, "chat_notice.html", language, context, HTTPStatus.NOT_FOUND)


def _make_id() -> str:
    return f"form-{secrets.token_hex(8)}"


async def send_file(request: web.Request) -> web.StreamResponse:
    """One of the pages' own files, by the `name` in its route; browsers ask each time whether it changed."""
    name = request.match_info["name"]
    if name not in _FILES:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Content-Type": _FILES[name]}
    return web.FileResponse(_STATIC / name, headers=headers)
