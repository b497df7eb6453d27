"""What all channels have in common: what arrives, what is delivered, the closed set of delivery errors."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol

from flows.inbound import Content
from flows.outbound import Utterance


@dataclass(frozen=True, slots=True)
class Arrival:
    """A raw update, verified and ready to be kept (step 2).

    `key` is unique for ever over all channels, `address` the platform's opaque id of the conversation
    ("" where the update names none), `order` the platform's own order where it has one. `chat` is the keyed
    hash of the conversation, for what comes by another way than its channel.
    """

    channel: str
    key: str
    address: str
    raw: Mapping[str, Any]
    order: int | None = None
    chat: str | None = None


Keep = Callable[[Arrival], Awaitable[bool]]
"""Keep an arrival: commits it, wakes the chat, answers whether it was new. Raises when it could not."""

Settle = Callable[[str, str], Awaitable[None]]
"""Wait until what was kept for (channel, address) had its turn and is delivered, or some seconds passed."""


@dataclass(frozen=True, slots=True)
class Start:
    """A person asks to begin: which flow, which entry point, which language; all may be left open.

    `word` came with a link or was typed, and may name an entry point or a flow.
    """

    flow: str | None = None
    entry: str | None = None
    language: str | None = None
    word: str | None = None


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


Contact = Literal["", "lost", "regained", "stop"]
"""What a message says about reaching the person: they blocked us, let us in again, want no more messages."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a platform reports later of a message it had taken; `failed` when it did not arrive.

    `rank` says how far it came. When it `failed`, `error` says as what.
    """

    provider_id: str
    status: str
    rank: int
    failed: bool = False
    code: str = ""
    error: "DeliveryError | None" = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message in, channel-neutral: a start, a content, or a file whose id is given later.

    `contact` and `report` are about the line itself and ask nothing of the engine.
    `language` is the platform's hint of the person's language, two letters; `message` the platform's id of
    the message.
    """

    address: str
    content: Content | None = None
    start: Start | None = None
    sound: Sound | None = None
    image: Image | None = None
    language: str | None = None
    message: str | None = None
    contact: Contact = ""
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One platform message to send: part `part` (from 0) of an utterance.

    `address` is the platform's id, `reference` our own id of the utterance, the same at every try. `plain`
    asks for text alone, because the richer form was refused. `canvas` is the path of the page on which the
    question can be answered by touch.
    """

    address: str
    utterance: Utterance
    reference: str
    part: int = 0
    plain: bool = False
    canvas: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """What a send uses up of one of the platform's limits: so many `per_second`, and a `burst` at once.

    `key` names what is limited and holds no personal data.
    """

    key: str
    per_second: float
    burst: float
    cost: float = 1.0


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

    @property
    def windowed(self) -> bool:
        """Whether free text is only taken within 24 hours of the person's last message."""
        ...

    @property
    def reports(self) -> bool:
        """Whether the platform reports later what became of a message it took."""
        ...

    def count_parts(self, parcel: Parcel) -> int:
        """How many platform messages the utterance takes, purely. Raises RefusedError."""
        ...

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """The platform's limits that sending this part uses up; `chat` is the keyed hash of the address."""
        ...

    async def send(self, parcel: Parcel) -> str | None:
        """Send one part (step 6); answers the platform's id of it. Raises DeliveryError only."""
        ...

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """What became of a part whose answer was lost: its id, or None when it is surely not there.

        `known` are the platform's ids of other messages to this person since then.
        Raises UnknownFateError where the platform cannot be asked, and other DeliveryErrors when it cannot
        be asked now.
        """
        ...

    async def send_template(self, parcel: Parcel) -> str | None:
        """Say what the utterance is for (`purpose`) by a text the platform approved before.

        Raises DeliveryError; WindowClosedError where there is no such text.
        """
        ...


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


def write_tap(step: str | None, code: str) -> str:
    """Write what a button carries; codes are at most 30 characters, so it fits Telegram's 64 bytes."""
    return f"{step or ''}|{code}"


def read_tap(data: str) -> tuple[str | None, str]:
    """Read what a button carried: (step, code). Raises ParseError when it is none of ours."""
    step, separator, code = data.partition("|")
    if not separator or not code:
        raise ParseError("a button that is not ours")
    return step or None, code
