"""What getting a file from a platform can come to."""

from typing import ClassVar


class FetchError(Exception):
    """A file was not got; the message is one sentence without token, address or number.

    `retryable` says whether asking again later may help.
    """

    retryable: ClassVar[bool] = False


class TooLargeError(FetchError):
    """The file has more bytes than we take."""


class RefusedAddressError(FetchError):
    """The file lies at an address where we do not go."""


class GoneError(FetchError):
    """The platform does not have the file any more."""


class UnreachableError(FetchError):
    """The platform did not give the file this time."""

    retryable: ClassVar[bool] = True


class WrongPasswordError(UnreachableError):
    """The platform does not take this token; another one, or a mended setting, may do."""
