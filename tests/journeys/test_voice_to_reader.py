"""The main job: a voice note, on each channel, becomes a confirmed story that another tool reads."""

from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from running_bot import RunningBot
from storage_probe import read_as_reader
from tellers import Teller, WebTeller, answer_questions, begin_telling, expect, own

VOICE = Path(__file__).parents[1] / "fixtures" / "voice"


@pytest.mark.parametrize("channel", ["web", "telegram", "whatsapp"])
async def test_a_voice_note_ends_as_a_story_that_readers_see(
    channel: str, tellers: dict[str, Teller], database_url: str
) -> None:
    """A note spoken on a channel is confirmed there and read, with its answers, by the reader role."""
    teller = tellers[channel]

    await begin_telling(teller)
    await teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(teller, own("story_voice"))
    await teller.tap("done")
    await expect(teller, "Hoe zou je dit verhaal noemen?")
    await answer_questions(teller)
    await expect(teller, own("confirm"))
    await teller.tap("keep")
    await expect(teller, "De code van je verhaal is")

    stories = read_as_reader(
        database_url,
        "select story_id, flow, channel, language, title, story, told_by, share_with, complete"
        " from reader.stories_v1",
    )
    assert len(stories) == 1
    story_id, *rest, story, told_by, share_with, complete = stories[0]
    assert rest == ["wijkcoach", channel, "nl", "De nieuwe fiets"]
    assert (told_by, share_with, complete) == ("voice", "alle-teams", True)
    heard = str(story).casefold()
    assert [word for word in ("school", "dochter", "fiets", "tas") if word in heard] == [
        "school",
        "dochter",
        "fiets",
        "tas",
    ]

    answers = read_as_reader(
        database_url,
        "select question, part, status, code, number, text from reader.answers_v1"
        f" where story_id = '{story_id}' order by question, part",
    )
    assert answers == [
        ("delen", "alle-teams", "answered", "alle-teams", None, None),
        ("drijfveer", "gevoel", "answered", None, Decimal(10), None),
        ("drijfveer", "regels", "answered", None, Decimal(45), None),
        ("drijfveer", "vak", "answered", None, Decimal(45), None),
        ("gevoel", "gids", "answered", "gids", None, None),
        ("naam", "", "answered", None, None, "De nieuwe fiets"),
        ("vraag", "beter", "answered", "beter", None, None),
    ]


async def test_a_typed_story_needs_no_worker(bot: RunningBot, database_url: str) -> None:
    """A story typed at the web chat is kept as the teller confirmed it, without contact details."""
    teller = WebTeller(bot.url)

    await begin_telling(teller)
    await teller.say(
        "Ik belde de moeder op 06-12345678 en mailde school@voorbeeld.nl. " + "Het ging goed. " * 10
    )
    await expect(teller, own("story_more"))
    await teller.tap("done")
    await expect(teller, "Hoe zou je dit verhaal noemen?")
    await answer_questions(teller)
    shown = await expect(teller, "Ik belde de moeder")
    await teller.tap("keep")
    await expect(teller, "De code van je verhaal is")

    assert read_as_reader(database_url, "select story, told_by from reader.stories_v1") == [(shown, "text")]
    assert shown.startswith("Ik belde de moeder op [telefoonnummer] en mailde [e-mailadres].")


@pytest.mark.parametrize(
    "table", ["stories", "answers", "addresses", "participants", "sessions", "inbox", "outbox", "recordings"]
)
async def test_a_base_table_is_refused_to_the_reader(table: str, database: object, database_url: str) -> None:
    """The reader role sees views and nothing else."""
    del database
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        read_as_reader(database_url, f"select * from public.{table}")


async def test_the_reader_cannot_write(database: object, database_url: str) -> None:
    """The reader role's transactions are read only."""
    del database
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        read_as_reader(database_url, "create table reader.mine (a int)")
