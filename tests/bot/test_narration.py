"""Sound of what is said: found, made, kept; links to it; and what is never kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bot.channels.spoken_text import write_spoken
from bot.media_tokens import LIFETIME, Meant, SentMessage, ShownMessage, StoredFile, read_token, write_path
from bot.narration import Narration
from flows.outbound import Option, Progress, Utterance
from spoken_sound import find_speaker, measure_voice_note
from storage import readings
from storage.database import Database
from storage.media import MediaStore
from storage.vault import Vault
from workers.speech import Speech

NOW = datetime(2026, 3, 12, tzinfo=UTC)


@pytest.fixture
def narration(database: Database, vault: Vault, tmp_path: Path) -> Narration:
    """What reads aloud in Dutch."""
    speech = Speech("espeak-ng", find_speaker(), {"nl": "nl"})
    return Narration(database, MediaStore(tmp_path / "media", vault), speech, "https://vertel.example")


def list_files(narration: Narration) -> list[Path]:
    """All that lies in the media store."""
    return [path for path in narration.media.folder.rglob("*") if path.is_file()]


async def test_a_fixed_text_is_made_once(narration: Narration) -> None:
    """The second time it is found, sealed; words of a teller are made anew and never kept."""
    first = await narration.read("Goedemorgen.", "nl", personal=False)
    again = await narration.read("Goedemorgen. ", "nl", personal=False)
    own = await narration.read("Ik heet Noa.", "nl", personal=True)

    assert first is not None
    assert own is not None
    assert first == again
    assert measure_voice_note(first) > 0.3
    assert len(list_files(narration)) == 1
    assert b"OggS" not in list_files(narration)[0].read_bytes()


async def test_what_a_person_recorded_goes_first(narration: Narration) -> None:
    """As long as the text is the same; another text is read by the program."""
    media = narration.media.write(b"recorded")
    async with narration.database.transaction() as connection:
        await readings.add_recorded(
            connection,
            flow="f",
            step="s",
            language="nl",
            digest=readings.digest_text("Dag."),
            media=media,
            size=8,
        )

    assert await narration.read("Dag.", "nl", personal=False) == b"recorded"
    assert await narration.read("Dag!", "nl", personal=False) != b"recorded"


async def test_where_nothing_can_be_heard(narration: Narration) -> None:
    """No sound by text message, nor in WhatsApp without https, nor in a language without a voice."""
    async with narration.database.reading() as connection:
        can = [
            await narration.can_read(connection, channel, "f", language)
            for channel, language in (("web", "nl"), ("whatsapp", "nl"), ("sms", "nl"), ("web", "tr"))
        ]
        narration.site = "http://127.0.0.1"
        unreachable = await narration.can_read(connection, "whatsapp", "f", "nl")

    assert (can, unreachable) == ([True, True, False, False], False)
    assert await narration.read("Merhaba", "tr", personal=False) is None
    assert await narration.read(" ", "nl", personal=False) is None


def test_options_are_heard_with_their_numbers() -> None:
    """What is read aloud has no progress and no quotation marks."""
    options = (Option("a", "Blij"), Option("b", "Trots"))
    said = Utterance("Hoe was 'dat'?", "nl", kind="choice", options=options, progress=Progress(1, 9))

    assert write_spoken(said) == "Hoe was dat?\n1: Blij.\n2: Trots.\nAntwoord met een nummer."


@pytest.mark.parametrize(
    "meant", [StoredFile("ab" * 16, "application/pdf"), SentMessage(2**40), ShownMessage(UUID(int=7), 12)]
)
def test_a_link_says_what_it_means_for_a_while(vault: Vault, meant: Meant) -> None:
    """Whatever is altered, or too late, means nothing; and no link holds anything to read."""
    path = write_path(vault, meant, NOW)
    token = path.removeprefix("/media/")

    assert read_token(vault, token, NOW) == meant
    assert read_token(vault, token, NOW + LIFETIME - timedelta(seconds=1)) == meant
    assert read_token(vault, token, NOW + LIFETIME) is None
    assert read_token(Vault(["another secret of tests, long enough"]), token, NOW) is None
    altered = ("A" if token[8] != "A" else "B").join((token[:8], token[9:]))
    assert read_token(vault, altered, NOW) is None
    assert len(path) < 200
