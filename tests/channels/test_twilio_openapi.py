"""Our requests and the fake's answers are as Twilio describes its API; Prism judges both."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels.delivery_errors import RefusedError
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_settings import TwilioSettings
from channels.twilio_limits import MESSAGE_FIELDS
from channels.twilio_openapi import judging, read_description, read_forms, require_prism
from channels.twilio_server import TwilioServer

ACCOUNT = "AC" + "1" * 32
SITE = "https://vertelpunt.example/webhooks/twilio"
MESSAGE = {"To": "whatsapp:+31612345678", "From": "whatsapp:+14155238886", "StatusCallback": f"{SITE}/status"}
TAPS = {"type": "QUICK_REPLY", "title": "Ja", "id": "|yes"}
CONTENT = {
    "friendly_name": "vraag",
    "language": "nl",
    "types": {"twilio/quick-reply": {"body": "Doe je mee?", "actions": [TAPS]}},
}
LIST = {
    "twilio/list-picker": {"body": "Wie?", "button": "Kies", "items": [{"item": "Sam", "id": "|sam"}]},
}


@pytest.fixture(scope="module")
async def twilio() -> AsyncIterator[TwilioServer]:
    """A fake Twilio with a phone number, a sender and a photo of a person."""
    server = TwilioServer(ACCOUNT, "12345")
    await server.start()
    server.console.add_number(server.sms_from)
    server.console.add_sender(server.whatsapp_from)
    server.hear(server.image_form("+31612345678", server.add_media(b"jpeg", "image/jpeg")))
    yield server
    await server.stop()


@pytest.fixture(scope="module")
async def prism(twilio: TwilioServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[str]:
    """The address of Prism, which passes on to the fake what is as Twilio describes it."""
    require_prism()
    folder: Path = tmp_path_factory.mktemp("prism")
    with judging(twilio.url, folder) as url:
        yield url


@pytest.fixture(scope="module")
async def client(twilio: TwilioServer, prism: str) -> AsyncGenerator[TwilioClient]:
    """The bot's own client, which takes Prism for Twilio."""
    settings = TwilioSettings(ACCOUNT, ("12345",), twilio.whatsapp_from, twilio.sms_from, prism, SITE)
    client = TwilioClient(settings)
    yield client
    await client.close()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"Body": "Dag"}, id="text"),
        pytest.param({"Body": "Dag", "MediaUrl": f"{SITE}/a.png"}, id="picture with text"),
        pytest.param({"MediaUrl": f"{SITE}/a.png", "ValidityPeriod": "36000"}, id="picture"),
        pytest.param({"Body": "Dag", "To": "+31612345678", "From": "+3197010000000"}, id="SMS"),
    ],
)
async def test_a_message_is_as_described(client: TwilioClient, fields: Mapping[str, str]) -> None:
    """What we send is taken, and the fake's answer too."""
    assert await client.send({**MESSAGE, **fields})


async def test_content_is_as_described(client: TwilioClient, twilio: TwilioServer) -> None:
    """Buttons and lists are made and sent, a template is sent in and looked at."""
    sid = await client.create_content(CONTENT)
    assert await client.create_content(CONTENT | {"types": LIST})
    assert await client.send(MESSAGE | {"ContentSid": sid, "ContentVariables": '{"1": "Noa"}'})
    assert await client.fetch_approval(sid) == "unsubmitted"
    assert await client.request_approval(sid, "vraag_nl", "UTILITY") == "received"
    twilio.console.decide(sid, "approved")
    assert await client.fetch_approval(sid) == "approved"


async def test_lists_are_as_described(client: TwilioClient, twilio: TwilioServer) -> None:
    """Messages of both directions, their files, and the account are as Twilio shows them."""
    sid = await client.send(MESSAGE | {"Body": "Waar ben je?"})
    since = datetime.now(UTC) - timedelta(hours=1)
    listed = [each async for each in client.list_messages(MESSAGE["To"], since)]
    assert sid in {each["sid"] for each in listed}
    (photo,) = [each async for each in client.list_inbound(twilio.whatsapp_from, since)]
    assert [each["content_type"] for each in await client.list_media(photo["sid"])] == ["image/jpeg"]
    found = await client.find_sent(MESSAGE["To"], lambda text: text == "Waar ben je?", since=since, known=())
    assert found == sid
    assert await client.find_troubles() == []


async def test_the_set_up_is_as_described(client: TwilioClient, twilio: TwilioServer) -> None:
    """Addresses are set for the phone number and the sender as Twilio wants it."""
    number = await client.find_number(twilio.sms_from)
    assert number is not None
    fields = {"SmsUrl": SITE, "SmsMethod": "POST", "SmsFallbackUrl": SITE, "SmsFallbackMethod": "POST"}
    await client.update_number(number["sid"], fields)
    (sender,) = await client.list_senders()
    webhook = {"callback_url": SITE, "callback_method": "POST", "status_callback_url": f"{SITE}/status"}
    await client.update_sender(sender["sid"], {"webhook": webhook})
    assert twilio.console.find_webhooks(twilio.sms_from)[:2] == (SITE, SITE)
    assert twilio.console.find_webhooks(twilio.whatsapp_from) == (SITE, "", f"{SITE}/status")


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        pytest.param("POST", "Messages.json", {"data": {"From": "+31", "Body": "Dag"}}, id="no receiver"),
        pytest.param("POST", "Messages.json", {"data": {**MESSAGE, "ContentSid": "HX1"}}, id="no such SID"),
        pytest.param("GET", "Messages.json", {"params": {"PageSize": "1001"}}, id="a page too long"),
        pytest.param("GET", "Messages/SM1.json", {}, id="a short SID"),
        pytest.param("POST", "/v1/Content", {"json": {"types": LIST}}, id="content in no language"),
        pytest.param(
            "POST", "/v1/Content", {"json": {"language": "nl", "types": {"x": {}}}}, id="a kind unknown"
        ),
        pytest.param("GET", "/v2/Channels/Senders", {}, id="senders of no channel"),
    ],
)
async def test_what_is_malformed_is_refused(
    prism: str, method: str, path: str, fields: dict[str, Any]
) -> None:
    """A request that is not as described is refused, so that taking all others means something."""
    account = f"/2010-04-01/Accounts/{ACCOUNT}/"
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, "12345")}
    url = f"{prism}{path if path.startswith('/') else account + path}"
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.request(method, url, **fields) as answer,
    ):
        assert answer.status == 422, await answer.text()


async def test_a_wrong_answer_is_noticed(
    client: TwilioClient, twilio: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer of the fake that is not as described is an error, so that the fake cannot drift."""
    assert await client.fetch_account()
    monkeypatch.setattr(twilio, "status", "asleep")
    assert await client.find_troubles() != []


async def test_errors_pass_through(client: TwilioClient, twilio: TwilioServer) -> None:
    """Twilio's own refusals come through as they are."""
    twilio.fail_next(400, 21617)
    with pytest.raises(RefusedError, match="21617"):
        await client.send(MESSAGE | {"Body": "Dag"})


def test_the_fields_of_a_message_are_known() -> None:
    """The fake refuses every field that Twilio does not describe, and no other."""
    require_prism()
    assert set(read_forms(read_description()["paths"])["CreateMessageRequest"]) == MESSAGE_FIELDS


async def test_every_field_of_a_message_is_shown(client: TwilioClient, twilio: TwilioServer) -> None:
    """The fake shows all that Twilio shows of a message, of a person's as well as of ours."""
    await client.send({**MESSAGE, "Body": "Dag"})
    described = read_description()["components"]["schemas"]["api.v2010.account.message"]["properties"]
    listed = twilio.log.list({})["messages"]
    assert {each["direction"] for each in listed} == {"inbound", "outbound-api"}
    for shown in listed:
        assert set(shown) == set(described)
