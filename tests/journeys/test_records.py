"""What the engine decides is recorded: consents that change, answers that go, stories that are taken back."""

import pytest

from flows.phrases import phrase
from quiet_house import QuietHouse, open_house, publish
from storage import chat_messages, participants
from storage.database import Database
from storage.vault import Vault
from storage_probe import dump_database, read_as_owner, read_as_reader

ANNA, BRAM = "anna", "bram"
TOLD = "De buurman kwam langs met soep"

FLOW = """
format: 1
flow: buurt
title: {nl: Uit de buurt}
audience: resident
languages: [nl]
keywords: [buurt]
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Doe je mee?
    yes: Ja
    no: Nee
  - ask: foto
    kind: photo
    text: Maak een foto van de plek.
    allow: [skip]
  - ask: wie
    kind: choice
    text: Wie was erbij?
    options: [{code: buur, label: Een buur}, {code: niemand, label: Niemand}]
  - ask: stenen
    kind: stones
    text: Waar liggen ze?
    stones: [{code: ik, label: Ik}, {code: buur, label: De buur}]
    left: Ver
    right: Dichtbij
    bottom: Koud
    top: Warm
  - ask: buurnaam
    kind: text
    text: Wat zei die buur?
    when: {question: wie, is: buur}
  - ask: verhaal
    kind: story
    text: Wat gebeurde er?
  - ask: bellen
    kind: consent
    purpose: contact
    version: "2"
    text: Mogen we je bellen?
    yes: Ja
    no: Nee
"""


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the flow of these tests."""
    await publish(database, FLOW)
    return open_house(database, vault)


async def tell(house: QuietHouse, address: str) -> None:
    """Tell a story with a photo, and keep it; no to being called."""
    await tell_up_to_the_end(house, address)
    await house.tap(address, "keep")


async def tell_up_to_the_end(house: QuietHouse, address: str) -> None:
    """The same, up to the confirmation."""
    await house.start(address, "buurt")
    await house.tap(address, "yes")
    await house.send(address, {"photo": f"photo of {address}"})
    await house.tap(address, "buur", "1", "off")
    await house.say(address, "Dag buurvrouw", TOLD)
    await house.tap(address, "done", "no")
    assert TOLD in "\n".join(house.heard(address)), house.channel.said


def list_consents(database_url: str) -> list[tuple[object, ...]]:
    """The ledger: purpose, yes or no, whether it counts no more."""
    return read_as_owner(
        database_url, "select purpose, given, withdrawn_at is not null from consents order by id"
    )


async def test_a_story_is_recorded_whole(house: QuietHouse, database_url: str) -> None:
    """Places of stones, free text, a no to another purpose, which hides nothing; no view shows the photo."""
    await tell(house, ANNA)

    told = read_as_reader(
        database_url,
        "select question, part, status, code, text, x, y, input_method from reader.answers_v1"
        " order by question, part",
    )
    assert told == [
        ("buurnaam", "", "answered", None, "Dag buurvrouw", None, None, "text"),
        ("foto", "", "answered", None, None, None, None, "photo"),
        ("stenen", "buur", "answered", "off", None, None, None, "buttons"),
        ("stenen", "ik", "answered", None, None, 16.67, 83.33, "buttons"),
        ("wie", "buur", "answered", "buur", None, None, None, "buttons"),
    ]
    assert read_as_reader(database_url, "select story, complete from reader.stories_v1") == [(TOLD, True)]
    assert list_consents(database_url) == [("share", True, False), ("contact", False, False)]
    assert [queue for queue, _ in house.rings] == ["privacy"]


async def test_the_codebook_knows_stones_and_their_axes(house: QuietHouse, database_url: str) -> None:
    """What an answer with stones can hold is in the options, with the ends of both axes."""
    del house
    found = read_as_reader(
        database_url,
        "select code from reader.options_v1 where flow = 'buurt' and question = 'stenen' order by place",
    )

    assert [code for (code,) in found] == [
        "ik", "buur", "off", "axis:left", "axis:right", "axis:bottom", "axis:top",
    ]  # fmt: skip


async def test_an_answer_whose_question_is_gone_counts_no_more(house: QuietHouse, database_url: str) -> None:
    """Who changes an answer on which another question hung takes that one's answer along; it stays sealed."""
    await tell_up_to_the_end(house, ANNA)
    await house.say(ANNA, "terug", "terug", "terug", "terug", "terug")
    assert "Wie was erbij?" in house.heard(ANNA)[-1]
    await house.tap(ANNA, "niemand")
    await house.tap(ANNA, "keep")

    told = read_as_reader(database_url, "select question, code from reader.answers_v1 order by 1, 2")
    assert [row for row in told if row[0] in ("wie", "buurnaam")] == [("wie", "niemand")]
    assert "Dag buurvrouw" not in dump_database(database_url)


async def test_a_story_that_is_taken_back_is_gone(
    house: QuietHouse, database: Database, vault: Vault, database_url: str
) -> None:
    """Story, answers, photo and what the chat shows go; the ledger keeps withdrawn lines, others keep all."""
    await tell(house, BRAM)
    await tell(house, ANNA)
    async with database.transaction() as connection:
        token = vault.find_token("quiet", ANNA)
        address = await participants.find_address(connection, vault, token)
        assert address is not None
        for number in range(3):
            await chat_messages.append_message(connection, vault, address.id, f"m{number}", {"text": TOLD})
    house.discarded.clear()
    house.heard(ANNA)
    await house.say(ANNA, "intrekken")
    asked = house.heard(ANNA)
    await house.tap(ANNA, "yes")

    assert asked != []
    logged = read_as_owner(database_url, "select code, kind, asked_by, counts from erasures")
    assert [row[1:3] for row in logged] == [("story", "teller")]
    assert house.heard(ANNA) == [phrase("nl", "taken_back", code=logged[0][0])]
    assert house.discarded == [f"photo of {ANNA}"]
    for table in ("stories", "photos"):
        assert read_as_owner(database_url, f"select count(*) from {table}") == [(1,)]
    assert read_as_owner(database_url, "select count(distinct session) from answers") == [(1,)]
    assert read_as_owner(database_url, "select count(*) from chat_messages") == [(1,)]
    assert list_consents(database_url)[2:] == [("share", True, True), ("contact", False, True)]
    assert read_as_owner(database_url, "select count(*) from sessions where sealed_state is not null") == [
        (0,)
    ]
    assert read_as_reader(database_url, "select count(*) from reader.stories_v1") == [(1,)]


async def test_an_unfinished_question_to_take_back_survives_a_restart(
    house: QuietHouse, database: Database, vault: Vault, database_url: str
) -> None:
    """Of an ended session the state stays while it asks "sure?", and no longer."""
    await tell(house, ANNA)
    await house.say(ANNA, "intrekken")
    waiting = read_as_owner(database_url, "select sealed_state is not null from sessions")
    other = open_house(database, vault)
    other.sent = house.sent
    await other.tap(ANNA, "no")

    assert waiting == [(True,)]
    assert read_as_owner(database_url, "select sealed_state is not null from sessions") == [(False,)]
    assert read_as_owner(database_url, "select count(*) from stories") == [(1,)]


async def test_a_no_after_all_deletes_what_was_told(house: QuietHouse, database_url: str) -> None:
    """Who goes back to the consent and says no leaves nothing but the line that says no."""
    await house.start(ANNA, "buurt")
    await house.tap(ANNA, "yes")
    await house.send(ANNA, {"photo": "photo"})
    await house.say(ANNA, "terug", "terug")
    await house.tap(ANNA, "no")

    assert read_as_owner(database_url, "select status from sessions") == [("declined",)]
    for table in ("answers", "photos", "stories"):
        assert read_as_owner(database_url, f"select count(*) from {table}") == [(0,)]
    assert house.discarded == ["photo"]
    assert list_consents(database_url) == [("share", True, True), ("share", False, False)]


async def test_a_no_at_once_deletes_nothing(house: QuietHouse, database_url: str) -> None:
    """The first no is a line in the ledger; there is nothing to delete."""
    await house.start(ANNA, "buurt")
    await house.tap(ANNA, "no")

    assert list_consents(database_url) == [("share", False, False)]
    assert house.discarded == []


async def test_a_no_after_all_is_a_no_to_everything(house: QuietHouse, database_url: str) -> None:
    """Who agreed to more, and then takes no part after all, has agreed to nothing."""
    await house.start(ANNA, "buurt")
    await house.tap(ANNA, "yes")
    await house.send(ANNA, {"photo": "photo"})
    await house.tap(ANNA, "niemand", "1", "off")
    await house.say(ANNA, TOLD)
    await house.tap(ANNA, "done", "yes")
    await house.say(ANNA, *["terug"] * 6)
    await house.tap(ANNA, "no")

    assert read_as_owner(database_url, "select status from sessions") == [("declined",)]
    assert list_consents(database_url) == [
        ("share", True, True), ("contact", True, True), ("share", False, False),
    ]  # fmt: skip


async def test_a_consent_whose_question_is_gone_counts_no_more(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """Who changes an answer on which an agreement hung has no longer agreed."""
    await publish(database, FLOW.replace('version: "2"', 'version: "2"\n    when: {question: wie, is: buur}'))
    await house.start(ANNA, "buurt")
    await house.tap(ANNA, "yes")
    await house.send(ANNA, {"photo": "photo"})
    await house.tap(ANNA, "buur", "1", "off")
    await house.say(ANNA, "Dag", TOLD)
    await house.tap(ANNA, "done", "yes")
    await house.say(ANNA, *["terug"] * 5)
    await house.tap(ANNA, "niemand", "keep")

    assert read_as_owner(database_url, "select status from sessions") == [("finished",)]
    assert list_consents(database_url) == [("share", True, False), ("contact", True, True)]


async def test_a_discarded_story_leaves_nothing(house: QuietHouse, database_url: str) -> None:
    """Who does not keep the text leaves no answer, no photo and no consent."""
    await tell_up_to_the_end(house, ANNA)
    await house.tap(ANNA, "discard")

    for table in ("answers", "photos", "stories", "consents"):
        assert read_as_owner(database_url, f"select count(*) from {table}") == [(0,)]
    assert house.discarded == [f"photo of {ANNA}"]


async def test_the_newest_answer_to_the_sharing_counts(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """A story is shown by the newest consent to share; one that was withdrawn hides it."""
    del database
    await tell(house, ANNA)
    seen = "select count(*) from reader.stories_v1"
    again = (
        "insert into consents (participant, session, question, purpose, version, language, given)"
        " select participant, session, question, purpose, version, language, {} from consents limit 1"
        " returning 1"
    )
    counts = [read_as_reader(database_url, seen)]
    for given in ("false", "true"):
        read_as_owner(database_url, again.format(given))
        counts.append(read_as_reader(database_url, seen))
    read_as_owner(database_url, "update consents set withdrawn_at = now() returning 1")
    counts.append(read_as_reader(database_url, seen))

    assert counts == [[(1,)], [(0,)], [(1,)], [(0,)]]


async def test_a_flow_without_a_story_keeps_its_answers(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """Answers alone are a row without a text, and count as one that was told to the end."""
    steps, _, _ = FLOW.partition("  - ask: verhaal")
    await publish(database, steps.replace("flow: buurt", "flow: vragen").replace("[buurt]", "[vragen]"))
    await house.start(ANNA, "vragen")
    await house.tap(ANNA, "yes", "skip", "niemand", "1", "2")

    assert read_as_reader(
        database_url, "select flow, title, story, words, complete from reader.stories_v1"
    ) == [("vragen", None, None, 0, True)]
    assert read_as_reader(database_url, "select count(*) from reader.answers_v1") == [(4,)]


async def test_a_photo_where_none_was_asked_is_let_go(house: QuietHouse, database_url: str) -> None:
    """A photo sent to another question is answered kindly, and its file is gone."""
    await house.start(ANNA, "buurt")
    house.heard(ANNA)
    await house.send(ANNA, {"photo": "too early"})

    assert phrase("nl", "unreadable_photo") in house.heard(ANNA)
    assert house.discarded == ["too early"]
    assert read_as_owner(database_url, "select count(*) from photos") == [(0,)]
