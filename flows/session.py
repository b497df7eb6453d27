"""One participant's place in one version of a flow, as plain data that can be saved and read back."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Literal, cast

from msgspec import field
from msgspec.json import Decoder, Encoder

from flows.deidentification import NOTHING, Deidentification
from flows.values import Value, replace

Status = Literal["open", "finished", "declined", "discarded", "expired"]
Menu = Literal["", "language", "change", "take_back", "erase", "erase_story", "erase_all", "names"]

Remembered = Mapping[str, tuple[str, ...]]
"""What later steps need of earlier answers, by question: codes, a number or words; () when passed over.

Of the story it is the number of its words, or "" as long as a recording is not yet text.
"""


class StoryPart(Value):
    """One piece of a story: typed words, or a recording that has, gets or failed to get its text.

    `message` is the id of the message that typed words came in, as long as the story is being told.
    `doubts` are words of a recording that may have been misheard, the least sure first.
    """

    text: str | None = None
    recording: str | None = None
    failed: bool = False
    message: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether the text of a recording is still to come."""
        return self.recording is not None and self.text is None and not self.failed


class Awaited(Value):
    """A recording that is an answer once it is text: `step` and `menu` say to which question.

    `nudged` when it came after a reminder, to which it may be the answer.
    """

    recording: str
    step: str
    menu: Menu = ""
    nudged: bool = False


class Draft(Value):
    """The story as told so far.

    `previous` holds the parts put aside while the teller tells it again; `again` says how that is done;
    `nudged` that the one encouragement was given; `announced` that a long transcription was announced;
    `heard` every recording that came in, so that none is worked on twice; `by_voice` that typed words
    only change what was told by voice.
    """

    parts: tuple[StoryPart, ...] = ()
    previous: tuple[StoryPart, ...] = ()
    again: Literal["", "type", "tell"] = ""
    nudged: bool = False
    announced: bool = False
    heard: tuple[str, ...] = ()
    by_voice: bool = False

    @property
    def usable(self) -> tuple[StoryPart, ...]:
        """The parts that have words, or will have them."""
        return tuple(part for part in self.parts if not part.failed)

    @property
    def pending(self) -> bool:
        """Whether any part still waits for its transcript."""
        return any(part.pending for part in self.parts)

    @property
    def text(self) -> str:
        """All words so far, one paragraph a part."""
        return "\n\n".join(part.text for part in self.parts if part.text)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What may have been misheard, the least sure of every part first."""
        ranked = zip_longest(*(part.doubts for part in self.parts))
        return tuple(dict.fromkeys(each for rank in ranked for each in rank if each))

    @property
    def spoken(self) -> bool:
        """Whether any of it was told by voice."""
        return self.by_voice or any(part.recording for part in self.usable)


EMPTY = Draft()


_Remembered = cast(type[dict[str, tuple[str, ...]]], dict)
"""The plain `dict`, which msgspec knows as a default that need not be written; with its types."""


class Session(Value):
    """State between two messages; it does not grow with the number of questions answered.

    `at` is the index, in the flow's walk, of the question being asked, and `reached` of the furthest one
    asked; `at` is less while an earlier question is open again. `owed` are questions before `reached` that
    a changed answer calls for. `count` and `total` are the steps up to and with `reached`, and of all there
    may be. Of the question being asked: `picked` what was given so far, `page` the options shown, `writing`
    the option whose words are awaited, `misses` how often the answer was not understood, `sources` the ids
    of the messages in which what is picked came, `missed` those of the latest that gave nothing. `menu` is a
    question of the bot's own that is open beside it, `erasing` the story code it is about. `remembered` are
    the answers that later steps need. `seed` decides what is drawn. `touched` is when the teller last wrote
    (seconds since 1970), `reminded` how often a reminder went out since, `follow` whether another flow
    follows a finished one, `silent` that the story was taken as told after a silence and nothing came since,
    `numbers_shown` that the emergency numbers were shown. `listening` are the recordings that are answers
    once they are text, `spoken` the place of the question last answered so. `aloud` is whether all that is
    said comes as a voice note as well. `worded` is that an answer was given in own words, `found` what is
    known of names and numbers in all those words.
    """

    flow: str
    version: int
    language: str
    at: int = -1
    reached: int = -1
    owed: tuple[int, ...] = ()
    count: int = 0
    total: int = 0
    status: Status = "open"
    paused: bool = False
    picked: tuple[str, ...] = ()
    page: int = 0
    writing: str = ""
    misses: int = 0
    sources: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    menu: Menu = ""
    erasing: str = ""
    remembered: dict[str, tuple[str, ...]] = field(default_factory=_Remembered)
    seed: int = 0
    touched: float = 0.0
    reminded: int = 0
    follow: bool = False
    silent: bool = False
    numbers_shown: bool = False
    listening: tuple[Awaited, ...] = ()
    spoken: int = -1
    aloud: bool = False
    worded: bool = False
    story: Draft = EMPTY
    found: Deidentification = NOTHING

    @property
    def reopened(self) -> bool:
        """Whether the question being asked was answered before."""
        return self.at < self.reached and self.at not in self.owed


def close(session: Session, status: Status) -> Session:
    """The session at its end: nothing that was told stays in it."""
    return replace(
        session,
        status=status,
        paused=False,
        menu="",
        picked=(),
        page=0,
        writing="",
        misses=0,
        sources=(),
        missed=(),
        remembered={},
        worded=False,
        story=EMPTY,
        found=NOTHING,
    )


def save_session(session: Session) -> bytes:
    """A session as the bytes of its JSON; `load_session` is its inverse."""
    return _WRITER.encode(session)


def load_session(saved: bytes) -> Session:
    """A session from the bytes of its JSON."""
    return _READER.decode(saved)


_WRITER = Encoder()
_READER = Decoder(Session)
