"""Jobs on photos: fetched, made our own, and what was sent let go; once, whatever breaks off in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from flows.session import Session
from loopback_platform import SECRET, SID, TOKEN, Answer, Platform, answer_file
from photographs import SECRETS, take_photo
from storage import jobs, participants, photos, sessions
from storage.database import Database
from storage.media import MediaStore
from storage.vault import Vault
from storage_probe import read_as_owner
from workers.photography import Darkroom, develop_photo
from workers.settings import PHOTO_LIMIT, read_worker_settings
from workers.trying_again import DAY_SECONDS

KEEP_SECRET = "a-secret-for-tests-only-and-long-enough"


@pytest.fixture
def room(database: Database, vault: Vault, tmp_path: Path, platform: Platform) -> Darkroom:
    """What a worker on photos works with; both platforms are the same loopback server."""
    settings = read_worker_settings(
        {
            "DATABASE_URL": database.url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "VERTELBOT_SECRET_KEY": KEEP_SECRET,
            "VERTELBOT_HOME": str(tmp_path),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": platform.origin,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": SECRET,
            "TWILIO_MEDIA_HOSTS": platform.origin,
        }
    )
    return Darkroom(settings, database, vault, MediaStore(tmp_path / "media", vault))


@pytest.fixture
def send(room: Darkroom) -> Callable[[dict[str, Any]], Any]:
    """What keeps a photo of a new session, and asks for its job; answers (photo, job)."""

    async def send(source: dict[str, Any]) -> tuple[UUID, UUID]:
        photo = uuid4()
        async with room.database.transaction() as connection:
            address = await participants.add_address(connection, room.vault, "web", photo.hex)
            session = await sessions.add_session(
                connection, room.vault, address, Session("wijkcoach", 1, "nl")
            )
            await photos.add_photo(connection, room.vault, photo=photo, session=session.id, source=source)
            return photo, await jobs.add_job(connection, "privacy", photo)

    return send


def list_files(room: Darkroom) -> list[str]:
    """The ids in the media store."""
    return [path.stem for path in room.media.folder.rglob("*.sealed")]


def read_photos(database_url: str) -> list[tuple[object, ...]]:
    """What is kept of the photos: state, sides, and whether it is known where the original was."""
    return read_as_owner(database_url, "select state, mime, width, height, sealed_source is null from photos")


def read_jobs(database_url: str) -> list[tuple[object, ...]]:
    """The states of the jobs."""
    return read_as_owner(database_url, "select state from jobs order by created_at")


async def test_a_photo_of_the_web_chat(room: Darkroom, send: Any, database_url: str) -> None:
    """What was uploaded becomes our own picture; the original, and where it was, are gone."""
    original = room.media.write(take_photo())
    _, job = await send({"source": "media", "reference": original, "size": None})
    await develop_photo(room, job)

    assert read_photos(database_url) == [("kept", "image/jpeg", 600, 800, True)]
    assert read_jobs(database_url) == [("done",)]
    [media] = list_files(room)
    assert media != original
    assert [secret for secret in SECRETS if secret in room.media.read(media)] == []


@pytest.mark.parametrize("name", ["telegram", "twilio"])
async def test_a_photo_of_a_platform(
    room: Darkroom, send: Any, platform: Platform, name: str, database_url: str
) -> None:
    """A photo is fetched by its file id, or from the address in the message, and only ours is kept."""
    platform.answers[f"/bot{TOKEN}/getFile"] = answer_file("photos/file_7.jpg")
    platform.answers[f"/file/bot{TOKEN}/photos/file_7.jpg"] = Answer(take_photo())
    platform.answers["/media/1"] = Answer(take_photo())
    reference = "file-7" if name == "telegram" else f"{platform.origin}/media/1"
    _, job = await send({"source": name, "reference": reference, "size": None})
    await develop_photo(room, job)

    assert read_photos(database_url) == [("kept", "image/jpeg", 600, 800, True)]
    assert len(list_files(room)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(b"OggS" + bytes(100)), id="no photo"),
        pytest.param(Answer(bytes(PHOTO_LIMIT + 1)), id="too large"),
        pytest.param(Answer(status=410), id="gone"),
    ],
)
async def test_a_photo_that_cannot_be_had_is_marked(
    room: Darkroom, send: Any, platform: Platform, answer: Answer, database_url: str
) -> None:
    """The job fails for good, the photo says so, and nothing is left of what came."""
    platform.answers["/media/1"] = answer
    _, job = await send({"source": "twilio", "reference": f"{platform.origin}/media/1", "size": None})
    await develop_photo(room, job)

    assert read_photos(database_url) == [("failed", None, None, None, True)]
    assert read_jobs(database_url) == [("failed",)]
    assert list_files(room) == []


async def test_an_upload_that_is_no_photo_is_deleted(room: Darkroom, send: Any, database_url: str) -> None:
    """What nobody can look at is not kept either; it may still say where it was made."""
    _, job = await send({"source": "media", "reference": room.media.write(b"no photo"), "size": None})
    await develop_photo(room, job)

    assert read_photos(database_url) == [("failed", None, None, None, True)]
    assert list_files(room) == []


async def test_a_platform_that_is_away_is_asked_again(
    room: Darkroom, send: Any, platform: Platform, database_url: str
) -> None:
    """A first try that fails for the moment leaves the job waiting; the next one succeeds."""
    platform.answers["/media/1"] = Answer(status=503)
    _, job = await send({"source": "twilio", "reference": f"{platform.origin}/media/1", "size": None})
    await develop_photo(room, job)
    waiting = read_jobs(database_url)
    platform.answers["/media/1"] = Answer(take_photo())
    await develop_photo(room, job)

    assert waiting == [("waiting",)]
    assert read_photos(database_url) == [("kept", "image/jpeg", 600, 800, True)]


async def test_a_platform_that_is_away_all_day(
    room: Darkroom, send: Any, platform: Platform, database_url: str
) -> None:
    """It is asked for a day, further and further apart; only then the photo has failed."""
    platform.answers["/media/1"] = Answer(status=503)
    _, job = await send({"source": "twilio", "reference": f"{platform.origin}/media/1", "size": None})
    waited = timedelta()
    for _ in DAY_SECONDS:
        await develop_photo(room, job)
        ((state, pause),) = read_as_owner(database_url, "select state, due_at - now() from jobs")
        assert state == "waiting"
        assert isinstance(pause, timedelta)
        waited += pause
    await develop_photo(room, job)

    assert timedelta(hours=22) < waited < timedelta(hours=24)
    assert read_photos(database_url) == [("failed", None, None, None, True)]
    assert read_jobs(database_url) == [("failed",)]


async def test_a_channel_without_settings(room: Darkroom, send: Any, database_url: str) -> None:
    """A worker that lacks the server's settings says so in its job, and fails the photo."""
    bare = replace(room, settings=room.settings.model_copy(update={"telegram_tokens": ()}))
    _, job = await send({"source": "telegram", "reference": "file-7", "size": None})
    await develop_photo(bare, job)

    found = read_as_owner(database_url, "select state, error from jobs")
    assert found == [("failed", "The worker has no settings of channel 'telegram'; it needs the server's.")]


async def test_a_job_that_broke_off_lets_go_of_the_original(
    room: Darkroom, send: Any, database_url: str
) -> None:
    """Ours was kept when the power went; the next try deletes what was sent, and makes no second picture."""
    original, ours = room.media.write(take_photo()), room.media.write(b"ours")
    photo, job = await send({"source": "media", "reference": original, "size": None})
    async with room.database.transaction() as connection:
        await photos.note_kept(connection, photo, media=ours, mime="image/jpeg", width=6, height=8)
    await develop_photo(room, job)

    assert list_files(room) == [ours]
    assert read_photos(database_url) == [("kept", "image/jpeg", 6, 8, True)]
    assert read_jobs(database_url) == [("done",)]


async def test_a_story_taken_back_meanwhile(room: Darkroom, send: Any, database_url: str) -> None:
    """A photo that is gone when its job comes up ends the job, quietly."""
    _, job = await send({"source": "media", "reference": "0" * 32, "size": None})
    read_as_owner(database_url, "delete from photos returning 1")
    await develop_photo(room, job)

    assert read_jobs(database_url) == [("done",)]
    assert list_files(room) == []


async def test_two_workers_make_one_picture(room: Darkroom, send: Any) -> None:
    """The second one that heard the ring finds the job taken, or done."""
    original = room.media.write(take_photo())
    _, job = await send({"source": "media", "reference": original, "size": None})
    await develop_photo(room, job)
    await develop_photo(room, job)

    assert len(list_files(room)) == 1


async def test_all_files_of_a_session_are_known(room: Darkroom, send: Any, vault: Vault) -> None:
    """Who takes a story back has original and our own picture deleted, whichever there are."""
    photo, _ = await send({"source": "media", "reference": "a" * 32, "size": None})
    async with room.database.transaction() as connection:
        await photos.note_kept(connection, photo, media="b" * 32, mime="image/jpeg", width=1, height=1)
        found = await photos.find_photo(connection, vault, photo)
        assert found is not None
        assert await photos.list_media(connection, vault, found.session) == ("b" * 32, "a" * 32)
