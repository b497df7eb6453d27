"""The fake Twilio is as strict as the real one where our channel could go wrong."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from channels.scaled_clock import ScaledClock
from channels.twilio_forms import SMS_FROM, STOP_WORDS, TwilioForms, count_segments
from channels.twilio_limits import check_content
from channels.twilio_server import Chances, TwilioServer

ACCOUNT = "AC" + "1" * 32
SITE = "https://vertelpunt.example/webhooks/twilio"
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
        ({"To": "+31612345678"}, 400, 21910),
        ({"To": "+31612345678", "From": "+3197010000000"}, 201, None),
        ({"To": "31612345678", "From": "+3197010000000"}, 400, 21211),
        ({"To": "whatsapp:ID.4566"}, 201, None),
        ({"StatusCallback": "vertelpunt.example"}, 400, 21609),
        ({"ValidityPeriod": "36001"}, 400, 20001),
        ({"ContentVariables": "[]"}, 400, 21656),
        ({"Text": "Hallo"}, 400, 20001),
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
        ({"twilio/text": {"body": "x"}}, True),
        ({"twilio/text": {"body": "x {{1}}"}}, False),
        ({"twilio/card": {"body": "x"}}, False),
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


SMS = {"To": "+31612345678", "From": SMS_FROM, "Body": "Hallo"}


async def _call(client: aiohttp.ClientSession, method: str, path: str, **more: Any) -> tuple[int, Any]:
    async with client.request(method, path, headers=AUTHORIZED, **more) as answer:
        return answer.status, await answer.json()


async def _send(client: aiohttp.ClientSession, form: Mapping[str, str]) -> tuple[int, Any]:
    return await _call(client, "POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=form)


async def test_two_tokens_are_taken(client: aiohttp.ClientSession, twilio: TwilioServer) -> None:
    """While tokens are changed both are taken, and the first signs."""
    twilio.tokens = ("54321", "12345")
    status, _ = await _call(client, "GET", f"/2010-04-01/Accounts/{ACCOUNT}.json")
    assert status == 200
    assert twilio.sign("https://a.example", {}) != TwilioForms(ACCOUNT, "12345").sign("https://a.example", {})
    twilio.tokens = ("54321",)
    status, _ = await _call(client, "GET", f"/2010-04-01/Accounts/{ACCOUNT}.json")
    assert status == 401


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
async def test_a_word_stops_sms(client: aiohttp.ClientSession, twilio: TwilioServer, word: str) -> None:
    """One word alone, however it is written, stops SMS; START opens it again; WhatsApp knows none of it."""
    stop = twilio.sms_form(SMS["To"], f" {word.lower()} ")
    assert stop["OptOutType"] == "STOP"
    twilio.hear(stop)
    assert (await _send(client, SMS))[1]["code"] == 21610
    twilio.hear(twilio.text_form(SMS["To"], word))
    assert (await _send(client, MESSAGE))[0] == 201
    twilio.hear(twilio.sms_form(SMS["To"], f"{word} maar"))
    twilio.hear(start := twilio.sms_form(SMS["To"], "Start"))
    assert start["OptOutType"] == "START"
    assert (await _send(client, SMS))[0] == 201


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted(text: str, segments: int) -> None:
    """One character outside the GSM alphabet makes each SMS shorter."""
    assert count_segments(text) == segments


async def test_messages_are_listed_in_pages(client: aiohttp.ClientSession, twilio: TwilioServer) -> None:
    """Both directions are listed newest first; a message that comes meanwhile shifts no page."""
    for number in range(5):
        await _send(client, MESSAGE | {"Body": str(number)})
    twilio.hear(form := twilio.image_form("+31612345678", twilio.add_media(b"jpeg", "image/jpeg")))
    path: str | None = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=2"
    seen: list[dict[str, Any]] = []
    while path is not None:
        _, page = await _call(client, "GET", path)
        seen += page["messages"]
        path = page["next_page_uri"]
        await _send(client, MESSAGE | {"Body": "later"})
    assert [each["body"] for each in seen] == ["", "4", "3", "2", "1", "0"]
    assert (seen[0]["direction"], seen[0]["num_media"]) == ("inbound", "1")
    _, media = await _call(client, "GET", seen[0]["subresource_uris"]["media"])
    assert [each["content_type"] for each in media["media_list"]] == ["image/jpeg"]
    assert form["MediaUrl0"] + ".json" == twilio.url + media["media_list"][0]["uri"]


async def test_messages_are_found_by_filters(client: aiohttp.ClientSession, twilio: TwilioServer) -> None:
    """By receiver, sender and the moment of sending; each bound is inclusive."""
    await _send(client, MESSAGE)
    await _send(client, SMS)
    twilio.hear(twilio.text_form("ID.4566", "Dag"))
    twilio.hear(twilio.text_form("ID.4567", "Dag"), at=datetime(2019, 5, 4, 23, 59, 59, tzinfo=UTC))
    moment = twilio.sent[0].made_at
    day, later = f"{moment:%Y-%m-%d}", f"{moment + timedelta(seconds=90):%Y-%m-%dT%H:%M:%SZ}"
    for query, count in (
        ({}, 4),
        ({"To": SMS["To"]}, 1),
        ({"To": twilio.whatsapp_from}, 2),
        ({"DateSent": "2019-05-04"}, 1),
        ({"DateSent": "2019-05-05"}, 0),
        ({"From": "whatsapp:ID.4566"}, 1),
        ({"DateSent": day}, 3),
        ({"DateSent>": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}, 3),
        ({"DateSent>": later}, 0),
        ({"DateSent<": later, "To": SMS["To"]}, 1),
        ({"DateSent<": "2020-01-01"}, 1),
    ):
        _, page = await _call(client, "GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", params=query)
        assert len(page["messages"]) == count, query


async def test_a_template_is_approved(client: aiohttp.ClientSession, twilio: TwilioServer) -> None:
    """A content is sent in, waits, and is approved; a list cannot be, and a name is taken once."""
    body = {"twilio/text": {"body": "Dag {{1}}, ga je verder?"}}
    made = {"friendly_name": "verder", "language": "nl", "variables": {"1": "Noa"}, "types": body}
    _, content = await _call(client, "POST", "/v1/Content", json=made)
    approvals = f"/v1/Content/{content['sid']}/ApprovalRequests"
    assert (await _call(client, "GET", approvals))[1]["whatsapp"]["status"] == "unsubmitted"
    asked = {"name": "verder_nl", "category": "UTILITY"}
    assert (await _call(client, "POST", f"{approvals}/whatsapp", json=asked))[0] == 201
    assert (await _call(client, "POST", f"{approvals}/whatsapp", json=asked))[0] == 400
    assert (await _call(client, "GET", approvals))[1]["whatsapp"]["status"] == "received"
    twilio.console.decide(content["sid"], "approved")
    assert (await _call(client, "GET", approvals))[1]["whatsapp"]["status"] == "approved"
    sent = {name: MESSAGE[name] for name in ("To", "From")} | {"ContentSid": content["sid"]}
    await _send(client, sent | {"ContentVariables": '{"1": "Kim"}'})
    assert twilio.sent[0].body == "Dag Kim, ga je verder?"
    _, listed = await _call(client, "POST", "/v1/Content", json={"language": "nl", "types": items(2, "x")})
    path = f"/v1/Content/{listed['sid']}/ApprovalRequests/whatsapp"
    assert (await _call(client, "POST", path, json=asked | {"name": "lijst"}))[0] == 400
    _, page = await _call(client, "GET", "/v1/Content?PageSize=1")
    assert [each["sid"] for each in page["contents"]] == [content["sid"]]
    assert page["meta"]["next_page_url"].startswith(twilio.url)


async def test_numbers_and_senders_are_set_up(client: aiohttp.ClientSession, twilio: TwilioServer) -> None:
    """Addresses are set for a phone number and a WhatsApp sender; what is no address is refused."""
    twilio.console.add_number(SMS_FROM)
    twilio.console.add_sender(twilio.whatsapp_from)
    account = f"/2010-04-01/Accounts/{ACCOUNT}"
    _, page = await _call(
        client, "GET", f"{account}/IncomingPhoneNumbers.json", params={"PhoneNumber": SMS_FROM}
    )
    (number,) = page["incoming_phone_numbers"]
    path = f"{account}/IncomingPhoneNumbers/{number['sid']}.json"
    for form, status in (({"SmsUrl": "hier"}, 400), ({"SmsMethod": "PUT"}, 400), ({"SmsUrl": SITE}, 200)):
        assert (await _call(client, "POST", path, data=form))[0] == status
    _, page = await _call(client, "GET", "/v2/Channels/Senders", params={"Channel": "whatsapp"})
    (sender,) = page["senders"]
    path = f"/v2/Channels/Senders/{sender['sid']}"
    for webhook, status in (
        ({"callback_url": "hier"}, 400),
        ({"callback_method": "GET"}, 400),
        ({"else": SITE}, 400),
        ({"callback_url": SITE, "callback_method": "POST", "status_callback_url": f"{SITE}/status"}, 202),
    ):
        assert (await _call(client, "POST", path, json={"webhook": webhook}))[0] == status
    assert twilio.console.find_webhooks(SMS_FROM) == (SITE, "", "")
    assert twilio.console.find_webhooks(twilio.whatsapp_from) == (SITE, "", f"{SITE}/status")
    assert (await _call(client, "GET", "/v2/Channels/Senders"))[0] == 400


async def test_chance_faults_can_be_repeated() -> None:
    """The same seed gives the same faults; what was taken is in `sent`, answered or not."""
    dealt = list[dict[str, int]]()
    for _ in range(2):
        server = TwilioServer(ACCOUNT, "12345", clock=ScaledClock(seed=3))
        await server.start()
        server.chances = Chances(0.1, 0.1, 0.1, 0.1, before=0.1, after=0.1)
        heard = 0
        async with aiohttp.ClientSession(server.url) as client:
            for number in range(80):
                try:
                    heard += (await _send(client, MESSAGE | {"Body": str(number)}))[0] == 201
                except aiohttp.ClientError:
                    continue
        dealt.append(dict(server.dealt))
        assert len(server.sent) == heard + server.dealt["cut after"] + server.dealt["500 after"]
        await server.stop()
    assert dealt[0] == dealt[1]
    assert set(dealt[0]) == {"429", "503", "500", "500 after", "cut", "cut after"}
