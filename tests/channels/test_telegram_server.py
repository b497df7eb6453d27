"""The fake Telegram itself: its answers are legal and its limits are Telegram's."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiogram.types import File, Message, User, WebhookInfo

from channels.telegram_server import TOKEN, TelegramServer


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """Start a fake Telegram."""
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()


async def _call(server: TelegramServer, method: str, **form: Any) -> dict[str, Any]:
    files = {"photo": form.pop("upload")} if "upload" in form else None
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/bot{TOKEN}/{method}", data=form, files=files)
        return answer.json()


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
    async with httpx.AsyncClient() as client:
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
