"""Conversations as files: what is said or tapped, and what must come back; one runner for all.

A case names a `flow` (of the catalogue, or a file in `tests/conversations/flows`), a `language`, perhaps the
question it `starts at` (everything before is answered by the runner), and its `turns`. A turn has one of

    says · letters (so many) · taps (one code or several; `of` another question) · points [x, y]
    records (a name, `seconds`) · sends (a sticker, photo, …) · transcript {name: text}
    fails {name: problem}

and what comes of it: `back` (per message its beginning or a part, `…` for any; or `nothing`), `asks` (the
question it ends with), `options` (what can be tapped then), `then` (what is recorded or asked for; left out,
there must be nothing).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from flows.engine import begin, resume
from flows.file import read_catalogue, read_flow, read_flow_file
from flows.flow import Flow
from flows.inbound import (
    Chose,
    Content,
    Placed,
    Recorded,
    Said,
    TranscriptFailed,
    TranscriptReady,
    Unreadable,
)
from flows.kinds.choice import Choice
from flows.kinds.confirmation import Confirmation
from flows.kinds.consent import Consent
from flows.kinds.story import Story
from flows.kinds.text import TextQuestion
from flows.outbound import Utterance, read_utterance, write_utterance
from flows.session import read_session, write_session
from flows.turn import (
    AnswerGiven,
    ConsentAnswered,
    Event,
    RecordingKept,
    StoryConfirmed,
    Transcribe,
    Turn,
    World,
)
from flows.yaml_reader import load_plain

FOLDER = Path(__file__).parents[1] / "conversations"
CASES = {path.stem: cast(Mapping[str, Any], load_plain(path.read_text())) for path in FOLDER.glob("*.yaml")}
WORLD = World(datetime(2026, 3, 12, 9, 30, tzinfo=UTC), shared=7, story_code="ABCD2345")
TOLD = "Ik ging langs bij een vrouw met een lekke fiets. " * 5
INPUTS = {"says", "letters", "taps", "points", "records", "sends", "transcript", "fails"}
OUTPUTS = {"back", "asks", "options", "then"}
ANY = "…"
LONGEST_CHANGE = 3
"""Lines of cases that may have to change with one wording."""


@dataclass
class Talk:
    """One conversation under way; the session is saved and read back before every message."""

    flow: Flow
    turn: Turn
    shown: list[Utterance] = field(default_factory=list[Utterance])

    @property
    def open(self) -> str:
        """The code of the question that is open."""
        return self.flow.walk[self.turn.session.at].name

    def take(self, content: Content) -> Turn:
        """Let the engine take one message."""
        saved = json.loads(json.dumps(write_session(self.turn.session)))
        assert read_session(saved) == self.turn.session
        self.turn = resume(self.flow, read_session(saved), content, WORLD)
        for utterance in self.turn.says:
            assert read_utterance(json.loads(json.dumps(write_utterance(utterance)))) == utterance
        self.shown.extend(self.turn.says)
        return self.turn


@pytest.mark.parametrize("name", sorted(CASES))
def test_conversation(name: str) -> None:
    """What is said and tapped brings back and records what the file says."""
    case = CASES[name]
    assert set(case) <= {"about", "flow", "language", "opens", "starts at", "turns"}
    flow = _find_flow(case["flow"])
    turn = begin(flow, 1, case["language"], WORLD)
    talk = Talk(flow, turn, list(turn.says))
    if "opens" in case:
        _check_back(turn.says, case["opens"])
    if "starts at" in case:
        _go_to(talk, case["starts at"])
    for number, expected in enumerate(case["turns"], start=1):
        try:
            _check(talk.take(_read_input(talk, expected)), expected, flow)
        except AssertionError as error:
            error.add_note(f"in turn {number} of {name}: {expected}")
            raise


def test_a_changed_wording_changes_few_cases() -> None:
    """No sentence of the bot or the catalogue is quoted in more than three places."""
    quotes = [
        quote
        for case in CASES.values()
        for quote in (
            *_list(case.get("opens")),
            *(part for turn in case["turns"] for part in _list(turn.get("back"))),
        )
        if quote != ANY
    ]
    sources = [FOLDER.parents[1] / "flows" / "phrases" / f"{language}.yaml" for language in ("nl", "en")]
    wordings = [text for path in sources for text in load_plain(path.read_text())["sentences"].values()]
    wordings += [text for source in read_catalogue().values() for text in _list_strings(load_plain(source))]
    often = {text for text in wordings if sum(quote in text for quote in quotes) > LONGEST_CHANGE}

    assert quotes
    assert often == set()


def _find_flow(name: str) -> Flow:
    beside = FOLDER / "flows" / f"{name}.yaml"
    return read_flow_file(beside) if beside.exists() else read_flow(read_catalogue()[f"{name}.yaml"], name)


def _go_to(talk: Talk, place: str) -> None:
    """Answer everything before a question (or `the text` that is read back, or `the end`) in a plain way."""
    while talk.turn.session.status == "open":
        step = talk.flow.walk[talk.turn.session.at]
        if step.name == place or (place == "the text" and isinstance(step, Confirmation)):
            return
        match step:
            case Consent():
                talk.take(Chose(("yes",)))
            case Choice():
                talk.take(Chose(tuple(option.code for option in step.options[: step.max])))
            case Story():
                talk.take(Said(TOLD))
                talk.take(Chose(("done",)))
            case TextQuestion():
                talk.take(Said("De fiets"))
            case Confirmation():
                talk.take(Chose(("keep",)))
            case _:
                talk.take(Chose(("middle",)))
    assert place == "the end", f"there is no {place}"


def _read_input(talk: Talk, turn: Mapping[str, Any]) -> Content:
    used = INPUTS & set(turn)
    assert len(used) == 1, "a turn has one input"
    assert set(turn) <= INPUTS | OUTPUTS | {"of", "seconds"}, "no unknown keys"
    assert set(turn) & {"back", "asks"}, "a turn says what comes back"
    key = used.pop()
    value = turn[key]
    match key:
        case "says":
            return Said(value)
        case "letters":
            return Said("a" * value)
        case "taps":
            codes = tuple(_list(value))
            step = turn.get("of", talk.open)
            seen = {option.code for said in talk.shown if said.step == step for option in said.tappable}
            assert set(codes) <= seen, "only what was shown can be tapped"
            return Chose(codes, step)
        case "points":
            return Placed(value[0], value[1], talk.open)
        case "records":
            return Recorded(value, turn.get("seconds"))
        case "sends":
            return Unreadable(value)
        case "transcript":
            ((recording, text),) = value.items()
            return TranscriptReady(recording, text)
        case _:
            ((recording, problem),) = value.items()
            return TranscriptFailed(recording, problem)


def _check(turn: Turn, expected: Mapping[str, Any], flow: Flow) -> None:
    if "back" in expected:
        _check_back(turn.says, expected["back"])
    if "asks" in expected:
        step = flow.walk[turn.session.at]
        named = "the text" if isinstance(step, Confirmation) else step.name
        assert (named, turn.says[-1].step) == (expected["asks"], step.name)
    if "options" in expected:
        assert [option.code for option in turn.says[-1].tappable] == expected["options"]
    happened = [*(_describe(event) for event in turn.events), *(_describe_work(work) for work in turn.work)]
    wanted: list[Mapping[str, Any]] = _list(expected.get("then"))
    assert len(happened) == len(wanted), happened
    for fact, want in zip(happened, wanted, strict=True):
        assert {key: fact.get(key) for key in want} == want


def _check_back(says: Sequence[Utterance], expected: str | list[str]) -> None:
    wanted = [] if expected == "nothing" else _list(expected)
    texts = [utterance.text for utterance in says]
    assert len(texts) == len(wanted), texts
    for text, part in zip(texts, wanted, strict=True):
        assert part in text or part == ANY


def _describe(event: Event) -> Mapping[str, Any]:
    match event:
        case ConsentAnswered():
            return {"consent": "yes" if event.given else "no", "version": event.version}
        case AnswerGiven(status="answered"):
            return {"answered": {event.question: _describe_parts(event)}, "by": event.input_method}
        case AnswerGiven():
            return {event.status: event.question}
        case RecordingKept():
            return {"recorded": event.recording}
        case StoryConfirmed():
            return {
                "story": event.text.strip(),
                "title": event.title,
                "told by": event.told_by,
                "for": event.share_with,
                "code": event.code,
            }
        case _:
            return {"ended": event.status}


def _describe_parts(event: AnswerGiven) -> Any:
    if event.kind == "triad":
        return {part.part: part.number for part in event.parts}
    given = [part.code or part.text for part in event.parts]
    return given if len(given) > 1 else given[0]


def _describe_work(work: Transcribe) -> Mapping[str, Any]:
    return {"work": f"transcribe {work.recording}"}


def _list(value: Any) -> list[Any]:
    if value is None or value == "nothing":
        return []
    return cast(list[Any], value) if isinstance(value, list) else [value]


def _list_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        nested = cast(dict[str, Any] | list[Any], value)
        for item in nested.values() if isinstance(nested, dict) else nested:
            yield from _list_strings(item)
