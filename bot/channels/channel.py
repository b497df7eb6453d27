"""What all channels have in common: what arrives, what is delivered, and what a channel can do."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.channels.delivery_errors import DeliveryError
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

    `word` came with a link or was typed, and may name an entry point or a flow. `aloud` asks that all is
    read aloud.
    """

    flow: str | None = None
    entry: str | None = None
    language: str | None = None
    word: str | None = None
    aloud: bool = False


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
    error: DeliveryError | None = None


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
class File:
    """A file that goes with a message: what it is, and the path below our public address where it lies.

    `read` gives its bytes, or None when there are none (any more); then it is passed over.
    """

    kind: Literal["voice", "file"]
    mime: str
    name: str
    path: str
    read: Callable[[], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One platform message to send: part `part` (from 0) of an utterance.

    `address` is the platform's id, `reference` our own id of the utterance, the same at every try. `plain`
    asks for text alone, because the richer form was refused. `canvas` is the path of the page on which the
    question can be answered by touch. `files` are parts of their own where a platform takes such, the first.
    """

    address: str
    utterance: Utterance
    reference: str
    part: int = 0
    plain: bool = False
    canvas: str | None = None
    files: tuple[File, ...] = ()


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


def write_tap(step: str | None, code: str) -> str:
    """Write what a button carries; codes are at most 30 characters, so it fits Telegram's 64 bytes."""
    return f"{step or ''}|{code}"


def read_tap(data: str) -> tuple[str | None, str]:
    """Read what a button carried: (step, code). Raises ParseError when it is none of ours."""
    step, separator, code = data.partition("|")
    if not separator or not code:
        raise ParseError("a button that is not ours")
    return step or None, code
