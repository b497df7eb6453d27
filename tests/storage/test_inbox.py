"""The inbox: kept once, taken in the platform's order, done or dead in the end."""

import pytest

from storage import inbox
from storage.database import Database
from storage.vault import Vault
from storage_probe import read_as_owner


async def _keep(database: Database, vault: Vault, key: str, place: int = 0, chat: str = "chat") -> bool:
    async with database.transaction() as connection:
        return await inbox.keep_update(connection, vault, "web", key, chat, place, {"text": f"wat {key} zei"})


async def _take_all(database: Database, vault: Vault, chat: str = "chat") -> list[str]:
    taken: list[str] = []
    async with database.transaction() as connection:
        while update := await inbox.find_next(connection, chat):
            taken.append(vault.open_json(update.sealed)["text"])
            await inbox.mark_done(connection, update.id, chat)
    return taken


async def test_a_repeat_is_kept_once(database: Database, vault: Vault) -> None:
    """The unique key decides, not the content."""
    kept = [await _keep(database, vault, "een") for _ in range(5)]

    assert kept == [True, False, False, False, False]
    assert await _take_all(database, vault) == ["wat een zei"]


async def test_a_repeat_of_what_is_done_is_not_new(database: Database, vault: Vault) -> None:
    """The key is remembered after the content is forgotten."""
    await _keep(database, vault, "een")
    await _take_all(database, vault)

    assert await _keep(database, vault, "een") is False
    assert await _take_all(database, vault) == []


async def test_the_platforms_order_counts(database: Database, vault: Vault) -> None:
    """Updates that arrived in another order are taken in the order the platform gave them."""
    for key, place in (("drie", 103), ("een", 101), ("twee", 102)):
        await _keep(database, vault, key, place)

    assert await _take_all(database, vault) == ["wat een zei", "wat twee zei", "wat drie zei"]


async def test_chats_do_not_mix(database: Database, vault: Vault) -> None:
    """Each chat has a line of its own."""
    await _keep(database, vault, "een", chat="links")
    await _keep(database, vault, "twee", chat="rechts")

    assert await _take_all(database, vault, "rechts") == ["wat twee zei"]
    async with database.reading() as connection:
        assert await inbox.find_waiting_chats(connection, ["web"]) == ["links"]


async def test_what_was_said_is_sealed_and_then_forgotten(
    database: Database, vault: Vault, database_url: str
) -> None:
    """A stolen database shows no content of an update, before nor after its turn."""
    await _keep(database, vault, "een")
    before = read_as_owner(database_url, "select encode(sealed_raw, 'escape') from inbox")
    await _take_all(database, vault)

    assert "zei" not in str(before)
    assert read_as_owner(database_url, "select sealed_raw, state from inbox") == [(None, "done")]


@pytest.mark.parametrize(("final", "failures"), [(True, 1), (False, inbox.MAX_ATTEMPTS)])
async def test_what_keeps_failing_is_a_dead_letter(
    final: bool,  # noqa: FBT001 - a parameter of the test
    failures: int,
    database: Database,
    vault: Vault,
    database_url: str,
) -> None:
    """It blocks its chat no longer, and its content stays for the operator, sealed."""
    await _keep(database, vault, "een")
    for _ in range(failures):
        async with database.transaction() as connection:
            update = await inbox.find_next(connection, "chat")
            assert update is not None
            await inbox.mark_failed(connection, update.id, "SomeError", final=final)
        read_as_owner(database_url, "update inbox set due_at = now() returning 1")

    assert await _take_all(database, vault) == []
    assert read_as_owner(database_url, "select state, error, sealed_raw is not null from inbox") == [
        ("dead", "SomeError", True)
    ]


async def test_a_failed_update_waits_before_its_next_try(database: Database, vault: Vault) -> None:
    """What fails for a moment is not tried away in that moment, and nothing behind it overtakes it."""
    await _keep(database, vault, "een")
    await _keep(database, vault, "twee")
    async with database.transaction() as connection:
        update = await inbox.find_next(connection, "chat")
        assert update is not None
        await inbox.mark_failed(connection, update.id, "SomeError", final=False)

    assert await _take_all(database, vault) == []


async def test_a_late_failure_does_not_undo_what_is_done(
    database: Database, vault: Vault, database_url: str
) -> None:
    """A server that failed while another one had the update's turn changes nothing."""
    await _keep(database, vault, "een")
    await _take_all(database, vault)
    ((number,),) = read_as_owner(database_url, "select id from inbox")
    async with database.transaction() as connection:
        dead = await inbox.mark_failed(connection, int(str(number)), "late", final=True)

    assert (dead, read_as_owner(database_url, "select state from inbox")) == (False, [("done",)])


async def test_a_chat_is_worked_on_by_one_server(database: Database) -> None:
    """The second one does not wait, and holds no connection."""
    async with database.transaction() as first, database.transaction() as second:
        locks = [await inbox.lock_chat(connection, "chat") for connection in (first, second)]

    assert locks == [True, False]
