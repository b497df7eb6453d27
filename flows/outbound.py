"""What can be said: one channel-neutral message, which each channel shows at its best."""

from collections.abc import Mapping
from typing import Any, Literal

from flows.values import Value, read_value, write_value

MessageKind = Literal[
    "say",
    "consent",
    "story",
    "text",
    "choice",
    "scale",
    "dyad",
    "triad",
    "stones",
    "photo",
    "number",
    "date",
    "review",
    "confirm",
]

Purpose = Literal["", "reminder", "expired", "follow_up"]


class Option(Value):
    """One thing to tap: the code that is stored, the label that is read, the picture if there is one.

    `picture` is a path below the catalogue folder, such as `pictures/gids.svg`.
    """

    code: str
    label: str
    picture: str | None = None


class Drawing(Value):
    """What a question looks like where a place can be pointed at: what its corners, ends or sides mean.

    A triad has no `bottom`, a dyad only `left` and `right`. `stones` are called so; `placed` says where the
    first of them lie already, x and y from 0 to 100 from the left bottom, None for one that does not belong.
    """

    left: str
    right: str
    top: str = ""
    bottom: str = ""
    stones: tuple[str, ...] = ()
    placed: tuple[tuple[float, float] | None, ...] = ()


class Progress(Value):
    """Where the teller is: question `at` of `of`, both counted from one."""

    at: int
    of: int


class Attachment(Value):
    """A file that goes with a message: its id in the media store, what it is, and how it is called."""

    media: str
    kind: Literal["voice", "file"]
    mime: str
    name: str


class Utterance(Value):
    """One message of the bot.

    `options` are the answers of the question; `extras` are the ways around it (not applicable, don't
    know, skip) and come after them; `beyond` are options on other pages, for channels that can show all at
    once; `drawing` is there when a place can be pointed at as well. `personal` marks words of the teller,
    which must not be put in a platform's stored templates. `language` is that of the text, for the words a
    channel adds itself. `purpose` says why the bot speaks without being asked; "" when it answers.
    `attachment` is a file that comes before the words. `aloud` asks that the words come as a voice note too.
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
    beyond: tuple[Option, ...] = ()
    drawing: Drawing | None = None
    purpose: Purpose = ""
    attachment: Attachment | None = None
    aloud: bool = False

    @property
    def tappable(self) -> tuple[Option, ...]:
        """All that can be tapped or answered by number, in the order in which it is numbered."""
        return self.options + self.extras


def write_utterance(utterance: Utterance) -> dict[str, Any]:
    """Turn an utterance into JSON for the outbox; `read_utterance` is its inverse."""
    return write_value(utterance)


def read_utterance(body: Mapping[str, Any]) -> Utterance:
    """Turn JSON from the outbox back into an utterance."""
    return read_value(Utterance, body)
