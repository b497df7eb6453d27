"""Voice notes as answers, through real storage: what is kept of them, what is deleted, and when."""

from uuid import UUID

import pytest

from flows.phrases import phrase
from quiet_house import QuietHouse, open_house, publish
from storage import inbox, recordings, sessions
from storage.database import Database
from storage.vault import Vault
from storage_probe import read_as_owner
from workers.queue import URGENT

ANNA = "anna"
FLOW = """
format: 1
flow: stem
title: Stem
audience: team
languages: [nl]
steps:
  - {ask: mee, kind: consent, version: "1", text: "Doe je mee?", yes: Ja graag, no: Liever niet}
  - {ask: naam, kind: text, text: Hoe heet het?}
  - {ask: cijfer, kind: scale, text: Hoe goed?, from: 1, to: 5}
  - {ask: verhaal, kind: story, text: Vertel het.}
"""


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the flow of these tests, and somebody at its first question."""
    await publish(database, FLOW)
    opened = open_house(database, vault)
    await opened.start(ANNA, "stem")
    return opened


async def speak(house: QuietHouse, sound: str) -> UUID:
    """Send a voice note; answers the recording that was asked to be written out."""
    await house.send(ANNA, {"sound": sound})
    queue, job = house.rings[-1]
    assert queue == URGENT
    return UUID(
        str(
            read_as_owner(house.conversation.database.url, f"select subject from jobs where id = '{job}'")[0][
                0
            ]
        )
    )


async def write_out(house: QuietHouse, recording: UUID, words: str) -> None:
    """Do what a worker does: keep the words, and put the news in the inbox."""
    database, vault = house.conversation.database, house.conversation.vault
    async with database.transaction() as connection:
        found = await recordings.get_recording(connection, vault, recording)
        if found is None:
            return
        body = {"text": words}
        await recordings.add_transcript(connection, vault, recording, body=body, model="m", language="nl")
        chat = await sessions.find_chat(connection, found.session)
        assert chat is not None
        raw = {"recording": recording.hex, "problem": None}
        await inbox.hand_back(connection, vault, chat, f"recording:{recording.hex}", raw)
    house.conversation.wake(chat)
    await house.conversation.settle("quiet", ANNA)


def count(house: QuietHouse, table: str) -> object:
    """How many rows a table has."""
    return read_as_owner(house.conversation.database.url, f"select count(*) from {table}")[0][0]


async def test_a_spoken_consent_leaves_no_sound(house: QuietHouse) -> None:
    """Sound, transcript and row are gone in the turn that read them; the consent is in the ledger."""
    recording = await speak(house, "sound of yes")
    house.heard(ANNA)
    await write_out(house, recording, " Ja hoor.")

    heard = house.heard(ANNA)
    assert heard[0] == phrase("nl", "heard_answer", answer="Ja graag")
    assert (count(house, "recordings"), count(house, "transcripts")) == (0, 0)
    assert house.discarded == ["sound of yes"]
    assert read_as_owner(house.conversation.database.url, "select given from consents") == [(True,)]


async def test_a_text_keeps_its_sound_and_a_number_does_not(house: QuietHouse) -> None:
    """The words of a teller stay as those of a story do, sealed."""
    await house.tap(ANNA, "yes")
    await write_out(house, await speak(house, "sound of a name"), "De nieuwe fiets.")
    await write_out(house, await speak(house, "sound of four"), "Vier op vijf.")

    answers = read_as_owner(
        house.conversation.database.url,
        "select question, number, input_method from answers order by question",
    )
    assert [(str(each[0]), each[2]) for each in answers] == [("cijfer", "voice"), ("naam", "voice")]
    assert count(house, "recordings") == 1
    assert house.discarded == ["sound of four"]


async def test_what_is_answered_otherwise_is_gone_at_once(house: QuietHouse) -> None:
    """A tap makes the recording idle: the worker finds nothing to do."""
    recording = await speak(house, "sound of nothing")
    await house.tap(ANNA, "yes")

    assert (count(house, "recordings"), house.discarded) == (0, ["sound of nothing"])
    house.heard(ANNA)
    await write_out(house, recording, "Nee.")
    assert house.heard(ANNA) == []


async def test_a_repeat_changes_nothing(house: QuietHouse) -> None:
    """Word of a recording that comes twice, as after a crash of a worker, is taken once."""
    recording = await speak(house, "sound of yes")
    await write_out(house, recording, "Ja.")
    house.heard(ANNA)
    await write_out(house, recording, "Nee.")

    assert house.heard(ANNA) == []
    assert read_as_owner(house.conversation.database.url, "select given from consents") == [(True,)]


async def test_reading_aloud_where_nothing_can(house: QuietHouse) -> None:
    """Without anything that reads, the bot says so and goes on."""
    house.heard(ANNA)
    await house.say(ANNA, "voorlezen")

    assert house.heard(ANNA)[0] == phrase("nl", "aloud_not_here")
