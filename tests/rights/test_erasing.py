"""Everything of a person is erased in one turn; what is left is a line that says how much went."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.retention import Retention
from flows.phrases import phrase
from quiet_house import CHANNEL, QuietHouse, open_house, publish
from storage import data_files, jobs
from storage.database import Database
from storage.media import MediaStore
from storage.retention import DEFAULTS
from storage.vault import Vault
from storage_probe import dump_database, read_as_owner, read_as_reader
from tales import ANNA, BRAM, FLOW, PEOPLE, TITLES, name_file, tell


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the flow of these tests."""
    await publish(database, FLOW)
    return open_house(database, vault)


@pytest.fixture
def retention(database: Database, vault: Vault, tmp_path: Path) -> Retention:
    """What a server deletes by itself, by the times that hold when nothing is set."""
    return Retention(database, vault, MediaStore(tmp_path / "media", vault), DEFAULTS)


async def erase(house: QuietHouse, address: str, how: str) -> str:
    """Ask for everything to be erased; answers the last words."""
    await house.say(address, "verwijder")
    await house.tap(address, "everything", how)
    return house.heard(address)[-1]


def count(database_url: str) -> dict[str, int]:
    """How many rows there are of each kind that is about people."""
    return {
        table: int(str(read_as_owner(database_url, f"select count(*) from {table}")[0][0]))
        for table in PEOPLE
    }


async def test_everything_of_a_person_goes(
    house: QuietHouse, retention: Retention, vault: Vault, database_url: str
) -> None:
    """Who asks for it leaves no row, no file, no ring; others keep theirs; the log tells how much went."""
    await tell(house, BRAM)
    others = count(database_url)
    await tell(house, ANNA)
    token = vault.find_token(CHANNEL, ANNA)
    assert token in dump_database(database_url)
    (participant,) = read_as_owner(database_url, f"select participant from addresses where token = '{token}'")
    rung = {job for queue, job in house.rings if queue in ("transcription", "privacy")}
    house.discarded.clear()
    said = await erase(house, ANNA, "everything")
    await retention.end_farewells()

    dump = dump_database(database_url)
    ((code, kind, asked_by, counts),) = read_as_owner(
        database_url, "select code, kind, asked_by, counts from erasures"
    )
    assert said == phrase("nl", "erased_all", code=code)
    assert (kind, asked_by) == ("everything", "teller")
    assert isinstance(counts, dict)
    assert {what: counts[what] for what in ("stories", "photos", "recordings", "addresses", "jobs")} == {
        "stories": 1,
        "photos": 1,
        "recordings": 1,
        "addresses": 1,
        "jobs": 2,
    }
    assert sorted(house.discarded) == sorted([name_file("photo", ANNA), name_file("sound", ANNA)])
    assert {job for _, job in house.unrung} <= rung
    assert len(house.unrung) == 2
    assert count(database_url) == others
    assert [word for word in (token, str(participant[0]), TITLES[ANNA]) if word in dump] == []
    assert read_as_owner(database_url, "select count(*) from participants") == [(1,)]


async def test_stories_stay_and_lead_to_nobody(
    house: QuietHouse, retention: Retention, vault: Vault, database_url: str
) -> None:
    """Who leaves their stories: text and answers stay with readers, each on its own, without the person."""
    await tell(house, ANNA, "Het eerste verhaal over soep")
    await tell(house, ANNA, "Het tweede verhaal over brood")
    codes = [str(code) for (code,) in read_as_owner(database_url, "select code from stories")]
    (person,) = read_as_owner(database_url, "select participant::text, address::text from sessions limit 1")
    await house.start(ANNA, "straat")
    said = await erase(house, ANNA, "stay")
    await retention.end_farewells()

    dump = dump_database(database_url)
    ((code, counts),) = read_as_owner(database_url, "select code, counts from erasures")
    assert said == phrase("nl", "erased_but_stories", code=code)
    assert isinstance(counts, dict)
    assert counts["stories_detached"] == 2
    told = read_as_reader(database_url, "select story from reader.stories_v1 order by 1")
    assert told == [("Het eerste verhaal over soep",), ("Het tweede verhaal over brood",)]
    assert read_as_reader(database_url, "select count(*) from reader.answers_v1 where kind = 'text'") == [
        (2,)
    ]
    assert read_as_owner(
        database_url, "select count(distinct participant), count(address) from sessions"
    ) == [(2, 0)]
    assert read_as_owner(database_url, "select count(*) from consents where withdrawn_at is null") == [(2,)]
    assert [word for word in (*codes, *person, vault.find_token(CHANNEL, ANNA)) if str(word) in dump] == []
    for table in ("addresses", "photos", "recordings", "outbox"):
        assert read_as_owner(database_url, f"select count(*) from {table}") == [(0,)]
    moments = read_as_owner(
        database_url,
        "select started_at from sessions union select confirmed_at from stories"
        " union select answered_at from answers union select answered_at from consents",
    )
    assert [
        moment for (moment,) in moments if getattr(moment, "second", 0) or getattr(moment, "hour", 0)
    ] == []


async def test_whoever_writes_again_is_somebody_new(
    house: QuietHouse, retention: Retention, database_url: str
) -> None:
    """A message after the erasure begins anew, and the address is not erased under it."""
    await tell(house, ANNA)
    before = read_as_owner(database_url, "select id from participants")
    await erase(house, ANNA, "everything")
    await house.start(ANNA, "straat")
    await retention.end_farewells()

    assert "Doe je mee?" in house.heard(ANNA)[-1]
    after = read_as_owner(database_url, "select participant from addresses where erase_at is null")
    assert len(after) == 1
    assert after[0] not in before
    assert read_as_owner(database_url, "select count(*) from sessions") == [(1,)]


async def test_an_outage_does_not_keep_an_address(
    house: QuietHouse, retention: Retention, database_url: str
) -> None:
    """A last message that cannot be delivered is given up after an hour, and the address goes."""
    await tell(house, ANNA)
    house.conversation.delivery.channels = {}
    await house.say(ANNA, "verwijder")
    await house.tap(ANNA, "everything", "everything")
    await retention.end_farewells()
    waiting = read_as_owner(database_url, "select count(*) from addresses where erase_at is not null")
    read_as_owner(database_url, "update addresses set erase_at = now() - interval '1 second' returning 1")
    await retention.end_farewells()

    assert waiting == [(1,)]
    for table in ("addresses", "participants", "outbox"):
        assert read_as_owner(database_url, f"select count(*) from {table}") == [(0,)]


async def test_a_file_that_was_asked_for_goes_too(
    house: QuietHouse, database: Database, database_url: str
) -> None:
    """A file with all that is held is erased with the person, and nobody makes it any more."""
    await tell(house, ANNA)
    await house.say(ANNA, "mijn gegevens")
    ((asked,),) = read_as_owner(database_url, "select id from data_files")
    ring = next(job for queue, job in house.rings if queue == "exports")
    async with database.transaction() as connection:
        assert await data_files.note_made(connection, asked, ["a" * 32])  # pyright: ignore[reportArgumentType]  # a column of ids
    await erase(house, ANNA, "everything")

    assert "a" * 32 in house.discarded
    assert ("exports", ring) in house.unrung
    async with database.transaction() as connection:
        assert await jobs.claim_job(connection, ring) is None


async def test_files_that_nothing_points_at_are_deleted(
    retention: Retention, database_url: str, house: QuietHouse
) -> None:
    """What a crash left behind goes after an hour; what a row names, openly or sealed, stays."""
    left, named = retention.media.write(b"left behind"), retention.media.write(b"a photo")
    await house.start(ANNA, "straat")
    await house.tap(ANNA, "yes")
    await house.send(ANNA, {"photo": named})
    (retention.media.folder / left[:2] / f"{left}.part").write_bytes(b"half")
    fresh = await retention.sweep_files()
    later = Retention(
        retention.database,
        retention.vault,
        retention.media,
        DEFAULTS,
        clock=lambda: house.now + timedelta(hours=2),
    )

    assert fresh == 0
    assert await later.sweep_files() == 1
    assert [path.name for path in retention.media.folder.rglob("*.*")] == [f"{named}.sealed"]
    assert read_as_owner(database_url, "select count(*) from photos") == [(1,)]
