"""One participant's place in one version of a flow, as plain data that can be saved and read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["open", "finished", "declined", "discarded"]


@dataclass(frozen=True, slots=True)
class StoryPart:
    """One piece of a story: typed words, or a recording that has, gets or failed to get its text."""

    text: str | None = None
    recording: str | None = None
    failed: bool = False

    @property
    def pending(self) -> bool:
        """Whether the text of a recording is still to come."""
        return self.recording is not None and self.text is None and not self.failed


@dataclass(frozen=True, slots=True)
class Draft:
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
    def spoken(self) -> bool:
        """Whether any of it was told by voice."""
        return self.by_voice or any(part.recording for part in self.usable)


@dataclass(frozen=True, slots=True)
class Session:
    """State between two messages.

    `at` is the index, in the flow's walk, of the question being asked; `picked` the options tapped there
    so far; `misses` how often the answer was not understood; `remembered` the answers that later steps
    need (codes, or the text), by question.
    """

    flow: str
    version: int
    language: str
    at: int = 0
    status: Status = "open"
    paused: bool = False
    picked: tuple[str, ...] = ()
    misses: int = 0
    remembered: Mapping[str, str] = field(default_factory=dict[str, str])
    story: Draft = Draft()


def write_session(session: Session) -> dict[str, Any]:
    """Turn a session into JSON; `read_session` is its inverse."""
    story = session.story
    return {
        "flow": session.flow,
        "version": session.version,
        "language": session.language,
        "at": session.at,
        "status": session.status,
        "paused": session.paused,
        "picked": list(session.picked),
        "misses": session.misses,
        "remembered": dict(session.remembered),
        "story": {
            "parts": [_write_part(part) for part in story.parts],
            "previous": [_write_part(part) for part in story.previous],
            "again": story.again,
            "nudged": story.nudged,
            "announced": story.announced,
            "heard": list(story.heard),
            "by_voice": story.by_voice,
        },
    }


def read_session(body: Mapping[str, Any]) -> Session:
    """Turn JSON back into a session."""
    story = body["story"]
    return Session(
        flow=body["flow"],
        version=body["version"],
        language=body["language"],
        at=body["at"],
        status=body["status"],
        paused=body["paused"],
        picked=tuple(body["picked"]),
        misses=body["misses"],
        remembered=body["remembered"],
        story=Draft(
            parts=tuple(StoryPart(*part) for part in story["parts"]),
            previous=tuple(StoryPart(*part) for part in story["previous"]),
            again=story["again"],
            nudged=story["nudged"],
            announced=story["announced"],
            heard=tuple(story["heard"]),
            by_voice=story["by_voice"],
        ),
    )


def _write_part(part: StoryPart) -> list[Any]:
    return [part.text, part.recording, part.failed]
