"""Reading the bodies that are posted to the web chat, JSON, forms and uploads, never beyond their limits."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.channel import PHOTO_LIMIT
from bot.channels.web_messages import Pictured, Voiced
from bot.page_texts import choose_language, word

TEXT_LIMIT: Final = 20_000
"""Characters of one typed message; as many as a whole story may have."""

VOICE_LIMIT: Final = 16_000_000
"""Bytes of one recording."""

_FILES: Final[Mapping[str, int]] = {"voice": VOICE_LIMIT, "photo": PHOTO_LIMIT}
_BODY_LIMIT: Final = 400_000  # bytes: the longest text with every character escaped as JSON, and some
_FIELD_LIMIT: Final = 4 * TEXT_LIMIT + 1000
_MOST_PARTS: Final = 8
_LONGEST_DAY: Final = 86_400.0  # seconds
_BROKEN: Final = (HttpProcessingError, web.RequestPayloadError, ConnectionResetError)
"""What reading raises when a body is not what its headers promise, or the client went in the middle of it."""


class RequestError(Exception):
    """A request that is not taken: the HTTP status and one sentence that says what would be right."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def reject(sentence: str) -> RequestError:
    """The error for a request of the wrong shape."""
    return RequestError(HTTPStatus.BAD_REQUEST, sentence)


def ask_language(request: web.Request, fallback: str = "en") -> str:
    """The language for sentences that a teller may read."""
    return choose_language(request.headers.get("Accept-Language", ""), fallback)


async def read_body(request: web.Request, language: str) -> bytes:
    """Read a whole body. Raises RequestError when it is too large or broken."""
    body = bytearray()
    try:
        async for chunk in request.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > _BODY_LIMIT:
                sentence = word(language, "text_long", length=f"> {TEXT_LIMIT}", limit=TEXT_LIMIT)
                raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    except _BROKEN as error:
        raise reject("The body could not be read.") from error
    return bytes(body)


async def read_parts(request: web.Request) -> tuple[dict[str, str], Voiced | Pictured | None]:
    """The fields of an upload, and its recording or photo; no file chosen counts as none.

    Raises RequestError.
    """
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    language = ask_language(request)
    try:
        reader = await request.multipart()
        number = 0
        while (part := await reader.next()) is not None:
            number += 1
            if number > _MOST_PARTS:
                raise reject(f"An upload has at most {_MOST_PARTS} parts.")
            if not isinstance(part, BodyPartReader):
                raise reject("An upload may not hold an upload.")
            if part.name in _FILES and part.filename != "":
                too_large = word(language, f"{part.name}_large")
                files[part.name] = await _read_part(part, _FILES[part.name], too_large)
            elif part.name:
                field = await _read_part(part, _FIELD_LIMIT, "A field of an upload is too long.")
                fields[part.name] = field.decode("utf-8", "replace")
    except (ValueError, AssertionError, *_BROKEN) as error:
        raise reject("The upload could not be read; send multipart/form-data.") from error
    if len(files) > 1:
        raise reject("An upload holds one of `voice` and `photo`, not both.")
    for name, data in files.items():
        if not data:
            raise reject(word(language, f"{name}_empty"))
        return fields, Voiced(data, _read_seconds(fields)) if name == "voice" else Pictured(data)
    return fields, None


async def _read_part(part: BodyPartReader, limit: int, too_large: str) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        data += chunk
        if len(data) > limit:
            raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
    return bytes(data)


def _read_seconds(fields: Mapping[str, str]) -> float | None:
    """How long a recording is said to be; only a hint, so what makes no sense counts as unsaid."""
    try:
        seconds = float(fields.get("seconds", ""))
    except ValueError:
        return None
    return round(seconds, 1) if 0 < seconds < _LONGEST_DAY else None
