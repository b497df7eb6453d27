"""How many answered messages a second the engine takes on one core, beside another engine in the same run.

Nothing is sent or stored: only `begin` and `resume`, with the session handed on as it is or as JSON. The
peer gets its answers as the codes it wants; ours are tapped and typed, and told apart by the engine.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.peer.floip import NAME, Peer, PeerAbsentError, PeerRates, installed_peer
from benchmarks.table import Row, print_table
from flows.deidentification import SearchedText
from flows.engine import begin, resume
from flows.flow import Flow
from flows.inbound import Chose, Content, Deidentified, Said
from flows.session import Session, load_session, save_session
from flows.turn import AnswerGiven, ConsentAnswered, Event, StoryConfirmed, World
from flows.yaml_reader import load_plain

SIZES = (10, 100, 1_000)
"""Steps of the flows in which the cost of one message is measured; the first is the floor of the others."""

_ROUNDS = 3
_SECONDS = 0.7
"""How often, and for how long each way, the whole conversation is gone through."""

_WINDOW_ROUNDS = 6
_WINDOW_SECONDS = 0.08
"""The same for each place in the flows of other sizes."""

_WORLD = World(now=datetime(2026, 1, 1, tzinfo=UTC), shared=12, story_code="fiets-tuin-42")
_LABELS = (
    ("Met een collega", "With a colleague"),
    ("Bij iemand thuis", "At a home"),
    ("In het buurthuis", "In the community centre"),
    ("Op straat", "In the street"),
    ("Aan de telefoon", "On the phone"),
    ("Op kantoor", "At the office"),
    ("Op school", "At school"),
    ("Bij de huisarts", "At the doctor's"),
    ("Ergens anders", "Somewhere else"),
)
_STORY = "Het begon met een gesprek aan de keukentafel. " * 8


@dataclass(frozen=True, slots=True)
class _Asked:
    """A step of a flow file, and the messages by which it is answered."""

    code: str
    body: str
    replies: tuple[Content, ...]

    @property
    def yaml(self) -> str:
        return f"  - ask: {self.code}\n{self.body}"


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a conversation: the session at its beginning, and the messages that come then."""

    flow: Flow
    session: Session
    saved: bytes
    messages: Sequence[Content]

    def keep_in_memory(self) -> Session:
        """Take the messages, each with the session that the one before it left."""
        return _keep_in_memory(self.flow, self.session, self.messages)

    def save_at_every_message(self) -> bytes:
        """Take the messages, each with a session that was saved and is loaded again."""
        return _save_at_every_message(self.flow, self.saved, self.messages)


def measure() -> list[Row]:
    """Messages a second for a conversation of 13 steps; then µs a message in flows of 10 to 1,000 steps.

    Best of a few rounds each; the peer takes its turn in every round, so a busy machine slows both. Our 13
    steps take 15 messages, for a story is also ended and read back; the peer has no such steps.
    """
    return [*_measure_conversation(), *_measure_sizes()]


def _measure_conversation() -> list[Row]:
    steps = _list_steps()
    searched = Deidentified(1, (SearchedText("", "", _STORY),))
    flow, messages = _read(steps), (*_list_replies(steps), searched, Said("1"))  # the last keeps the story
    _check(_open_window(flow, messages), answered=len(steps) - 1, confirmed=1, status="finished")
    ways: dict[str, Callable[[], object]] = {
        "memory": lambda: _keep_in_memory(flow, _begin(flow), messages),
        "saved": lambda: _save_at_every_message(flow, save_session(_begin(flow)), messages),
    }
    best = dict.fromkeys(ways, math.inf)
    theirs: list[PeerRates] = []
    with ExitStack() as stack:
        peer: Peer | None = None
        beside = f"floor {NAME}"
        try:
            peer = stack.enter_context(installed_peer())
        except PeerAbsentError as error:
            beside = f"{NAME} was not run: {error}"
        for _ in range(_ROUNDS):
            for name, way in ways.items():
                best[name] = min(best[name], _time(way, _SECONDS))
            if peer:
                theirs.append(peer.run())
    memory, saved = (len(messages) / best[name] for name in ways)
    what = f"engine, {len(steps)} steps, state"
    rows = [
        Row(f"{what} in memory; {beside}", memory, _best(each.memory for each in theirs), "messages/s"),
        Row(f"{what} as JSON; {beside}", saved, _best(each.saved for each in theirs), "messages/s"),
    ]
    if theirs:
        lean = _best(each.lean for each in theirs)
        rows.append(
            Row(f"{what} as JSON; the same floor, its flow not in the JSON", saved, lean, "messages/s")
        )
    return rows


def _measure_sizes() -> list[Row]:
    """The same six questions, at the beginning, in the middle and at the end of longer and longer flows."""
    windows = {(size, where): window for size in SIZES for where, window in _list_windows(size).items()}
    best: dict[tuple[str, int, str], float] = {}
    for _ in range(_WINDOW_ROUNDS):
        for (size, where), window in windows.items():
            for state, way in (
                ("in memory", window.keep_in_memory),
                ("as JSON", window.save_at_every_message),
            ):
                each = _time(way, _WINDOW_SECONDS) / len(window.messages) * 1e6
                best[state, size, where] = min(best.get((state, size, where), math.inf), each)
    shortest = SIZES[0]
    return [
        Row(
            f"engine, state {state}, {where} in {size:,} steps; floor in {shortest}; less is better",
            best[state, size, where],
            best[state, shortest, where],
            "µs/message",
        )
        for state in ("in memory", "as JSON")
        for size, where in windows
        if size != shortest
    ]


def _list_windows(size: int) -> dict[str, _Window]:
    """Windows over the first, the middle and the last whole round of questions of a flow."""
    opening = [_consent("toestemming"), _story("verhaal")]
    count = (size - len(opening)) // len(_list_round(0))
    rounds = [_list_round(number) for number in range(count + 1)]  # the last one is cut short
    flow = _read([*opening, *(step for each in rounds for step in each)][:size])
    places = {"early": 0, "middle": count // 2, "late": count - 1}  # in the shortest flow these are one
    windows: dict[str, _Window] = {}
    session = _keep_in_memory(flow, _begin(flow), _list_replies(opening))
    for place, each in enumerate(rounds[:count]):
        window = _Window(flow, session, save_session(session), _list_replies(each))
        windows.update({where: window for where, there in places.items() if there == place})
        session = window.keep_in_memory()
    for window in windows.values():
        _check(window, answered=len(rounds[0]), confirmed=0, status="open")
    return windows


def _begin(flow: Flow) -> Session:
    return begin(flow, 1, "nl", _WORLD).session


def _open_window(flow: Flow, messages: Sequence[Content]) -> _Window:
    session = _begin(flow)
    return _Window(flow, session, save_session(session), messages)


def _keep_in_memory(flow: Flow, session: Session, messages: Sequence[Content]) -> Session:
    for content in messages:
        session = resume(flow, session, content, _WORLD).session
    return session


def _save_at_every_message(flow: Flow, saved: bytes, messages: Sequence[Content]) -> bytes:
    for content in messages:
        saved = save_session(resume(flow, load_session(saved), content, _WORLD).session)
    return saved


def _list_replies(steps: Sequence[_Asked]) -> list[Content]:
    return [reply for step in steps for reply in step.replies]


def _best(rates: Iterable[float]) -> float:
    """The highest of the peer's rates; not a number when it was not run."""
    return max(rates, default=math.nan)


def _check(window: _Window, *, answered: int, confirmed: int, status: str) -> None:
    """See that every question in a window is answered once, and that saving makes no difference."""
    session, events = window.session, list[Event]()
    for content in window.messages:
        turn = resume(window.flow, session, content, _WORLD)
        session = turn.session
        events += turn.events
    questions = [event.question for event in events if isinstance(event, AnswerGiven | ConsentAnswered)]
    assert len(set(questions)) == len(questions) == answered, questions
    assert all(event.status == "answered" for event in events if isinstance(event, AnswerGiven))
    assert sum(isinstance(event, StoryConfirmed) for event in events) == confirmed
    assert session.status == status
    assert window.keep_in_memory() == session == load_session(window.save_at_every_message())


def _time(way: Callable[[], object], seconds: float) -> float:
    """Seconds that one time takes, over as many as fit in some seconds."""
    way()
    times, begun = 0, time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        way()
        times += 1
    return (now - begun) / times


def _read(steps: Sequence[_Asked]) -> Flow:
    title = "title: {nl: Meting, en: Measurement}"
    head = f"format: 1\nflow: meting\n{title}\naudience: coach\nlanguages: [nl, en]\nsteps:\n"
    # Not by `read_flow`: a thousand questions are more than it lets any audience be asked.
    return Flow.model_validate(load_plain(head + "".join(step.yaml for step in steps)))


def _list_steps() -> list[_Asked]:
    """13 steps as a flow of this project has them."""
    return [
        _consent("toestemming"),
        _choice("vraag", 4, Said("2")),
        _story("verhaal"),
        _text("naam", "De nieuwe fiets", "    fills: title\n"),
        _choice("gevoel", 9, Said("1 en 4"), "    max: 2\n"),
        _triad("drijfveer", Chose(("top-left",), "drijfveer")),
        _choice("met-wie", 5, Said("aan de telefoon")),
        _triad("hulp", Said("2")),
        _text("geleerd", "Eerst luisteren, dan pas iets doen"),
        _choice("vaak", 6, Chose(("optie-3",), "vaak")),
        _triad("in-de-hand", Said("De regels")),
        _choice("hoe-lang", 7, Chose(("optie-7",), "hoe-lang")),
        _choice("delen", 4, Said("Met een collega"), "    fills: share_with\n"),
    ]


def _list_round(number: int) -> list[_Asked]:
    """Six questions that a long flow repeats, under codes of their own."""
    codes = [f"{kind}-{number}" for kind in ("keuze", "tekst", "punt", "plaatjes", "midden", "lijst")]
    return [
        _choice(codes[0], 4, Chose(("optie-2",), codes[0])),
        _text(codes[1], "Eerst luisteren, dan pas iets doen"),
        _triad(codes[2], Chose(("top-left",), codes[2])),
        _choice(codes[3], 9, Said("1 en 4"), "    max: 2\n"),
        _triad(codes[4], Said("De regels")),
        _choice(codes[5], 6, Said("Op straat")),
    ]


def _consent(code: str) -> _Asked:
    body = """\
    kind: consent
    version: "1"
    text: {nl: Meedoen mag. Het hoeft niet. Doe je mee?, en: You may join. Will you?}
    yes: {nl: Ik doe mee, en: I will join}
    no: {nl: Liever niet, en: Rather not}
    more: {nl: We bewaren het verhaal zonder naam., en: We keep the story without a name.}
"""
    return _Asked(code, body, (Chose(("yes",), code),))


def _story(code: str) -> _Asked:
    text = "{nl: Vertel wat er gebeurde., en: Tell what happened.}"
    return _Asked(code, f"    kind: story\n    text: {text}\n", (Said(_STORY), Said("klaar")))


def _text(code: str, answer: str, more: str = "") -> _Asked:
    text = "{nl: Zeg het in een paar woorden., en: Say it in a few words.}"
    return _Asked(code, f"    kind: text\n    text: {text}\n    allow: [skip]\n{more}", (Said(answer),))


def _choice(code: str, count: int, reply: Content, more: str = "") -> _Asked:
    options = "".join(
        f"      - {{code: optie-{place}, label: {{nl: {nl}, en: {en}}}}}\n"
        for place, (nl, en) in enumerate(_LABELS[:count], 1)
    )
    text = "{nl: Waar was het? Kies een antwoord., en: Where was it? Choose an answer.}"
    return _Asked(code, f"    kind: choice\n    text: {text}\n{more}    options:\n{options}", (reply,))


def _triad(code: str, reply: Content) -> _Asked:
    body = """\
    kind: triad
    text: {nl: Waardoor kwam het vooral?, en: What was it that did it?}
    top: {code: regels, label: {nl: De regels, en: The rules}}
    left: {code: vak, label: {nl: De vakkennis, en: The know-how}}
    right: {code: gevoel, label: {nl: Het gevoel, en: The feeling}}
    allow: [not_applicable, dont_know]
"""
    return _Asked(code, body, (reply,))


if __name__ == "__main__":
    print_table(measure())
