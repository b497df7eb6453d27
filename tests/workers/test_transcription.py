"""Jobs on recordings: heard once, long ones in pieces, tried for a day, and told of once."""

import asyncio
import io
import wave
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from flows.session import Session
from loopback_platform import SECRET, SID, TOKEN, Answer, Platform
from plain_engine import PlainEngine
from storage import inbox, jobs, participants, recordings, sessions
from storage.database import Database
from storage.media import MediaStore
from storage.vault import Vault
from storage_probe import read_as_owner
from workers.decoding import Decoder
from workers.handover import give_up, hand_back, split
from workers.queue import Doorbell, connect_valkey
from workers.settings import read_worker_settings
from workers.sources import RETRY_SECONDS
from workers.splitting import LONGEST_PIECE
from workers.transcriber import Transcriber, Transcription
from workers.transcription import CALM_TRIES, transcribe_recording
from workers.trying_again import DAY_SECONDS
from workers.workbench import Workbench

KEEP_SECRET = "a-secret-for-tests-only-and-long-enough"
LONG = 500


def make_wav(seconds: float, rate: int = 8000) -> bytes:
    """A hum that falls silent for a second in every ten."""
    moments = np.arange(int(seconds * rate)) / rate
    hum = np.sin(2 * np.pi * 200 * moments) * 0.3 * (moments % 10 < 9)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((hum * 32767).astype(np.int16).tobytes())
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class House:
    """A workbench, what came of its jobs, and what its engine was asked."""

    bench: Workbench
    engine: PlainEngine
    database_url: str

    async def keep(self, source: dict[str, Any], *languages: str) -> UUID:
        """Keep a recording of a new session and ask for its job; answers the job."""
        recording, bench = uuid4(), self.bench
        async with bench.database.transaction() as connection:
            address = await participants.add_address(connection, bench.vault, "web", recording.hex)
            session = await sessions.add_session(
                connection, bench.vault, address, Session("wijkcoach", 1, "nl")
            )
            await recordings.add_recording(
                connection,
                bench.vault,
                recording=recording,
                session=session.id,
                source=source,
                language="nl",
                seconds=None,
            )
            await recordings.note_languages(connection, recording, languages)
            return await jobs.add_job(connection, "transcription", recording)

    async def keep_sound(self, sound: bytes) -> UUID:
        """Keep a recording that lies in our own store."""
        return await self.keep({"source": "media", "reference": self.bench.media.write(sound), "size": None})

    async def work(self, job: UUID) -> None:
        """Do a job, as a worker would at a ring."""
        await transcribe_recording(self.bench, job)

    async def read_transcript(self) -> dict[str, Any]:
        """The one transcript there is."""
        ((recording,),) = self.read("select recording from transcripts")
        async with self.bench.database.transaction() as connection:
            body = await recordings.read_transcript(connection, self.bench.vault, UUID(str(recording)))
        assert body is not None
        return body

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        """What is in the database."""
        return read_as_owner(self.database_url, statement)

    def list_jobs(self) -> list[UUID]:
        """The jobs that can be done now."""
        return [UUID(str(job)) for (job,) in self.read("select id from jobs where state = 'waiting'")]

    def list_told(self) -> list[Any]:
        """The outcomes that were put in the inbox, in order."""
        keys = self.read(f"select key from inbox where channel = '{inbox.SYSTEM}' order by id")
        return [str(key).rpartition(":")[2] for (key,) in keys]


@pytest.fixture
def house(
    database: Database, database_url: str, valkey_url: str, vault: Vault, tmp_path: Path, platform: Platform
) -> Generator[House]:
    """A worker's workbench, with an engine that needs no model."""
    settings = read_worker_settings(
        {
            "DATABASE_URL": database.url,
            "REDIS_URL": valkey_url,
            "VERTELBOT_SECRET_KEY": KEEP_SECRET,
            "VERTELBOT_HOME": str(tmp_path),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": platform.origin,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": SECRET,
            "TWILIO_MEDIA_HOSTS": platform.origin,
        }
    )
    engine, decoder, valkey = PlainEngine(), Decoder(), connect_valkey(valkey_url)
    media = MediaStore(tmp_path / "media", vault)
    yield House(
        Workbench(settings, database, vault, media, engine, decoder, Doorbell(valkey)), engine, database_url
    )
    decoder.close()
    valkey.close()


async def test_a_short_recording_becomes_text(house: House) -> None:
    """What was heard is kept with its words, and told once however often the job is done."""
    job = await house.keep_sound(make_wav(4))
    await house.work(job)
    await house.work(job)

    body = await house.read_transcript()
    assert (body["text"], body["language"]) == ("Ongeveer 4 tellen.", "nl")
    assert [word["text"] for word in body["segments"][0]["words"]] == ["Ongeveer", "4", "tellen."]
    assert body["doubts"] == [{"text": "Ongeveer 4 tellen", "confidence": 0.1}]
    assert house.list_told() == ["text"]
    assert house.read("select state from jobs") == [("done",)]
    assert house.engine.heard == 1


async def test_a_recording_knows_which_languages_may_be_spoken(house: House) -> None:
    """The engine gets the languages of the flow, the likeliest first."""
    sound = house.bench.media.write(make_wav(2))
    await house.work(await house.keep({"source": "media", "reference": sound}, "tr", "nl"))

    assert (await house.read_transcript())["language"] == "tr"
    assert house.read("select language from transcripts") == [("tr",)]


async def test_silence_is_told_and_not_kept(house: House) -> None:
    """Where nobody spoke there is no transcript."""
    await house.work(await house.keep_sound(make_wav(0.0) + bytes(16_000)))

    assert house.list_told() == ["empty"]
    assert house.read("select count(*) from transcripts") == [(0,)]
    assert house.read("select problem from recordings") == [("empty",)]


async def test_a_long_recording_is_joined_in_order(house: House) -> None:
    """Its pieces are jobs of their own; the last one done, whichever it is, hands the whole back."""
    await house.work(await house.keep_sound(make_wav(LONG)))
    parts = house.list_jobs()
    assert house.read("select count(*) from jobs where state = 'split'") == [(1,)]
    bounds = house.read("select starts, ends from recording_pieces order by number")
    assert [9.2 < ends % 10 < 9.8 for _, ends in bounds[:-1]] == [True, True, True]
    for job in reversed(parts):
        assert house.list_told() == []
        await house.work(job)

    body = await house.read_transcript()
    told = [round(ends - starts) for starts, ends in bounds]
    assert body["text"] == " ".join(f"Ongeveer {seconds} tellen." for seconds in told)
    assert [segment["start"] for segment in body["segments"]] == [starts for starts, _ in bounds]
    assert body["segments"][-1]["words"][-1]["end"] == pytest.approx(LONG, abs=0.1)
    assert body["seconds"] == pytest.approx(LONG, abs=0.2)
    assert max(told) < LONGEST_PIECE
    assert house.list_told() == ["text"]
    assert house.read("select distinct state from jobs") == [("done",)]
    assert house.read("select count(*) from recording_pieces") == [(0,)]


async def test_pieces_done_twice_and_together_are_joined_once(house: House) -> None:
    """Every job of a long recording runs twice at the same time, and one transcript comes of it."""
    whole = await house.keep_sound(make_wav(LONG))
    await asyncio.gather(house.work(whole), house.work(whole))
    parts = house.list_jobs()
    house.read(
        "update jobs set leased_until = now() - interval '1 second' where state = 'running' returning 1"
    )

    async def work_twice(job: UUID) -> None:
        await house.work(job)
        await house.work(job)

    await asyncio.gather(*map(work_twice, parts), *map(work_twice, parts), house.work(whole))

    assert len(parts) == 4
    assert house.list_told() == ["text"]
    assert house.read("select count(*) from transcripts") == [(1,)]
    assert house.read("select distinct state from jobs") == [("done",)]


async def test_a_worker_taken_for_dead_comes_too_late(house: House) -> None:
    """It comes back with its text after another one did: nothing is said or kept twice."""
    whole, bench = await house.keep_sound(make_wav(3)), house.bench
    async with bench.database.transaction() as connection:
        job = await jobs.claim_job(connection, whole)
        assert job is not None
        recording = await recordings.get_recording(connection, bench.vault, job.subject)
    assert recording is not None
    house.read("update jobs set leased_until = now() - interval '1 second' returning 1")
    await house.work(whole)
    made = Transcription("Te laat.", "nl", (), 3.0)
    await hand_back(bench, job, recording, made)
    await split(bench, job, recording, ((0.0, 1.5), (1.5, 3.0)))
    await give_up(bench, job, recording, "unreadable", "too late")

    assert (await house.read_transcript())["text"] == "Ongeveer 3 tellen."
    assert house.list_told() == ["text"]
    assert house.read("select state from jobs") == [("done",)]


async def test_a_recording_thrown_away_meanwhile_leaves_nothing(house: House) -> None:
    """Pieces of a story that its teller threw away end without a word."""
    await house.work(await house.keep_sound(make_wav(LONG)))
    parts = house.list_jobs()
    await house.work(parts[0])
    house.read("delete from sessions returning 1")
    for job in parts[1:]:
        await house.work(job)

    assert house.list_told() == []
    assert house.read("select count(*) from recording_pieces") == [(0,)]
    assert house.list_jobs() == []


async def test_a_day_of_trouble_is_told_once_and_outlived(house: House, platform: Platform) -> None:
    """A platform away for a day: the teller hears so after some minutes, and gets the text after all."""
    platform.answers["/media/1"] = Answer(b"", status=503)
    job = await house.keep({"source": "twilio", "reference": f"{platform.origin}/media/1", "size": None})
    told: list[list[str]] = []
    waited = timedelta()
    for _ in DAY_SECONDS[:-1]:
        await house.work(job)
        told.append(house.list_told())
        ((pause,),) = house.read("select due_at - now() from jobs where state = 'waiting'")
        waited += pause
    assert told[: len(RETRY_SECONDS)] == [[]] * len(RETRY_SECONDS)
    assert told[len(RETRY_SECONDS) :] == [["delayed"]] * (len(DAY_SECONDS) - 1 - len(RETRY_SECONDS))
    assert house.read("select problem from recordings") == [("delayed",)]
    assert waited > timedelta(hours=10)
    platform.answers["/media/1"] = Answer(make_wav(2))
    await house.work(job)

    assert house.list_told() == ["delayed", "text"]
    assert house.read("select problem from recordings") == [(None,)]


async def test_after_a_day_a_recording_is_given_up_and_stays(house: House, platform: Platform) -> None:
    """Then an operator can have it tried anew."""
    platform.answers["/media/1"] = Answer(b"", status=503)
    job = await house.keep({"source": "twilio", "reference": f"{platform.origin}/media/1", "size": None})
    for _ in range(len(DAY_SECONDS) + 1):
        await house.work(job)
    assert house.list_told() == ["delayed", "unavailable"]
    assert house.read("select state from jobs") == [("failed",)]
    platform.answers["/media/1"] = Answer(make_wav(2))
    async with house.bench.database.transaction() as connection:
        [troubled] = await recordings.list_troubled(connection, ["unavailable"])
        assert await jobs.begin_anew(connection, "transcription", troubled.id)
    await house.work(job)

    assert house.list_told() == ["delayed", "unavailable", "text"]


async def test_nobody_waits_for_a_recording_of_a_story_that_ended(house: House, platform: Platform) -> None:
    """Once the conversation is over, what could not be had in minutes is not tried for a day."""
    platform.answers["/media/1"] = Answer(b"", status=503)
    job = await house.keep({"source": "twilio", "reference": f"{platform.origin}/media/1", "size": None})
    for _ in RETRY_SECONDS:
        await house.work(job)
    house.read("update sessions set status = 'finished' returning 1")
    await house.work(job)

    assert house.read("select state from jobs") == [("failed",)]


async def test_a_note_that_ends_its_worker_waits(house: House) -> None:
    """After some tries that broke off a job is put back for a while, so that it cannot end all workers."""
    job = await house.keep_sound(make_wav(2))
    house.read(
        f"update jobs set state = 'running', attempts = {CALM_TRIES},"
        " leased_until = now() - interval '1 second' returning 1"
    )
    await house.work(job)

    ((state, pause),) = house.read("select state, due_at - now() from jobs")
    assert state == "waiting"
    assert pause > timedelta(seconds=RETRY_SECONDS[CALM_TRIES] - 5)
    assert house.engine.heard == 0


@pytest.mark.parametrize(
    ("sound", "problem"),
    [
        pytest.param(b"", "unreadable", id="nothing"),
        pytest.param(b"Beste mensen, hierbij het verslag. " * 30, "unreadable", id="text"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(5000), "unreadable", id="a picture"),
        pytest.param(b"PK\x03\x04" + bytes(5000), "unreadable", id="a zip"),
        pytest.param(b"OggS" + np.random.default_rng(1).bytes(5000), "unreadable", id="noise for bytes"),
    ],
)
async def test_what_is_no_sound_is_told_at_once(house: House, sound: bytes, problem: str) -> None:
    """A file that cannot be heard is final: trying again would not help."""
    await house.work(await house.keep_sound(sound))

    assert house.list_told() == [problem]
    assert house.read("select state from jobs") == [("failed",)]


async def test_an_hour_of_silence_is_too_long(house: House, silence: Callable[[int], bytes]) -> None:
    """It fits in a megabyte, and is refused by what it says of itself."""
    await house.work(await house.keep_sound(silence(3600)))

    assert house.list_told() == ["too_long"]


def test_any_engine_can_take_the_place(house: House) -> None:
    """An engine is what has the contract's methods; nothing has to be inherited."""
    engine: Transcriber = PlainEngine()

    assert replace(house.bench, transcriber=engine).transcriber is engine


def test_a_lost_job_is_noticed_within_ninety_seconds() -> None:
    """A worker killed, and the ring for its job lost: the lease, a sweep and a second ring are enough."""
    assert jobs.LEASE + jobs.RING_AGAIN + timedelta(seconds=2 * 2) < timedelta(seconds=90)
    assert jobs.LEASE.total_seconds() > 2 * jobs.RENEW_SECONDS
