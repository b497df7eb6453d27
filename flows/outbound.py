"""What can be said: one channel-neutral message, which each channel shows at its best."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

MessageKind = Literal["say", "consent", "story", "text", "choice", "triad", "review", "confirm"]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tap: the code that is stored, the label that is read, the picture if there is one.

    `picture` is a path below the catalogue folder, such as `pictures/gids.svg`.
    """

    code: str
    label: str
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the teller is: question `at` of `of`, both counted from one."""

    at: int
    of: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message of the bot.

    `options` are the answers of the question; `extras` are the ways around it (not applicable, don't
    know, skip) and come after them. `personal` marks words of the teller, which must not be put in a
    platform's stored templates. `language` is that of the text, for the words a channel adds itself.
    """

    text: str
    language: str
    kind: MessageKind = "say"
    step: str | None = None
    options: tuple[Option, ...] = ()
    extras: tuple[Option, ...] = ()
    min: int = 1
    max: int = 1
    progress: Progress | None = None
    personal: bool = False

    @property
    def tappable(self) -> tuple[Option, ...]:
        """All that can be tapped or answered by number, in the order in which it is numbered."""
        return self.options + self.extras


def write_utterance(utterance: Utterance) -> dict[str, Any]:
    """Turn an utterance into JSON for the outbox; `read_utterance` is its inverse."""
    body: dict[str, Any] = {
        "text": utterance.text,
        "language": utterance.language,
        "kind": utterance.kind,
        "step": utterance.step,
        "options": [_write_option(option) for option in utterance.options],
        "extras": [_write_option(option) for option in utterance.extras],
        "min": utterance.min,
        "max": utterance.max,
        "personal": utterance.personal,
    }
    if utterance.progress is not None:
        body["progress"] = [utterance.progress.at, utterance.progress.of]
    return body


def read_utterance(body: Mapping[str, Any]) -> Utterance:
    """Turn JSON from the outbox back into an utterance."""
    progress = body.get("progress")
    return Utterance(
        text=body["text"],
        language=body["language"],
        kind=body["kind"],
        step=body["step"],
        options=tuple(_read_option(option) for option in body["options"]),
        extras=tuple(_read_option(option) for option in body["extras"]),
        min=body["min"],
        max=body["max"],
        progress=Progress(*progress) if progress else None,
        personal=body["personal"],
    )


def _write_option(option: Option) -> dict[str, str]:
    body = {"code": option.code, "label": option.label}
    return body | {"picture": option.picture} if option.picture else body


def _read_option(body: Mapping[str, str]) -> Option:
    return Option(body["code"], body["label"], body.get("picture"))
