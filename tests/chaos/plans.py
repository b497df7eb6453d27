"""What each teller will say, and what must be kept of it: found by the engine, where nothing goes wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from bot.channels.telegram_messages import Sheet, find_sheet
from flows.file import read_flow
from flows.flow import Flow
from flows.inbound import Chose, Content, Pictured, Said
from flows.kinds.confirmation import KEEP
from flows.outbound import Utterance
from flows.phrases import phrase
from flows.turn import Part, StoryConfirmed
from talks import Talk, start

FLOW: Final = "storm"
SOURCE: Final = (Path(__file__).parent / f"{FLOW}.yaml").read_text(encoding="utf-8")
PARTS: Final = 3
"""Messages in which a story is told."""

PHOTO: Final = "foto"
"""Stands for the id of any photo."""

_LETTERS: Final = "bcdfghjklmnpqrstvwxz"
_NEVER: Final = frozenset({"more", "no"})
_NUMBERS: Final = frozenset({"scale", "dyad"})
_PLACES: Final = frozenset({"triad", "stones"})


def read_storm() -> Flow:
    """The flow that is told in."""
    return read_flow(SOURCE, FLOW)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing a teller does, once the bot has said `sign` for the so-manieth time (`times`).

    An option (`step`, `code`; what can be typed instead is `words`), a `photo`, or else `words`.
    """

    sign: str
    times: int
    words: str = ""
    step: str = ""
    code: str = ""
    photo: bool = False
    telling: bool = False


@dataclass(slots=True)
class Plan:
    """All that a teller does, and what must be kept: the story, its title, each answer (status, parts)."""

    name: str
    moves: list[Move] = field(default_factory=list[Move])
    story: str = ""
    title: str = ""
    answers: Mapping[str, tuple[str, tuple[Part, ...]]] = field(
        default_factory=dict[str, tuple[str, tuple[Part, ...]]]
    )
    last: str = ""
    """What the bot says at the end."""


def make_plan(flow: Flow, number: int, random: Random, *, photos: bool) -> Plan:
    """Draw what teller `number` says, in words of their own; `photos` where the channel has them."""
    plan, talk = _hold(flow, number, random, photos=photos)
    (kept,) = (event for event in talk.events if isinstance(event, StoryConfirmed))
    plan.story, plan.title, plan.answers = kept.text, kept.title or "", talk.collect()
    plan.last = talk.turn.says[-1].text.partition(":")[0]
    return plan


def list_sheets(flow: Flow) -> Sequence[Sheet]:
    """The pictures that Telegram shows with a flow's questions, found in some talks that take every way."""
    talks = [_hold(flow, number, Random(number), photos=False)[1] for number in range(8)]
    found = (find_sheet(utterance) for talk in talks for utterance in talk.shown)
    return [*{sheet: None for sheet in found if sheet is not None}]


def _hold(flow: Flow, number: int, random: Random, *, photos: bool) -> tuple[Plan, Talk]:
    plan = Plan(_name(number))
    talk = start(flow)
    seen: dict[str, int] = {}
    texts = _write_texts(plan.name, random)
    while talk.open:
        asked = talk.turn.says[-1]
        sign = asked.text.splitlines()[-1]
        seen[sign] = seen.get(sign, 0) + 1
        move, content = _decide(asked, sign, seen[sign], texts, random, photos=photos)
        plan.moves.append(move)
        talk.take(content)
    return plan, talk


def _name(number: int) -> str:
    """A word that only this teller says, without digits, which might look like something to take out."""
    word = ""
    for _ in range(4):
        number, letter = divmod(number, len(_LETTERS))
        word += _LETTERS[letter] + "aeiou"[letter % 5]
    return word.capitalize()


def _write_texts(name: str, random: Random) -> Iterator[str]:
    things = ("een boom", "het dak", "de fiets", "een kat", "het hek", "de krant")
    for place in ("Eerst", "Toen", "Daarna"):
        yield f"{place} zag {name} hoe {random.choice(things)} bewoog in de wind."
    yield f"Titel van {name}"


def _decide(
    asked: Utterance, sign: str, times: int, texts: Iterator[str], random: Random, *, photos: bool
) -> tuple[Move, Content]:
    step = asked.step or ""
    match asked.kind:
        case "story" if sign != phrase("nl", "story_more") or times < PARTS:
            words = next(texts)
            return Move(sign, times, words, telling=True), Said(words)
        case "story":
            done = phrase("nl", "done")
            return Move(sign, times, done.lower(), step, "done", telling=True), Chose(("done",), step)
        case "text":
            words = next(texts)
            return Move(sign, times, words), Said(words)
        case "number":
            words = str(random.randint(1, 30))
            return Move(sign, times, words), Said(words)
        case "date":
            words = f"{random.randint(1, 28)}-{random.randint(1, 12)}-2025"
            return Move(sign, times, words), Said(words)
        case "photo" if photos and random.random() < 0.5:
            return Move(sign, times, photo=True), Pictured(PHOTO)
        case "confirm":
            return Move(sign, times, phrase("nl", KEEP), step, KEEP), Chose((KEEP,), step)
        case kind:
            options = [option for option in asked.tappable if option.code not in _NEVER]
            option = random.choice(options)
            number = str(asked.tappable.index(option) + 1)
            words = option.code if kind in _NUMBERS and option.code.isdigit() else option.label
            words = number if kind in _PLACES else words
            return Move(sign, times, words, step, option.code), Chose((option.code,), step)
