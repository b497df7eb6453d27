"""What Twilio's error codes and HTTP answers mean for a message: one of the closed set of delivery errors.

The classes follow the retry table in the design notes; the codes are Twilio's, see its error dictionary.
"""

from http import HTTPStatus
from typing import Final

from bot.channels.channel import (
    DeliveryError,
    MisconfiguredError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UncertainError,
    WindowClosedError,
)

_CODES: Final[dict[type[DeliveryError], frozenset[int]]] = {
    ThrottledError: frozenset({14107, 20429, 21611, 30001, 30022, 63017, 63018, 63038}),
    NotSentError: frozenset({63009, 63010, 63012}),
    UncertainError: frozenset({20500}),
    RecipientGoneError: frozenset({21211, 21610, 21614, 30005, 30006, 63003, 63024, 63033}),
    WindowClosedError: frozenset({63016}),
    RefusedError: frozenset(
        {21617, 21620, 30007, 63005, 63013, 63019, 63021, 63028, 63032, 63034, *range(92000, 93000)}
    ),
    MisconfiguredError: frozenset({20003, 21606, 21703, 63001, 63007, 63020}),
}
_CLASSES: Final = {code: error for error, codes in _CODES.items() for code in codes}


def classify_code(code: int) -> type[DeliveryError] | None:
    """Find the class of an error code from an answer or a status callback; None for an unknown one."""
    return _CLASSES.get(code)


def read_refusal(status: int, code: int | None, retry_after: float | None) -> DeliveryError:
    """Read the error that an HTTP answer other than 2xx means; `retry_after` in seconds, if it says so.

    A known code goes before the HTTP status, except that 429 always asks for patience. An unknown 4xx is a
    refusal: sending the same again would not help. An unknown 5xx is uncertain: Twilio itself says that a
    message may have been sent after a 500. A redirect means that the API's address in the settings is wrong.
    """
    kind = _CLASSES.get(code) if code is not None else None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = ThrottledError
    elif kind is None:
        kind = _classify_status(status)
    text = str(code) if code is not None else f"HTTP {status}"
    return kind(text, retry_after=retry_after)


def _classify_status(status: int) -> type[DeliveryError]:
    if status == HTTPStatus.UNAUTHORIZED:
        return MisconfiguredError
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return NotSentError
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UncertainError
    if status >= HTTPStatus.BAD_REQUEST:
        return RefusedError
    return MisconfiguredError
