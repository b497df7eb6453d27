"""Broken connections: only a request that never left is surely not sent."""

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.channels.broken_lines import read_break
from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    NotSentError,
    RefusedError,
    UncertainError,
)

KEY = ConnectionKey(
    "api.example.org", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
)
NOBODY = OSError(111, "refused")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(aiohttp.ClientConnectorError(KEY, NOBODY), NotSentError, id="nobody listens"),
        pytest.param(aiohttp.ClientConnectorDNSError(KEY, NOBODY), NotSentError, id="no such name"),
        pytest.param(aiohttp.ClientConnectorSSLError(KEY, NOBODY), NotSentError, id="no handshake"),
        pytest.param(aiohttp.ConnectionTimeoutError(), NotSentError, id="connecting took too long"),
        pytest.param(aiohttp.SocketTimeoutError(), UncertainError, id="no answer in time"),
        pytest.param(aiohttp.ServerDisconnectedError(), UncertainError, id="hung up"),
        pytest.param(aiohttp.ClientOSError(104, "reset"), UncertainError, id="reset"),
        pytest.param(aiohttp.ClientPayloadError(), UncertainError, id="half an answer"),
        pytest.param(ConnectionResetError(), UncertainError, id="reset while writing"),
        pytest.param(TimeoutError(), UncertainError, id="any other timeout"),
        pytest.param(aiohttp.InvalidURL("nergens"), MisconfiguredError, id="no address"),
        pytest.param(
            UnicodeEncodeError("utf-8", "\ud83c", 0, 1, "half"), RefusedError, id="half a character"
        ),
    ],
)
def test_breaks(error: Exception, kind: type[DeliveryError]) -> None:
    """Resolving, connecting and shaking hands come before the first byte; after that nobody can tell."""
    assert type(read_break(error)) is kind
