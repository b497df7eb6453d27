"""Calls to Telegram over aiohttp: failures are read where they happen, and become delivery errors."""

import logging
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.broken_lines import read_break
from bot.channels.delivery_errors import DeliveryError, UncertainError
from bot.channels.telegram_errors import read_refusal

# The library writes what people said at DEBUG and unreadable answers at ERROR; all its errors come to us as
# exceptions anyway.
logging.getLogger("telegram").setLevel(logging.CRITICAL)

_T = TypeVar("_T")

_CONNECT_SECONDS: Final = 10.0
_CONNECTIONS: Final = 64


class _FailedError(TelegramError):
    """Carries a delivery error through the library, which would hide any other; None: nothing is wrong."""

    def __init__(self, failure: DeliveryError | None) -> None:
        super().__init__("failed")
        self.failure = failure


class TelegramRequest(BaseRequest):
    """The library's requests over aiohttp, which costs a sixth of what its own way over httpx does.

    `timeout` is how long Telegram may be silent, in seconds, where a call does not say otherwise.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer may take."""
        return self._timeout

    async def initialize(self) -> None:
        """Be ready to call; nothing is connected yet."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; what goes wrong comes out as our own error, without the address and its token."""
        del write_timeout, connect_timeout, pool_timeout
        if self._session is None:
            raise RuntimeError("Telegram is used before it was opened.")
        silence = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        limits = aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS, sock_read=silence)
        try:
            async with self._session.request(
                method, url, data=_write_form(request_data), timeout=limits, allow_redirects=False
            ) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _FailedError(read_break(error)) from None
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise _FailedError(read_refusal(status, body))
        return status, body


def _write_form(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    """The parameters as a form; with files in several parts."""
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, file in data.multipart_data.items():
        filename, content, kind = cast("tuple[str, bytes, str]", file)
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


async def call(request: Coroutine[Any, Any, _T]) -> _T | None:
    """Wait for an answer; None when Telegram says that it is so already. Raises DeliveryError only."""
    try:
        return await request
    except _FailedError as error:
        if error.failure is None:
            return None
        raise error.failure from None
    except (TelegramError, LookupError, TypeError, ValueError, AttributeError):
        # It was accepted, but what came back is not what the Bot API promises.
        raise UncertainError("unreadable answer") from None
