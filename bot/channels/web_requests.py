"""What is posted to the web chat, checked: a start, one message of a teller, a form of the page."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from aiohttp import web

from bot.channels.channel import Start
from bot.channels.web_bodies import TEXT_LIMIT, RequestError, ask_language, read_body, read_parts, reject
from bot.channels.web_messages import Laid, Pointed, Posted, Tapped, Typed
from bot.page_texts import word

COOKIE: Final = "vertelbot_chat"
"""Holds the token of the page's conversation; no script can read it."""

_MOST_CODES: Final = 50
_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}")
_MOST_STONES: Final = 6
_CONTENTS: Final = ("text", "choice", "choices", "point", "points")
_ID_RULE: Final = "`id` must be 1 to 100 letters, digits or _ . : -, and new for every message."


def is_same_origin(request: web.Request) -> bool:
    """Whether one of our own pages sent this; the cookie counts for nothing otherwise."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "").partition("://")[2] == request.host


async def read_start(request: web.Request) -> Start:
    """Read `{"flow"?, "entry"?, "language"?}`. Raises RequestError."""
    return check_start(await _read_object(request))


def check_start(body: Mapping[str, object]) -> Start:
    """A start from JSON or a form, empty words counting as none. Raises RequestError."""
    words: dict[str, str | None] = {}
    for key in ("flow", "entry", "language"):
        value = body.get(key) or None
        if value is not None and not isinstance(value, str):
            raise reject(f"`{key}` must be a text.")
        words[key] = value
    for key in ("flow", "entry"):
        if words[key] and not _ID.fullmatch(words[key] or ""):
            raise reject(f"`{key}` must be 1 to 100 letters, digits or _ . : -")
    if words["language"] and not _LANGUAGE.fullmatch(words["language"]):
        raise reject("`language` must be a language code of two or three letters, such as nl.")
    language = words["language"].lower() if words["language"] else None
    return Start(words["flow"], words["entry"], language, aloud=body.get("aloud") in (True, "1", "true"))


async def read_posted(request: web.Request) -> Posted:
    """Read one message of a teller, JSON or multipart. Raises RequestError."""
    if request.content_type.startswith("multipart/"):
        fields, content = await read_parts(request)
        if content is None:
            raise reject("An upload holds `id` and either `voice` or `photo`.")
        return Posted(_check_id(fields.get("id")), content, _check_step(fields.get("step")))
    body = await _read_object(request)
    found = [key for key in _CONTENTS if body.get(key) is not None]
    if len(found) != 1:
        raise reject(
            "A message holds `id` and exactly one of `text`, `choice`, `choices`, `point` and `points`."
        )
    content = _read_content(found[0], body[found[0]], ask_language(request))
    return Posted(_check_id(body.get("id")), content, _check_step(body.get("step")))


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the page: its messages in the order in which they were meant, and the text that was typed.

    No messages when nothing was filled in; `choosing` tells that options were to be chosen then.
    """

    posted: tuple[Posted, ...]
    typed: str
    choosing: bool


async def read_form(request: web.Request) -> Form:
    """Read a form of the page. Raises RequestError."""
    language = ask_language(request)
    if request.content_type.startswith("multipart/"):
        fields, content = await read_parts(request)
        choices: list[str] = []
    else:
        pairs = await _read_pairs(request, language)
        fields, content = dict(pairs), None
        choices = [value for key, value in pairs if key == "choices"]
    typed = clean(fields.get("text", "").replace("\r\n", "\n"))
    if content is None and fields.get("choice"):
        content = _read_content("choice", fields["choice"], language)
    elif content is None and choices:
        content = _read_content("choices", choices, language)
    posted: list[Posted] = []
    text = Typed(typed) if typed.strip() and len(typed) <= TEXT_LIMIT else None
    if text is not None or content is not None:
        name, step = _check_id(fields.get("id")), _check_step(fields.get("step") or None)
        if text is not None:
            posted.append(Posted(name, text))
        if content is not None:
            posted.append(Posted(f"{name}:next" if posted else name, content, step))
    return Form(tuple(posted), typed, choosing="ready" in fields)


async def read_fields(request: web.Request) -> dict[str, str]:
    """Read the fields of a plain form. Raises RequestError."""
    return dict(await _read_pairs(request, ask_language(request)))


def check_length(text: str, language: str) -> None:
    """Raises RequestError when a text is too long."""
    if len(text) > TEXT_LIMIT:
        sentence = word(language, "text_long", length=len(text), limit=TEXT_LIMIT)
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)


def clean(text: str) -> str:
    """A text without what Postgres and UTF-8 cannot hold: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


async def _read_object(request: web.Request) -> dict[str, object]:
    if request.content_type not in ("application/json", "application/octet-stream", "text/plain"):
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON, with Content-Type: application/json."
        )
    body = await read_body(request, ask_language(request))
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise reject("The body must be JSON.") from error
    if not isinstance(parsed, dict):
        raise reject('The body must be a JSON object, such as {"id": "1", "text": "…"}.')
    return cast(dict[str, object], parsed)


async def _read_pairs(request: web.Request, language: str) -> list[tuple[str, str]]:
    body = await read_body(request, language)
    try:
        return parse_qsl(body.decode("utf-8", "replace"), max_num_fields=2 * _MOST_CODES)
    except ValueError as error:
        raise reject("The form has too many fields.") from error


def _read_content(key: str, value: object, language: str) -> Typed | Tapped | Pointed | Laid:
    match key, value:
        case "text", str():
            text = clean(value)
            check_length(text, language)
            return Typed(text)
        case "choice", str() if _ID.fullmatch(value):
            return Tapped((value,))
        case "choices", list():
            codes = cast(list[object], value)
            if 1 <= len(codes) <= _MOST_CODES and all(isinstance(c, str) and _ID.fullmatch(c) for c in codes):
                return Tapped(tuple(dict.fromkeys(cast(list[str], codes))), whole=True)
        case "point", {"x": int() | float() as x, "y": int() | float() as y}:
            if all(_is_share(number) for number in (x, y)):
                return Pointed(float(x), float(y))
        case "points", list():
            points = cast(list[object], value)
            if 1 <= len(points) <= _MOST_STONES:
                return Laid(tuple(_read_place(each) for each in points))
        case _:
            pass
    raise reject(_RULES[key])


def _read_place(value: object) -> tuple[float, float] | None:
    """The place of one stone, None when it does not belong. Raises RequestError."""
    match value:
        case None:
            return None
        case [int() | float() as x, int() | float() as y] if _is_share(x) and _is_share(y):
            return float(x), float(y)
        case _:
            raise reject(_RULES["points"])


_RULES: Final[Mapping[str, str]] = {
    "text": "`text` must be a text.",
    "choice": "`choice` must be the code of an option.",
    "choices": f"`choices` must be a list of 1 to {_MOST_CODES} codes of options.",
    "points": (
        f"`points` must be a list of 1 to {_MOST_STONES}: "
        "for each stone `[x, y]`, numbers from 0 to 100, or null when it does not belong."
    ),
    "point": "`point` must hold `x` and `y`, numbers from 0 to 100.",
}


def _is_share(number: Any) -> bool:
    return not isinstance(number, bool) and 0 <= number <= 100  # noqa: PLR2004 - per cent; NaN is not within


def _check_id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise reject(_ID_RULE)
    return value


def _check_step(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise reject("`step` must be the `step` of the question that this answers.")
    return value
