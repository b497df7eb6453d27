"""What holds for every conversation, whatever comes in: random messages through the engine, in every flow."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import inf, nan

from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.corrections import MOST_MISSED
from flows.inbound import (
    Chose,
    Content,
    Corrected,
    Pictured,
    Placed,
    PlacedAll,
    Recorded,
    Said,
    TimePassed,
    TranscriptFailed,
    TranscriptProblem,
    TranscriptReady,
    Unreadable,
    UnreadableWhat,
)
from flows.kinds.date import DateQuestion
from flows.kinds.number import Number
from flows.phrases import LANGUAGES
from flows.session import Session, close
from flows.timers import find_due
from flows.turn import (
    AnswerGiven,
    ConsentAnswered,
    DataAsked,
    ErasureAsked,
    FollowUpDue,
    RecordingKept,
    RecordingSpent,
    SessionEnded,
    StoryConfirmed,
    StoryTakenBack,
    Transcribe,
    Turn,
)
from flows.values import replace
from flows.yaml_reader import load_plain
from talks import FLOWS, FUZZ, ROOT, WORLD, Talk, add_up, start

_UNREADABLE: tuple[UnreadableWhat, ...] = ("sticker", "photo", "video", "document", "location", "contact")
_PROBLEMS: tuple[TranscriptProblem, ...] = ("empty", "unreadable", "too_large", "too_long", "unavailable")
_SPOKEN = (
    "1",
    "2",
    "1 en 3",
    "drie",
    "de derde",
    "0",
    "99",
    "1-3",
    "",
    " \n ",
    "gisteren",
    "12 maart",
    "5,5",
)
_COMMANDS = [
    word
    for language in LANGUAGES
    for words in load_plain((ROOT / f"flows/phrases/{language}.yaml").read_text())["commands"].values()
    for word in words
]
_CODES = (
    *("yes", "no", "more", "done", "back", "keep", "change", "again", "discard", "skip", "dont_know"),
    *(
        "not_applicable",
        "go_on",
        "start",
        "off",
        "5",
        "10",
        "nl",
        "en",
        "gids",
        "anders",
        "top",
        "x",
        "everything",
        "stay",
        "this",
    ),
)
_STEPS = (
    None,
    "toestemming",
    "verhaal",
    "gevoel",
    "verhaal:confirm",
    ":language",
    ":change",
    ":take-back",
    ":erase",
)

Step = Content | int | timedelta
"""A message, a number of what is offered, or time that passes."""

_names = st.sampled_from(["a", "b", "c", "d"])
_coordinates = st.one_of(st.sampled_from([nan, inf, -inf, 1e308, -1e308, -0.0]), st.floats(-20, 120))
_words = st.one_of(
    st.sampled_from(_SPOKEN), st.sampled_from(_COMMANDS), st.text(max_size=40), st.just("lang " * 5_000)
)
_messages = st.sampled_from(["", "1", "2", "3", "4"])
_contents = st.one_of(
    st.builds(Said, _words, _messages),
    st.builds(Corrected, _words, _messages),
    st.builds(Chose, st.lists(st.sampled_from(_CODES), max_size=3).map(tuple), st.sampled_from(_STEPS)),
    st.builds(Placed, _coordinates, _coordinates, st.sampled_from(_STEPS)),
    st.builds(
        PlacedAll,
        st.lists(st.one_of(st.none(), st.tuples(_coordinates, _coordinates)), max_size=4).map(tuple),
        st.sampled_from(_STEPS),
    ),
    st.builds(Recorded, _names, st.one_of(st.none(), st.floats(0, 600))),
    st.builds(Pictured, _names),
    st.builds(Unreadable, st.sampled_from([*_UNREADABLE, "other", "too_large", "too_long"])),
    st.builds(TranscriptReady, _names, st.one_of(st.just(""), st.text(max_size=20))),
    st.builds(TranscriptFailed, _names, st.sampled_from(_PROBLEMS)),
)
_hours = st.integers(0, 24 * 20).map(lambda hours: timedelta(hours=hours))
# A step of a conversation: a random message, time that passes, or (a number) one of the answers offered just
# then. Most talks begin with some plain answers, or nearly none would come as far as the confirmation.
_answers = st.integers(0, 12)


def _join(first: list[Step], after: list[Step]) -> list[Step]:
    return [*first, *after]


_steps = st.builds(
    _join,
    st.lists(st.just(0), max_size=24),
    st.lists(st.one_of(_answers, _answers, _contents, _hours), max_size=40),
)
_RIGHTS = StoryTakenBack | ErasureAsked | DataAsked
"""What may be asked for at any time, also after the end."""

_flows = st.sampled_from(sorted(FLOWS))


def _go(talk: Talk, step: Step) -> None:
    if isinstance(step, timedelta):
        talk.world = replace(talk.world, now=talk.world.now + step)
        due = find_due(talk.flow, talk.turn.session)
        talk.take(TimePassed(talk.world.now))  # most likely stale: nobody asked for this very moment
        if due is not None and due <= talk.world.now:
            talk.take(TimePassed(due))
    else:
        before = talk.turn.session
        talk.take(talk.pick(step) if isinstance(step, int) else step)
        _check_messages(talk, before)
        if isinstance(step, Corrected):
            _check_correction(talk.turn, before)


def _check_messages(talk: Talk, before: Session) -> None:
    """Only of the question that is open the session knows from which messages its answer comes."""
    session = talk.turn.session
    moved = session.at != before.at or session.status != "open"
    told = [part.message for part in session.story.parts if part.message]
    assert not any(part.message for part in session.story.previous)
    assert len(session.sources) <= len(session.picked)
    assert len(session.missed) <= MOST_MISSED
    assert not told or session.at == talk.flow.story_place
    assert not moved or not (session.sources or session.missed or told[:-1])


def _check_correction(turn: Turn, before: Session) -> None:
    """An edited message stops, begins and opens nothing; on pause and after the end it changes nothing."""
    after = turn.session
    assert after.paused == before.paused
    assert after.menu in ("", before.menu)
    assert not any(isinstance(work, Transcribe) for work in turn.work)
    assert not any(isinstance(event, _RIGHTS) for event in turn.events)
    if before.paused or before.status != "open":
        assert after == before
        assert len(turn.says) == 1


def _walk(name: str, steps: Sequence[Step]) -> Talk:
    talk = start(FLOWS[name], replace(WORLD, kept=("EFGH6789",)))
    for step in steps:
        _go(talk, step)
    return talk


@settings(max_examples=250 * FUZZ)
@given(_flows, _steps)
@example("wijkcoach.yaml", [0, 0, Recorded("a"), 0, 0, TranscriptFailed("a", "empty"), *[0] * 12])
def test_whatever_comes_in_the_promises_hold(name: str, steps: list[Step]) -> None:
    """No message breaks the walk, and what is recorded stays within what was agreed."""
    talk = _walk(name, steps)

    first = talk.flow.questions[0].ask
    agreed = False
    before: set[str] = set()
    for event in talk.events:
        match event:
            case ConsentAnswered(question=question, given=given_now) if question == first:
                agreed = given_now
            case AnswerGiven() | StoryConfirmed():
                assert agreed
            case RecordingKept() if not agreed:
                before.add(event.recording)
            case _:
                pass
        if isinstance(event, AnswerGiven) and event.kind == "triad" and event.status == "answered":
            assert add_up([part.number for part in event.parts]) == 100

    stories = [event for event in talk.events if isinstance(event, StoryConfirmed)]
    ends = [event.status for event in talk.events if isinstance(event, SessionEnded)]
    session = talk.turn.session
    assert session.status == "open" or session == close(session, session.status), "nothing told is left"
    assert len(stories) <= 1
    assert ends == ([] if talk.open else [session.status])
    assert [story.complete for story in stories] in ([], [session.status == "finished"])
    if stories and talk.flow.story_place >= 0:
        assert stories[0].text.strip()

    worked = Counter(work.recording for work in talk.work if isinstance(work, Transcribe))
    kept = Counter(event.recording for event in talk.events if isinstance(event, RecordingKept))
    spent = Counter(event.recording for event in talk.events if isinstance(event, RecordingSpent))
    awaited = Counter(each.recording for each in talk.turn.session.listening)
    assert worked == kept
    assert all(kept[each] - spent[each] >= 0 for each in {*kept, *spent})
    assert all(kept[each] - spent[each] <= awaited[each] for each in before), (
        "nothing said before agreeing stays"
    )
    for utterance in talk.shown:
        assert utterance.text.strip()
        progress = utterance.progress
        assert progress is None or 1 <= progress.at <= progress.of


@settings(max_examples=120 * FUZZ)
@given(_flows, st.booleans(), st.lists(st.one_of(_contents, _hours), min_size=1, max_size=12))
def test_what_has_ended_stays_so(name: str, agreed: bool, after: list[Content | timedelta]) -> None:  # noqa: FBT001  # hypothesis gives it
    """After the end only taking back is recorded, and nothing told is in the session."""
    talk = _walk(name, [0] * 80 if agreed else [_refuse])
    status = talk.turn.session.status
    assert status == ("finished" if agreed else "declined")

    before = len(talk.events)
    for step in after:
        _go(talk, step)
        session = talk.turn.session
        assert session.status == status
        assert not session.story.parts
        assert not session.remembered
    after_end = _RIGHTS | FollowUpDue | RecordingKept | RecordingSpent
    assert all(isinstance(event, after_end) for event in talk.events[before:])
    assert sum(isinstance(event, FollowUpDue) for event in talk.events[before:]) <= 1


_refuse = Chose(("no",))


_BACK, _DONE = {"nl": "terug", "en": "back"}, {"nl": "klaar", "en": "done"}
_TOLD = "Toen gingen we gisteren in de straat blij verder. " * 8


def _answer(talk: Talk, variants: Mapping[str, int]) -> None:
    """Answer the open question fully, in the way its variant says; the story is always the same."""
    place = talk.turn.session.at
    name = talk.flow.walk[place].step.name
    for count in range(40):
        talk.take(_choose(talk, variants.get(name, 0), count))
        if not talk.open or talk.turn.session.at != place:
            return
    raise AssertionError(f"{name} takes no answer")


def _choose(talk: Talk, variant: int, count: int) -> Content:
    """The next message of an answer of which `count` were given."""
    session, shown = talk.turn.session, talk.offer()
    taken = shown.options or shown.extras
    codes = [option.code for option in taken if option.code not in ("more", "done")]
    done = any(option.code == "done" for option in taken)
    if session.at == talk.flow.story_place:
        return Said(_DONE[session.language]) if session.story.parts else Said(_TOLD)
    match shown.kind:
        case "confirm":
            return Chose(("keep",))
        case "consent":
            return Chose(("yes",))
        case "date":
            step = talk.flow.walk[session.at].step
            past = isinstance(step, DateQuestion) and step.latest == "today"
            day = talk.world.now.date() + timedelta(days=-variant if past else variant)
            return Said(day.isoformat())
        case "number":
            step = talk.flow.walk[session.at].step
            return Said(str((step.min or 0) + variant % 3) if isinstance(step, Number) else "")
        case "photo":
            return Pictured(f"foto{variant}")
        case "text" if not done:
            return Said(f"Woorden van {variant}.")
        case _ if done and count > variant % 3:
            return Chose(("done",))
        case "text":
            return Said(f"Woorden van {variant}.")
        case _:
            return Chose((codes[variant % len(codes)],))


@settings(max_examples=150 * FUZZ)
@given(
    _flows,
    st.integers(0, 2**31),
    st.dictionaries(st.integers(0, 30), st.integers(0, 9), max_size=12),
    st.lists(st.tuples(st.integers(1, 25), st.integers(1, 4), st.integers(0, 9)), max_size=3),
)
def test_going_back_comes_to_the_same_end(
    name: str, seed: int, chosen: dict[int, int], returns: list[tuple[int, int, int]]
) -> None:
    """Whoever goes back, some questions far, ends where their last answers would have brought them at once.

    The same answer again changes nothing; another asks what it calls for and withdraws what it makes idle.
    """
    flow, world = FLOWS[name], replace(WORLD, seed=seed)
    names = [question.ask for question in flow.questions]
    variants = {names[at % len(names)]: variant for at, variant in chosen.items()}
    talk = start(flow, world)
    answered = 0
    while talk.open:
        for when, far, variant in returns:
            if when == answered:
                for _ in range(far):
                    talk.take(Said(_BACK[talk.turn.session.language]))
                variants[flow.walk[talk.turn.session.at].step.name] = variant
                while talk.turn.session.at < talk.turn.session.reached:
                    _answer(talk, variants)
        _answer(talk, variants)
        answered += 1
    straight = start(flow, world)
    while straight.open:
        _answer(straight, variants)

    assert talk.turn.session.status == straight.turn.session.status == "finished"
    assert talk.collect() == straight.collect()
    assert [each for each in talk.events if isinstance(each, StoryConfirmed)] == [
        each for each in straight.events if isinstance(each, StoryConfirmed)
    ]
