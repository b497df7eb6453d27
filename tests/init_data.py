"""What Telegram hands to a Mini App, signed as its documentation says; written apart from our check."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote


def sign_init_data(token: str, user: int, moment: datetime, /, **more: Any) -> str:
    """The text behind `tgWebAppData`, for a user who opened the Mini App at a moment."""
    person = {"id": user, "first_name": "Fatma", "last_name": "Öz & Co", "language_code": "nl"}
    fields = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps(person, separators=(",", ":")),
        "auth_date": str(int(moment.timestamp())),
        "signature": "Ed25519-of-Telegram_not-checked-here",
        **more,
    }
    lines = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    key = hmac.new(b"WebAppData", token.encode(), "sha256").digest()
    fields["hash"] = hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in fields.items())
