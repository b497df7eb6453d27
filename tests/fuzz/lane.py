"""The pure lane: broken updates and forms through all that reads and decides, without HTTP and database."""

import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from bot.channels.canvas import write_raw
from flows.engine import begin, resume
from flows.flow import Flow
from flows.inbound import Content, PlacedAll
from flows.outbound import Utterance
from flows.session import Session, load_session, save_session
from flows.turn import World
from fuzz.aiming import write_form
from fuzz.corpus import Corpus, Person, make_person
from fuzz.mutations import Breaker, write_json
from fuzz.platforms import Shown
from fuzz.readers import (
    UNREADABLE,
    Read,
    find_content,
    lay_out,
    read_canvas,
    read_init_data,
    read_page,
    read_sms,
    read_start,
    read_telegram,
    read_touch,
    read_whatsapp,
)

_WORLD: Final = World(datetime(2026, 3, 12, tzinfo=UTC), shared=4, story_code="ABCD2345", seed=11)
_TURNS: Final = 60
"""Messages in one conversation before another one begins in its place."""

_PEOPLE: Final = 40
_BROKEN: Final = 0.85
_SLOW: Final = 3.0
"""Seconds; what takes longer, even on a busy machine, holds up everybody else."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as it stands, what it said last, and how many messages it took."""

    flow: Flow
    session: Session
    says: tuple[Utterance, ...]
    turns: int = 0


@dataclass(slots=True)
class Lane:
    """Reads and decides. `wrong` are faults, `shown_by` the first input of each."""

    flows: Sequence[Flow]
    seed: int
    counts: Counter[str] = field(default_factory=Counter[str])
    wrong: Counter[str] = field(default_factory=Counter[str])
    shown_by: dict[str, bytes] = field(default_factory=dict[str, bytes])
    slowest: float = 0.0
    slowest_input: bytes = b""
    _shown: dict[str, Shown] = field(default_factory=dict[str, Shown])

    def run(self, number: int, tell: Callable[[str], None] = lambda _line: None) -> None:
        """Take so many inputs; the same seed gives the same ones."""
        random = Random(f"lane {self.seed}")
        corpus = Corpus(random, self._find)
        writer = _Writer(random, corpus, Breaker(random, corpus.names))
        people = [make_person(each, ("telegram", "whatsapp", "sms")[each % 3]) for each in range(_PEOPLE)]
        talks = {person: self._begin(random) for person in people}
        began = time.monotonic()
        for place in range(1, number + 1):
            person = random.choice(people)
            talks[person] = self._take(random, writer, person, talks[person])
            if place % 50_000 == 0:
                rate = place / (time.monotonic() - began)
                tell(f"pure: {place:,} at {rate:,.0f} a second, {sum(self.wrong.values())} wrong")

    def _find(self, chat: str) -> Shown:
        return self._shown.setdefault(chat, Shown())

    def _take(self, random: Random, writer: "_Writer", person: Person, talk: Talk) -> Talk:
        body, read = writer.write(person, talk)
        began = time.perf_counter()
        try:
            found = read(body)
            self.counts["read" if found else "worth no turn"] += 1
            if found is not None and (content := find_content(found)) is not None:
                talk = self._answer(talk, content, person)
        except UNREADABLE:
            self.counts["could not be read"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
            self._blame(_write_place(error), body)
            return self._begin(random)
        seconds = time.perf_counter() - began
        if seconds > self.slowest:
            self.slowest, self.slowest_input = seconds, body
        if seconds > _SLOW:
            self._blame(f"an input took longer than {_SLOW:g} seconds", body)
        done = talk.session.status != "open" or talk.turns > _TURNS
        return self._begin(random) if done else talk

    def _begin(self, random: Random) -> Talk:
        flow = random.choice(self.flows)
        turn = begin(flow, 1, random.choice(flow.languages), _WORLD)
        return Talk(flow, turn.session, turn.says)

    def _answer(self, talk: Talk, content: Content, person: Person) -> Talk:
        """Let the engine take what was said, save and read the session, and lay out what it says."""
        turn = resume(talk.flow, talk.session, content, _WORLD)
        session = load_session(save_session(turn.session))
        self.counts["had a turn of the engine"] += 1
        for said in turn.says:
            lay_out(said, person)
            self._find(person.chat).note_taps([f"{said.step or ''}|{tap.code}" for tap in said.tappable])
        return Talk(talk.flow, session, turn.says or talk.says, talk.turns + 1)

    def _blame(self, what: str, body: bytes) -> None:
        self.wrong[what] += 1
        self.shown_by.setdefault(what, body)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes inputs, most of them broken, each with what reads it."""

    random: Random
    corpus: Corpus
    breaker: Breaker

    def write(self, person: Person, talk: Talk) -> tuple[bytes, Read]:
        """The next input of a person."""
        broken = self.random.random() < _BROKEN
        if self.random.random() < 0.04:
            return self._write_side(person, talk)
        if person.channel == "telegram":
            update = self.corpus.write_update(person)
            if broken:
                update = self.breaker.break_json(update, self.corpus.write_update(person))
            body = write_json(update)
            spoil = broken and self.random.random() < 0.05
            return (self.breaker.break_bytes(body) if spoil else body), read_telegram
        status = self.random.random() < 0.15
        pairs = self.corpus.write_status(person) if status else self.corpus.write_form(person)
        if broken:
            pairs = self.breaker.break_pairs(pairs, self.corpus.write_status(person))
        form = (b"?" if status else b"") + write_form(pairs)
        return form, read_whatsapp if person.channel == "whatsapp" else read_sms

    def _write_side(self, person: Person, talk: Talk) -> tuple[bytes, Read]:
        """An input of a smaller door: the page for touch, the beginning of a web chat, a Mini App."""
        corpus, breaker = self.corpus, self.breaker
        match self.random.randrange(5):
            case 0:
                return write_json(breaker.break_json(corpus.write_start(), {})), read_start
            case 1:
                text = breaker.bend_text(dict(corpus.write_touch(person)).get("init_data", "a=b"))
                return text.encode("utf-8", "replace"), read_init_data
            case 2:
                token = breaker.bend_text(corpus.find_page(person).removeprefix("/canvas/"))
                return token.encode("utf-8", "replace"), read_page
            case 3:
                raw = write_raw(person.chat, PlacedAll(((1.0, 2.0), None), "plek"))
                return write_json(breaker.break_json(raw, {})), read_canvas
            case _:
                pairs = breaker.break_pairs(corpus.write_touch(person), corpus.write_form(person))
                drawn = next((said for said in talk.says if said.drawing is not None), None)
                return write_form(pairs), read_touch(person, drawn)


def _write_place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
