"""`vertelbot inbox` and `vertelbot outbox`, with a running server that takes what is put back."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import update

from bot.channels.telegram_updates import arrive
from channels.telegram_builders import CHAT
from channels.telegram_server import TOKEN, TelegramServer
from flows.outbound import Utterance
from running_bot import RunningBot, run_command
from storage import inbox, outbox, participants
from storage.database import Database
from storage.tables import addresses
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table
from storage.vault import Vault
from tellers import FLOW, TELEGRAM_SECRET, TelegramTeller, expect, own

SECRET_WORDS = "een geheim over de buren"


@pytest.fixture
def talking_bot(make_bot: Callable[..., RunningBot], telegram: TelegramServer) -> RunningBot:
    """A running server with Telegram on."""
    bot = make_bot(
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_WEBHOOK_SECRET=TELEGRAM_SECRET,
        TELEGRAM_API_URL=telegram.url,
    )
    bot.start_server()
    return bot


@pytest.fixture
def teller(talking_bot: RunningBot, telegram: TelegramServer) -> TelegramTeller:
    """A person on Telegram."""
    return TelegramTeller(talking_bot.url, TELEGRAM_SECRET, telegram)


async def _bury(database: Database, vault: Vault, *raws: dict[str, object], error: str) -> list[int]:
    """Keep updates as dead letters, in this order; answers their numbers."""
    async with database.transaction() as connection:
        for raw in raws:
            kept = arrive(raw, TOKEN.partition(":")[0])
            chat = vault.find_token("telegram", kept.address)
            await inbox.keep_update(connection, vault, "telegram", kept.key, chat, kept.order or 0, kept.raw)
        dead = update(inbox_table).where(inbox_table.c.state == "new")
        found = await connection.execute(
            dead.values(state="dead", attempts=5, error=error).returning(inbox_table.c.id)
        )
        return sorted(found.scalars())


async def _bury_message(database: Database, vault: Vault, text: str) -> int:
    """A dead message for the person on Telegram."""
    async with database.transaction() as connection:
        token = vault.find_token("telegram", str(CHAT))
        address = await participants.find_address(connection, vault, token)
        assert address is not None
        await outbox.add_messages(connection, vault, address.id, [Utterance(text, "nl")])
        dead = update(outbox_table).where(outbox_table.c.state.in_(("ready", "sending")))
        error = "NotSentError: The platform could not be reached. (ConnectError)"
        found = await connection.execute(
            dead.values(state="dead", attempts=6, error=error).returning(outbox_table.c.id)
        )
        return found.scalar_one()


async def test_what_was_put_back_is_taken_in_the_platforms_order(
    talking_bot: RunningBot, teller: TelegramTeller, database: Database, vault: Vault
) -> None:
    """A start and a call for help that came in the wrong order and died are answered, the start first."""
    start, cry = teller.platform.updates.start(FLOW), teller.platform.updates.text("help")
    await _bury(database, vault, cry, start, error="TypeError at turns.py:98")

    done = run_command(talking_bot.environ, "inbox", "replay", "--all", "--channel", "telegram")

    assert (done.returncode, done.stdout) == (0, "2 updates put back; a server takes them now.\n")
    await expect(teller, own("help_text"))
    words = await teller.read()
    assert words[0] == "Hallo daar."
    assert own("help_text") not in words[0]
    listed = run_command(talking_bot.environ, "inbox", "list")
    assert (listed.returncode, listed.stdout) == (0, "There are no dead updates.\n")


async def test_an_odd_update_is_listed_shown_and_dropped(
    talking_bot: RunningBot, teller: TelegramTeller
) -> None:
    """It says what it means and what to do; its content shows only when asked for, and then goes for ever."""
    odd = teller.platform.updates.text(SECRET_WORDS)
    odd["message"]["chat"]["type"] = 7
    await teller.bring(odd)
    listed = await _wait_for_dead(talking_bot)
    (letter,) = json.loads(listed)
    number = str(letter["id"])

    human = run_command(talking_bot.environ, "inbox", "list").stdout
    shape = run_command(talking_bot.environ, "inbox", "show", number)
    whole = run_command(talking_bot.environ, "inbox", "show", number, "--reveal", "--json")
    asked = run_command(talking_bot.environ, "inbox", "drop", number)
    dropped = run_command(talking_bot.environ, "inbox", "drop", number, "--yes")
    after = run_command(talking_bot.environ, "inbox", "show", number)

    assert letter["error"] == "ParseError: type is no text"
    assert letter["channel"] == "telegram"
    assert letter["can_be_put_back"] is True
    for words in (letter["error"], letter["meaning"], letter["remedy"], "1 dead update."):
        assert words in human.replace("1 Dead", "1 dead")
    assert '"text": "text"' in shape.stdout
    assert SECRET_WORDS not in listed + human + shape.stdout + shape.stderr
    assert json.loads(whole.stdout)["content"]["message"]["text"] == SECRET_WORDS
    assert (asked.returncode, "Add --yes" in asked.stderr) == (2, True)
    assert (dropped.returncode, dropped.stdout) == (0, "1 update thrown away.\n")
    assert (after.returncode, after.stderr) == (
        1,
        f"Update {number} is no dead letter: it had its turn.\n",
    )


async def test_replaying_twice_does_no_harm(
    talking_bot: RunningBot, teller: TelegramTeller, database: Database, vault: Vault
) -> None:
    """The second time it says that there is nothing to put back; the person is answered once."""
    (number,) = await _bury(
        database, vault, teller.platform.updates.start(FLOW), error="TypeError at turns.py:98"
    )

    first = run_command(talking_bot.environ, "inbox", "replay", str(number))
    await expect(teller, "Wil je meedoen")
    second = run_command(talking_bot.environ, "inbox", "replay", str(number))
    third = run_command(talking_bot.environ, "inbox", "replay", "--all", "--json")

    assert first.returncode == 0
    assert (second.returncode, second.stderr) == (
        1,
        f"Update {number} is no dead letter: it had its turn.\n",
    )
    assert json.loads(third.stdout) == {"put_back": [], "left": []}
    assert (await teller.read()).count("Hallo daar.") == 1


async def test_a_dead_message_is_said_after_all(
    talking_bot: RunningBot, teller: TelegramTeller, database: Database, vault: Vault
) -> None:
    """A running server sends it within seconds, once."""
    await teller.start()
    await expect(teller, "Wil je meedoen")
    number = await _bury_message(database, vault, "Dit bleef liggen.")

    listed = json.loads(run_command(talking_bot.environ, "outbox", "list", "--json").stdout)
    done = run_command(talking_bot.environ, "outbox", "retry", str(number))

    assert [each["id"] for each in listed] == [number]
    assert (done.returncode, done.stdout) == (0, "1 message put back; a server sends it within seconds.\n")
    await expect(teller, "Dit bleef liggen.")
    assert (await teller.read()).count("Dit bleef liggen.") == 1


async def test_nobody_who_is_gone_is_written_to(
    talking_bot: RunningBot, teller: TelegramTeller, database: Database, vault: Vault
) -> None:
    """Not one by one, and not with all; the message can be shown and thrown away."""
    await teller.start()
    await expect(teller, "Wil je meedoen")
    number = await _bury_message(database, vault, SECRET_WORDS)
    async with database.transaction() as connection:
        await connection.execute(update(addresses).values(gone=True))

    one = run_command(talking_bot.environ, "outbox", "retry", str(number))
    everything = run_command(talking_bot.environ, "outbox", "retry", "--all")
    shown = run_command(talking_bot.environ, "outbox", "show", str(number))
    dropped = run_command(talking_bot.environ, "outbox", "drop", str(number), "--yes", "--json")

    assert (one.returncode, one.stderr) == (
        1,
        f"Message {number} cannot be sent: the person blocked the bot or is gone.\n",
    )
    assert everything.stdout == "Nothing to put back.\n1 message cannot be put back; `list` says why.\n"
    assert "blocked the bot" in shown.stdout
    assert SECRET_WORDS not in shown.stdout
    assert json.loads(dropped.stdout) == {"dropped": [number]}


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (("inbox", "replay", "4711"), 1, "There is no update 4711."),
        (("inbox", "show", "4711"), 1, "There is no update 4711."),
        (("outbox", "retry", "4711"), 1, "There is no message 4711."),
        (("outbox", "drop", "4711", "--yes"), 1, "There is no message 4711."),
        (("inbox", "replay"), 2, "Name the numbers, or use --all."),
        (("inbox", "replay", "1", "--all"), 2, "Name the numbers, or use --all."),
        (("inbox", "replay", "1", "--channel", "web"), 2, "--channel goes with --all."),
        (("inbox", "drop"), 2, "Name the numbers"),
        (("inbox", "show", "vijf"), 2, "vijf"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]  # a command's words
)
def test_a_wrong_number_is_one_line(
    idle_bot: RunningBot, command: tuple[str, ...], code: int, words: str
) -> None:
    """No traceback, a code that says so, and what is wrong is named."""
    done = run_command(idle_bot.environ, *command)

    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


async def _wait_for_dead(bot: RunningBot) -> str:
    """The list as JSON, once something is in it."""
    for _ in range(60):
        listed = run_command(bot.environ, "inbox", "list", "--json").stdout
        if json.loads(listed):
            return listed
    raise AssertionError("nothing died")
