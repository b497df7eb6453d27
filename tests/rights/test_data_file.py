"""The file with all that is held of a person: asked for in the chat, made by a worker, brought, deleted."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.retention import Retention
from flows.phrases import LANGUAGES, phrase
from quiet_house import CHANNEL, QuietHouse, open_house, publish
from storage import recordings
from storage.database import Database
from storage.media import MediaStore
from storage.retention import DEFAULTS
from storage.vault import Vault
from storage_probe import read_as_owner
from tales import ANNA, BRAM, FLOW, TITLES, TOLD, begin, tell
from workers.data_file import archive
from workers.data_file.job import MOST_TRIES, Desk, make_data_file
from workers.data_file.page import load_words


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the flow of these tests."""
    await publish(database, FLOW)
    return open_house(database, vault)


@pytest.fixture
def desk(database: Database, vault: Vault, tmp_path: Path) -> Desk:
    """What a worker of queue `exports` works with."""
    return Desk(DEFAULTS, database, vault, MediaStore(tmp_path / "media", vault))


async def ask(house: QuietHouse, desk: Desk, address: str) -> None:
    """Ask for the file, let the worker make it, and wait until it is said."""
    await house.say(address, "mijn gegevens")
    house.heard(address)
    queue, job = house.rings[-1]
    assert queue == "exports"
    await make_data_file(desk, job)
    house.conversation.wake(house.conversation.vault.find_token(CHANNEL, address))
    await house.conversation.settle(CHANNEL, address)


def open_parts(house: QuietHouse, desk: Desk, address: str) -> list[zipfile.ZipFile]:
    """The archives that were brought."""
    return [
        zipfile.ZipFile(io.BytesIO(desk.media.read(each.attachment.media)))
        for each in house.channel.said[address]
        if each.attachment is not None
    ]


def read_data(part: zipfile.ZipFile) -> dict[str, Any]:
    """The data for machines in the first archive."""
    return json.loads(part.read("data.json"))


async def test_everything_held_comes_in_one_file(house: QuietHouse, desk: Desk, database: Database) -> None:
    """Stories, answers, consents, sound, its text, photo, address and messages; nothing of anybody else."""
    sound = desk.media.write(b"OggS de stem van Anna")
    await tell(house, BRAM, "Iets van heel lang geleden")
    await begin(house, ANNA, sound=sound)
    ((recording,),) = read_as_owner(
        database.url, "select id from recordings order by created_at desc limit 1"
    )
    async with database.transaction() as connection:
        await recordings.add_transcript(
            connection,
            desk.vault,
            UUID(str(recording)),
            body={"text": "gesproken soep"},
            model="x",
            language="nl",
        )
        await recordings.note_fetched(
            connection, UUID(str(recording)), media=sound, mime="audio/ogg", size=20
        )
    await house.say(ANNA, "Half verteld")
    await tell(house, ANNA)
    await ask(house, desk, ANNA)

    (part,) = open_parts(house, desk, ANNA)
    said = house.heard(ANNA)
    held, page = read_data(part), part.read("index.html").decode()
    finished = [talk for talk in held["conversations"] if talk["story"]]
    assert said == [phrase("nl", "my_data_ready")]
    assert set(part.namelist()) >= {"index.html", "data.json"}
    (voice,) = [name for name in part.namelist() if name.startswith("recordings/")]
    assert part.read(voice) == b"OggS de stem van Anna"
    assert [each["address"] for each in held["addresses"]] == [ANNA]
    assert [talk["story"]["text"] for talk in finished] == [TOLD]
    assert finished[0]["consents"][0]["question"] == "Doe je mee?"
    assert finished[0]["answers"][-1]["text"] == TITLES[ANNA]
    assert finished[0]["answers"][-1]["question"] == "Wat had je liever gehad?"
    assert finished[0]["story"]["known_to_be_yours_until"]
    assert held["conversations"][0]["recordings"][0]["kept_until"]
    for words in (TOLD, TITLES[ANNA], "gesproken soep", ANNA, "Doe je mee?"):
        assert words in page
    assert "Bram" not in page + json.dumps(held)


async def test_large_files_come_in_parts(
    house: QuietHouse, desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No archive is larger than platforms carry; each says which part it is."""
    monkeypatch.setattr(archive, "PART_LIMIT", 3000)
    for number in range(3):
        await begin(house, ANNA, sound=desk.media.write(bytes([number]) * 2000))
    await ask(house, desk, ANNA)

    parts = open_parts(house, desk, ANNA)
    names = [name for part in parts for name in part.namelist()]
    files = [said.attachment.name for said in house.channel.said[ANNA] if said.attachment]
    assert len(parts) >= 3
    assert len([name for name in names if name.startswith("recordings/")]) == 3
    assert files == [f"mijn-gegevens-{number}.zip" for number in range(1, len(parts) + 1)]
    assert phrase("nl", "my_data_part", at=1, of=len(parts)) in house.heard(ANNA)[0]
    assert read_as_owner(database.url, "select cardinality(media) from data_files") == [(len(parts),)]


async def test_a_file_is_made_once_and_goes_after_a_day(
    house: QuietHouse, desk: Desk, database: Database
) -> None:
    """A job that is done twice makes nothing new; after its time row and file are gone."""
    await tell(house, ANNA)
    await house.say(ANNA, "mijn gegevens", "mijn gegevens")
    rings = {job for queue, job in house.rings if queue == "exports"}
    (job,) = rings
    await make_data_file(desk, job)
    await make_data_file(desk, job)
    files = list(desk.media.folder.rglob("*.sealed"))
    later = Retention(
        database, desk.vault, desk.media, DEFAULTS, clock=lambda: house.now + timedelta(days=1, hours=1)
    )
    await later.apply()

    assert len(files) == 1
    assert list(desk.media.folder.rglob("*.sealed")) == []
    assert read_as_owner(database.url, "select count(*) from data_files") == [(0,)]


async def test_a_job_that_always_breaks_off_is_given_up(
    house: QuietHouse, desk: Desk, database: Database
) -> None:
    """Whoever asked hears that it did not work, and may ask again."""
    await tell(house, ANNA)
    await house.say(ANNA, "mijn gegevens")
    house.heard(ANNA)
    _, job = house.rings[-1]
    read_as_owner(database.url, f"update jobs set attempts = {MOST_TRIES} where id = '{job}' returning 1")
    await make_data_file(desk, job)
    house.conversation.wake(house.conversation.vault.find_token(CHANNEL, ANNA))
    await house.conversation.settle(CHANNEL, ANNA)

    assert read_as_owner(database.url, "select state from data_files") == [("failed",)]
    assert house.heard(ANNA) == [phrase("nl", "my_data_failed")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language(language: str) -> None:
    """The same words are there in each."""
    assert list(load_words(language)) == list(load_words("nl"))
    assert all(load_words(language).values())
