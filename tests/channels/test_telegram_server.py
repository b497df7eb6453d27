"""The fake Telegram itself: its answers are legal and its limits are Telegram's."""

import json
from collections.abc import AsyncIterator
from inspect import signature
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiogram.types import BotCommand, File, Message, User, WebhookInfo
from aiogram.types import Update as StrictUpdate

from channels.scaled_clock import ScaledClock
from channels.telegram_builders import Updates
from channels.telegram_server import BLOCKED, TOKEN, Chances, TelegramServer


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """Start a fake Telegram."""
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()


async def _call(server: TelegramServer, method: str, **form: Any) -> dict[str, Any]:
    kind = {"sendVoice": "voice", "sendDocument": "document"}.get(method, "photo")
    files = {kind: form.pop("upload")} if "upload" in form else None
    form = {
        name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in form.items()
    }
    async with httpx.AsyncClient(verify=False) as client:
        answer = await client.post(f"{server.url}/bot{TOKEN}/{method}", data=form, files=files)
        return answer.json()


KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Ja", "callback_data": "s|yes"}, {"text": "Nee", "callback_data": "s|no"}],
        [{"text": "Lees meer", "url": "https://vertelpunt.example/meer"}],
        [{"text": "Teken", "web_app": {"url": "https://vertelpunt.example/canvas"}}],
    ]
}


def test_every_builder_is_legal() -> None:
    """All that any builder builds passes an independent, strict reading of the Bot API."""
    updates = Updates()
    for name in sorted(name for name in vars(Updates) if not name.startswith("_")):
        if name == "one_of_each":
            continue
        build = getattr(updates, name)
        parameters = signature(build).parameters.values()
        words = [
            "dag"
            for each in parameters
            if each.kind is each.POSITIONAL_OR_KEYWORD and each.default is each.empty
        ]
        StrictUpdate.model_validate(build(*words))
    for update in updates.one_of_each().values():
        StrictUpdate.model_validate(update)


async def test_every_message_is_legal(server: TelegramServer) -> None:
    """Each message that the fake answers, sent or edited, passes the same reading."""
    calls: list[tuple[str, dict[str, Any]]] = [
        ("sendMessage", {"text": "Dag"}),
        ("sendMessage", {"text": "Kies", "reply_markup": KEYBOARD}),
        ("sendPhoto", {"upload": b"png", "caption": "Kies", "reply_markup": KEYBOARD}),
        ("sendPhoto", {"photo": "file-1"}),
        ("sendVoice", {"upload": b"OggS" + b"\0" * 24 + b"OpusHead\x01\x01", "duration": 3}),
        ("sendDocument", {"upload": b"%PDF"}),
        ("sendMessage", {"chat_id": -100_200_300, "text": "Dag"}),
        ("editMessageText", {"message_id": 5000, "text": "Dag!", "reply_markup": KEYBOARD}),
        ("editMessageReplyMarkup", {"message_id": 5001, "reply_markup": {"inline_keyboard": []}}),
        ("editMessageReplyMarkup", {"message_id": 5002}),
    ]
    for method, form in calls:
        answer = await _call(server, method, **{"chat_id": 1, **form})
        assert answer["ok"], answer
        Message.model_validate(answer["result"])
    assert len(server.results) == len(calls)
    first, second, *_ = server.shown(1)
    assert (first.text, first.labels, first.links[0][0], first.apps[0][0]) == (
        "Dag!",
        ["Ja", "Nee"],
        "Lees meer",
        "Teken",
    )
    assert (second.labels, server.told(1)[1].labels) == ([], ["Ja", "Nee"])
    assert [message.text for message in server.told(1)[:2]] == ["Dag", "Kies"]


async def test_an_edit_must_change_something(server: TelegramServer) -> None:
    """The same words and buttons once more, another's message and words under a picture are refused."""
    await _call(server, "sendMessage", chat_id=1, text="Kies", reply_markup=KEYBOARD)
    await _call(server, "sendPhoto", chat_id=1, upload=b"png")
    for form, problem in (
        ({"message_id": 5000, "text": "Kies", "reply_markup": KEYBOARD}, "message is not modified"),
        ({"message_id": 5001, "text": "Kies"}, "there is no text in the message"),
        ({"message_id": 1, "text": "Kies"}, "message to edit not found"),
    ):
        answer = await _call(server, "editMessageText", chat_id=1, **form)
        assert problem in answer["description"]
    assert not server.edits


async def test_chats_that_cannot_be_written_to(server: TelegramServer) -> None:
    """Each says so in Telegram's words; a chat that moved says where it is."""
    server.chats.blocked.add("1")
    server.chats.deactivated.add("2")
    server.chats.moved["-3"] = -1003
    server.chats.unknown.add("4")
    said = [await _call(server, "sendMessage", chat_id=chat, text="Dag") for chat in ("1", "2", "-3", "4")]
    assert [(each["error_code"], each["description"]) for each in said] == [
        (403, BLOCKED.description),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: group chat was upgraded to a supergroup chat"),
        (400, "Bad Request: chat not found"),
    ]
    assert said[2]["parameters"] == {"migrate_to_chat_id": -1003}
    server.chats.blocked.clear()
    assert (await _call(server, "sendMessage", chat_id=1, text="Dag"))["ok"]
    assert len(server.sent) == 1


async def test_rates_are_held(server: TelegramServer) -> None:
    """A fourth message at once to one chat and a thirty-first in all must wait; nothing of it is sent."""
    server.hold_to_rates = True
    server.rates.slack = 0.0
    server.clock.speed = 1e-6  # all within one moment
    answers = [await _call(server, "sendMessage", chat_id=1, text="Dag") for _ in range(4)]
    assert [each["ok"] for each in answers] == [True, True, True, False]
    assert answers[3]["error_code"] == 429
    assert answers[3]["parameters"]["retry_after"] >= 1
    more = [await _call(server, "sendMessage", chat_id=number, text="Dag") for number in range(2, 30)]
    assert [each["ok"] for each in more] == [True] * 27 + [False]
    assert (len(server.sent), server.rates.refused) == (30, {"1": 1, "bot": 1})
    server.clock.speed = 1e6  # an age later
    assert (await _call(server, "sendMessage", chat_id=1, text="Dag"))["ok"]


async def test_menus_are_kept_by_scope_and_language(server: TelegramServer) -> None:
    """Commands are kept for each scope and language alone; the button beside the text field for each chat."""
    commands = [{"command": "help", "description": "Uitleg"}]
    private = {"type": "all_private_chats"}
    form = {"commands": commands, "scope": private, "language_code": "nl"}
    assert (await _call(server, "setMyCommands", **form))["ok"]
    kept = (await _call(server, "getMyCommands", scope=private, language_code="nl"))["result"]
    assert [BotCommand.model_validate(each).command for each in kept] == ["help"]
    assert (await _call(server, "getMyCommands"))["result"] == []
    assert (await _call(server, "deleteMyCommands", scope=private, language_code="nl"))["result"]
    assert server.commands == {}
    menu = {"type": "web_app", "text": "Open", "web_app": {"url": "https://vertelpunt.example"}}
    assert (await _call(server, "setChatMenuButton", menu_button=menu))["ok"]
    assert (await _call(server, "getChatMenuButton"))["result"] == menu


async def test_chance_faults_can_be_repeated() -> None:
    """The same seed gives the same faults; what was accepted is in the log, answered or not."""
    dealt = list[dict[str, int]]()
    for _ in range(2):
        server = TelegramServer(clock=ScaledClock(seed=7))
        await server.start()
        server.chances = Chances(throttled=0.1, restarting=0.1, bad_gateway=0.1, before=0.1, after=0.1)
        heard = 0
        for number in range(60):
            try:
                heard += "text" in (await _call(server, "sendMessage", chat_id=1, text=str(number)))["result"]
            except (httpx.HTTPError, KeyError, ValueError):
                continue
        dealt.append(dict(server.dealt))
        assert (
            len(server.sent)
            == heard + server.dealt["after"]
            == 60 - server.dealt.total() + server.dealt["after"]
        )
        assert User.model_validate((await _call(server, "getMe"))["result"]).username
        await server.stop()
    assert dealt[0] == dealt[1]
    assert set(dealt[0]) == {"429", "500", "502", "before", "after"}


async def test_answers_are_legal(server: TelegramServer) -> None:
    """What the fake answers passes an independent, strict reading of the Bot API."""
    file_id = server.add_file(b"OggS")
    User.model_validate((await _call(server, "getMe"))["result"])
    Message.model_validate((await _call(server, "sendMessage", chat_id=1, text="Dag"))["result"])
    Message.model_validate((await _call(server, "sendPhoto", chat_id=1, upload=b"png"))["result"])
    File.model_validate((await _call(server, "getFile", file_id=file_id))["result"])
    WebhookInfo.model_validate((await _call(server, "getWebhookInfo"))["result"])


async def test_download(server: TelegramServer) -> None:
    """A file that was added can be fetched where getFile says."""
    file_id = server.add_file(b"OggS")
    path = (await _call(server, "getFile", file_id=file_id))["result"]["file_path"]
    async with httpx.AsyncClient(verify=False) as client:
        answer = await client.get(f"{server.url}/file/bot{TOKEN}/{path}")
    assert answer.content == b"OggS"


@pytest.mark.parametrize(
    ("method", "form", "description"),
    [
        pytest.param("sendMessage", {"chat_id": 1, "text": ""}, "text is empty", id="no text"),
        pytest.param(
            "sendMessage", {"chat_id": 1, "text": "a" * 4097}, "message is too long", id="long text"
        ),
        pytest.param(
            "sendPhoto",
            {"chat_id": 1, "caption": "a" * 1025, "upload": b"x"},
            "caption is too long",
            id="caption",
        ),
        pytest.param("sendPhoto", {"chat_id": 1, "photo": "none"}, "wrong file identifier", id="file id"),
        pytest.param("sendMessage", {"chat_id": "Noa", "text": "a"}, "chat not found", id="no such chat"),
        pytest.param(
            "sendMessage",
            {
                "chat_id": 1,
                "text": "a",
                "reply_markup": '{"inline_keyboard":[[{"text":"a","callback_data":"' + "é" * 33 + '"}]]}',
            },
            "BUTTON_DATA_INVALID",
            id="66 bytes on a button",
        ),
        pytest.param(
            "sendMessage",
            {
                "chat_id": 1,
                "text": "a",
                "reply_markup": '{"inline_keyboard":[['
                + ",".join(['{"text":"a","callback_data":"b"}'] * 9)
                + "]]}",
            },
            "too many buttons",
            id="nine in a row",
        ),
        *(
            pytest.param(
                "sendMessage",
                {"chat_id": chat, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", **key}]]}},
                problem,
                id=name,
            )
            for name, chat, key, problem in (
                ("no https", 1, {"web_app": {"url": "http://a.example"}}, "Only HTTPS links"),
                ("an app in a group", -1, {"web_app": {"url": "https://a.example"}}, "BUTTON_TYPE_INVALID"),
                ("a bad link", 1, {"url": "javascript:1"}, "Wrong HTTP URL"),
                ("a button that does nothing", 1, {}, "text buttons are unallowed"),
                (
                    "a button that does two things",
                    1,
                    {"url": "https://a.example", "callback_data": "a"},
                    "text",
                ),
            )
        ),
        *(
            pytest.param("setMyCommands", {"commands": commands, **more}, problem, id=name)
            for name, commands, more, problem in (
                ("capitals", [{"command": "Help", "description": "a"}], {}, "BOT_COMMAND_INVALID"),
                ("33 letters", [{"command": "a" * 33, "description": "a"}], {}, "BOT_COMMAND_INVALID"),
                ("no description", [{"command": "a", "description": ""}], {}, "DESCRIPTION_INVALID"),
                ("257 letters", [{"command": "a", "description": "a" * 257}], {}, "DESCRIPTION_INVALID"),
                ("101 commands", [{"command": "a", "description": "a"}] * 101, {}, "TOO_MUCH"),
                ("a language", [], {"language_code": "nld"}, "invalid language code"),
                ("a scope", [], {"scope": {"type": "all"}}, "BotCommandScope"),
                ("a scope without its chat", [], {"scope": {"type": "chat"}}, "chat_id is missing"),
            )
        ),
        pytest.param(
            "setChatMenuButton",
            {"menu_button": {"type": "web_app", "text": "a", "web_app": {"url": "http://a.example"}}},
            "Only HTTPS links",
            id="menu without https",
        ),
        pytest.param("sendVoice", {"chat_id": 1, "voice": "none"}, "wrong file identifier", id="voice id"),
        pytest.param("answerCallbackQuery", {}, "query is too old", id="no callback"),
        pytest.param("getFile", {"file_id": "none"}, "invalid file_id", id="unknown file"),
        pytest.param("setWebhook", {"url": "x", "secret_token": "é"}, "secret token", id="secret"),
        pytest.param("makeCoffee", {}, "method not found", id="unknown method"),
    ],
)
async def test_limits(server: TelegramServer, method: str, form: dict[str, Any], description: str) -> None:
    """What Telegram refuses, the fake refuses."""
    answer = await _call(server, method, **form)
    assert not answer["ok"]
    assert description in answer["description"]
    assert not server.sent
