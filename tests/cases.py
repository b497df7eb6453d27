"""Conversations as files: how a case is played, and what comes of each turn in the words of the files.

The form of a case stands in `tests/flows/test_conversations.py`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from flows.durations import read_duration
from flows.engine import begin
from flows.flow import Flow
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
    TranscriptReady,
    Unreadable,
)
from flows.kinds.confirmation import Confirmation
from flows.kinds.step import Question
from flows.outbound import Utterance
from flows.session import Session
from flows.timers import find_due
from flows.turn import (
    AnswerGiven,
    AnswerWithdrawn,
    ConsentAnswered,
    DataAsked,
    Deidentify,
    ErasureAsked,
    Event,
    FollowUpDue,
    Part,
    PhotoKept,
    RecordingKept,
    RecordingSpent,
    StoryConfirmed,
    StoryTakenBack,
    Turn,
    Work,
    World,
)
from flows.values import replace
from flows.yaml_reader import load_plain
from talks import FLOWS, ROOT, Talk

FOLDER = ROOT / "tests" / "conversations"
CASES = {path.stem: cast(Mapping[str, Any], load_plain(path.read_text())) for path in FOLDER.glob("*.yaml")}
WORLD = World(
    datetime(2026, 3, 12, 9, 30, tzinfo=UTC), shared=7, story_code="ABCD2345", seed=11, reads_aloud=True
)
TOLD = "Ik ging langs bij een vrouw met een lekke fiets. " * 5
INPUTS = frozenset(
    [
        "says",
        "letters",
        "edits",
        "taps",
        "points",
        "places",
        "records",
        "photo",
        "sends",
        "transcript",
        "fails",
        "waits",
        "stale",
    ]
)
PLAIN: Mapping[str, Callable[[Any], Sequence[Content]]] = {
    "consent": lambda _: [Chose(("yes",))],
    "story": lambda _: [Said(TOLD), Chose(("done",))],
    "text": lambda step: [Said("De fiets")] * step.max,
    "choice": lambda step: [Chose(tuple(each.code for each in step.options if not each.other)[: step.max])],
    "scale": lambda step: [Chose((str(step.first),))],
    "dyad": lambda _: [Chose(("4",))],
    "triad": lambda _: [Chose(("middle",))],
    "stones": lambda step: [Chose(("5",))] * len(step.stones),
    "photo": lambda _: [Pictured("foto")],
    "number": lambda step: [Said(str(step.min or 0))],
    "date": lambda _: [Chose(("today",))],
    "confirm": lambda _: [Chose(("keep",))],
}
"""How a plain teller answers a question of each kind, and the text that is read back."""

OUTPUTS = frozenset({"back", "asks", "options", "then", "progress", "in", "purpose", "aloud"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn of a case as it was played: what was expected, what came in (None for time), what came out."""

    flow: Flow
    number: int
    expected: Mapping[str, Any]
    before: Session
    asked: Utterance | None
    content: Content | None
    turn: Turn


def open_case(case: Mapping[str, Any]) -> Talk:
    """The conversation of a case, up to and with the question it starts at."""
    aloud = case.get("reads aloud", WORLD.reads_aloud)
    world = replace(
        WORLD, kept=tuple(case.get("kept", ())), seed=case.get("seed", WORLD.seed), reads_aloud=aloud
    )
    flow = FLOWS[f"{case['flow']}.yaml"]
    turn = begin(flow, 1, case.get("language"), world)
    talk = Talk(flow, turn, world, list(turn.says))
    if "starts at" in case:
        _go_to(talk, case["starts at"])
    return talk


def play(case: Mapping[str, Any]) -> Iterator[Exchange]:
    """Play the turns of a case, one after the other; those of `each` anew every time, after the `first`."""
    talk = open_case(case)
    for number, expected in enumerate(list_items(case.get("turns")), start=1):
        yield _play_turn(talk, number, expected)
    for number, expected in enumerate(list_items(case.get("each")), start=1):
        talk = open_case(case)
        for before in list_items(case.get("first")):
            yield _play_turn(talk, 0, before)
        yield _play_turn(talk, number, expected)


def describe(turn: Turn) -> list[Mapping[str, Any]]:
    """What was recorded and asked for, in the words of the files."""
    return [*map(_describe_event, turn.events), *map(_describe_work, turn.work)]


def list_items(value: Any) -> list[Any]:
    """One thing, several or `nothing` as a list."""
    if value is None or value == "nothing":
        return []
    return cast(list[Any], value) if isinstance(value, list) else [value]


def _play_turn(talk: Talk, number: int, expected: Mapping[str, Any]) -> Exchange:
    before, asked = talk.turn.session, next((each for each in reversed(talk.shown) if each.step), None)
    if "waits" in expected:
        turn, content = _wait(talk, expected["waits"]), None
    else:
        content = _read_input(talk, expected)
        turn = talk.take(content)
    return Exchange(talk.flow, number, expected, before, asked, content, turn)


def _wait(talk: Talk, duration: str) -> Turn:
    """Let time pass, and all that is due by then happen; answers all of it as one turn."""
    until = talk.world.now + read_duration(duration)
    says: list[Utterance] = []
    events: list[Event] = []
    while (due := find_due(talk.flow, talk.turn.session)) is not None and due <= until:
        talk.world = replace(talk.world, now=due)
        turn = talk.take(TimePassed(due))
        says.extend(turn.says)
        events.extend(turn.events)
        assert find_due(talk.flow, turn.session) != due, "a moment that has come is not asked for again"
    talk.world = replace(talk.world, now=until)
    return Turn(talk.turn.session, tuple(says), tuple(events))


def _go_to(talk: Talk, place: str) -> None:
    """Answer everything before a question (or `the text` that is read back, or `the end`) in a plain way."""
    while talk.turn.session.status == "open":
        if talk.turn.session.menu:
            talk.take(Chose((talk.flow.languages[0],)))
            continue
        step = talk.flow.walk[talk.turn.session.at].step
        if step.name == place or (place == "the text" and isinstance(step, Confirmation)):
            return
        kind = step.message_kind if isinstance(step, Question) else "confirm"
        for content in PLAIN[kind](step):
            talk.take(content)
    assert place == "the end", f"there is no {place}"


def _read_input(talk: Talk, turn: Mapping[str, Any]) -> Content:
    used = INPUTS & set(turn)
    assert len(used) == 1, "a turn has one input"
    assert set(turn) <= INPUTS | OUTPUTS | {"of", "seconds"}, "no unknown keys"
    key = next(iter(used))
    value = turn[key]
    match key:
        case "says" | "letters":
            return Said(_write_text(value), _name_message(value))
        case "edits":
            ((before, after),) = value.items()
            return Corrected(_write_text(after), _name_message(before))
        case "taps":
            codes = tuple(list_items(value))
            step = _find_shown(talk, codes, turn.get("of"))
            return Chose(codes, step)
        case "points":
            return Placed(value[0], value[1], turn.get("of", talk.flow.walk[talk.turn.session.at].step.name))
        case "places":
            points = tuple(None if point == "off" else (point[0], point[1]) for point in value)
            return PlacedAll(points, turn.get("of", talk.flow.walk[talk.turn.session.at].step.name))
        case "records":
            return Recorded(value, turn.get("seconds"))
        case "photo":
            return Pictured(value)
        case "sends":
            return Unreadable(value)
        case _:
            return _read_word_of_system(talk, key, value)


def _read_word_of_system(talk: Talk, key: str, value: Any) -> Content:
    if key == "stale":
        return TimePassed(talk.world.now - read_duration(value))
    ((recording, said),) = value.items()
    if key == "fails":
        return TranscriptFailed(recording, said)
    heard: dict[str, Any] = {"text": said} if isinstance(said, str) else said
    return TranscriptReady(recording, heard["text"], tuple(heard.get("doubts", ())))


def _write_text(value: str | int) -> str:
    return "a" * value if isinstance(value, int) else value


def _name_message(value: str | int) -> str:
    """The platform's id of a message, by which it is known when it is edited: what it said at first."""
    return f"the message {value}"


def _find_shown(talk: Talk, codes: Sequence[str], step: str | None) -> str | None:
    """The step of the last message that shows all these; only what was shown can be tapped."""
    for said in reversed(talk.shown):
        if {*codes} <= {option.code for option in said.tappable} and step in (None, said.step):
            return said.step
    raise AssertionError(f"{codes} were not shown")


def _describe_event(event: Event) -> Mapping[str, Any]:
    match event:
        case ConsentAnswered():
            return {
                "consent": "yes" if event.given else "no",
                "version": event.version,
                "purpose": event.purpose,
                "in": event.language,
            }
        case AnswerGiven(status="answered"):
            return {"answered": {event.question: _describe_parts(event)}, "by": event.input_method}
        case AnswerGiven():
            return {event.status: event.question, "by": event.input_method}
        case RecordingKept():
            return {"recorded": event.recording}
        case StoryConfirmed():
            return {
                "story": event.text.strip(),
                "title": event.title,
                "told by": event.told_by,
                "for": event.share_with,
                "code": event.code,
                "complete": event.complete,
            }
        case AnswerWithdrawn():
            return {"withdrawn": event.question}
        case PhotoKept():
            return {"photo kept": event.photo}
        case StoryTakenBack() | ErasureAsked() | DataAsked():
            return _describe_right(event)
        case RecordingSpent() | FollowUpDue():
            return _describe_system(event)
        case _:
            return {"ended": event.status}


def _describe_right(event: StoryTakenBack | ErasureAsked | DataAsked) -> Mapping[str, Any]:
    match event:
        case StoryTakenBack():
            return {"taken back": event.code}
        case ErasureAsked():
            return {"erased": "all but stories" if event.stories_stay else "everything"}
        case DataAsked():
            return {"data": "asked"}


def _describe_system(event: RecordingSpent | FollowUpDue) -> Mapping[str, Any]:
    return {"spent": event.recording} if isinstance(event, RecordingSpent) else {"follows": event.flow}


def _describe_parts(event: AnswerGiven) -> Any:
    if event.kind == "triad":
        return {part.part: part.number for part in event.parts}
    if event.kind == "stones":
        return {part.part: part.code or [part.x, part.y] for part in event.parts}
    given = [_describe_part(part) for part in event.parts]
    return given if len(given) > 1 else given[0]


def _describe_part(part: Part) -> Any:
    if part.code and part.text:
        return {part.code: part.text}
    return part.number if part.number is not None else part.code or part.text


def _describe_work(work: Work) -> Mapping[str, Any]:
    if isinstance(work, Deidentify):
        return {"work": f"search {work.number}"}
    return {"work": f"transcribe {work.recording}", "in": work.language}
