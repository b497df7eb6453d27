"""How Telegram's updates come in: webhook and polling, both confirming only what was kept."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.channels.channel import Arrival
from bot.channels.telegram import Telegram, TelegramSettings
from channels.telegram_builders import Update
from channels.telegram_server import TOKEN, Fault, TelegramServer, throttle

SECRET = "geheim-woord_1"
OLDER_SECRET = "the-one-before"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
QUICK = (0.01,)


class Shelf:
    """Keeps arrivals in a list; `fails` is how often it refuses first."""

    def __init__(self) -> None:
        self.kept: list[Arrival] = []
        self.fails = 0
        self.news = asyncio.Event()

    async def keep(self, arrival: Arrival) -> bool:
        """Keep an arrival, or raise as a database does that is away."""
        if self.fails:
            self.fails -= 1
            raise ConnectionError("no database for 700100")
        self.kept.append(arrival)
        self.news.set()
        return True

    async def wait_for(self, number: int) -> None:
        """Wait until so many arrivals were kept."""
        while len(self.kept) < number:
            self.news.clear()
            await self.news.wait()


@pytest.fixture
def server(telegram: TelegramServer) -> TelegramServer:
    """The fake Telegram, by the name that is shortest here."""
    return telegram


@pytest_asyncio.fixture
async def shelf() -> Shelf:
    """Make an empty shelf."""
    return Shelf()


@pytest_asyncio.fixture
async def webhook(server: TelegramServer, shelf: Shelf) -> AsyncIterator[str]:
    """Our webhook's URL, in an app that allows large bodies elsewhere; known to the fake Telegram."""
    app = web.Application(client_max_size=64 << 20)
    async with Telegram(TelegramSettings(TOKEN, (SECRET, OLDER_SECRET), server.url), _no_picture) as channel:
        app.add_routes(channel.routes(shelf.keep))
        async with TestServer(app) as ours:
            url = str(ours.make_url("/webhooks/telegram"))
            server.webhook = {"url": url, "secret_token": SECRET}
            yield url


@pytest_asyncio.fixture
async def poller(server: TelegramServer) -> AsyncIterator[Telegram]:
    """Make a channel that polls the fake."""
    settings = TelegramSettings(TOKEN, api_url=server.url, mode="polling")
    async with Telegram(settings, _no_picture, timeout=5) as channel:
        yield channel


def _no_picture(path: str) -> str:
    raise FileNotFoundError(path)


async def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any], str | None]:
    async with ClientSession() as session, session.post(url, data=BytesIO(body), headers=headers) as answer:
        return answer.status, await answer.json(), answer.headers.get("Retry-After")


async def test_webhook_keeps(server: TelegramServer, webhook: str, shelf: Shelf) -> None:
    """An update with the right secret is kept whole, then answered."""
    update = server.updates.text("Dag")
    assert webhook
    assert await server.post(update) == 200
    (arrival,) = shelf.kept
    assert (arrival.channel, arrival.key) == ("telegram", f"tg:123456:{update['update_id']}")
    assert (arrival.address, arrival.order, arrival.raw) == ("700100", update["update_id"], update)


async def test_webhook_answers_button(server: TelegramServer, webhook: str, shelf: Shelf) -> None:
    """A tapped button is answered in the webhook's own answer, without a call of ours."""
    update = server.updates.callback("gevoel|gids")
    calls = len(server.calls)
    status, answer, _ = await _post(webhook, json.dumps(update).encode(), {HEADER: SECRET})
    assert status == 200
    number = update["callback_query"]["id"]
    assert answer == {"method": "answerCallbackQuery", "callback_query_id": number}
    assert await server.post(update) == 200
    assert server.acknowledged == [number]
    assert len(server.calls) == calls
    assert len(shelf.kept) == 2


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="missing"),
        pytest.param({HEADER: ""}, id="empty"),
        pytest.param({HEADER: SECRET + "x"}, id="wrong"),
        pytest.param({HEADER: SECRET.upper()}, id="capitals"),
        pytest.param({HEADER: "gehéim🌱"}, id="outside ASCII"),
    ],
)
async def test_webhook_secret(
    server: TelegramServer, webhook: str, shelf: Shelf, headers: dict[str, str]
) -> None:
    """Without the right secret nothing is kept and nothing is explained."""
    body = json.dumps(server.updates.text("Dag")).encode()
    status, answer, _ = await _post(webhook, body, headers)
    assert (status, list(answer)) == (403, ["error"])
    assert shelf.kept == []


async def test_webhook_bytes_for_secret(webhook: str, shelf: Shelf) -> None:
    """A header of bytes that are no UTF-8 is a wrong secret too, not a failure of ours."""
    host, port = webhook.split("/")[2].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /webhooks/telegram HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{HEADER}: "
    writer.write(head.encode() + b"\xff\xfe\r\nContent-Length: 2\r\n\r\n{}")
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b" 403 " in status
    assert shelf.kept == []


async def test_webhook_without_secret(server: TelegramServer, shelf: Shelf, poller: Telegram) -> None:
    """A bot that polls and has no secret refuses every webhook."""
    app = web.Application()
    app.add_routes(poller.routes(shelf.keep))
    body = json.dumps(server.updates.text("Dag")).encode()
    async with TestServer(app) as ours:
        url = str(ours.make_url("/webhooks/telegram"))
        for headers in ({}, {HEADER: ""}, {HEADER: "None"}):
            assert (await _post(url, body, headers))[0] == 403
    assert shelf.kept == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="empty"),
        pytest.param(b"{", 400, id="half JSON"),
        pytest.param(b"\xff\xfe", 400, id="no text"),
        pytest.param(b"[]", 400, id="a list"),
        pytest.param(b"[" * 100_000, 400, id="deep"),
        pytest.param(b'{"message": {}}', 400, id="no update_id"),
        pytest.param(b'{"update_id": "1"}', 400, id="update_id in quotes"),
        pytest.param(b'{"update_id": ' + b"9" * 5000 + b"}", 400, id="a very long number"),
        pytest.param(b" " * (1 << 20) + b"{}", 413, id="over 1 MiB"),
    ],
)
async def test_webhook_body(webhook: str, shelf: Shelf, body: bytes, status: int) -> None:
    """What is no update is refused with a reason, and never a failure of ours."""
    given, answer, _ = await _post(webhook, body, {HEADER: SECRET})
    assert (given, list(answer)) == (status, ["error"])
    assert shelf.kept == []


async def test_webhook_chunked(webhook: str, shelf: Shelf) -> None:
    """A body without a length is measured while it comes in."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (64 << 10)

    async with ClientSession() as session:
        answer = await session.post(webhook, data=chunks(), headers={HEADER: SECRET})
        assert answer.status == 413
    assert shelf.kept == []


async def test_webhook_repeats(server: TelegramServer, webhook: str, shelf: Shelf) -> None:
    """The same update five times is offered five times under one key; storage keeps one."""
    update = server.updates.voice("voice-1")
    assert webhook
    assert [await server.post(update) for _ in range(5)] == [200] * 5
    assert {arrival.key for arrival in shelf.kept} == {f"tg:123456:{update['update_id']}"}
    assert len(shelf.kept) == 5


async def test_webhook_storage_away(
    server: TelegramServer, webhook: str, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """When it cannot be kept Telegram is asked to send it again, and the log names no person."""
    shelf.fails = 1
    body = json.dumps(server.updates.callback("a|b")).encode()
    status, answer, wait = await _post(webhook, body, {HEADER: SECRET})
    assert (status, list(answer), wait) == (503, ["error"], "5")
    assert "ConnectionError" in caplog.text
    assert "700100" not in caplog.text
    assert (await _post(webhook, body, {HEADER: SECRET}))[0] == 200


async def _poll_until(
    poller: Telegram, shelf: Shelf, done: Callable[[], bool], *, waits: tuple[float, ...] = QUICK
) -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(poller.poll(shelf.keep, stopping, waits=waits))
    while not done():
        assert not task.done(), "polling ended by itself"
        await asyncio.sleep(0.01)
    stopping.set()
    await task


async def test_poll(server: TelegramServer, poller: Telegram, shelf: Shelf) -> None:
    """Waiting updates are kept in order, confirmed, and buttons are answered."""
    updates = [server.updates.text("een"), server.updates.callback("a|b"), server.updates.voice("v")]
    await server.queue(*updates)
    await _poll_until(poller, shelf, lambda: server.confirmed == updates[-1]["update_id"])
    assert [arrival.raw for arrival in shelf.kept] == updates
    assert server.acknowledged == [updates[1]["callback_query"]["id"]]


async def test_poll_waits(server: TelegramServer, poller: Telegram, shelf: Shelf) -> None:
    """An update that comes while we wait is kept at once."""
    stopping = asyncio.Event()
    task = asyncio.create_task(poller.poll(shelf.keep, stopping))
    await server.wait_for_call("getUpdates")
    await server.queue(server.updates.text("Dag"))
    await shelf.wait_for(1)
    stopping.set()
    await task


async def test_poll_ends(server: TelegramServer, poller: Telegram, shelf: Shelf) -> None:
    """Polling ends at once when it must stop, though Telegram would let it wait for 50 seconds."""
    await _poll_until(poller, shelf, lambda: "getupdates" in server.calls)
    assert shelf.kept == []


async def test_poll_removes_webhook(server: TelegramServer, poller: Telegram, shelf: Shelf) -> None:
    """A webhook that is still set is removed first, and what waits is not thrown away."""
    server.webhook = {"url": "https://old.example.org/w"}
    await server.queue(server.updates.text("Dag"))
    await _poll_until(poller, shelf, lambda: len(shelf.kept) == 1)
    assert server.webhook == {}
    assert server.calls.index("deletewebhook") < server.calls.index("getupdates")


async def test_poll_confirms_after_keep(
    server: TelegramServer, poller: Telegram, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """What could not be kept is not confirmed but fetched again; the log names no person."""
    confirmed: list[int] = []
    updates: list[Update] = [server.updates.text(word) for word in ("een", "twee")]
    keep = shelf.keep

    async def keep_and_look(arrival: Arrival) -> bool:
        confirmed.append(server.confirmed)
        return await keep(arrival)

    shelf.keep = keep_and_look
    shelf.fails = 2
    await server.queue(*updates)
    await _poll_until(poller, shelf, lambda: server.confirmed == updates[-1]["update_id"])
    assert [arrival.raw for arrival in shelf.kept] == updates
    assert max(confirmed) < updates[0]["update_id"]
    assert caplog.text.count("ConnectionError") == 1
    assert "700100" not in caplog.text


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(502, "<html>Bad Gateway</html>"), id="502"),
        pytest.param(Fault(breaks="before"), id="reset"),
        pytest.param(Fault(breaks="garbage"), id="no JSON"),
        pytest.param(Fault(breaks="bare"), id="no result"),
        pytest.param(Fault(401, "Unauthorized"), id="401"),
        pytest.param(Fault(409, "Conflict: terminated by other getUpdates request"), id="conflict"),
        pytest.param(throttle(0), id="throttled"),
    ],
)
async def test_poll_survives(
    server: TelegramServer,
    poller: Telegram,
    shelf: Shelf,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Polling lives through failures of every call, and says each once."""
    server.fail("deleteWebhook", fault)
    server.fail("getUpdates", fault, fault, fault)
    await server.queue(server.updates.text("Dag"))
    await _poll_until(poller, shelf, lambda: len(shelf.kept) == 1)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert TOKEN not in caplog.text


async def test_poll_conflict_is_clear(
    server: TelegramServer, poller: Telegram, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """A second server with the same token is named as what it is."""
    server.fail("getUpdates", Fault(409, "Conflict: terminated by other getUpdates request"))
    await server.queue(server.updates.text("Dag"))
    await _poll_until(poller, shelf, lambda: len(shelf.kept) == 1)
    assert "another server polls with this token" in caplog.text


async def test_poll_odd_update(server: TelegramServer, poller: Telegram, shelf: Shelf) -> None:
    """An update with odd contents is kept like any other; parsing it is for later."""
    odd = {"update_id": 5, "message": {"chat": 3}}
    await server.queue(odd, {"update_id": 6, "brand_new": True})
    await _poll_until(poller, shelf, lambda: server.confirmed == 6)
    assert [arrival.address for arrival in shelf.kept] == ["", ""]


async def test_poll_without_number(server: TelegramServer, poller: Telegram, shelf: Shelf) -> None:
    """An update without a number cannot be confirmed; polling waits instead of running wild."""
    await server.queue(server.updates.text("Dag"), {"message": {}})
    await _poll_until(poller, shelf, lambda: server.calls.count("getupdates") == 3)
    assert len(shelf.kept) == 1


async def test_poll_button_unanswered(server: TelegramServer, poller: Telegram, shelf: Shelf) -> None:
    """A button that cannot be answered holds nothing up."""
    server.fail("answerCallbackQuery", Fault(400, "Bad Request: query is too old"), Fault(500, "no"))
    updates = [server.updates.callback("a|b"), server.updates.callback("a|c")]
    await server.queue(*updates)
    await _poll_until(poller, shelf, lambda: server.confirmed == updates[-1]["update_id"])
    assert len(shelf.kept) == 2
