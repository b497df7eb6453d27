"""Dead letters: found, opened, put back in their place, thrown away; whatever is asked twice does no harm."""

from typing import Any

import pytest
from sqlalchemy import update

from flows.outbound import Utterance
from storage import dead_letters, inbox, outbox, participants
from storage.database import Database
from storage.dead_letters import Box, DeadLetterError
from storage.tables import addresses
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table
from storage.vault import Vault
from storage_probe import read_as_owner


async def _bury_updates(database: Database, vault: Vault, *places: int) -> list[int]:
    """Dead updates of one chat that say their place; answers their numbers in that order."""
    async with database.transaction() as connection:
        for place in places:
            body = {"text": f"nummer {place}"}
            await inbox.keep_update(connection, vault, "web", f"key {place}", "chat", place, body)
        dead = update(inbox_table).values(state="dead", attempts=5, error="TypeError at turns.py:98")
        await connection.execute(dead)
        letters = await dead_letters.list_letters(connection, "inbox")
    return [letter.id for letter in letters]


async def _bury_message(database: Database, vault: Vault, error: str = "RefusedError: no (400)") -> int:
    """One dead message, its text kept."""
    async with database.transaction() as connection:
        address = await participants.add_address(connection, vault, "telegram", "4711")
        (message,) = await outbox.add_messages(connection, vault, address.id, [Utterance("Dag.", "nl")])
        await outbox.bury_message(connection, message, error)
    return message.id


async def _take_all(database: Database, vault: Vault) -> list[str]:
    taken: list[str] = []
    async with database.transaction() as connection:
        while found := await inbox.find_next(connection, "chat"):
            taken.append(vault.open_json(found.sealed)["text"])
            await inbox.mark_done(connection, found.id, "chat")
    return taken


async def _replay(database: Database, *numbers: int) -> None:
    async with database.transaction() as connection:
        await dead_letters.replay_updates(connection, numbers)


async def _retry(database: Database, *numbers: int) -> None:
    async with database.transaction() as connection:
        await dead_letters.retry_messages(connection, numbers)


async def _change_address(database: Database, **values: Any) -> None:
    async with database.transaction() as connection:
        await connection.execute(update(addresses).values(**values))


async def test_replayed_updates_keep_their_places(database: Database, vault: Vault) -> None:
    """In whatever order they are named, they are taken as the platform ordered them, before newer ones."""
    later, earlier = await _bury_updates(database, vault, 7, 3)
    async with database.transaction() as connection:
        await inbox.keep_update(connection, vault, "web", "new", "chat", 9, {"text": "nummer 9"})

    await _replay(database, later, earlier)

    assert await _take_all(database, vault) == ["nummer 3", "nummer 7", "nummer 9"]


async def test_a_replayed_update_is_as_new_and_its_error_is_noted(database: Database, vault: Vault) -> None:
    """It has all its tries again, and what went wrong before can still be read."""
    (number,) = await _bury_updates(database, vault, 1)

    await _replay(database, number)

    rows = read_as_owner(database.url, "select state, attempts, due_at <= now(), error from inbox")
    assert rows == [("new", 0, True, "Put back after: TypeError at turns.py:98")]


async def test_replaying_twice_is_refused_and_does_nothing(database: Database, vault: Vault) -> None:
    """What waits again or is done is no dead letter any more."""
    (number,) = await _bury_updates(database, vault, 1)
    await _replay(database, number)

    with pytest.raises(DeadLetterError, match=f"Update {number} is no dead letter: it waits for its turn"):
        await _replay(database, number)
    assert await _take_all(database, vault) == ["nummer 1"]
    with pytest.raises(DeadLetterError, match=f"Update {number} is no dead letter: it had its turn"):
        await _replay(database, number)
    assert await _take_all(database, vault) == []


async def test_of_several_all_or_none_are_replayed(database: Database, vault: Vault) -> None:
    """One wrong number stops the others, so that nobody has to find out which were done."""
    (number,) = await _bury_updates(database, vault, 1)

    with pytest.raises(DeadLetterError, match=r"There is no update 4711\."):
        await _replay(database, number, 4711)

    assert await _take_all(database, vault) == []


async def test_an_update_that_failed_again_is_noted_once(database: Database, vault: Vault) -> None:
    """However often it is put back, the note says what went wrong last."""
    (number,) = await _bury_updates(database, vault, 1)
    for _ in range(2):
        await _replay(database, number)
        async with database.transaction() as connection:
            await connection.execute(update(inbox_table).values(state="dead"))
    await _replay(database, number)

    assert read_as_owner(database.url, "select error from inbox") == [
        ("Put back after: TypeError at turns.py:98",)
    ]


async def test_a_dropped_update_is_gone_and_does_not_come_again(database: Database, vault: Vault) -> None:
    """Its content is deleted; its key stays, so the platform's repeat is none."""
    (number,) = await _bury_updates(database, vault, 1)

    async with database.transaction() as connection:
        await dead_letters.drop_letters(connection, "inbox", [number])
        again = await inbox.keep_update(connection, vault, "web", "key 1", "chat", 1, {"text": "nummer 1"})
        left = await dead_letters.list_letters(connection, "inbox")

    assert (again, left) == (False, [])
    rows = read_as_owner(database.url, "select state, sealed_raw, error from inbox")
    assert rows == [("done", None, "Thrown away after: TypeError at turns.py:98")]


async def test_a_retried_message_has_all_its_tries_again(database: Database, vault: Vault) -> None:
    """It is due at once, and the next sweep of any server finds it."""
    number = await _bury_message(database, vault)

    await _retry(database, number)

    async with database.transaction() as connection:
        (due,) = await outbox.find_due_addresses(connection)
        (message,) = await outbox.claim_messages(connection, vault, due)
    assert (message.id, message.utterance.text, message.attempts) == (number, "Dag.", 0)
    assert message.uncertain is False


async def test_a_message_that_may_have_arrived_stays_doubtful(database: Database, vault: Vault) -> None:
    """A platform that can be asked is asked before it is said twice."""
    number = await _bury_message(database, vault, "UncertainError: it broke (timeout)")

    await _retry(database, number)

    assert read_as_owner(database.url, "select uncertain from outbox") == [(True,)]


@pytest.mark.parametrize(
    ("values", "why"),
    [({"gone": True}, "blocked the bot"), ({"stopped_at": "now"}, "asked for no more")],
    ids=["gone", "stopped"],
)
async def test_who_is_not_there_is_not_written_to(
    database: Database, vault: Vault, values: dict[str, Any], why: str
) -> None:
    """A message to them stays a dead letter, and the error says why."""
    number = await _bury_message(database, vault)
    if "stopped_at" in values:
        values = {"stopped_at": addresses.c.created_at}
    await _change_address(database, **values)

    with pytest.raises(DeadLetterError, match=f"Message {number} cannot be sent: the person {why}"):
        await _retry(database, number)

    async with database.reading() as connection:
        (letter,) = await dead_letters.list_letters(connection, "outbox")
    assert letter.returnable is False


async def test_a_message_without_its_text_cannot_be_sent(database: Database, vault: Vault) -> None:
    """What was forgotten is gone."""
    number = await _bury_message(database, vault)
    async with database.transaction() as connection:
        await connection.execute(update(outbox_table).values(sealed_message=None))

    with pytest.raises(DeadLetterError, match="Nothing is left"):
        await _retry(database, number)


async def test_a_dropped_message_leaves_nothing(database: Database, vault: Vault) -> None:
    """The whole row goes."""
    number = await _bury_message(database, vault)

    async with database.transaction() as connection:
        await dead_letters.drop_letters(connection, "outbox", [number])

    assert read_as_owner(database.url, "select count(*) from outbox") == [(0,)]


async def test_letters_of_one_channel(database: Database, vault: Vault) -> None:
    """Both boxes are listed by channel, in order."""
    numbers = await _bury_updates(database, vault, 1, 2)
    message = await _bury_message(database, vault)

    async def find(box: Box, channel: str) -> list[int]:
        async with database.reading() as connection:
            return [letter.id for letter in await dead_letters.list_letters(connection, box, channel)]

    assert (await find("inbox", "web"), await find("inbox", "telegram")) == (numbers, [])
    assert (await find("outbox", "telegram"), await find("outbox", "web")) == ([message], [])


async def test_what_a_letter_holds(database: Database, vault: Vault) -> None:
    """The raw update as it was kept; of what is no dead letter nothing is opened."""
    (number,) = await _bury_updates(database, vault, 5)

    async with database.reading() as connection:
        assert await dead_letters.open_letter(connection, vault, "inbox", number) == {"text": "nummer 5"}
    await _replay(database, number)
    async with database.reading() as connection:
        with pytest.raises(DeadLetterError):
            await dead_letters.open_letter(connection, vault, "inbox", number)
