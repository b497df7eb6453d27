"""What the conversations in files cover: every kind of question by every way of answering, every word.

Each turn of every case is named by what came in and what came of it; nobody keeps a list in step by hand.
A new kind fails here until its ways stand in `WAYS` and are talked through in cases.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from typing import get_args

import pytest

from cases import CASES, Exchange, play
from flows.entries import KINDS
from flows.guards import TESTS
from flows.inbound import Chose, Corrected, Pictured, Placed, PlacedAll, Recorded, Said, Unreadable
from flows.kinds.step import ALLOWANCES
from flows.outbound import Option
from flows.phrases import Command, find_command, phrase
from flows.reading.numbers import read_number, read_ordinal
from flows.turn import AnswerGiven, ConsentAnswered
from flows.values import replace
from talks import FLOWS

STRANGE = frozenset({"sticker", "voice", "photo", "point", "old button", "edited message"})
ASKED_AGAIN = frozenset({"wrong once", "wrong twice", "wrong three times"})
AROUND = frozenset(f"{status} {how}" for status in ALLOWANCES.values() for how in ("by tap", "in words"))
NAMED = frozenset(
    {"tap", "number", "number word", "ordinal", "label", "label in other case", "close spelling", "fits two"}
)
SEVERAL = frozenset(
    {
        "several by tap",
        "several in words",
        "done by tap",
        "done in words",
        "another page by tap",
        "another page in words",
        "too many",
    }
)

WAYS: Mapping[str, frozenset[str]] = {
    "consent": STRANGE - {"old button"} | ASKED_AGAIN | NAMED | {"reads more by tap", "reads more in words"},
    "story": STRANGE | {"own words", "done by tap", "done in words"},
    "text": STRANGE | ASKED_AGAIN | AROUND | {"own words", "number", "done by tap", "done in words"},
    "choice": STRANGE | ASKED_AGAIN | AROUND | NAMED | SEVERAL | {"code", "own words"},
    "scale": STRANGE | ASKED_AGAIN | AROUND | {"tap", "number", "number word", "own words", "fits two"},
    "dyad": STRANGE | ASKED_AGAIN | AROUND | NAMED,
    "triad": STRANGE | ASKED_AGAIN | AROUND | NAMED | {"code"},
    "stones": STRANGE | ASKED_AGAIN | AROUND | NAMED | {"code", "all at once"},
    "photo": STRANGE | ASKED_AGAIN | AROUND,
    "number": STRANGE | ASKED_AGAIN | AROUND | {"number", "number word"},
    "date": STRANGE | ASKED_AGAIN | AROUND | NAMED - {"number", "number word"} | {"own words"},
    "confirm": STRANGE | {"tap", "label", "label in other case", "own words"},
}
"""Which ways of answering there are, by kind; `confirm` is the text that is read back."""

PLACES = ("choice", "story", "confirm", "paused", "ended")
"""Where the words that always work are said."""

_LIKE = 0.75
"""How much of a reply is like a label that it spells nearly right."""


@pytest.mark.parametrize("kind", sorted({*KINDS, "confirm"}))
def test_every_way_of_answering_is_talked_through(kind: str) -> None:
    """No way of answering a kind of question is without a case."""
    assert kind in WAYS, "say which ways of answering there are"
    talked = {way for exchange in _play_all() for at, way in _name_ways(exchange) if at == kind}
    assert WAYS[kind] - talked == set()


@pytest.mark.parametrize("place", PLACES)
def test_every_word_that_always_works_is_said(place: str) -> None:
    """At a choice, at the story, at the text, on pause and after the end each of these words is said."""
    said = {command for exchange in _play_all() for at, command in _name_command(exchange) if at == place}
    assert set(get_args(Command)) - said == set()


def test_every_test_of_a_guard_is_talked_through() -> None:
    """Each thing a guard can ask is asked in a flow of the cases; of the language too, and in a draw."""
    played = {exchange.flow.flow for exchange in _play_all()}
    walks = [place for flow in FLOWS.values() if flow.flow in played for place in flow.walk]
    fields = {"is": "equals", "is_not": "differs", "in": "among"}
    asked = {
        test
        for place in walks
        for guard in place.guards
        for test in TESTS
        if getattr(guard, fields.get(test, test)) is not None
    }
    assert asked == set(TESTS)
    assert any(guard.language for place in walks for guard in place.guards)
    assert any(len({guard.question for guard in place.guards}) > 1 for place in walks)
    assert any(place.draw for place in walks)


@cache
def _play_all() -> tuple[Exchange, ...]:
    return tuple(exchange for case in CASES.values() for exchange in play(case))


def _name_command(exchange: Exchange) -> Iterator[tuple[str, Command]]:
    """Where a word that always works was said, and which."""
    session, content = exchange.before, exchange.content
    command = find_command(session.language, content.text) if isinstance(content, Said) else None
    if command is None or session.menu:
        return
    if session.status != "open":
        yield "ended", command
    elif session.paused:
        yield "paused", command
    else:
        yield _name_kind(exchange), command


def _name_kind(exchange: Exchange) -> str:
    return str(getattr(exchange.flow.walk[exchange.before.at].step, "message_kind", "confirm"))


def _name_ways(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """The kind of the open question, and each way of answering this turn was."""
    session, content, after = exchange.before, exchange.content, exchange.turn.session
    if session.status != "open" or session.paused or session.menu or content is None:
        return
    kind, step = _name_kind(exchange), exchange.flow.walk[session.at].step
    match content:
        case Chose(step=at) | Placed(step=at) | PlacedAll(step=at) if at not in (None, step.name):
            yield kind, "old button"
        case Corrected():
            yield kind, "edited message"
        case PlacedAll():
            yield kind, "all at once"
        case Placed():
            yield kind, "point"
        case Recorded():
            yield kind, "voice"
        case Pictured():
            yield kind, "photo"
        case Unreadable("sticker"):
            yield kind, "sticker"
        case _:
            yield from ((kind, way) for way in _name_answer(exchange))
    if after.misses and after.at == session.at and not after.menu and not after.paused:
        yield kind, ("", "wrong once", "wrong twice", "wrong three times")[after.misses]


def _name_answer(exchange: Exchange) -> Iterator[str]:
    """How a tap or words answered the open question."""
    turn, content = exchange.turn, exchange.content
    how = "by tap" if isinstance(content, Chose) else "in words"
    given = [event for event in turn.events if isinstance(event, AnswerGiven)]
    said = {utterance.text for utterance in turn.says}
    if exchange.before.misses < turn.session.misses:
        yield from _name_misread(said)
        return
    if given and given[0].status != "answered":
        yield f"{given[0].status} {how}"
        return
    if isinstance(content, Chose):
        special = {"done": "done by tap", "more": "another page by tap"}
        way = special.get("".join(content.codes), "tap" if len(content.codes) == 1 else "several by tap")
        explains = _name_kind(exchange) == "consent" and way == "another page by tap"
        yield "reads more by tap" if explains else way
    elif isinstance(content, Said) and exchange.asked is not None:
        agreed = any(isinstance(event, ConsentAnswered) for event in turn.events)
        taken = given or agreed or replace(turn.session, missed=()) != replace(exchange.before, missed=())
        if taken or _name_kind(exchange) in ("story", "confirm", "consent"):
            several = bool(given) and len(given[0].parts) > 1 and exchange.asked.kind == "choice"
            language = exchange.before.language
            yield "several in words" if several else _name_words(content.text, exchange, language)


def _name_misread(said: set[str]) -> Iterator[str]:
    asked_back = phrase("nl", "unsure", options="").partition("?")[0]
    too_many = phrase("nl", "misread_too_many", max="").split(".")[0]
    if any(text.startswith(asked_back) for text in said):
        yield "fits two"
    if any(text.startswith(too_many) for text in said):
        yield "too many"


def _name_words(text: str, exchange: Exchange, language: str) -> str:
    """What some words are, beside what could be tapped."""
    shown = exchange.asked.tappable if exchange.asked else ()
    labels = [option.label for option in shown if option.code not in ("done", "more")]
    bare = text.strip(" .!?")
    if find_command(language, text) == "done":
        return "done in words"
    if _is_named(bare, shown, "more"):
        return "reads more in words" if _name_kind(exchange) == "consent" else "another page in words"
    if text.isdecimal():
        return "number"
    if text in labels:
        return "label"
    if bare.casefold() in {label.casefold() for label in labels}:
        return "label in other case"
    if text in {option.code for option in shown}:
        return "code"
    if read_ordinal(text, language) is not None:
        return "ordinal"
    if read_number(text, language) is not None:
        return "number word"
    likes = [SequenceMatcher(None, bare.casefold(), label.casefold()).ratio() for label in labels]
    like = max(likes, default=0)
    return "close spelling" if like >= _LIKE else "own words"


def _is_named(text: str, shown: tuple[Option, ...], code: str) -> bool:
    return text.casefold() in {option.label.casefold() for option in shown if option.code == code}
