"""`vertelbot erase`, `erasures` and `consents`, as an operator runs them."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from quiet_house import QuietHouse, open_house, publish
from running_bot import RunningBot, run_command
from storage.database import Database
from storage.vault import Vault
from storage_probe import dump_database, read_as_owner
from tales import ANNA, BRAM, FLOW, PEOPLE, TOLD, tell
from workers.queue import Doorbell, connect_valkey


@pytest.fixture
async def house(database: Database, vault: Vault) -> QuietHouse:
    """A server with the flow of these tests."""
    await publish(database, FLOW)
    return open_house(database, vault)


async def test_a_story_is_erased_by_its_code(
    house: QuietHouse, database: Database, make_bot: Callable[..., RunningBot], valkey_url: str
) -> None:
    """It is asked first; then story, files, jobs and rings are gone, and the log proves it."""
    await tell(house, ANNA)
    ((code,),) = read_as_owner(database.url, "select code from stories")
    doorbell = Doorbell(connect_valkey(valkey_url))
    for queue, job in house.rings:
        doorbell.ring(queue, job)
    rung = doorbell.count_waiting("transcription")
    environ = make_bot().environ
    refused = run_command(environ, "erase", str(code), typed="n\n")
    kept = read_as_owner(database.url, "select count(*) from stories")
    done = run_command(environ, "erase", str(code).lower(), "--yes")
    ((erasure,),) = read_as_owner(database.url, "select code from erasures")
    shown = run_command(environ, "erasures", str(erasure))
    again = run_command(environ, "erase", str(code), "--yes")

    assert refused.returncode == 130
    assert kept == [(1,)]
    assert done.returncode == 0, done.stderr
    assert str(erasure) in done.stdout
    assert "1 stories" in done.stdout
    assert "story, asked by operator" in shown.stdout
    assert again.returncode == 1
    assert again.stderr.strip() == f"There is no story {code}."
    assert rung == 1
    assert doorbell.count_waiting("transcription") == doorbell.count_waiting("privacy") == 0
    assert TOLD not in dump_database(database.url)
    assert read_as_owner(database.url, "select withdrawn_at is not null from consents") == [(True,)]


async def test_all_of_a_person_is_erased(
    house: QuietHouse, database: Database, make_bot: Callable[..., RunningBot]
) -> None:
    """By their id, or by the code of a story of theirs; others keep theirs."""
    await tell(house, BRAM)
    ((code,),) = read_as_owner(database.url, "select code from stories")
    await tell(house, ANNA)
    ((person,),) = read_as_owner(
        database.url, "select participant from sessions order by started_at desc limit 1"
    )
    environ = make_bot().environ
    done = run_command(environ, "erase", "--participant", str(person), "--yes")
    left = read_as_owner(database.url, "select count(*) from addresses")
    stay = run_command(environ, "erase", str(code), "--teller", "--keep-stories", "--yes")
    listed = run_command(environ, "erasures", "--json")
    nobody = run_command(environ, "erase", "--participant", str(person), "--yes")

    assert done.returncode == stay.returncode == 0, done.stderr + stay.stderr
    assert left == [(1,)]
    assert [each["kind"] for each in json.loads(listed.stdout)] == ["everything", "anonymised"]
    assert nobody.stderr.strip() == "There is no such participant."
    rows = {name: read_as_owner(database.url, f"select count(*) from {name}")[0][0] for name in PEOPLE}
    assert {name for name, number in rows.items() if number} == {"sessions", "consents", "stories", "answers"}


@pytest.mark.parametrize("wrong", [(), ("ABCD2345", "--participant", "x"), ("--keep-stories", "ABCD2345")])
def test_erasing_needs_to_know_what(wrong: tuple[str, ...], make_bot: Callable[..., RunningBot]) -> None:
    """Neither or both, and half a wish, are refused in a sentence."""
    refused = run_command(make_bot().environ, "erase", *wrong)

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


async def test_the_ledger_proves_what_was_agreed(
    house: QuietHouse, database: Database, make_bot: Callable[..., RunningBot], vault: Vault
) -> None:
    """One line an answer, with the text as it was read, and nothing by which somebody is reached."""
    await tell(house, ANNA)
    await publish(database, FLOW.replace("Doe je mee?", "Wil je meedoen?").replace('"1"', '"2"'))
    await tell(house, BRAM)
    written = run_command(make_bot().environ, "consents")
    lines = list(csv.DictReader(io.StringIO(written.stdout)))

    assert [(line["version"], line["text"], line["given"]) for line in lines] == [
        ("1", "Doe je mee?", "yes"),
        ("2", "Wil je meedoen?", "yes"),
    ]
    assert lines[0]["more"] == "Alleen de wijk leest mee."
    assert all(line["answered_at"] and line["participant"] for line in lines)
    assert [word for word in (ANNA, BRAM, vault.find_token("quiet", ANNA)) if word in written.stdout] == []
