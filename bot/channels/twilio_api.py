"""One call to Twilio's REST API: the session, the tokens, and what each failure means.

The twilio package's own async client is not used: it ignores its timeout (twilio-python #925), repeats a
POST when told to retry, so that people get a message twice, drops the answer's headers, so that Retry-After
is lost, and calls aiohttp in a way that warns of removal. From that package only the check of signatures
is used, in `twilio_webhook`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

import aiohttp
from yarl import URL

from bot.channels.delivery_errors import DeliveryError, MisconfiguredError, NotSentError, UncertainError
from bot.channels.twilio_errors import TOKEN_REFUSED, read_refusal
from bot.channels.twilio_settings import TwilioSettings

_CONNECT_SECONDS: Final = 5.0


class TwilioApi:
    """Calls Twilio; every failure is a DeliveryError that holds a code and no text of Twilio's or a person's.

    Where the account has two tokens, the first is used until Twilio refuses it, and then the other: the one
    that was taken last goes first at the next call. `seconds` is how long an answer may take. The session is
    made at the first call; `close` ends it.
    """

    def __init__(self, settings: TwilioSettings, *, seconds: float = 20.0) -> None:
        self._authorizations = [
            aiohttp.encode_basic_auth(settings.account_sid, token) for token in settings.auth_tokens
        ]
        self._taken = 0
        self._timeout = aiohttp.ClientTimeout(
            total=seconds + _CONNECT_SECONDS, connect=_CONNECT_SECONDS, sock_read=seconds
        )
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, *, data: Mapping[str, str]) -> Mapping[str, Any]:
        """Post a form; answers the JSON object. UncertainError when it may have been done."""
        return await self._call("POST", URL(url), data=data)

    async def ask(
        self,
        method: str,
        url: str | URL,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """Make a call that may be made again without harm, so that no failure of it is uncertain."""
        try:
            return await self._call(method, URL(url), params=params, data=data, json=json)
        except UncertainError as error:
            raise NotSentError(error.code) from error

    async def list_all(
        self, url: str, name: str, params: Mapping[str, str]
    ) -> AsyncIterator[Mapping[str, Any]]:
        """All objects under `name` in a list, page after page."""
        origin = URL(url).origin()
        page = await self.ask("GET", url, params=params)
        while True:
            for each in read_list(page, name):
                yield each
            following = _find_next(page)
            if following is None:
                return
            # Only the path: a page that names another host must not get our token.
            page = await self.ask("GET", origin.join(following))

    async def close(self) -> None:
        """Close the session, if there is one; a later call opens a new one."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, url: URL, **fields: Any) -> Mapping[str, Any]:
        answer = await self._exchange(method, url, self._taken, **fields)
        # Who is not let in has done nothing, so the same may be asked with the other token.
        for other in range(len(self._authorizations)):
            if answer.is_let_in:
                break
            if other != self._taken:
                answer = await self._exchange(method, url, other, **fields)
                self._taken = other if answer.is_let_in else self._taken
        return answer.read()

    async def _exchange(self, method: str, url: URL, token: int, **fields: Any) -> "_Answer":
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept": "application/json"},
            )
        headers = {"Authorization": self._authorizations[token]}
        try:
            async with self._session.request(
                method, url, headers=headers, allow_redirects=False, **fields
            ) as response:
                wait = response.headers.get("Retry-After", "")
                return _Answer(response.status, await _read_json(response), wait)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _read_failure(error) from error


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Twilio answered: the HTTP status, the JSON object if it is one, the header Retry-After."""

    status: int
    body: Mapping[str, Any] | None
    wait: str

    @property
    def code(self) -> int | None:
        code: object = self.body.get("code") if self.body else None
        return code if isinstance(code, int) else None

    @property
    def is_let_in(self) -> bool:
        """Whether the token was taken."""
        return self.status != HTTPStatus.UNAUTHORIZED and self.code != TOKEN_REFUSED

    def read(self) -> Mapping[str, Any]:
        """The object. Raises the DeliveryError that another answer means."""
        if not HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            # The header may also be a date; the sender then waits as long as it does without one.
            seconds = float(self.wait) if self.wait.isascii() and self.wait.isdigit() else None
            raise read_refusal(self.status, self.code, seconds)
        if self.body is None:
            raise UncertainError("unreadable answer")
        return self.body


def read_list(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects in a list of an answer; none where it has no such list."""
    listed: object = body.get(name)
    each = cast(list[object], listed) if isinstance(listed, list) else []
    return [cast(Mapping[str, Any], one) for one in each if isinstance(one, dict)]


def _find_next(page: Mapping[str, Any]) -> URL | None:
    """Where the next page is: the older lists name its path, the newer ones its whole address."""
    meta: object = page.get("meta")
    newer = cast(Mapping[str, Any], meta).get("next_page_url") if isinstance(meta, dict) else None
    following: object = page.get("next_page_uri") or newer
    if not isinstance(following, str) or not following:
        return None
    address = URL(following, encoded=True)
    return address.relative() if address.is_absolute() else address


async def _read_json(response: aiohttp.ClientResponse) -> Mapping[str, Any] | None:
    try:
        body: object = await response.json(content_type=None)
    except ValueError:
        return None
    return cast(Mapping[str, Any], body) if isinstance(body, dict) else None


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
