"""The platforms' own messages: parts noted one by one, reports that never go back, texts kept until then."""

import pytest

from flows.outbound import Utterance
from storage import outbox, participants, sends
from storage.database import Database
from storage.outbox import Outgoing
from storage.participants import Address
from storage.vault import Vault
from storage_probe import read_as_owner


@pytest.fixture
async def address(database: Database, vault: Vault) -> Address:
    """Someone on WhatsApp."""
    async with database.transaction() as connection:
        return await participants.add_address(connection, vault, "whatsapp", "+31600000001")


async def _send(database: Database, vault: Vault, address: Address, *ids: str) -> Outgoing:
    """A message whose parts were taken under these ids."""
    async with database.transaction() as connection:
        (message,) = await outbox.add_messages(connection, vault, address.id, [Utterance("hallo", "nl")])
        for part, provider_id in enumerate(ids):
            last = part == len(ids) - 1
            await sends.note_part(connection, message, part, provider_id, last=last, keep=True)
    return message


async def _report(database: Database, provider_id: str, status: str, rank: int) -> bool:
    async with database.transaction() as connection:
        return await sends.note_report(connection, provider_id, status, rank)


def _statuses(database_url: str) -> list[tuple[str, int]]:
    rows = read_as_owner(database_url, "select status, rank from sends order by id")
    return [(str(status), int(str(rank))) for status, rank in rows]


def _kept(database_url: str) -> list[tuple[object, ...]]:
    return read_as_owner(database_url, "select sealed_message is not null from outbox order by id")


async def test_reports_never_go_back(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """They come in any order and more than once; what is unknown is nobody's."""
    await _send(database, vault, address, "SM1")
    known = [
        await _report(database, "SM1", status, rank)
        for status, rank in (("sent", 2), ("read", 4), ("delivered", 3), ("sent", 2), ("read", 4))
    ]

    assert (known, _statuses(database_url)) == ([True] * 5, [("read", 4)])
    assert not await _report(database, "SM2", "sent", 2)


async def test_the_text_is_kept_until_all_parts_arrived(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Until then a report may still say that a part must be sent again."""
    await _send(database, vault, address, "SM1", "SM2")
    await _report(database, "SM1", "delivered", 3)
    assert _kept(database_url) == [(True,)]
    await _report(database, "SM2", "sent", 2)
    assert _kept(database_url) == [(True,)]
    await _report(database, "SM2", "delivered", 3)

    assert _kept(database_url) == [(False,)]


async def test_a_part_that_did_not_arrive_is_sent_again(
    database: Database, vault: Vault, address: Address
) -> None:
    """Only that part; the others stay noted as sent."""
    message = await _send(database, vault, address, "SM1", "SM2")
    async with database.transaction() as connection:
        sent = await sends.find_sent(connection, "SM1")
        assert sent is not None
        assert (sent.message, sent.part, sent.text_kept) == (message.id, 0, True)
        await sends.send_again(connection, sent, "63018")
        again = await outbox.claim_messages(connection, vault, address.id)

    assert [(each.id, each.sent, each.attempts) for each in again] == [(message.id, frozenset({1}), 1)]


async def test_texts_without_a_report_are_forgotten_after_a_day(
    database: Database, vault: Vault, address: Address, database_url: str
) -> None:
    """Not every platform reports that a message was read, or even delivered."""
    await _send(database, vault, address, "SM1")
    await _send(database, vault, address, "SM2")
    read_as_owner(
        database_url,
        "update outbox set sent_at = now() - interval '25 hours'"
        " where id = (select min(id) from outbox) returning 1",
    )
    async with database.transaction() as connection:
        await sends.forget_texts(connection)

    assert _kept(database_url) == [(False,), (True,)]


async def test_what_else_was_said_to_the_same_person(
    database: Database, vault: Vault, address: Address
) -> None:
    """So that the same words said twice are not taken for one message."""
    message = await _send(database, vault, address, "SM1")
    await _send(database, vault, address, "SM2")
    async with database.transaction() as connection:
        other = await participants.add_address(connection, vault, "whatsapp", "+31600000002")
    await _send(database, vault, other, "SM3")
    async with database.reading() as connection:
        known = await sends.find_known(connection, message)

    assert known == {"SM1", "SM2"}
