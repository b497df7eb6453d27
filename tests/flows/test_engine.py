"""What holds for every conversation, whatever comes in: random messages through the engine."""

import json
import operator
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from math import inf, isfinite, nan

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.channel import write_tap
from flows.engine import ask, begin, resume, wants_count
from flows.file import read_catalogue, read_flow
from flows.flow import Flow
from flows.inbound import (
    Chose,
    Content,
    Placed,
    Recorded,
    Said,
    TranscriptFailed,
    TranscriptProblem,
    TranscriptReady,
    Unreadable,
    UnreadableWhat,
)
from flows.kinds.confirmation import Confirmation
from flows.kinds.triad import ZONES, share_point
from flows.outbound import Utterance
from flows.phrases import phrase
from flows.session import Session, read_session, write_session
from flows.turn import (
    AnswerGiven,
    ConsentAnswered,
    Event,
    RecordingKept,
    SessionEnded,
    StoryConfirmed,
    Turn,
    Work,
    World,
)

WORLD = World(datetime(2026, 3, 12, tzinfo=UTC), shared=424_242, story_code="ABCD2345")
FLOWS = {name: read_flow(source, name) for name, source in read_catalogue().items()}
LONGEST_CODE = 30
LONGEST_BUTTON = 64  # bytes, in Telegram

_UNREADABLE: tuple[UnreadableWhat, ...] = ("sticker", "photo", "video", "document", "location", "contact")
_PROBLEMS: tuple[TranscriptProblem, ...] = ("empty", "unreadable", "too_large", "too_long", "unavailable")
_WORDS = (
    "klaar",
    "stop",
    "verder",
    "help",
    "herhaal",
    "1",
    "2",
    "1 en 3",
    "klaar",
    "0",
    "99",
    "",
    " \n ",
    "start",
)

_names = st.sampled_from(["a", "b", "c", "d"])
_coordinates = st.one_of(st.sampled_from([nan, inf, -inf, 1e308, -1e308, -0.0]), st.floats(-20, 120))
_codes = st.sampled_from(
    [
        "yes",
        "no",
        "more",
        "done",
        "back",
        "keep",
        "change",
        "again",
        "skip",
        "dont_know",
        "gids",
        "mist",
        "top",
        "x",
    ]
)
_steps = st.sampled_from(
    [None, "toestemming", "verhaal", "gevoel", "drijfveer", "verhaal:confirm", "nergens"]
)
_contents = st.one_of(
    st.builds(Said, st.one_of(st.sampled_from(_WORDS), st.text(max_size=40), st.just("lang " * 5_000))),
    st.builds(Chose, st.lists(_codes, max_size=3).map(tuple), _steps),
    st.builds(Placed, _coordinates, _coordinates, _steps),
    st.builds(Recorded, _names, st.one_of(st.none(), st.floats(0, 600))),
    st.builds(Unreadable, st.sampled_from([*_UNREADABLE, "other", "too_large", "too_long"])),
    st.builds(TranscriptReady, _names, st.one_of(st.just(""), st.text(max_size=20))),
    st.builds(TranscriptFailed, _names, st.sampled_from(_PROBLEMS)),
)
# A step of a conversation: a random message, or (a number) one of the answers that is offered just then.
# Most talks begin with some plain answers, or nearly none would come as far as the confirmation.
_answers = st.integers(0, 12)
_steps_taken = st.builds(
    operator.add,
    st.lists(st.just(0), max_size=14),
    st.lists(st.one_of(_answers, _answers, _contents), max_size=40),
)


@dataclass
class Talk:
    """A conversation and all that came of it; every message finds a session that was saved and read."""

    flow: Flow
    turn: Turn
    shown: list[Utterance] = field(default_factory=list[Utterance])
    events: list[Event] = field(default_factory=list[Event])
    work: list[Work] = field(default_factory=list[Work])

    def take(self, content: Content) -> Turn:
        """Let the engine take one message, with the session as it is and as it was read back."""
        session = self.turn.session
        again = read_session(json.loads(json.dumps(write_session(session))))
        assert again == session
        self.turn = resume(self.flow, session, content, WORLD)
        assert resume(self.flow, again, content, WORLD) == self.turn
        self.shown.extend(self.turn.says)
        self.events.extend(self.turn.events)
        self.work.extend(self.turn.work)
        return self.turn


def _walk(steps: Sequence[Content | int], flow: Flow | None = None) -> Talk:
    found = flow or FLOWS["wijkcoach.yaml"]
    turn = begin(found, 1, "nl", WORLD)
    talk = Talk(found, turn, list(turn.says))
    for step in steps:
        talk.take(_pick_offered(talk, step) if isinstance(step, int) else step)
    return talk


def _pick_offered(talk: Talk, number: int) -> Content:
    """A plain answer: one of the things to tap, or words where none are offered."""
    session = talk.turn.session
    offered = ask(talk.flow, session).says[-1].tappable if session.status == "open" else ()
    place = min(session.at, len(talk.flow.walk) - 1)
    return (
        Chose((offered[number % len(offered)].code,), talk.flow.walk[place].name)
        if offered
        else Said("Woorden.")
    )


@pytest.fixture(params=sorted(FLOWS))
def flow(request: pytest.FixtureRequest) -> Flow:
    """Every flow of the catalogue in turn."""
    return FLOWS[request.param]


@settings(max_examples=150)
@given(_steps_taken)
@example([0, Recorded("a"), 0, 0, TranscriptFailed("a", "empty"), *[0] * 12])
@example([0, 0, Said("Een."), 0, 0, *[0] * 12])
def test_whatever_comes_in_the_promises_hold(steps: list[Content | int]) -> None:
    """No message breaks the walk, and what is recorded stays within what was agreed."""
    talk = _walk(steps)

    consents = [event.given for event in talk.events if isinstance(event, ConsentAnswered)]
    stories = [place for place, event in enumerate(talk.events) if isinstance(event, StoryConfirmed)]
    ends = [event for event in talk.events if isinstance(event, SessionEnded)]
    assert len(consents) <= 1
    assert len(stories) <= 1
    assert not (stories and consents != [True])
    if consents != [True]:
        assert not any(isinstance(event, AnswerGiven | RecordingKept) for event in talk.events)
    assert [end.status for end in ends] == (
        [] if talk.turn.session.status == "open" else [talk.turn.session.status]
    )
    if stories:
        told = talk.events[stories[0]]
        assert isinstance(told, StoryConfirmed)
        assert told.text.strip()

    worked = Counter(work.recording for work in talk.work)
    kept = Counter(event.recording for event in talk.events if isinstance(event, RecordingKept))
    assert worked == kept
    assert set(worked.values()) <= {1}

    for event in talk.events:
        if isinstance(event, AnswerGiven) and event.kind == "triad" and event.status == "answered":
            assert _add_up([part.number for part in event.parts]) == 100
    for utterance in talk.shown:
        assert utterance.text.strip()
        progress = utterance.progress
        assert progress is None or 1 <= progress.at <= progress.of


@settings(max_examples=60)
@given(st.booleans(), st.lists(_contents, min_size=1, max_size=12))
def test_what_has_ended_stays_so(agreed: bool, after: list[Content]) -> None:  # noqa: FBT001  # hypothesis gives it
    """After the end nothing is recorded or changed; every message of the teller gets the same sentence."""
    first: list[Content | int] = [Chose(("yes",)), 0, Said("woord " * 30), 0, 0, 0, 0, 0, 0, Chose(("keep",))]
    talk = _walk(first if agreed else [Chose(("no",))])
    ended = talk.turn.session
    assert ended.status == ("finished" if agreed else "declined")

    for content in after:
        turn = talk.take(content)
        by_system = isinstance(content, TranscriptReady | TranscriptFailed)
        assert [said.text for said in turn.says] == ([] if by_system else [phrase("nl", ended.status)])
        assert (turn.session, turn.events, turn.work) == (ended, (), ())


def test_a_transcript_after_the_end_changes_nothing() -> None:
    """A recording that was put aside may become text when all is over; the session stays as it was."""
    told = [
        Chose(("yes",)),
        0,
        Recorded("a"),
        *[0] * 6,
        Chose(("change",)),
        Said("Getypt."),
        0,
        Chose(("keep",)),
    ]
    talk = _walk(told)
    ended = talk.turn.session

    assert ended.status == "finished"
    assert ended.story.previous[0].pending
    assert talk.take(TranscriptReady("a", "Te laat.")) == Turn(ended)


@given(st.floats(), st.floats())
@example(nan, 50.0)
@example(inf, -inf)
@example(100.0, 100.0)
@example(33.335, 66.665)
def test_a_point_anywhere_shares_exactly_a_hundred(x: float, y: float) -> None:
    """Any point gives three shares that are exactly 100 together; what is no point is asked again."""
    talk = _walk([Chose(("yes",)), 0, Said("woord " * 30), 0, Chose(("skip",)), Chose(("skip",))])
    turn = talk.take(Placed(x, y, "drijfveer"))

    assert bool(turn.events) == (isfinite(x) and isfinite(y))
    if not turn.events:
        assert turn.says[-1].step == "drijfveer"
        return
    (answer,) = turn.events
    assert isinstance(answer, AnswerGiven)
    shares = [part.number or 0.0 for part in answer.parts]
    assert tuple(shares) == share_point(x, y)
    assert _add_up(shares) == 100
    assert all(0 <= share <= 100 for share in shares)


def test_the_seven_zones_share_exactly_a_hundred() -> None:
    """Each button of a triad stores three shares that are exactly 100 together."""
    assert {_add_up(shares) for shares in ZONES.values()} == {Decimal(100)}


def test_every_code_fits_a_button(flow: Flow) -> None:
    """No option's code is longer than thirty characters, and with its step it fits a button of Telegram."""
    seen = 0
    for place, step in enumerate(flow.walk):
        shown = ask(flow, Session(flow.flow, 1, "nl", at=place)).says[-1]
        assert len(step.name) <= LONGEST_CODE
        for option in shown.tappable:
            seen += 1
            assert len(option.code) <= LONGEST_CODE
            assert len(write_tap(shown.step, option.code).encode()) <= LONGEST_BUTTON
    assert seen


@pytest.mark.parametrize("story", ["v", "verhaal", "v" * 21, "v" * 22, "v" * 23, "v" * 30])
def test_the_confirmation_has_a_code_of_its_own(story: str) -> None:
    """However long the story's code, the confirmation's is another, and no longer than a code may be."""
    name = Confirmation(story).name

    assert len(name) <= LONGEST_CODE
    assert ":" in name  # which no code in a flow file can have
    assert Confirmation(story).name == name


def test_the_longest_codes_fit_a_button() -> None:
    """A step and an option of thirty characters each fit a button of Telegram."""
    assert len(write_tap("s" * LONGEST_CODE, "o" * LONGEST_CODE).encode()) <= LONGEST_BUTTON


def test_the_walk_says_where_the_teller_is(flow: Flow) -> None:
    """Going straight on, each question has the next number, and the last one the total."""
    talk = _walk([0] * 20, flow)

    counted = [said.progress for said in talk.shown if said.progress]
    ats = list(dict.fromkeys(progress.at for progress in counted))
    assert ats == list(range(1, counted[0].of + 1))


def test_the_count_of_stories_is_spoken_of_only_where_it_is_asked_for(flow: Flow) -> None:
    """A turn that says how many stories are shared is one for which they were counted."""
    counted: list[bool] = []
    talk = _walk([], flow)
    while talk.turn.session.status == "open":
        wanted = wants_count(flow, talk.turn.session)
        turn = talk.take(_pick_offered(talk, 0))
        if any(str(WORLD.shared) in said.text for said in turn.says):
            counted.append(wanted)

    assert counted == [True]


def _add_up(shares: Sequence[float | None]) -> Decimal:
    return sum((Decimal(repr(share)) for share in shares), Decimal(0))
