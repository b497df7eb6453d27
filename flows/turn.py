"""What one engine call decides: the new session state, what is said, what is recorded, what work is asked."""

from datetime import datetime
from typing import Literal

from flows.outbound import Utterance
from flows.session import Session, Status
from flows.values import Value

AnswerStatus = Literal["answered", "not_applicable", "dont_know", "skipped"]
InputMethod = Literal["buttons", "buttons7", "canvas", "text", "voice", "photo"]
ToldBy = Literal["text", "voice"]


class World(Value):
    """All the engine may know of the outside.

    The moment; how many stories are shared; a fresh story code and a fresh random `seed` (0 to 2**31) for a
    session that begins; the codes of the stories this participant has kept, newest first.
    """

    now: datetime
    shared: int
    story_code: str
    seed: int = 0
    kept: tuple[str, ...] = ()


class Part(Value):
    """One part of an answer; which fields are filled depends on the kind of question.

    A choice has one part an option (`code`, with `text` where the teller says what else), a text one part
    an entry (`text`), a scale, a dyad and a number one (`number`), a triad three (`part` is the corner's
    code, `number` its share; together exactly 100), stones one a stone (`part` its code; `x` and `y` from 0
    to 100 from the left bottom, or `code` off), a date one (`text`, ISO 8601), a photo one (`code` its id).
    """

    part: str = ""
    code: str | None = None
    number: float | None = None
    text: str | None = None
    x: float | None = None
    y: float | None = None


class ConsentAnswered(Value):
    """The teller agreed or not, to which version of which text, in which language."""

    question: str
    purpose: str
    version: str
    language: str
    given: bool


class AnswerGiven(Value):
    """A question was answered, or left with a reason; `shown` lists the codes in the order shown."""

    question: str
    kind: str
    status: AnswerStatus
    parts: tuple[Part, ...]
    input_method: InputMethod
    shown: tuple[str, ...] = ()


class AnswerWithdrawn(Value):
    """An answer no longer counts: its question is not asked after what was changed before it."""

    question: str


class PhotoKept(Value):
    """A photo became the answer to a question."""

    photo: str


class RecordingKept(Value):
    """A voice note became part of the story."""

    recording: str
    seconds: float | None


class StoryConfirmed(Value):
    """The story is kept: the teller read it and agreed; or, when not `complete`, time ran out.

    What is not complete was never read back: its text is not for readers.
    """

    code: str
    text: str
    title: str | None
    share_with: str | None
    told_by: ToldBy
    words: int
    complete: bool = True


class StoryTakenBack(Value):
    """The teller takes a kept story back: all of it is to be deleted."""

    code: str


class FollowUpDue(Value):
    """The moment has come to start another flow with the same person."""

    flow: str


class SessionEnded(Value):
    """The conversation is over."""

    status: Status


Event = (
    ConsentAnswered
    | AnswerGiven
    | AnswerWithdrawn
    | RecordingKept
    | PhotoKept
    | StoryConfirmed
    | StoryTakenBack
    | FollowUpDue
    | SessionEnded
)


class Transcribe(Value):
    """Work for a worker: make text of this recording, told in a session in this language.

    `languages` are those that may be spoken in it, the likeliest first; () for `language` alone. `urgent`
    when its teller waits for the text: it goes before what is not.
    """

    recording: str
    language: str
    languages: tuple[str, ...] = ()
    urgent: bool = False


Work = Transcribe


class Turn(Value):
    """All that one engine call decided; nothing has happened yet."""

    session: Session
    says: tuple[Utterance, ...] = ()
    events: tuple[Event, ...] = ()
    work: tuple[Work, ...] = ()
