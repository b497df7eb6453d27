"""What it means for a message that a request got no answer; purely, from what aiohttp raises."""

import aiohttp

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    NotSentError,
    RefusedError,
    UncertainError,
)

# Resolving, connecting and the TLS handshake all come before the first byte of the request; so does waiting
# for a place among the connections.
_UNSENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientSSLError,
    aiohttp.ServerFingerprintMismatch,
)


def read_break(error: Exception) -> DeliveryError:
    """Without a connection nothing was sent; once there was one, nobody can tell."""
    name = type(error).__name__
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return MisconfiguredError(f"the platform's address is wrong: {name}")
    if isinstance(error, UnicodeError):
        return RefusedError("the text holds half a character")
    if isinstance(error, _UNSENT):
        return NotSentError(name)
    return UncertainError("timeout" if isinstance(error, TimeoutError) else name)
