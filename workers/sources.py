"""Gets what a teller sent from where it is: our own media store, or its platform."""

from collections.abc import Mapping
from typing import Any

import httpx

from workers.fetch import FetchError, fetch_telegram, fetch_twilio
from workers.settings import WorkerSettings

RETRY_SECONDS = (5.0, 20.0, 60.0, 180.0)
"""Pauses before a file is fetched again."""


def fetch_source(settings: WorkerSettings, source: Mapping[str, Any], *, limit: int) -> bytes:
    """The bytes at a platform (`source`, `reference`), at most `limit`. Raises FetchError."""
    platform, reference = source["source"], source["reference"]
    with httpx.Client() as client:
        if platform == "telegram" and settings.telegram_token:
            return fetch_telegram(
                reference,
                api_url=settings.telegram_api_url,
                token=settings.telegram_token,
                limit=limit,
                client=client,
            )
        if platform == "twilio" and settings.twilio_account_sid and settings.twilio_auth_token:
            return fetch_twilio(
                reference,
                account_sid=settings.twilio_account_sid,
                auth_token=settings.twilio_auth_token,
                allowed=settings.twilio_media_hosts,
                limit=limit,
                client=client,
            )
    raise FetchError(f"The worker has no settings of channel '{platform}'; it needs the server's.")
