"""What one engine call decides: the new session state, what is said, what is recorded, what work is asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.outbound import Utterance
from flows.session import Session, Status

AnswerStatus = Literal["answered", "not_applicable", "dont_know", "skipped"]
InputMethod = Literal["buttons", "buttons7", "canvas", "text", "voice"]
ToldBy = Literal["text", "voice"]


@dataclass(frozen=True, slots=True)
class World:
    """All the engine may know of the outside: the moment, how many stories are shared, a fresh story code."""

    now: datetime
    shared: int
    story_code: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer; which fields are filled depends on the kind of question.

    A choice has one part an option (`code`), a text one part (`text`), a triad three (`part` is the
    corner's code, `number` its share; together exactly 100).
    """

    part: str = ""
    code: str | None = None
    number: float | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """The teller agreed or not, to which version of which text, in which language."""

    question: str
    purpose: str
    version: str
    language: str
    given: bool


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """A question was answered, or left with a reason; `shown` lists the codes in the order shown."""

    question: str
    kind: str
    status: AnswerStatus
    parts: tuple[Part, ...]
    input_method: InputMethod
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingKept:
    """A voice note became part of the story."""

    recording: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class StoryConfirmed:
    """The teller read the story as it will be kept and agreed."""

    code: str
    text: str
    title: str | None
    share_with: str | None
    told_by: ToldBy
    words: int


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The conversation is over: finished or declined."""

    status: Status


Event = ConsentAnswered | AnswerGiven | RecordingKept | StoryConfirmed | SessionEnded


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Work for a worker: make text of this recording, in this language."""

    recording: str
    language: str


Work = Transcribe


@dataclass(frozen=True, slots=True)
class Turn:
    """All that one engine call decided; nothing has happened yet."""

    session: Session
    says: tuple[Utterance, ...] = ()
    events: tuple[Event, ...] = ()
    work: tuple[Work, ...] = ()
