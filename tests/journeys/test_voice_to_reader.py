"""The main job: a voice note, on each channel, becomes a confirmed story that another tool reads."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from channels.telegram_server import TOKEN, TelegramServer
from running_bot import RunningBot
from storage_probe import read_as_owner, read_as_reader
from tellers import (
    PolledTeller,
    Teller,
    WebTeller,
    answer_questions,
    begin_telling,
    expect,
    go_on_to_confirmation,
    keep_story,
    own,
)

VOICE = Path(__file__).parents[1] / "fixtures" / "voice"


@pytest.mark.usefixtures("speaking_bot")
@pytest.mark.parametrize("channel", ["web", "telegram", "whatsapp"])
async def test_a_voice_note_ends_as_a_story_that_readers_see(
    channel: str, tellers: dict[str, Teller], database_url: str
) -> None:
    """A note spoken on a channel is confirmed there and read, with its answers, by the reader role."""
    teller = tellers[channel]

    await begin_telling(teller)
    await teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(teller, own("story_voice"))
    await go_on_to_confirmation(teller)
    await keep_story(teller)

    stories = read_as_reader(
        database_url,
        "select story_id, flow, channel, language, title, story, told_by, share_with, complete"
        " from reader.stories_v1",
    )
    assert len(stories) == 1
    story_id, *rest, story, told_by, share_with, complete = stories[0]
    assert rest == ["coach", channel, "nl", "De nieuwe fiets"]
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


async def test_a_typed_story_is_kept_as_it_was_shown(bot: RunningBot, database_url: str) -> None:
    """A story typed at the web chat is kept as the teller confirmed it, without contact details."""
    teller = WebTeller(bot.url)

    await begin_telling(teller)
    await teller.say(
        "Ik belde de moeder op 06-12345678 en mailde school@voorbeeld.nl. " + "Het ging goed. " * 10
    )
    await expect(teller, own("story_more"))
    await teller.tap("done")
    await expect(teller, "Welke titel")
    await answer_questions(teller)
    shown = await expect(teller, "Ik belde de moeder")
    await keep_story(teller)

    assert read_as_reader(database_url, "select story, told_by from reader.stories_v1") == [(shown, "text")]
    assert shown.startswith("Ik belde de moeder op [telefoonnummer 1] en mailde [e-mailadres 1].")


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


async def test_telegram_without_a_webhook(
    make_bot: Callable[..., RunningBot], telegram: TelegramServer, whisper_model: Path, database_url: str
) -> None:
    """A bot that fetches its updates needs no public address, and a voice note ends as a story there too."""
    bot = make_bot(
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_MODE="polling",
        TELEGRAM_API_URL=telegram.url,
        WHISPER_MODEL=str(whisper_model),
    )
    bot.start_worker()
    bot.start()
    teller = PolledTeller(bot.url, "", telegram)

    await begin_telling(teller)
    await teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(teller, own("story_voice"))
    await go_on_to_confirmation(teller)
    await keep_story(teller)

    assert read_as_reader(database_url, "select channel, told_by from reader.stories_v1") == [
        ("telegram", "voice")
    ]


async def test_what_a_teller_throws_away_is_gone(
    speaking_bot: RunningBot, web_teller: WebTeller, database_url: str
) -> None:
    """At the confirmation a teller can still say no: nothing told stays, and another story can begin."""
    await begin_telling(web_teller)
    await web_teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(web_teller, own("story_voice"))
    await go_on_to_confirmation(web_teller)
    media = Path(speaking_bot.environ["VERTELBOT_HOME"]) / "media"
    before = [path for path in media.rglob("*") if path.is_file()]
    await web_teller.tap("discard")
    await expect(web_teller, own("discarded"))
    shown = await web_teller.read()
    await web_teller.tap("start")
    await expect(web_teller, "Wil je meedoen")

    for table in ("stories", "answers", "recordings", "transcripts", "consents"):
        assert read_as_owner(database_url, f"select count(*) from {table}") == [(0,)]
    assert (len(before), [path for path in media.rglob("*") if path.is_file()]) == (1, [])
    assert shown == [own("discarded")]


async def test_a_recording_that_is_no_answer_is_not_kept(bot: RunningBot) -> None:
    """Sound for a question that is then answered otherwise is gone, and so is sound after the end."""
    teller = WebTeller(bot.url)
    await teller.start()
    await expect(teller, "Wil je meedoen")
    await teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(teller, own("listening"))
    await teller.tap("no")
    await expect(teller, own("declined"))
    await teller.speak((VOICE / "verhaal.ogg").read_bytes())
    await expect(teller, own("declined"), times=2)

    media = Path(bot.environ["VERTELBOT_HOME"]) / "media"
    assert [path for path in media.rglob("*") if path.is_file()] == []
