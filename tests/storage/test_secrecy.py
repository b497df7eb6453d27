"""What was told is nowhere to be read before it is confirmed: not in the database, files, queue nor logs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from running_bot import RunningBot
from storage_probe import dump_database
from tellers import WebTeller, begin_telling, expect, go_on_to_confirmation, keep_story, own
from workers.queue import connect_valkey

TOLD = "De buurvrouw op de hoek vertelde over haar kelder"
TITLE = "De kelder vol water"


async def test_what_is_told_is_sealed_until_it_is_confirmed(
    bot: RunningBot, database_url: str, tmp_path: Path
) -> None:
    """Before the confirmation neither story nor title stands anywhere; after it readers see both."""
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    await teller.say(f"{TOLD}. " + "Het ging goed. " * 10)
    await expect(teller, own("story_more"))
    await go_on_to_confirmation(teller, TITLE)
    unconfirmed = dump_database(database_url)
    await keep_story(teller)
    confirmed = dump_database(database_url)

    assert [words for words in (TOLD, TITLE) if words in unconfirmed] == []
    assert [words for words in (TOLD, TITLE) if words in confirmed] == [TOLD, TITLE]
    assert teller.token not in confirmed
    assert TOLD not in bot.read_log()
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and TOLD.encode() in path.read_bytes()
    ] == []


async def test_the_queue_holds_ids_only(
    make_bot: Callable[..., RunningBot], valkey_url: str, database_url: str
) -> None:
    """A ring tells a job's id and nothing of the person or the sound."""
    bot = make_bot()
    bot.start()
    teller = WebTeller(bot.url)
    await begin_telling(teller)
    voice = Path(__file__).parents[1] / "fixtures" / "voice" / "verhaal.ogg"
    await teller.speak(voice.read_bytes())
    await expect(teller, own("story_voice"))
    valkey: Any = connect_valkey(valkey_url)  # redis leaves its commands untyped
    kept = b"".join(valkey.dump(key) or b"" for key in valkey.keys("*"))
    valkey.close()

    assert teller.token.encode() not in kept
    assert b"telegram" not in kept
    assert b"OggS" not in kept
    assert "OggS" not in dump_database(database_url)
