"""The terminal client: lines in, what it shows out; recordings, photos and time that passes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.terminal.conversation import CODE, COMMANDS, Conversation
from bot.terminal.screen import Screen
from channels.question_samples import FLOW
from flows.file import read_flow
from flows.flow import Flow

STORY = """
format: 1
flow: verhaal
title: Verhaal
audience: team
languages: [nl, en]
remind_after: [1 day]
expire_after: 7 days
follow_up: {flow: alle-soorten, after: 3 weeks}
steps:
  - {ask: mee, kind: consent, version: "1", text: Doe je mee?, yes: Ja graag, no: Liever niet}
  - {ask: verhaal, kind: story, text: {nl: Vertel wat er gebeurde., en: Tell what happened.}}
  - {ask: naam, kind: text, text: Hoe heet het?, fills: title, allow: [skip]}
  - {say: dank, text: "Je code is {code}."}
"""


class Talk:
    """A conversation whose lines are remembered."""

    def __init__(self, flow: Flow, language: str | None = None) -> None:
        self.lines: list[str] = []
        self.talk = Conversation(
            flow,
            Screen(self.lines.append),
            find_flow={"alle-soorten": FLOW}.get,
            municipality="enschede",
            now=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        )
        self.talk.begin(language)

    def type(self, *lines: str) -> str:
        """Type some lines; what was shown since."""
        start = len(self.lines)
        for line in lines:
            assert self.talk.answer(line)
        return "\n".join(self.lines[start:])

    def close(self) -> str:
        """End it; what is shown then."""
        start = len(self.lines)
        self.talk.close()
        return "\n".join(self.lines[start:])


@pytest.fixture
def talk() -> Talk:
    """A conversation about a story, agreed to."""
    talk = Talk(read_flow(STORY, "verhaal.yaml"))
    assert "Vertel wat er gebeurde." in talk.type("1")
    return talk


def test_every_kind_is_answered_and_kept() -> None:
    """All kinds, answered as people type them; the summary says what is kept in the words of the flow."""
    talk = Talk(FLOW)
    talk.type(
        "ja",
        "7",
        "3",
        "kennis",
        "1",
        "hoort er niet bij",
        "/photo",
        "zes",
        "2026-11-03",
        "Meer tijd",
        "klaar",
    )
    talk.type("geld en iets anders", "De tuin")
    talk.type("De muur")
    shown = talk.type("1")

    assert "What would be kept:" in shown
    for line in (
        "  mee: agreed (share, version 1, nl)",
        "  team: 7 [text]",
        "  ruimte: 35.71 from 0 = te weinig ruimte to 100 = te veel ruimte [text]",
        "  oorzaak: Regels 10 · Kennis 80 · Gevoel 10 [text]",
        "  plek: de inwoner: x 16.67, y 83.33 · het team: does not belong [text]",
        "  foto: a photo [photo]",
        "  weken: 6 weken [text]",
        "  hulp: “Meer tijd” [text]",
        "  onderwerp: Geld · Iets anders (De tuin) [text]",
        "  plaatje: De muur [text]",
        "  conversation is over",
    ):
        assert line.strip() in shown
    assert "dag: dinsdag 3 november 2026" in shown
    assert talk.close() == ""


def test_a_recording(talk: Talk, tmp_path: Path) -> None:
    """Its words are typed or stand in a file, and come as the worker would bring them."""
    file = tmp_path / "opname.txt"
    file.write_text("Daarna ging het beter.\n", encoding="utf-8")

    assert "written the recording out: 4 words" in talk.type("/voice Het begon met regen.")
    assert "written the recording out: 4 words" in talk.type(f"/voice {file}")
    shown = talk.type("klaar", "sla over")
    assert "│ Het begon met regen.\n│\n│ Daarna ging het beter." in shown
    assert "recording: of 1.6 seconds" in talk.type("/state")


def test_a_recording_that_cannot_be_read(talk: Talk, tmp_path: Path) -> None:
    """A sound file is no text; and without words there is no recording."""
    sound = tmp_path / "opname.ogg"
    sound.write_bytes(b"\xff\xfe\x00OggS")

    assert "no text that can be read" in talk.type(f"/voice {sound}")
    assert "Type what the recording says" in talk.type("/voice")
    assert "recording" not in talk.type("/state")


def test_a_recording_as_an_answer(talk: Talk) -> None:
    """It is awaited, read, and said back."""
    talk.type("Het begon.", "klaar")

    shown = talk.type("/voice De regen")
    assert shown.index("Ik luister even.") < shown.index("2 words") < shown.index("Ik heb begrepen: De regen")


def test_a_recording_that_is_not_taken(talk: Talk) -> None:
    """What the bot does not take is not written out."""
    talk.type("Het begon.", "klaar", "sla over", "ja")

    assert "written" not in talk.type("/voice De regen")


def test_time_passes(talk: Talk) -> None:
    """Nudges and the end come at their moments; before, nothing happens."""
    assert talk.type("/wait 3 hours") == "  3 hours later. Nothing happened."
    shown = talk.type("/wait 2 weeks")

    assert "(Mon 23 Nov, 12:00)" in shown
    assert "(Sun 29 Nov, 12:00)" in shown
    assert "conversation: expired" not in shown
    assert "The conversation is over." in shown


@pytest.mark.parametrize("patience", ["", "lang", "3", "-1 days", "3 days later", "9999 weeks"])
def test_a_time_that_is_none(talk: Talk, patience: str) -> None:
    """How long is written is told to who does not know."""
    assert "/wait 3 days" in talk.type(f"/wait {patience}")


def test_a_story_that_is_kept_and_what_follows(talk: Talk) -> None:
    """After the end time goes on: another flow begins with the same person."""
    shown = talk.type("Het begon met regen.", "klaar", "De regen", "ja")

    assert f"Je code is {CODE}." in shown
    assert f"story {CODE}: “De regen”, 4 words, told by text" in shown
    follows = talk.type("/wait 3 weeks")
    assert "(alle-soorten begins.)" in follows
    assert "Doe je mee?" in follows


def test_a_story_that_is_taken_back(talk: Talk) -> None:
    """After it was kept it can be taken back; then only the consent is left."""
    talk.type("Het begon met regen.", "klaar", "De regen", "ja")
    talk.type("intrekken", "ja")

    assert talk.close().splitlines()[1:] == [
        "What would be kept:",
        "  mee: agreed (share, version 1, nl)",
    ]


def test_another_language(talk: Talk) -> None:
    """The conversation goes on in a language of the flow; others are not there."""
    assert "Tell what happened." in talk.type("/language en")
    assert "This flow speaks nl, en." in talk.type("/language fr")


def test_words_of_the_bot_and_of_the_client(talk: Talk) -> None:
    """Words of the bot work with a slash as well; what nobody knows is told what there is."""
    assert "op pauze" in talk.type("/stop", "iets")
    assert "Vertel wat er gebeurde." in talk.type("verder")
    assert talk.type("/dansen morgen") == (
        "  There is no /dansen. There are: /voice, /photo, /wait, /language, /state, /help, /quit."
    )
    assert all(name in talk.type("/help") for name in COMMANDS)
    assert not talk.talk.answer("/quit")


def test_where_one_is(talk: Talk) -> None:
    """The step, until when it waits, and what was recorded so far."""
    shown = talk.type("/state")

    assert "at: verhaal, nl, open" in shown
    assert "waits until: Mon 23 Nov, 12:00" in shown
    assert "mee: agreed (share, version 1, nl)" in shown
    assert "So far there is, not finished:" in talk.close()
