"""Gets what a teller sent from where it is: our own media store, or its platform."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx

from workers.fetch import fetch_telegram, fetch_twilio
from workers.fetch_errors import FetchError, WrongPasswordError
from workers.settings import WorkerSettings

RETRY_SECONDS = (5.0, 20.0, 60.0, 180.0)
"""Pauses before a file is fetched again."""


def fetch_source(settings: WorkerSettings, source: Mapping[str, Any], *, limit: int) -> bytes:
    """The bytes at a platform (`source`, `reference`), at most `limit`. Raises FetchError.

    While a token takes another's place, each of the two is tried.
    """
    platform = source["source"]
    account = settings.twilio_account_sid if platform == "twilio" else ""
    tokens = {"telegram": settings.telegram_tokens, "twilio": settings.twilio_auth_tokens}.get(platform, ())
    if not tokens or account is None:
        raise FetchError(f"The worker has no settings of channel '{platform}'; it needs the server's.")
    with httpx.Client() as client:
        for token in tokens[:-1]:
            with suppress(WrongPasswordError):
                return _fetch(settings, source, token, limit, client)
        return _fetch(settings, source, tokens[-1], limit, client)


def _fetch(
    settings: WorkerSettings, source: Mapping[str, Any], token: str, limit: int, client: httpx.Client
) -> bytes:
    if source["source"] == "telegram":
        return fetch_telegram(
            source["reference"],
            api_url=settings.telegram_api_url,
            token=token,
            limit=limit,
            client=client,
        )
    return fetch_twilio(
        source["reference"],
        account_sid=settings.twilio_account_sid or "",
        auth_token=token,
        allowed=settings.twilio_media_hosts,
        limit=limit,
        client=client,
    )
