"""What Telegram's refusals mean: they become delivery errors, purely.

Errors hold no more than Telegram's own first words: a longer text could hold the bot's token or what a
person wrote. The rows follow https://core.telegram.org/bots/api#making-requests.
"""

import json
import re
from http import HTTPStatus
from typing import Any, Final, cast

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    MovedError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownError,
)

_DONE: Final = (
    "message is not modified",
    "query is too old",
    "query id is invalid",
    "message to edit not found",
    "message to delete not found",
)
_GONE: Final = ("chat not found", "user not found", "user is deactivated", "peer_id_invalid")
_FIRST_WORDS: Final = re.compile(r"[A-Za-z_' ]{1,60}")
_MISSETTINGS: Final = {
    401: "Telegram does not know the token",
    404: "Telegram does not know the token",
    409: "a webhook is set or another server polls with this token",
}


def read_refusal(status: int, body: bytes) -> DeliveryError | None:
    """Read an answer outside 200-299; None when nothing is wrong: what was asked is so already."""
    answer = _read_answer(body)
    text = str(answer.get("description", "")).lower()
    words = _FIRST_WORDS.match(text.removeprefix("bad request: ").removeprefix("forbidden: "))
    code = f"{status}, {words[0].strip()}" if words else f"{status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ThrottledError(code, retry_after=_read_parameter(answer, "retry_after"))
    moved = _read_parameter(answer, "migrate_to_chat_id")
    if moved is not None:
        return MovedError(f"{status}", address=f"{moved:.0f}")
    if status == HTTPStatus.BAD_REQUEST:
        return _read_bad_request(text, code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(code)
    if status < HTTPStatus.BAD_REQUEST:  # sent on elsewhere: the address in the settings is wrong
        return MisconfiguredError(code)
    if status in _MISSETTINGS:
        return MisconfiguredError(f"{status}, {_MISSETTINGS[status]}")
    kind = {403: RecipientGoneError, 413: RefusedError}.get(status, UnknownError)
    return kind(code)


def _read_bad_request(text: str, code: str) -> DeliveryError | None:
    if any(done in text for done in _DONE):
        return None
    return RecipientGoneError(code) if any(gone in text for gone in _GONE) else RefusedError(code)


def _read_answer(body: bytes) -> dict[str, Any]:
    """Read the answer's JSON object; empty when it is none, as with the page of a proxy in between."""
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _read_parameter(answer: dict[str, Any], name: str) -> float | None:
    parameters: Any = answer.get("parameters")
    if not isinstance(parameters, dict):
        return None
    value: Any = cast("dict[str, Any]", parameters).get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
