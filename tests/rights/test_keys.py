"""A secret takes another's place while people talk: nothing is lost, and the old one can really go."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from flows.phrases import phrase
from quiet_house import CHANNEL, QuietHouse, open_house
from running_bot import RunningBot, run_command
from storage import participants
from storage.database import Database
from storage.media import MediaStore
from storage.vault import Vault
from storage_probe import read_as_owner
from tellers import FLOW

OLD, NEW = "an-old-secret-of-thirty-two-letters", "a-new-secret-of-thirty-two-letters!"
ANNA, BRAM, CARLA = "anna", "bram", "carla"
TOLD = "De buurman kwam langs met soep. " * 6


async def tell_half(house: QuietHouse, address: str) -> None:
    """Begin a story."""
    await house.start(address, FLOW)
    await house.tap(address, "yes", "beter")
    await house.say(address, TOLD)


async def finish(house: QuietHouse, address: str) -> str:
    """Tell it to its end; answers the last words."""
    await house.tap(address, "done")
    await house.say(address, "Soep")
    await house.tap(address, "gids", "done", "top-left", "alle-teams", "keep")
    return house.heard(address)[-1]


def rotate(
    make_bot: Callable[..., RunningBot], secrets: str, *command: str
) -> subprocess.CompletedProcess[str]:
    """Run `vertelbot keys` with some secrets."""
    return run_command(make_bot(VERTELBOT_SECRET_KEY=secrets).environ, "keys", *command)


async def test_a_secret_takes_another_s_place(
    database: Database, database_url: str, make_bot: Callable[..., RunningBot], tmp_path: Path
) -> None:
    """With both live everybody is known, before and after `keys rotate`; then the new one alone is enough."""
    before = open_house(database, Vault([OLD]))
    await tell_half(before, ANNA)
    await tell_half(before, BRAM)
    media = MediaStore(tmp_path / "home" / "media", Vault([OLD])).write(b"OggS")
    both = open_house(database, Vault([NEW, OLD]))
    both.sent = 100
    assert await finish(both, ANNA)
    await tell_half(both, CARLA)
    alone = rotate(make_bot, OLD, "rotate")
    seen = rotate(make_bot, f"{NEW} {OLD}", "status")
    done = rotate(make_bot, f"{NEW} {OLD}", "rotate")
    again = rotate(make_bot, f"{NEW} {OLD}", "rotate")
    both.sent = 200
    await both.say(BRAM, "help")
    after = open_house(database, Vault([NEW]))
    after.sent = 300

    assert alone.returncode == 1
    assert "still sealed" in seen.stdout
    assert done.returncode == 0, done.stderr
    assert "sealed with the newest secret" in done.stdout
    assert again.stdout.startswith("0 sealed anew")
    assert await finish(after, BRAM)
    assert await finish(after, CARLA)
    assert read_as_owner(database_url, "select count(*) from participants") == [(3,)]
    assert read_as_owner(database_url, "select count(*) from stories where complete") == [(3,)]
    assert MediaStore(tmp_path / "home" / "media", Vault([NEW])).read(media) == b"OggS"
    async with database.reading() as connection:
        token = Vault([NEW]).find_token(CHANNEL, ANNA)
        found = await participants.find_address(connection, Vault([NEW]), token)
    assert found is not None
    assert found.value == ANNA


async def test_updates_that_wait_keep_their_turn(
    database: Database, make_bot: Callable[..., RunningBot]
) -> None:
    """What was kept under the old token has its turn after the rotation, by the same person."""
    before = open_house(database, Vault([OLD]))
    await tell_half(before, ANNA)
    held = before.conversation.channels
    before.conversation.channels = {}
    await before.say(ANNA, "help")
    before.conversation.channels = held
    done = rotate(make_bot, f"{NEW} {OLD}", "rotate")
    after = open_house(database, Vault([NEW]))
    after.now = before.now
    await after.say(BRAM, "hallo")
    async with database.transaction() as connection:
        await connection.exec_driver_sql(
            "update inbox set due_at = now() - interval '1 hour' where state = 'new'"
        )
    await after.sweep()
    await after.conversation.settle(CHANNEL, ANNA)

    assert done.returncode == 0, done.stderr
    assert phrase("nl", "help_text") in after.heard(ANNA)


async def test_a_rotation_that_is_killed_is_run_again(
    database: Database, make_bot: Callable[..., RunningBot]
) -> None:
    """Whenever it is killed, what it did stays, and the next run does the rest."""
    before = open_house(database, Vault([OLD]))
    for number in range(12):
        await tell_half(before, f"teller {number}")
    environ = {**os.environ, **make_bot(VERTELBOT_SECRET_KEY=f"{NEW} {OLD}").environ}
    running = subprocess.Popen([sys.executable, "-m", "bot", "keys", "rotate"], env=environ)
    while running.poll() is None:
        async with database.reading() as connection:
            rows = await connection.exec_driver_sql("select sealed from addresses")
            if any(Vault([NEW]).is_newest(row[0]) for row in rows.all()):
                running.send_signal(signal.SIGKILL)
                break
    running.wait(30)
    done = rotate(make_bot, f"{NEW} {OLD}", "rotate")
    after = open_house(database, Vault([NEW]))
    after.sent = 500

    assert done.returncode == 0, done.stderr
    for number in range(12):
        after.heard(f"teller {number}")
        await after.say(f"teller {number}", "help")
        assert phrase("nl", "help_text") in after.heard(f"teller {number}")
