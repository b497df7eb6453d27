"""`vertelbot channels` and what `vertelbot doctor` says of channels, beside fakes of the platforms."""

import asyncio
import json
import subprocess
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.connecting import compare_clocks
from bot.channels.telegram_connecting import list_commands
from bot.channels.whatsapp import write_template_key
from channels.telegram_server import TOKEN, TelegramServer
from channels.twilio_server import TwilioServer
from flows.phrases import LANGUAGES
from running_bot import run_command
from storage.contents import TwilioContents
from storage.database import Database
from storage.marks import read_mark
from tellers import PUBLIC_URL, TELEGRAM_SECRET, TWILIO_TOKEN

WHATSAPP = "whatsapp:+31600000000"
SMS = "+3197010000000"
WEBHOOK = f"{PUBLIC_URL}/webhooks/twilio#rc=3&rp=5xx,ct,rt&rt=4000&tt=15000"
STATUS = f"{PUBLIC_URL}/webhooks/twilio/status"


async def run(environ: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run `vertelbot COMMAND` to its end, while the platforms of this process go on answering it."""
    return await asyncio.to_thread(run_command, environ, *command)


@pytest.fixture
async def account() -> AsyncGenerator[TwilioServer]:
    """A fake Twilio with our two senders, of which it knows nothing yet."""
    server = TwilioServer("AC" + "0" * 32, TWILIO_TOKEN, whatsapp_from=WHATSAPP, sms_from=SMS)
    server.console.add_number(SMS)
    server.console.add_sender(WHATSAPP)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def environ(
    database: Database, valkey_url: str, telegram: TelegramServer, account: TwilioServer, tmp_path: Path
) -> dict[str, str]:
    """The settings of a bot with all channels on; nothing of it runs."""
    return {
        "DATABASE_URL": database.url,
        "REDIS_URL": valkey_url,
        "VERTELBOT_SECRET_KEY": "a-secret-for-tests-only-and-long-enough",
        "VERTELBOT_HOME": str(tmp_path / "home"),
        "VERTELBOT_PUBLIC_URL": PUBLIC_URL,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET,
        "TELEGRAM_API_URL": telegram.url,
        "TWILIO_ACCOUNT_SID": account.account_sid,
        "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
        "TWILIO_WHATSAPP_FROM": WHATSAPP,
        "TWILIO_SMS_FROM": SMS,
        "TWILIO_API_URL": account.url,
    }


async def test_connecting_tells_every_platform_once(
    environ: dict[str, str], telegram: TelegramServer, account: TwilioServer
) -> None:
    """A dry run changes nothing, the first run all that is needed, the second run nothing any more."""
    dry = await run(environ, "channels", "connect", "--dry-run")
    assert (telegram.webhook, telegram.commands, account.contents) == ({}, {}, {})

    first = await run(environ, "channels", "connect")
    calls = list(telegram.calls)
    second = await run(environ, "channels", "connect")

    assert (dry.returncode, first.returncode, second.returncode) == (0, 0, 0), first.stdout + first.stderr
    assert dry.stdout.splitlines()[-1] == "24 would be put right."
    assert first.stdout.splitlines()[-1] == "24 put right."
    assert second.stdout.splitlines()[-1] == "Nothing to change."
    assert [call for call in telegram.calls[len(calls) :] if call.startswith("set")] == []
    assert TOKEN not in first.stdout + second.stdout
    assert TWILIO_TOKEN not in first.stdout + second.stdout


async def test_what_telegram_is_told(
    environ: dict[str, str], telegram: TelegramServer, database: Database
) -> None:
    """Where updates go and which, the menu in every language, and here the name for links."""
    await run(environ, "channels", "connect", "telegram")

    webhook = telegram.webhook
    assert (webhook["url"], webhook["secret_token"]) == (f"{PUBLIC_URL}/webhooks/telegram", TELEGRAM_SECRET)
    assert set(json.loads(webhook["allowed_updates"])) == {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    }
    assert webhook["max_connections"] == "40"
    menus = {language: shown for (_, language), shown in telegram.commands.items()}
    assert {
        language: {each["command"]: each["description"] for each in shown}
        for language, shown in menus.items()
    } == {"" if language == "nl" else language: list_commands(language) for language in LANGUAGES}
    async with database.reading() as connection:
        mark = await read_mark(connection, "telegram")
    assert mark == {"username": "vertelbot"}


async def test_what_twilio_is_told(
    environ: dict[str, str], account: TwilioServer, database: Database
) -> None:
    """Number and sender lead to us, also at the second try; every template is made and sent in once."""
    await run(environ, "channels", "connect", "sms")
    assert account.contents == {}
    await run(environ, "channels", "connect", "whatsapp")

    assert account.console.find_webhooks(SMS) == (WEBHOOK, WEBHOOK, STATUS)
    assert account.console.find_webhooks(WHATSAPP) == (WEBHOOK, WEBHOOK, STATUS)
    names = {
        f"vertelbot_{what}_{each}" for what in ("reminder", "expired", "follow_up") for each in LANGUAGES
    }
    assert {approval["name"] for approval in account.console.approvals.values()} == names
    assert {approval["category"] for approval in account.console.approvals.values()} == {"UTILITY"}
    sid = await TwilioContents(database).find(write_template_key("reminder", "tr"))
    assert account.contents[sid or ""]["friendly_name"] == "vertelbot_reminder_tr"


async def test_a_changed_setting_is_told_again(environ: dict[str, str], telegram: TelegramServer) -> None:
    """Another secret or another address is put right by the next run, and by nothing else."""
    await run(environ, "channels", "connect", "telegram")
    rotated = {**environ, "TELEGRAM_WEBHOOK_SECRET": f"a-new-secret {TELEGRAM_SECRET}"}

    second = await run(rotated, "channels", "connect", "telegram")
    moved = {**rotated, "VERTELBOT_PUBLIC_URL": "https://elders.example"}
    third = await run(moved, "channels", "connect", "telegram")

    assert "set with another secret; put right now" in second.stdout
    assert "1 put right." in second.stdout
    assert "it should send to https://elders.example" in third.stdout
    assert telegram.webhook["url"] == "https://elders.example/webhooks/telegram"
    assert telegram.webhook["secret_token"] == "a-new-secret"


async def test_a_half_done_connection_is_finished(environ: dict[str, str], account: TwilioServer) -> None:
    """Where Twilio failed, the rest is done all the same; the next run does what is left."""
    account.fail_next(500, 20500, on="Approvals")

    first = await run(environ, "channels", "connect", "whatsapp")
    second = await run(environ, "channels", "connect", "whatsapp")

    assert first.returncode == 1
    assert "15 put right." in first.stdout
    assert "1 to mend by hand." in first.stdout
    assert (second.returncode, "1 put right." in second.stdout) == (0, True), second.stdout
    assert len(account.contents) == len(account.console.approvals) == 15


async def test_the_list_shows_where_approvals_are(environ: dict[str, str], account: TwilioServer) -> None:
    """On or off, where it leads, and for each template what WhatsApp made of it."""
    await run(environ, "channels", "connect")
    states = ("approved", "rejected", "pending")
    for sid, state in zip(account.console.approvals, states, strict=False):
        account.console.decide(sid, state)

    human = await run(environ, "channels", "list")
    machine = json.loads((await run(environ, "channels", "list", "--json")).stdout)

    assert human.returncode == 0
    assert f"✓ SMS webhook: {WEBHOOK}" in human.stdout
    assert "✓ WhatsApp template reminder nl: approved" in human.stdout
    assert "✗ WhatsApp template reminder en: rejected. Look at vertelbot_reminder_en" in human.stdout
    assert "! WhatsApp template reminder tr: pending. Wait" in human.stdout
    found = {(point["platform"], point["what"]): point for point in machine["points"]}
    assert found["whatsapp", "template reminder en"]["right"] is False
    assert found["telegram", "webhook"]["right"] is True


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "WhatsApp is off; TWILIO_WHATSAPP_FROM is not set."),
        ({"TELEGRAM_BOT_TOKEN": "", "TELEGRAM_WEBHOOK_SECRET": ""}, "WhatsApp is off"),
    ],
    ids=["only telegram", "nothing"],
)
async def test_a_channel_that_is_off_cannot_be_connected(
    environ: dict[str, str], changes: dict[str, str], words: str
) -> None:
    """One line says which setting turns it on."""
    off = {name: "" for name in environ if name.startswith("TWILIO_")}

    done = await run({**environ, **off, **changes}, "channels", "connect", "whatsapp")

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


async def test_doctor_is_content_with_what_connect_did(
    environ: dict[str, str], account: TwilioServer
) -> None:
    """After connecting and approval nothing is left to mend but what has nothing to do with channels."""
    await run(environ, "channels", "connect")
    for sid in account.console.approvals:
        account.console.decide(sid, "approved")

    done = await run({**environ, "WHISPER_MODEL": "base"}, "doctor")

    wrong = [line for line in done.stdout.splitlines() if line.startswith("✗")]
    assert wrong == [], done.stdout
    for line in ("Telegram webhook", "Telegram clock", "Twilio clock", "SMS webhook", "WhatsApp sender"):
        assert f"✓ {line}: " in done.stdout
    assert "✓ Telegram: reached as @" in done.stdout


async def test_doctor_says_what_is_wrong_at_the_platforms(
    environ: dict[str, str], telegram: TelegramServer, account: TwilioServer
) -> None:
    """Each with what to do: nothing is connected yet, updates wait, the last one was refused."""
    telegram.webhook = {"url": "https://elders.example/webhooks/telegram", "secret_token": "x"}
    telegram.webhook_error = {
        "last_error_date": int(datetime.now(UTC).timestamp()),
        "last_error_message": "Wrong response from the webhook: 403 Forbidden",
    }
    (sender,) = account.console.senders.values()
    sender["status"] = "OFFLINE"
    (number,) = account.console.numbers.values()
    number["sms_url"] = WEBHOOK.partition("#")[0]

    done = await run(environ, "doctor")

    assert done.returncode == 1
    for words in (
        "✗ Telegram webhook: Telegram sends to https://elders.example/webhooks/telegram; it should send to "
        f"{PUBLIC_URL}/webhooks/telegram. Run `vertelbot channels connect telegram`.",
        "✗ Telegram last failure: Telegram could not bring an update lately: Wrong response",
        "✗ Telegram commands in Nederlands: not those of this version. Run `vertelbot channels connect",
        "✗ WhatsApp sender: whatsapp:+31600000000 is offline. Look at the sender in Twilio's console.",
        "✗ WhatsApp webhook: Twilio sends to nowhere",
        "✗ WhatsApp template follow_up pl: not made yet. Run `vertelbot channels connect whatsapp`.",
        "✗ SMS webhook: Twilio does not try again by #rc=3",
    ):
        assert words in done.stdout


async def test_doctor_names_older_tokens(environ: dict[str, str]) -> None:
    """They are advice, not trouble: with two tokens nothing is lost, but the older one should go."""
    older = {
        "TELEGRAM_BOT_TOKEN": f"{TOKEN} {TOKEN}-of-before",
        "TELEGRAM_WEBHOOK_SECRET": f"{TELEGRAM_SECRET} the-one-before",
        "TWILIO_AUTH_TOKEN": f"{TWILIO_TOKEN} token-of-before",
    }

    done = await run({**environ, **older}, "doctor")

    assert "! Telegram older token: is still configured, and works no more at Telegram." in done.stdout
    assert "! Telegram older webhook secret: is still taken." in done.stdout
    assert "! Twilio older token: is still configured, and works no more at Twilio." in done.stdout
    assert "of-before" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"TELEGRAM_BOT_TOKEN": "123456:not-the-token"}, "✗ Telegram: cannot be used: "),
        ({"TWILIO_AUTH_TOKEN": "not-the-token"}, "✗ Twilio: Twilio refuses the account SID and auth token"),
    ],
    ids=["telegram", "twilio"],
)
async def test_a_wrong_token_is_one_line(environ: dict[str, str], changes: dict[str, str], line: str) -> None:
    """Nothing else can be said of a platform that does not know us."""
    done = await run({**environ, **changes}, "channels", "list")

    (wrong,) = [each for each in done.stdout.splitlines() if each.startswith(line)]
    title = line.removeprefix("✗ ").partition(":")[0]
    assert not [each for each in done.stdout.splitlines() if title in each and each != wrong and "✓" in each]
    assert "not-the-token" not in done.stdout + done.stderr


async def test_a_clock_that_is_off_is_named(telegram: TelegramServer) -> None:
    """More than a minute from the platform's Date, ahead or behind; a platform that is away says nothing."""
    ahead = await compare_clocks("Telegram", telegram.url, lambda: datetime.now(UTC) + timedelta(minutes=5))
    behind = await compare_clocks("Telegram", telegram.url, lambda: datetime.now(UTC) - timedelta(hours=2))
    same = await compare_clocks("Telegram", telegram.url)
    away = await compare_clocks("Telegram", "http://127.0.0.1:1")

    assert ahead is not None
    assert (ahead.right, "seconds ahead of Telegram" in ahead.says) == (False, True)
    assert behind is not None
    assert "seconds behind Telegram" in behind.says
    assert same is not None
    assert same.right
    assert away is None
