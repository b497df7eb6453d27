"""The outbox: in order per address, leased while it is sent, held back by what must wait."""

from uuid import UUID

import pytest

from flows.outbound import Utterance
from storage import outbox, participants, sends
from storage.database import Database
from storage.outbox import Outgoing
from storage.vault import Vault
from storage_probe import read_as_owner


@pytest.fixture
async def address(database: Database, vault: Vault) -> UUID:
    """An address with three messages waiting, leased to nobody."""
    async with database.transaction() as connection:
        added = await participants.add_address(connection, vault, "web", "iemand")
        says = [Utterance(text, "nl") for text in ("een", "twee", "drie")]
        leased = await outbox.add_messages(connection, vault, added.id, says)
        await outbox.put_back(connection, leased)
    return added.id


async def _claim(database: Database, vault: Vault, address: UUID) -> list[tuple[str, bool]]:
    async with database.transaction() as connection:
        claimed = await outbox.claim_messages(connection, vault, address)
    return [(message.utterance.text, message.uncertain) for message in claimed]


async def _first(database: Database, vault: Vault, address: UUID) -> Outgoing:
    async with database.transaction() as connection:
        return (await outbox.claim_messages(connection, vault, address))[0]


async def test_what_is_added_to_nothing_is_leased_at_once(database: Database, vault: Vault) -> None:
    """The turn that says something sends it itself; what comes behind it waits for a claim."""
    async with database.transaction() as connection:
        added = await participants.add_address(connection, vault, "web", "iemand")
        first = await outbox.add_messages(connection, vault, added.id, [Utterance("een", "nl")])
        second = await outbox.add_messages(connection, vault, added.id, [Utterance("twee", "nl")])

    assert [message.utterance.text for message in first] == ["een"]
    assert second == ()
    assert await _claim(database, vault, added.id) == []


async def test_messages_come_in_order(database: Database, vault: Vault, address: UUID) -> None:
    """All that is due, the oldest first."""
    assert await _claim(database, vault, address) == [("een", False), ("twee", False), ("drie", False)]


async def test_what_is_being_sent_is_not_claimed_again(
    database: Database, vault: Vault, address: UUID
) -> None:
    """A second server finds nothing while the first holds the lease."""
    await _claim(database, vault, address)

    assert await _claim(database, vault, address) == []


async def test_a_lease_that_ran_out_is_uncertain(
    database: Database, vault: Vault, address: UUID, database_url: str
) -> None:
    """Its server died; the first may have arrived, and says so; those behind it were not begun."""
    await _claim(database, vault, address)
    read_as_owner(database_url, "update outbox set leased_until = now() - interval '1 second' returning 1")

    assert await _claim(database, vault, address) == [("een", True), ("twee", False), ("drie", False)]


async def test_one_that_must_wait_holds_back_the_rest(
    database: Database, vault: Vault, address: UUID
) -> None:
    """The order in a chat stays, also when the first message is tried again later."""
    first = await _first(database, vault, address)
    async with database.transaction() as connection:
        await outbox.postpone(connection, first, 60.0, "throttled")

    assert await _claim(database, vault, address) == []


async def test_a_dead_message_does_not_hold_back_the_rest(
    database: Database, vault: Vault, address: UUID, database_url: str
) -> None:
    """What is given up is passed over; its text stays for the operator."""
    first = await _first(database, vault, address)
    async with database.transaction() as connection:
        await outbox.bury_message(connection, first, "refused")
    read_as_owner(database_url, "update outbox set state = 'ready' where state = 'sending' returning 1")

    assert await _claim(database, vault, address) == [("twee", False), ("drie", False)]
    assert read_as_owner(
        database_url, f"select state, sealed_message is null from outbox where id = {first.id}"
    ) == [("dead", False)]


async def test_what_is_held_is_released_when_the_person_writes(
    database: Database, vault: Vault, address: UUID
) -> None:
    """Outside the platform's window a message waits for the person, not for the clock."""
    first = await _first(database, vault, address)
    async with database.transaction() as connection:
        await outbox.hold_message(connection, first, "window")
        await outbox.release_held(connection, address)
        claimed = await outbox.claim_messages(connection, vault, address)

    assert [message.utterance.text for message in claimed] == ["een"]


async def test_what_is_sent_is_forgotten(
    database: Database, vault: Vault, address: UUID, database_url: str
) -> None:
    """Of a delivered message the platform's id stays, the text does not."""
    first = await _first(database, vault, address)
    async with database.transaction() as connection:
        await sends.note_part(connection, first, 0, "SM1", last=True, keep=False)
        await sends.note_report(connection, "SM1", "delivered", 3)

    assert read_as_owner(
        database_url,
        "select state, sealed_message, provider_id, status from outbox join sends on outbox = outbox.id",
    ) == [("sent", None, "SM1", "delivered")]


async def test_who_lost_the_lease_says_nothing_any_more(
    database: Database, vault: Vault, address: UUID, database_url: str
) -> None:
    """A server that hung past its lease cannot bring back what another one has sent."""
    async with database.transaction() as connection:
        frozen = await outbox.claim_messages(connection, vault, address)
    read_as_owner(database_url, "update outbox set leased_until = now() - interval '1 second' returning 1")
    async with database.transaction() as connection:
        taken = await outbox.claim_messages(connection, vault, address)
        sent = [
            await sends.note_part(connection, message, 0, None, last=True, keep=False) for message in taken
        ]
    async with database.transaction() as connection:
        late = [
            await outbox.postpone(connection, frozen[0], 0.0, "late"),
            await sends.note_part(connection, frozen[1], 0, "SM9", last=True, keep=False),
            await outbox.bury_message(connection, frozen[2], "late"),
            await outbox.renew_lease(connection, frozen[0].lease),
        ]
        await outbox.put_back(connection, frozen)

    assert (sent, late) == ([True] * 3, [False] * 4)
    assert read_as_owner(database_url, "select distinct state from outbox") == [("sent",)]
    assert read_as_owner(database_url, "select * from sends") == []


async def test_a_doubt_is_remembered(database: Database, vault: Vault, address: UUID) -> None:
    """A message that may have arrived says so at its next try, which is its last."""
    first = await _first(database, vault, address)
    async with database.transaction() as connection:
        await outbox.postpone(connection, first, 0.0, "broken off", uncertain=True)
    again = await _first(database, vault, address)

    assert (again.id, again.uncertain, again.attempts) == (first.id, True, 1)
