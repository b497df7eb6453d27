"""Checks what Telegram says of who opened a Mini App: `initData`, signed with the bot's token.

The signature is HMAC-SHA256 over the sorted `key=value` lines without `hash`, keyed with
HMAC-SHA256(key "WebAppData", the bot's token); from Telegram's documentation of Mini Apps.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast
from urllib.parse import parse_qsl

LIFETIME: Final = timedelta(hours=1)
"""How old the data may be; Telegram makes it when the Mini App opens."""

_SKEW: Final = timedelta(minutes=5)
"""By how much Telegram's clock may be ahead of ours."""

_MOST_FIELDS: Final = 50


class InitDataError(Exception):
    """What a Mini App brought was not signed by Telegram for this bot, or is too old. Holds no content."""


def check_init_data(text: str, bot_tokens: Sequence[str], now: datetime) -> str:
    """The id of the user for whom the Mini App was opened. Raises InitDataError.

    `bot_tokens` are all that are accepted: two while one replaces the other.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise InitDataError("not a list of fields") from error
    fields = dict(pairs)
    signature = fields.pop("hash", "").encode()
    if len(fields) + 1 != len(pairs):
        raise InitDataError("a field that comes twice, or no hash")
    lines = "\n".join(f"{key}={value}" for key, value in sorted(fields.items())).encode()
    made = [_sign(token, lines).encode() for token in bot_tokens]
    if not any(hmac.compare_digest(each, signature) for each in made):
        raise InitDataError("a signature that is not Telegram's")
    _check_age(fields.get("auth_date", ""), now)
    return _read_user(fields.get("user", ""))


def _sign(bot_token: str, lines: bytes) -> str:
    key = hmac.new(b"WebAppData", bot_token.encode(), hashlib.sha256).digest()
    return hmac.new(key, lines, hashlib.sha256).hexdigest()


def _check_age(written: str, now: datetime) -> None:
    if not (written.isascii() and written.isdigit()):
        raise InitDataError("no moment at which it was made")
    age = now.timestamp() - int(written)
    if not -_SKEW.total_seconds() <= age <= LIFETIME.total_seconds():
        raise InitDataError("made too long ago")


def _read_user(written: str) -> str:
    try:
        user = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise InitDataError("no user") from error
    number = cast(dict[str, object], user).get("id") if isinstance(user, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise InitDataError("no user")
    return str(number)
