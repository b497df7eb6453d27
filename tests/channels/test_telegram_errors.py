"""What Telegram's failures become, row by row of the retry table, and what of them may be told."""

import logging
from collections.abc import AsyncIterator
from traceback import format_exception

import pytest
import pytest_asyncio

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    MovedError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UncertainError,
    UnknownError,
)
from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.telegram_errors import read_refusal
from channels.parcels import send_all
from channels.telegram_server import (
    BAD_GATEWAY,
    BLOCKED,
    RESTARTING,
    TOKEN,
    Fault,
    TelegramServer,
    throttle,
)
from flows.outbound import Utterance

CHAT = "700100"


@pytest.fixture
def server(telegram: TelegramServer) -> TelegramServer:
    """The fake Telegram, by the name that is shortest here."""
    return telegram


@pytest_asyncio.fixture
async def channel(server: TelegramServer) -> AsyncIterator[Telegram]:
    """Make the channel, talking to the fake."""
    async with _make(server.url, timeout=10) as channel:
        yield channel


def _make(url: str, *, timeout: float = 10) -> Telegram:
    return Telegram(TelegramSettings(TOKEN, ("secret",), url), str, timeout=timeout)


async def _deliver(channel: Telegram, utterance: Utterance, reference: str = "r1") -> str | None:
    return await send_all(channel, CHAT, utterance, reference=reference)


def _told(error: DeliveryError) -> str:
    """All that a log would show of an error: its text and the errors behind it, without our own lines."""
    return "".join(line for line in format_exception(error) if not line.startswith("  "))


@pytest.mark.parametrize(
    ("fault", "kind", "sent"),
    [
        pytest.param(throttle(7), ThrottledError, 0, id="429"),
        pytest.param(RESTARTING, UnavailableError, 0, id="500"),
        pytest.param(BAD_GATEWAY, UnavailableError, 0, id="502, a page"),
        pytest.param(Fault(503, "Service Unavailable"), UnavailableError, 0, id="503"),
        pytest.param(Fault(504, "Gateway Timeout"), UnavailableError, 0, id="504"),
        pytest.param(Fault(breaks="before"), UncertainError, 0, id="reset before acceptance"),
        pytest.param(Fault(breaks="after"), UncertainError, 1, id="reset after acceptance"),
        pytest.param(Fault(breaks="garbage"), UncertainError, 1, id="200 that is no JSON"),
        pytest.param(Fault(breaks="bare"), UncertainError, 1, id="200 without a result"),
        pytest.param(BLOCKED, RecipientGoneError, 0, id="blocked"),
        pytest.param(Fault(403, "Forbidden: user is deactivated"), RecipientGoneError, 0, id="deactivated"),
        pytest.param(Fault(400, "Bad Request: chat not found"), RecipientGoneError, 0, id="no chat"),
        pytest.param(Fault(400, "Bad Request: message is too long"), RefusedError, 0, id="too long"),
        pytest.param(Fault(413, "Request Entity Too Large"), RefusedError, 0, id="413"),
        pytest.param(Fault(401, "Unauthorized"), MisconfiguredError, 0, id="401"),
        pytest.param(Fault(404, "Not Found"), MisconfiguredError, 0, id="404"),
        pytest.param(Fault(409, "Conflict: terminated"), MisconfiguredError, 0, id="409"),
        pytest.param(Fault(418, "I'm a teapot"), UnknownError, 0, id="an error nobody knows"),
        pytest.param(Fault(302, "<html>elsewhere</html>"), MisconfiguredError, 0, id="a redirect"),
    ],
)
async def test_retry_table(
    server: TelegramServer, channel: Telegram, fault: Fault, kind: type[DeliveryError], sent: int
) -> None:
    """Every row of the retry table that concerns Telegram; the next message goes out as ever."""
    server.fail("sendMessage", fault)
    with pytest.raises(DeliveryError) as caught:
        await _deliver(channel, Utterance("Dag Noa", "nl"))
    assert type(caught.value) is kind
    assert caught.value.retry_after == (7 if kind is ThrottledError else None)
    assert not any(private in _told(caught.value) for private in (TOKEN, CHAT, "Noa"))
    assert len(server.sent) == sent
    await _deliver(channel, Utterance("Dag", "nl"))
    assert server.sent[-1].text == "Dag"


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message is not modified: specified new message content is the same",
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        "Bad Request: message to edit not found",
    ],
)
async def test_harmless(server: TelegramServer, channel: Telegram, description: str) -> None:
    """What is so already counts as done."""
    server.fail("sendMessage", Fault(400, description))
    assert await _deliver(channel, Utterance("Dag", "nl")) is None


async def test_no_answer(server: TelegramServer) -> None:
    """When Telegram never answers, the message may have arrived."""
    server.fail("sendMessage", Fault(breaks="hang"))
    async with _make(server.url, timeout=0.2) as channel:
        with pytest.raises(UncertainError, match="timeout"):
            await _deliver(channel, Utterance("Dag", "nl"))
    assert len(server.sent) == 1


async def test_telegram_away() -> None:
    """The channel starts while Telegram is away; messages are surely not sent."""
    server = TelegramServer()
    await server.start()
    await server.stop()
    async with _make(server.url) as channel:
        with pytest.raises(NotSentError, match="ClientConnectorError"):
            await _deliver(channel, Utterance("Dag", "nl"))


async def test_wrong_address() -> None:
    """An address that is none is told apart from a server that is away, without the token in the error."""
    async with _make("ftp://127.0.0.1") as channel:
        with pytest.raises(MisconfiguredError) as caught:
            await _deliver(channel, Utterance("Dag", "nl"))
    assert TOKEN not in _told(caught.value)


@pytest.mark.parametrize(
    ("body", "wait"),
    [
        pytest.param(b'{"parameters": {"retry_after": 3}}', 3, id="in seconds"),
        pytest.param(b'{"parameters": {"retry_after": "3"}}', None, id="in quotes"),
        pytest.param(b'{"parameters": []}', None, id="no parameters"),
        pytest.param(b"[]", None, id="a list"),
        pytest.param(b"\xff", None, id="no text"),
    ],
)
def test_wait(body: bytes, wait: float | None) -> None:
    """A wait is read where it is given; without one the error says so."""
    refusal = read_refusal(429, body)
    assert isinstance(refusal, ThrottledError)
    assert refusal.retry_after == wait


def test_a_chat_that_moved() -> None:
    """A group that became a supergroup says what its id is now."""
    body = b'{"description": "upgraded", "parameters": {"migrate_to_chat_id": -1001234567890123}}'
    refusal = read_refusal(400, body)
    assert isinstance(refusal, MovedError)
    assert refusal.address == "-1001234567890123"


def test_refusal_is_short() -> None:
    """An error holds no more than Telegram's first words: the rest may quote the message."""
    refusal = read_refusal(400, b'{"description": "Bad Request: can\'t parse entities: \\"Noa\\" at byte 3"}')
    assert str(refusal).endswith("(400, can't parse entities)")


async def test_token_in_no_log(
    server: TelegramServer, channel: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the token nor what is said reaches a log, at whatever level the server logs."""
    caplog.set_level(logging.DEBUG)
    server.fail("sendMessage", Fault(), Fault(breaks="garbage"), RESTARTING)
    await _deliver(channel, Utterance("geheim", "nl"))
    for _ in range(2):
        with pytest.raises(DeliveryError):
            await _deliver(channel, Utterance("geheim", "nl"))
    assert TOKEN not in caplog.text
    assert "geheim" not in caplog.text
