"""What Twilio's error codes and HTTP answers mean for a message: one of the closed set of delivery errors.

The classes follow the retry table in the design notes; the codes are Twilio's, see its error dictionary.
"""

from http import HTTPStatus
from typing import Final

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UncertainError,
    UnknownError,
    WindowClosedError,
)

OPTED_OUT: Final = 21610
"""The person said STOP: Twilio sends nothing to them until they say START."""

TOKEN_REFUSED: Final = 20003

_CODES: Final[dict[type[DeliveryError], frozenset[int]]] = {
    ThrottledError: frozenset({14107, 20429, 21611, 30001, 30022, 63017, 63018, 63038}),
    UnavailableError: frozenset({63009, 63010, 63012}),
    UncertainError: frozenset({20500}),
    RecipientGoneError: frozenset({21211, OPTED_OUT, 21614, 30005, 30006, 63003, 63024, 63033}),
    WindowClosedError: frozenset({63016}),
    RefusedError: frozenset(
        {21617, 21620, 30007, 63005, 63013, 63019, 63021, 63028, 63032, 63034, *range(92000, 93000)}
    ),
    MisconfiguredError: frozenset({TOKEN_REFUSED, 21606, 21703, 63001, 63007, 63020}),
}
_CLASSES: Final = {code: error for error, codes in _CODES.items() for code in codes}


def classify_code(code: int | None) -> type[DeliveryError]:
    """Find the class of the error code of a failed message; UnknownError where it has none that is known."""
    return UnknownError if code is None else _CLASSES.get(code, UnknownError)


def make_error(code: int | None) -> DeliveryError:
    """Make the error that the code of a failed message means, as `classify_code` finds it."""
    text = "" if code is None else str(code)
    return _make(classify_code(code), code, text, None)


def read_refusal(status: int, code: int | None, retry_after: float | None) -> DeliveryError:
    """Read the error that an HTTP answer other than 2xx means; `retry_after` in seconds, if it says so.

    A known code goes before the HTTP status, except that 429 always asks for patience. A 4xx with a code that
    is not known here is a refusal: sending the same again would not help. Without any code it did not come
    from Twilio's API, so that it is unknown. A 5xx is uncertain: Twilio itself says that a message may have
    been sent after a 500. A redirect means that the API's address in the settings is wrong.
    """
    kind = _CLASSES.get(code) if code is not None else None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = ThrottledError
    elif kind is None:
        kind = _classify_status(status, coded=code is not None)
    text = str(code) if code is not None else f"HTTP {status}"
    return _make(kind, code, text, retry_after)


def _make(kind: type[DeliveryError], code: int | None, text: str, retry_after: float | None) -> DeliveryError:
    if kind is RecipientGoneError:
        return RecipientGoneError(text, until_start=code == OPTED_OUT, retry_after=retry_after)
    return kind(text, retry_after=retry_after)


def _classify_status(status: int, *, coded: bool) -> type[DeliveryError]:
    if status == HTTPStatus.UNAUTHORIZED:
        return MisconfiguredError
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return UnavailableError
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UncertainError
    if status >= HTTPStatus.BAD_REQUEST:
        return RefusedError if coded else UnknownError
    return MisconfiguredError
