"""The closed set of delivery errors: what a send can come to, the same for every channel."""

from typing import ClassVar


class DeliveryError(Exception):
    """A message could not be delivered. `explanation` is what an operator reads; no personal data."""

    explanation: ClassVar[str] = "The message could not be delivered."
    kind: ClassVar[str] = "unknown"
    """The class in metrics and in the retry table."""

    def __init__(self, code: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{self.explanation} ({code})" if code else self.explanation)
        self.code = code
        self.retry_after = retry_after


class ThrottledError(DeliveryError):
    """The platform asks to slow down; waits `retry_after` seconds where it says so."""

    explanation = "The platform asks to send more slowly; the message is sent again later."
    kind = "rate"


class NotSentError(DeliveryError):
    """The platform could not be reached; the message was surely not sent."""

    explanation = "The platform could not be reached; the message is sent again later."
    kind = "not_sent"


class UnavailableError(DeliveryError):
    """The platform was reached and cannot do it at the moment; the message was not sent."""

    explanation = "The platform cannot send at the moment; the message is sent again later."
    kind = "unavailable"


class UncertainError(DeliveryError):
    """The connection broke after the request; the message may have arrived."""

    explanation = "It is not known whether the message arrived."
    kind = "uncertain"


class UnknownFateError(DeliveryError):
    """The platform cannot be asked what became of a message."""

    explanation = "The platform cannot be asked whether the message arrived."
    kind = "uncertain"


class UnknownError(DeliveryError):
    """The platform answered with an error that is not known here."""

    explanation = "The platform gave an error that is not known."


class RecipientGoneError(DeliveryError):
    """The person blocked us or left; nothing more is sent until they write again.

    `until_start` when only the word START opens the line again.
    """

    explanation = "The person blocked the bot or is no longer there."
    kind = "gone"

    def __init__(
        self, code: str = "", *, until_start: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(code, retry_after=retry_after)
        self.until_start = until_start


class WindowClosedError(DeliveryError):
    """More than 24 hours after the person's last message (WhatsApp); held until they write again."""

    explanation = "The platform allows no message now; it is held until the person writes again."
    kind = "window"


class RefusedError(DeliveryError):
    """The platform refuses this message as it is; sending it again would not help.

    `simpler` when the same as text alone may be taken.
    """

    explanation = "The platform refuses this message; look at its text and options."
    kind = "content"

    def __init__(self, code: str = "", *, simpler: bool = False, retry_after: float | None = None) -> None:
        super().__init__(code, retry_after=retry_after)
        self.simpler = simpler


class MovedError(DeliveryError):
    """The conversation has another id at the platform now: `address`."""

    explanation = "The conversation has another address now; the message is sent there."
    kind = "moved"

    def __init__(self, code: str = "", *, address: str) -> None:
        super().__init__(code)
        self.address = address


class MisconfiguredError(DeliveryError):
    """A token, number or right is wrong; nothing can be sent until an operator mends it."""

    explanation = "The channel's token or rights are wrong; run `vertelbot doctor`."
    kind = "config"
