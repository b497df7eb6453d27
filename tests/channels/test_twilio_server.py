"""The fake Twilio is as strict as the real one where our channel could go wrong."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from channels.twilio_limits import check_content
from channels.twilio_server import TwilioServer

ACCOUNT = "AC" + "1" * 32
MESSAGE = {"To": "whatsapp:+31612345678", "From": "whatsapp:+14155238886", "Body": "Hallo"}
AUTHORIZED = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, "12345")}


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioServer]:
    """Start a fake Twilio."""
    server = TwilioServer(ACCOUNT, "12345")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(twilio: TwilioServer) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session with the fake."""
    async with aiohttp.ClientSession(twilio.url) as session:
        yield session


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, 201, None),
        ({"Body": "x" * 1600}, 201, None),
        ({"Body": "x" * 1601}, 400, 21617),
        ({"Body": ""}, 400, 21619),
        ({"To": ""}, 400, 21604),
        ({"From": ""}, 400, 21603),
        ({"From": "+14155238886"}, 400, 63007),
        ({"MediaUrl": "http://127.0.0.1/a.png"}, 400, 21620),
        ({"ContentSid": "HX" + "0" * 32}, 400, 21655),
    ],
)
async def test_messages_are_checked(
    client: aiohttp.ClientSession, changes: Mapping[str, str], status: int, code: int | None
) -> None:
    """A message that Twilio would refuse is refused with Twilio's code."""
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    async with client.post(path, data={**MESSAGE, **changes}, headers=AUTHORIZED) as answer:
        assert (answer.status, (await answer.json()).get("code")) == (status, code)


async def test_the_key_is_checked(client: aiohttp.ClientSession) -> None:
    """Without our account and token nothing is sent, made or shown."""
    account = f"/2010-04-01/Accounts/{ACCOUNT}"
    for method, path in (
        ("POST", f"{account}/Messages.json"),
        ("GET", f"{account}/Messages.json"),
        ("POST", "/v1/Content"),
        ("GET", f"{account}.json"),
    ):
        async with client.request(method, path, data=MESSAGE) as answer:
            assert answer.status == 401


def buttons(count: int, title: str, name: str = "id") -> dict[str, Any]:
    """Write a content with this many buttons."""
    actions = [{"title": f"{title}{n}", "id": f"{name}{n}"} for n in range(count)]
    return {"twilio/quick-reply": {"body": "?", "actions": actions}}


def items(count: int, item: str, **more: str) -> dict[str, Any]:
    """Write a content with a list of this many items."""
    listed = [{"item": f"{item}{n}", "id": f"id{n}", **more} for n in range(count)]
    return {"twilio/list-picker": {"body": "?", "button": "Kies", "items": listed}}


@pytest.mark.parametrize(
    ("types", "taken"),
    [
        (buttons(3, "x" * 19), True),
        (buttons(4, "x"), False),
        (buttons(1, "x" * 20), False),
        (buttons(1, "x", "i" * 200), False),
        (items(10, "x" * 23), True),
        (items(11, "x"), False),
        (items(1, "x" * 24), False),
        (items(1, "x", description="y" * 72), True),
        (items(1, "x", description="y" * 73), False),
        ({"twilio/quick-reply": {"body": "x" * 1025, "actions": [{"title": "a", "id": "a"}]}}, False),
        ({"twilio/text": {"body": "x"}}, False),
        ({}, False),
    ],
)
def test_content_is_checked(types: dict[str, Any], *, taken: bool) -> None:
    """Content past a limit is refused."""
    assert (check_content({"language": "nl", "types": types}) is None) == taken


async def test_media_need_the_key_and_send_on_without_it(
    twilio: TwilioServer, client: aiohttp.ClientSession
) -> None:
    """A file is given to our account only, at a second address that must not see the key."""
    url = twilio.add_media(b"OggS", "audio/ogg")
    async with client.get(url) as answer:
        assert answer.status == 401
    async with client.get(url, headers=AUTHORIZED, allow_redirects=False) as answer:
        assert answer.status == 307
        second = answer.headers["Location"]
    async with client.get(second, headers=AUTHORIZED) as answer:
        assert (answer.status, twilio.leaks) == (400, 1)
    async with client.get(second) as answer:
        assert (answer.content_type, await answer.read()) == ("audio/ogg", b"OggS")
    async with client.delete(url, headers=AUTHORIZED) as answer:
        assert answer.status == 204
    async with client.get(url, headers=AUTHORIZED) as answer:
        assert answer.status == 404
