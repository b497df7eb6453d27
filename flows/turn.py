"""What one engine call decides: the new session state, what is said, what is recorded, what work is asked."""

from datetime import datetime
from typing import Literal

from flows.deidentification import KeptFinding, KeptText
from flows.outbound import Utterance
from flows.session import Session, Status
from flows.values import Value

AnswerStatus = Literal["answered", "not_applicable", "dont_know", "skipped"]
InputMethod = Literal["buttons", "buttons7", "canvas", "text", "voice", "photo"]
ToldBy = Literal["text", "voice"]


class World(Value):
    """All the engine may know of the outside.

    The moment; how many stories are shared; a fresh code, for a story or for what is erased, and a fresh
    random `seed` (0 to 2**31) for a session that begins; the codes of the stories this participant has kept,
    newest first; whether what is said can be read aloud where they are.
    """

    now: datetime
    shared: int
    story_code: str
    seed: int = 0
    kept: tuple[str, ...] = ()
    reads_aloud: bool = False


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
    """A voice note became part of the story, or is awaited as an answer."""

    recording: str
    seconds: float | None


class RecordingSpent(Value):
    """A voice note is needed no longer: its answer was read from it, or came another way."""

    recording: str


class StoryConfirmed(Value):
    """The story is kept: the teller read it and agreed; or, when not `complete`, time ran out.

    `texts` are the answers in own words as they are kept, `findings` what was found in them and the story.
    What is not complete was never read back: its text is not for readers, and names still stand in it.
    """

    code: str
    text: str
    title: str | None
    share_with: str | None
    told_by: ToldBy
    words: int
    complete: bool = True
    texts: tuple[KeptText, ...] = ()
    findings: tuple[KeptFinding, ...] = ()


class StoryTakenBack(Value):
    """The teller takes a kept story back: all of it is to be deleted.

    `erasure` is the code by which that can be proved.
    """

    code: str
    erasure: str = ""


class ErasureAsked(Value):
    """The teller wants all of themselves erased; `erasure` is the code by which that can be proved.

    When `stories_stay` the stories they confirmed are kept, without anything that leads to them.
    """

    erasure: str
    stories_stay: bool = False


class DataAsked(Value):
    """The teller asks for all that is held of them, as a file."""


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
    | RecordingSpent
    | PhotoKept
    | StoryConfirmed
    | StoryTakenBack
    | ErasureAsked
    | DataAsked
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


class Deidentify(Value):
    """Work for a worker: find names and numbers in the story, and in all answers given in own words.

    `number` tells the searches of one session apart, the last one counts.
    """

    number: int
    story: str


Work = Transcribe | Deidentify


class Turn(Value):
    """All that one engine call decided; nothing has happened yet."""

    session: Session
    says: tuple[Utterance, ...] = ()
    events: tuple[Event, ...] = ()
    work: tuple[Work, ...] = ()
