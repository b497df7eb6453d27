"""The few calls to Twilio's REST API that the channel needs, over one shared aiohttp session.

The twilio package's own async client is not used: it ignores its timeout (twilio-python #925), repeats a
POST when told to retry, so that people get a message twice, drops the answer's headers, so that Retry-After
is lost, and calls aiohttp in a way that warns of removal. From that package only the check of signatures
is used, in `twilio_webhook`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, cast

import aiohttp

from bot.channels.channel import DeliveryError, MisconfiguredError, NotSentError, UncertainError
from bot.channels.twilio_errors import read_refusal

API_URL: Final = "https://api.twilio.com"
_CONTENT_URL: Final = "https://content.twilio.com"
_CONNECT_SECONDS: Final = 5.0
_CLOCK_SKEW: Final = timedelta(seconds=2)
_LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """The Twilio account, its WhatsApp sender, the API's address and our own public address.

    `whatsapp_from` may be `+31…` or `whatsapp:+31…`. With an `api_url` other than Twilio's own, both the
    messages and the content go to that host.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    whatsapp_from: str
    api_url: str = API_URL
    public_url: str = ""

    @property
    def sender(self) -> str:
        """The sender as the API wants it: `whatsapp:+31…`."""
        return f"whatsapp:{self.whatsapp_from.removeprefix('whatsapp:')}"

    @property
    def content_url(self) -> str:
        """Where content is made: a host of its own at Twilio, else the host of the API."""
        api = self.api_url.rstrip("/")
        return f"{_CONTENT_URL if api == API_URL else api}/v1/Content"

    @property
    def site(self) -> str:
        """Our public address without a slash at the end."""
        return self.public_url.rstrip("/")


class TwilioClient:
    """Calls Twilio; every failure is a DeliveryError that holds a code and no text of Twilio's or a person's.

    `seconds` is how long an answer may take. The session is made at the first call; `close` ends it.
    """

    def __init__(self, settings: TwilioSettings, *, seconds: float = 20.0) -> None:
        self._account_url = f"{settings.api_url.rstrip('/')}/2010-04-01/Accounts/{settings.account_sid}"
        self._content_url = settings.content_url
        self._authorization = aiohttp.encode_basic_auth(settings.account_sid, settings.auth_token)
        self._timeout = aiohttp.ClientTimeout(
            total=seconds + _CONNECT_SECONDS, connect=_CONNECT_SECONDS, sock_read=seconds
        )
        self._session: aiohttp.ClientSession | None = None

    async def send(self, form: Mapping[str, str]) -> str:
        """Create a message from the fields of the Messages resource; answers its SID."""
        return _read_sid(await self._call("POST", f"{self._account_url}/Messages.json", data=dict(form)))

    async def create_content(self, content: Mapping[str, Any]) -> str:
        """Create a Content resource; answers its SID. Nothing is sent by it, so no failure is uncertain."""
        try:
            return _read_sid(await self._call("POST", self._content_url, json=content))
        except UncertainError as error:
            raise NotSentError(error.code) from error

    async def find_sent(self, to: str, text: str, *, since: datetime) -> str | None:
        """Find the SID of the newest message with this text made for `to` since a moment, or None.

        This settles what became of a message whose answer was lost. Raises NotSentError when it cannot tell.
        """
        earliest = (since - _CLOCK_SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = {"To": to, "DateSent>": earliest, "PageSize": str(_LISTED)}
        try:
            answer = await self._call("GET", f"{self._account_url}/Messages.json", params=query)
        except UncertainError as error:
            raise NotSentError(error.code) from error
        listed: object = answer.get("messages")
        for message in cast(list[object], listed) if isinstance(listed, list) else []:
            sid = _match_message(message, text, since - _CLOCK_SKEW)
            if sid is not None:
                return sid
        return None

    async def fetch_account(self) -> Mapping[str, Any]:
        """Fetch the Account resource, for a check of the settings."""
        return await self._call("GET", f"{self._account_url}.json")

    async def close(self) -> None:
        """Close the session, if there is one; a later call opens a new one."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept": "application/json"},
            )
        headers = {"Authorization": self._authorization}
        try:
            async with self._session.request(
                method, url, params=params, data=data, json=json, headers=headers, allow_redirects=False
            ) as response:
                body = await _read_json(response)
                if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
                    raise _read_problem(response, body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _read_failure(error) from error
        if body is None:
            raise UncertainError("unreadable answer")
        return body


async def _read_json(response: aiohttp.ClientResponse) -> Mapping[str, Any] | None:
    try:
        body: object = await response.json(content_type=None)
    except ValueError:
        return None
    return cast(Mapping[str, Any], body) if isinstance(body, dict) else None


def _read_problem(response: aiohttp.ClientResponse, body: Mapping[str, Any] | None) -> DeliveryError:
    code: object = body.get("code") if body else None
    wait = response.headers.get("Retry-After", "")
    return read_refusal(
        response.status,
        code if isinstance(code, int) else None,
        # The header may also be a date; the sender then waits as long as it does without one.
        float(wait) if wait.isascii() and wait.isdigit() else None,
    )


def _read_failure(error: Exception) -> DeliveryError:
    """Without a connection nothing was sent; once there was one, nobody can tell."""
    name = type(error).__name__
    if isinstance(error, aiohttp.InvalidURL):
        return MisconfiguredError(name)
    # Resolving, connecting and the TLS handshake all come before the first byte of the request.
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NotSentError(name)
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ServerFingerprintMismatch):
        return NotSentError(name)
    return UncertainError("timeout" if isinstance(error, asyncio.TimeoutError) else name)


def _read_sid(body: Mapping[str, Any]) -> str:
    sid: object = body.get("sid")
    if not isinstance(sid, str) or not sid:
        raise UncertainError("no SID in the answer")
    return sid


def _match_message(message: object, text: str, since: datetime) -> str | None:
    if not isinstance(message, dict):
        return None
    fields = cast(Mapping[str, object], message)
    sid, created = fields.get("sid"), fields.get("date_created")
    if fields.get("body") != text or not isinstance(sid, str) or not isinstance(created, str):
        return None
    try:
        made = parsedate_to_datetime(created)
    except ValueError:
        return None
    # Twilio writes whole seconds in UTC.
    return sid if made.replace(tzinfo=made.tzinfo or UTC) >= since.replace(microsecond=0) else None
