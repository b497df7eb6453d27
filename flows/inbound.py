"""What can come in: the channel-neutral contents of one message, from a person or from the system."""

from datetime import datetime
from typing import Literal

from flows.deidentification import SearchedText
from flows.outbound import Attachment
from flows.values import Value

UnreadableWhat = Literal[
    "sticker", "photo", "video", "document", "location", "contact", "other", "too_large", "too_long"
]
TranscriptProblem = Literal["empty", "unreadable", "too_large", "too_long", "delayed", "unavailable"]
"""Why a recording is not text; `delayed` says that it still may become text, later."""


MOST_DOUBTS = 5
"""Words of a text that are pointed out as misheard, perhaps: more would send its teller to proofread."""


class Said(Value):
    """Words a person typed; `id` is the platform's name for the message, "" where it has none."""

    text: str
    id: str = ""


class Corrected(Value):
    """A message that was sent before as `Said`, with this `id`, now reads otherwise."""

    text: str
    id: str


class Chose(Value):
    """One or more options a person tapped, by their codes; `step` when the button says whose it is."""

    codes: tuple[str, ...]
    step: str | None = None


class Placed(Value):
    """A point a person put in a triad: x and y from 0 to 100, origin at the left bottom."""

    x: float
    y: float
    step: str | None = None


class PlacedAll(Value):
    """Everything a person put in a square, in the order of its stones: x and y as of `Placed`.

    None is for what does not belong.
    """

    points: tuple[tuple[float, float] | None, ...]
    step: str | None = None


class Recorded(Value):
    """A voice note; the sound itself lies elsewhere, `recording` is its random id."""

    recording: str
    seconds: float | None = None


class Pictured(Value):
    """A photo; the picture itself lies elsewhere, `photo` is its random id."""

    photo: str


class Unreadable(Value):
    """Something that came in and cannot be an answer here: a sticker, a file that is too large."""

    what: UnreadableWhat


class TranscriptReady(Value):
    """The system says: this recording has become text.

    `doubts` are words and phrases as they stand in the text that may be wrong, the least sure first,
    at most `MOST_DOUBTS`.
    """

    recording: str
    text: str
    doubts: tuple[str, ...] = ()


class TranscriptFailed(Value):
    """The system says: this recording did not become text (or not yet), and why."""

    recording: str
    problem: TranscriptProblem


class Deidentified(Value):
    """The system says: this is what search `number` found in the words of the session."""

    number: int
    texts: tuple[SearchedText, ...]


class DataReady(Value):
    """The system says: all that is held of this person lies in these files; none when that went wrong."""

    files: tuple[Attachment, ...]


class TimePassed(Value):
    """The system says: the moment `due`, for which the session asked, has come."""

    due: datetime


Content = (
    Said
    | Corrected
    | Chose
    | Placed
    | PlacedAll
    | Recorded
    | Pictured
    | Unreadable
    | TranscriptReady
    | TranscriptFailed
    | Deidentified
    | DataReady
    | TimePassed
)
