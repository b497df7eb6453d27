"""The messages of the web chat: what a teller may send, and how both sides look as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.kinds.choice import DONE, MORE
from flows.outbound import Option, Utterance
from flows.values import write_value

Message = Mapping[str, Any]
"""One message of the outward contract; keys that do not apply are left out."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """One option, or several that together are the whole answer (`whole`)."""

    codes: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Pointed:
    """A point in a triad, a square or on a line, x and y from 0 to 100 from the left bottom."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Laid:
    """All stones of a square at once: their points, None for one that does not belong."""

    points: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True, slots=True)
class Voiced:
    """A recording: its bytes, and its length in seconds where the sender knows it."""

    data: bytes
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Pictured:
    """A photo: its bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """One message of a teller: its own id, what it holds, and which question it answers."""

    id: str
    content: Typed | Tapped | Pointed | Laid | Voiced | Pictured
    step: str | None = None


def write_bot_message(utterance: Utterance) -> dict[str, Any]:
    """The JSON of what the bot says, without its number; a file as it is stored, to be linked when read."""
    message: dict[str, Any] = {"from": "bot", "kind": utterance.kind, "text": utterance.text}
    if utterance.step is not None:
        message["step"] = utterance.step
    if options := _list_options(utterance):
        message["options"] = [_write_option(option) for option in options]
    if utterance.kind == "choice":
        message |= {"min": utterance.min, "max": utterance.max}
    if utterance.extras:
        message["allow"] = [option.code for option in utterance.extras]
        message["labels"] = {option.code: option.label for option in utterance.extras}
    if utterance.drawing is not None:
        message["drawing"] = write_value(utterance.drawing)
    if utterance.progress is not None:
        message["progress"] = {"at": utterance.progress.at, "of": utterance.progress.of}
    if utterance.attachment is not None:
        message["attachment"] = write_value(utterance.attachment)
    return message | {"language": utterance.language}


def write_teller_message(posted: Posted, messages: Sequence[Message]) -> dict[str, Any]:
    """The JSON of what a teller sent, without its number; labels are looked up in what the bot asked.

    A recording, a photo and a point have no words of their own: their `text` is empty.
    """
    message: dict[str, Any] = {"from": "teller", "id": posted.id}
    if posted.step is not None:
        message["step"] = posted.step
    match posted.content:
        case Typed(text):
            return message | {"kind": "text", "text": text}
        case Tapped(codes):
            asked = find_asked(posted, messages)
            labels = _label(asked) if asked else {}
            named = [code for code in codes if code != DONE] or list(codes)
            text = ", ".join(labels.get(code, code) for code in named)
            return message | {"kind": "choice", "text": text, "codes": list(codes)}
        case Pointed(x, y):
            return message | {"kind": "point", "text": "", "point": {"x": x, "y": y}}
        case Laid(points):
            laid = [None if point is None else list(point) for point in points]
            return message | {"kind": "point", "text": "", "points": laid}
        case Voiced(seconds=seconds):
            spoken = {"kind": "voice", "text": ""}
            return message | spoken | ({"seconds": seconds} if seconds is not None else {})
        case Pictured():
            return message | {"kind": "photo", "text": ""}


def find_asked(posted: Posted, messages: Sequence[Message]) -> Message | None:
    """The last question that has the first of the codes tapped, of the step it says it answers."""
    if not isinstance(posted.content, Tapped):
        return None
    for message in reversed(messages):
        of_step = posted.step is None or message.get("step") == posted.step
        if message["from"] == "bot" and of_step and posted.content.codes[0] in _label(message):
            return message
    return None


def complete_codes(posted: Posted, asked: Message | None) -> tuple[str, ...]:
    """The codes as the engine takes them: fewer than the most one may choose end with that it is done."""
    content = posted.content
    if not isinstance(content, Tapped):
        return ()
    if not content.whole or asked is None or asked.get("kind") != "choice" or DONE in content.codes:
        return content.codes
    offered = {option["code"] for option in asked.get("options", ())}
    fewer = asked["min"] <= len(content.codes) < asked["max"]
    return (*content.codes, DONE) if fewer and offered.issuperset(content.codes) else content.codes


def _list_options(utterance: Utterance) -> list[Option]:
    """All that can be chosen, of every page, with no way to a next one; that it is done comes last."""
    if not utterance.beyond:
        return list(utterance.options)
    shown = [option for option in (*utterance.options, *utterance.beyond) if option.code != MORE]
    return sorted(shown, key=lambda option: option.code == DONE)


def _write_option(option: Option) -> dict[str, str]:
    body = {"code": option.code, "label": option.label}
    return body | {"picture": f"/{option.picture}"} if option.picture else body


def _label(message: Message) -> dict[str, str]:
    """Everything that can be tapped in a message, by code."""
    options = {option["code"]: option["label"] for option in message.get("options", ())}
    return options | dict(message.get("labels", {}))
