"""Conversations with the engine for tests: a talk that saves and reads its session before every message."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bot.terminal.search import search, write_kept
from flows.engine import begin, resume
from flows.file import read_catalogue, read_flow, read_flow_file
from flows.flow import Flow
from flows.inbound import Chose, Content, Pictured, Said
from flows.kinds.number import Number
from flows.outbound import Utterance, read_utterance, write_utterance
from flows.session import load_session, save_session
from flows.turn import (
    AnswerGiven,
    AnswerWithdrawn,
    ConsentAnswered,
    Deidentify,
    Event,
    Part,
    Turn,
    Work,
    World,
)
from flows.values import replace

ROOT = Path(__file__).parents[1]

FUZZ = int(os.environ.get("VERTELBOT_FUZZ", "1"))
"""How many times more examples than the suite takes; `make fuzz` takes many more."""

WORLD = World(datetime(2026, 3, 12, tzinfo=UTC), shared=424_242, story_code="ABCD2345", seed=11)

FLOWS: Mapping[str, Flow] = {
    **{name: read_flow(source, name) for name, source in read_catalogue().items()},
    **{
        path.name: read_flow_file(path)
        for path in sorted((ROOT / "tests/conversations/flows").glob("*.yaml"))
    },
}
"""Every flow of the catalogue, and those the conversations of the tests are held in."""


@dataclass
class Talk:
    """A conversation and all that came of it; every message finds a session that was saved and read."""

    flow: Flow
    turn: Turn
    world: World = WORLD
    shown: list[Utterance] = field(default_factory=list[Utterance])
    events: list[Event] = field(default_factory=list[Event])
    work: list[Work] = field(default_factory=list[Work])

    @property
    def open(self) -> bool:
        """Whether the conversation goes on."""
        return self.turn.session.status == "open"

    def take(self, content: Content) -> Turn:
        """Let the engine take one message; what it has searched for names is handed back at once."""
        turn = self.take_one(content)
        asked = [work for work in turn.work if isinstance(work, Deidentify)]
        if asked:
            found = self.take_one(search("enschede", turn.session.language, self.events, asked[-1]))
            work = tuple(each for each in turn.work if not isinstance(each, Deidentify))
            self.turn = Turn(
                found.session, (*turn.says, *found.says), (*turn.events, *found.events), (*work, *found.work)
            )
        return self.turn

    def take_one(self, content: Content) -> Turn:
        """Let the engine take one message, with the session as it is and as it was read back."""
        session = self.turn.session
        again = load_session(json.dumps(json.loads(save_session(session))).encode())
        assert again == session == load_session(save_session(session))
        self.turn = resume(self.flow, session, content, self.world)
        assert resume(self.flow, again, content, self.world) == self.turn
        for utterance in self.turn.says:
            assert read_utterance(json.loads(json.dumps(write_utterance(utterance)))) == utterance
        self.shown.extend(self.turn.says)
        self.events.extend(self.turn.events)
        self.work.extend(self.turn.work)
        return self.turn

    def offer(self) -> Utterance:
        """What is asked just now."""
        return resume(self.flow, replace(self.turn.session, menu="", paused=False), _REPEAT, self.world).says[
            -1
        ]

    def pick(self, number: int) -> Content:
        """A plain answer: one of the things to tap, or what else the question takes."""
        if not self.open:
            return Said("Woorden.")
        shown = self.turn.says[-1] if self.turn.session.menu and self.turn.says else self.offer()
        if shown.tappable and not (shown.kind in ("photo", "number", "text") and number % 2 == 0):
            return Chose((shown.tappable[number % len(shown.tappable)].code,), shown.step)
        match shown.kind:
            case "photo":
                return Pictured(f"foto{number}")
            case "number":
                step = self.flow.walk[self.turn.session.at].step
                return Said(str(step.min or 0) if isinstance(step, Number) else "0")
            case _:
                return Said("Woorden.")

    def collect(self) -> Mapping[str, tuple[str, tuple[Part, ...]]]:
        """The answers that count now, as they are kept: of each question the last one, none withdrawn."""
        kept: dict[str, tuple[str, tuple[Part, ...]]] = {}
        for event in write_kept(self.events):
            match event:
                case AnswerGiven():
                    kept[event.question] = (event.status, event.parts)
                case ConsentAnswered():
                    kept[event.question] = ("yes" if event.given else "no", ())
                case AnswerWithdrawn():
                    kept.pop(event.question, None)
                case _:
                    pass
        return kept


_REPEAT = Chose(("go_on",))


def start(flow: Flow, world: World = WORLD, language: str | None = None) -> Talk:
    """A conversation that just began."""
    turn = begin(flow, 1, language or flow.languages[0], world)
    return Talk(flow, turn, world, list(turn.says), list(turn.events), list(turn.work))


def walk(steps: Sequence[Content | int], flow: Flow | None = None) -> Talk:
    """A conversation of these messages; a number stands for one of the answers offered just then."""
    talk = start(flow or FLOWS["wijkcoach.yaml"])
    for step in steps:
        talk.take(talk.pick(step) if isinstance(step, int) else step)
    return talk


def add_up(shares: Sequence[float | None]) -> Decimal:
    """The exact sum of shares as they are written."""
    return sum((Decimal(repr(share)) for share in shares), Decimal(0))
