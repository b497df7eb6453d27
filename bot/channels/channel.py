"""What all channels have in common: what arrives, what is delivered, the closed set of delivery errors."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from flows.inbound import Content
from flows.outbound import Utterance


@dataclass(frozen=True, slots=True)
class Arrival:
    """A raw update, verified and ready to be kept (step 2).

    `key` is unique for ever over all channels, `address` the platform's opaque id of the conversation
    ("" where the update names none), `order` the platform's own order where it has one.
    """

    channel: str
    key: str
    address: str
    raw: Mapping[str, Any]
    order: int | None = None


Keep = Callable[[Arrival], Awaitable[bool]]
"""Keep an arrival: commits it, wakes the chat, answers whether it was new. Raises when it could not."""

Settle = Callable[[str, str], Awaitable[None]]
"""Wait until what was kept for (channel, address) had its turn and is delivered, or some seconds passed."""


@dataclass(frozen=True, slots=True)
class Start:
    """A person asks to begin: which flow, which entry point, which language; all may be left open."""

    flow: str | None = None
    entry: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """Where the sound of a voice note can be had.

    `source` is `telegram` (reference: file id), `twilio` (reference: media address) or `media` (reference:
    id in our own media store). `seconds` and `size` (bytes) are only what the platform claims.
    """

    source: Literal["telegram", "twilio", "media"]
    reference: str
    seconds: float | None = None
    size: int | None = None


PHOTO_LIMIT = 10_000_000
"""Bytes a photo may have at most."""

PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""The kinds of picture that are read."""


@dataclass(frozen=True, slots=True)
class Image:
    """Where a photo can be had; `source`, `reference` and `size` as of a `Sound`."""

    source: Literal["telegram", "twilio", "media"]
    reference: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message in, channel-neutral: a start, a content, or a file whose id is given later.

    `language` is the platform's hint of the person's language, two letters.
    """

    address: str
    content: Content | None = None
    start: Start | None = None
    sound: Sound | None = None
    image: Image | None = None
    language: str | None = None


class ParseError(Exception):
    """A kept update has not the shape its platform promises; it becomes a dead letter. Holds no content."""


class Channel(Protocol):
    """A way to reach people."""

    @property
    def name(self) -> str:
        """The word for this channel in addresses and reader views: `telegram`, `whatsapp`, `web`."""
        ...

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Read a raw update (step 3), purely; None when it is nothing worth a turn. Raises ParseError."""
        ...

    async def deliver(self, address: str, utterance: Utterance, reference: str) -> str | None:
        """Send one message (step 6); answers the platform's id of it. Raises DeliveryError only.

        `reference` is our own id of the message, the same at every try.
        """
        ...


class DeliveryError(Exception):
    """A message could not be delivered. `explanation` is what an operator reads; no personal data."""

    retryable: ClassVar[bool] = False
    explanation: ClassVar[str] = "The message could not be delivered."

    def __init__(self, code: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{self.explanation} ({code})" if code else self.explanation)
        self.code = code
        self.retry_after = retry_after


class ThrottledError(DeliveryError):
    """The platform asks to slow down; waits `retry_after` seconds where it says so."""

    retryable = True
    explanation = "The platform asks to send more slowly; the message is sent again later."


class NotSentError(DeliveryError):
    """The platform could not be reached or refused for the moment; the message was surely not sent."""

    retryable = True
    explanation = "The platform could not be reached; the message is sent again later."


class UncertainError(DeliveryError):
    """The connection broke after the request; the message may have arrived. Sent again at most once."""

    retryable = True
    explanation = "It is not known whether the message arrived; it is sent once more."


class RecipientGoneError(DeliveryError):
    """The person blocked us or left; nothing more is sent until they write again."""

    explanation = "The person blocked the bot or is no longer there."


class WindowClosedError(DeliveryError):
    """More than 24 hours after the person's last message (WhatsApp); held until they write again."""

    explanation = "The platform allows no message now; it is held until the person writes again."


class RefusedError(DeliveryError):
    """The platform refuses this message as it is; sending it again would not help."""

    explanation = "The platform refuses this message; look at its text and options."


class MisconfiguredError(DeliveryError):
    """A token, number or right is wrong; nothing can be sent until an operator mends it."""

    retryable = True
    explanation = "The channel's token or rights are wrong; run `vertelbot doctor`."


def write_tap(step: str | None, code: str) -> str:
    """Write what a button carries; codes are at most 30 characters, so it fits Telegram's 64 bytes."""
    return f"{step or ''}|{code}"


def read_tap(data: str) -> tuple[str | None, str]:
    """Read what a button carried: (step, code). Raises ParseError when it is none of ours."""
    step, separator, code = data.partition("|")
    if not separator or not code:
        raise ParseError("a button that is not ours")
    return step or None, code
