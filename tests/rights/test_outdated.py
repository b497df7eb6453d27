"""What was kept for long enough goes by itself: each kind after its own time, others untouched."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.retention import write_period
from bot.retention import Retention
from quiet_house import QuietHouse, open_house, publish
from running_bot import RunningBot, run_command
from storage import chat_messages, participants
from storage.database import Database
from storage.errors import SettingsError
from storage.media import MediaStore
from storage.outdated_rows import RULES
from storage.retention import DEFAULTS, KEPT
from storage.settings import read_retention
from storage.vault import Vault
from storage_probe import read_as_owner, read_as_reader
from tales import ANNA, BRAM, FLOW, tell


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the flow of these tests."""
    await publish(database, FLOW)
    return open_house(database, vault)


@pytest.fixture
def media(vault: Vault, tmp_path: Path) -> MediaStore:
    """The folder of sealed files."""
    return MediaStore(tmp_path / "home" / "media", vault)


async def pass_days(
    house: QuietHouse, media: MediaStore, days: int, only: str = "", **periods: timedelta | None
) -> dict[str, int]:
    """Let a server erase what is outdated so many days from now; `only` one kind, or all by the defaults."""
    wanted = {kind: period for kind, period in DEFAULTS.items() if only in ("", kind)} | periods
    conversation = house.conversation
    later = house.now + timedelta(days=days)
    return await Retention(
        conversation.database, conversation.vault, media, wanted, clock=lambda: later
    ).apply()


def count(database: Database, statement: str) -> int:
    """One number."""
    return int(str(read_as_owner(database.url, f"select count(*) from {statement}")[0][0]))


def test_every_kind_has_a_setting_and_a_rule() -> None:
    """No kind of data is named that nothing erases."""
    assert {kept.kind for kept in KEPT} == set(RULES)
    assert len({kept.setting for kept in KEPT}) == len(KEPT)


def test_times_are_read() -> None:
    """Hours, days, weeks, years and never; anything else is refused with what would be right."""
    read = read_retention(
        {"VERTELBOT_KEEP_RECORDINGS": "48h", "VERTELBOT_KEEP_STORIES": "2y", "VERTELBOT_KEEP_LINK": "never"}
    )

    assert [write_period(read[kind]) for kind in ("recordings", "stories", "link", "chat")] == [
        "2d",
        "730d",
        "never",
        "30d",
    ]
    for wrong in ("0d", "30", "30 dagen", "-1d", "ooit", "1000000d"):
        with pytest.raises(SettingsError, match="VERTELBOT_KEEP_CHAT"):
            read_retention({"VERTELBOT_KEEP_CHAT": wrong})


async def test_sound_goes_after_a_month(house: QuietHouse, media: MediaStore, database: Database) -> None:
    """The sealed sound is deleted and where the platform has it; the story stays. Twice changes nothing."""
    sound = media.write(b"OggS")
    await tell(house, ANNA, sound=sound)
    read_as_owner(database.url, f"update recordings set media = '{sound}', bytes = 4 returning 1")
    read_as_owner(database.url, "update jobs set state = 'done', done_at = now() returning 1")
    early = await pass_days(house, media, 29, "recordings")
    there = list(media.folder.rglob("*.sealed"))
    late = await pass_days(house, media, 31, "recordings")
    again = await pass_days(house, media, 31, "recordings")

    assert (early, late, again) == ({}, {"recordings": 1}, {})
    assert len(there) == 1
    assert list(media.folder.rglob("*.sealed")) == []
    assert count(database, "recordings where media is null") == 1
    assert count(database, "stories where story is not null") == 1
    assert read_as_owner(database.url, "select kind, asked_by, counts from erasures") == [
        ("outdated", "retention", {"recordings": 1})
    ]


async def test_sound_that_is_worked_on_waits(house: QuietHouse, media: MediaStore) -> None:
    """A recording is not taken away from under its job."""
    await tell(house, ANNA)

    assert await pass_days(house, media, 31, "recordings") == {}


async def test_a_story_loses_its_teller(house: QuietHouse, media: MediaStore, database: Database) -> None:
    """After a month nothing leads from a story to a person; its code and what readers see stay."""
    await tell(house, ANNA)
    await tell(house, ANNA)
    before = read_as_reader(database.url, "select * from reader.stories_v1 order by story_id")
    codes = read_as_owner(database.url, "select code from stories order by 1")
    went = await pass_days(house, media, 31, "link")

    assert went == {"link": 2}
    assert await pass_days(house, media, 31, "link") == {}
    assert count(database, "sessions where address is not null") == 0
    assert count(database, "(select distinct participant from sessions) as people") == 2
    assert read_as_owner(database.url, "select code from stories order by 1") == codes
    assert read_as_reader(database.url, "select * from reader.stories_v1 order by story_id") == before


async def test_stories_go_when_a_time_is_set(
    house: QuietHouse, media: MediaStore, database: Database
) -> None:
    """By default a story stays; with a time it goes with its answers, and later the line about it."""
    await tell(house, ANNA)
    stays = await pass_days(house, media, 3000, "stories")
    went = await pass_days(house, media, 800, "stories", stories=timedelta(days=730))

    assert (stays, went) == ({}, {"stories": 1})
    assert count(database, "answers") == 0
    assert count(database, "consents") == 1
    assert await pass_days(house, media, 366, "consents") == {"consents": 1}
    assert count(database, "consents") == 0


async def test_the_chat_is_emptied_but_its_last_message(
    house: QuietHouse, media: MediaStore, database: Database, vault: Vault
) -> None:
    """What the web chat shows goes after a month; what comes next is counted on."""
    await tell(house, ANNA)
    async with database.transaction() as connection:
        address = await participants.find_address(connection, vault, vault.find_token("quiet", ANNA))
        assert address is not None
        for number in range(3):
            await chat_messages.append_message(connection, vault, address.id, f"m{number}", {"text": "x"})
    read_as_owner(
        database.url,
        "update chat_messages set created_at = now() + interval '5 days' where n = 2 returning 1",
    )
    first = await pass_days(house, media, 31, "chat")
    left = read_as_owner(database.url, "select n from chat_messages order by 1")
    later = await pass_days(house, media, 40, "chat")

    assert (first, later) == ({"chat": 1}, {"chat": 1})
    assert left == [(2,), (3,)]
    assert read_as_owner(database.url, "select n from chat_messages") == [(3,)]


async def test_addresses_go_some_time_after_the_last_contact(
    house: QuietHouse, media: MediaStore, database: Database
) -> None:
    """Address, hash and messages go; a conversation that is open, or will go on, keeps its address."""
    await tell(house, ANNA)
    await house.start(BRAM, "straat")
    early = await pass_days(house, media, 80, "addresses")
    went = await pass_days(house, media, 91, "addresses")

    assert (early, went) == ({}, {"addresses": 1})
    assert count(database, "addresses") == 1
    assert count(database, "stories") == 1
    assert count(database, "outbox where address not in (select id from addresses)") == 0


async def test_traces_of_the_machine_go(house: QuietHouse, media: MediaStore, database: Database) -> None:
    """Dead letters, jobs and the platforms' numbers of messages; what waits stays."""
    await tell(house, ANNA)
    await house.say(ANNA, "nog iets")
    read_as_owner(
        database.url, "update jobs set state = 'failed', done_at = now() where queue = 'privacy' returning 1"
    )
    read_as_owner(
        database.url, "update outbox set state = 'dead' where id = (select max(id) from outbox) returning 1"
    )
    read_as_owner(
        database.url, "update inbox set state = 'dead' where id = (select max(id) from inbox) returning 1"
    )
    went = {
        kind: (await pass_days(house, media, 31, kind)).get(kind, 0)
        for kind in ("dead_letters", "jobs", "messages")
    }

    assert went["dead_letters"] == 2
    assert went["jobs"] == 2  # on the photo, and on names in what was told
    assert went["messages"] > 3
    assert count(database, "outbox") == 0
    assert count(database, "inbox where state = 'dead' or chat = ''") == 1
    assert read_as_owner(database.url, "select state from jobs") == [("waiting",)]


async def test_two_servers_at_once_erase_each_thing_once(
    house: QuietHouse, media: MediaStore, database: Database
) -> None:
    """More than one batch, by two servers side by side: all of it goes, and is counted once."""
    rows = "select 'q', md5(n::text), '', 0, 'dead', now() from generate_series(1, 450) as n"
    read_as_owner(
        database.url,
        f"insert into inbox (channel, key, chat, place, state, received_at) {rows} returning 1",
    )
    import asyncio  # noqa: PLC0415 - one test needs it

    first, second = await asyncio.gather(
        pass_days(house, media, 31, "dead_letters"), pass_days(house, media, 31, "dead_letters")
    )

    assert first.get("dead_letters", 0) + second.get("dead_letters", 0) == 450
    assert count(database, "inbox where state = 'dead'") == 0
    assert read_as_owner(database.url, "select sum((counts->>'dead_letters')::int) from erasures") == [(450,)]


async def test_a_dry_run_changes_nothing(
    house: QuietHouse, database: Database, make_bot: Callable[..., RunningBot]
) -> None:
    """`vertelbot retention` tells what would go; with --apply it goes."""
    await tell(house, ANNA)
    read_as_owner(database.url, "update stories set confirmed_at = now() - interval '40 days' returning 1")
    bot = make_bot(VERTELBOT_KEEP_STORIES="35d", VERTELBOT_KEEP_LINK="never")
    seen = run_command(bot.environ, "retention")
    before = count(database, "stories")
    done = run_command(bot.environ, "retention", "--apply")

    assert "VERTELBOT_KEEP_STORIES=35d  confirmed stories with their answers: 1 would go" in seen.stdout
    assert "VERTELBOT_KEEP_LINK=never" in seen.stdout
    assert before == 1
    assert "1 gone" in done.stdout, done.stderr
    assert count(database, "stories") == 0
