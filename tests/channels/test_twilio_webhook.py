"""Twilio's webhooks: only what our account signed is kept, and every answer says what became of it."""

import gzip
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator
from yarl import URL

from bot.channels.channel import Arrival
from bot.channels.twilio_settings import TwilioSettings
from bot.channels.twilio_webhook import LARGEST_FORM, twilio_routes
from channels.twilio_forms import TwilioForms

ACCOUNT = "AC" + "1" * 32
TOKEN, OLD_TOKEN = "12345", "98765"
SITE = "https://vertel.example:8443/bot"
PERSON = "+31612345678"
WEBHOOK, STATUS = "/webhooks/twilio", "/webhooks/twilio/status"
FORMS = TwilioForms(ACCOUNT, TOKEN)


class Door:
    """Our server with the webhooks in it, and what came through them."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client
        self.kept: list[Arrival] = []
        self.failure: Exception | None = None

    async def keep(self, arrival: Arrival) -> bool:
        """Keep an arrival, or fail as told."""
        if self.failure is not None:
            raise self.failure
        self.kept.append(arrival)
        return True

    async def post(
        self, path: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, str, str]:
        """Post a form; answers the status, content type and text."""
        answer = await self.client.post(path, data=dict(form), headers=headers)
        return answer.status, answer.content_type, await answer.text()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """Start a server on loopback with the channel's routes."""
    settings = TwilioSettings(
        ACCOUNT, (TOKEN, OLD_TOKEN), whatsapp_from="+14155238886", public_url=SITE + "/"
    )
    app = web.Application()
    client = TestClient(TestServer(app))
    door = Door(client)
    app.add_routes(twilio_routes(settings, door.keep))
    async with client:
        yield door


def sign(path: str, form: Mapping[str, str]) -> dict[str, str]:
    """Sign a form as Twilio does for our public address."""
    return {"X-Twilio-Signature": FORMS.sign(f"{SITE}{path}", form)}


def status_form(sid: str, status: str) -> dict[str, str]:
    """Write the form of a status callback about a message to the person."""
    form = FORMS.status_form(sid, status)
    return form | {"To": f"whatsapp:{PERSON}", "From": "whatsapp:+14155238886"}


async def test_keeps_a_signed_message(door: Door) -> None:
    """A signed message is kept and answered with an empty TwiML."""
    form = FORMS.text_form(PERSON, "Één verhaal + 1 é")
    assert await door.post(WEBHOOK, form, sign(WEBHOOK, form)) == (200, "text/xml", "<Response/>")
    assert [arrival.raw for arrival in door.kept] == [form]


async def test_the_query_is_signed_as_it_came(door: Door) -> None:
    """The escapes of the address stay as Twilio wrote them."""
    form = FORMS.text_form(PERSON, "hoi")
    path = f"{WEBHOOK}?a=%2B1+%7e&b="
    url = f"{door.client.make_url('/')}".rstrip("/") + path
    async with door.client.session.post(
        URL(url, encoded=True), data=form, headers=sign(path, form)
    ) as answer:
        assert answer.status == 200


async def test_an_algorithm_may_be_named(door: Door) -> None:
    """A form signed with SHA-256 is taken when its header says so, and not otherwise."""
    form = FORMS.text_form(PERSON, "hoi")
    headers = {"X-Twilio-Signature": FORMS.sign(SITE + WEBHOOK, form, "sha256")}
    named = headers | {"X-Twilio-Webhooks-Signature-Settings": "key=k1,algorithm=HMAC_SHA256"}
    strange = sign(WEBHOOK, form) | {"X-Twilio-Webhooks-Signature-Settings": "key=k1,algorithm=NONE"}
    assert (await door.post(WEBHOOK, form, headers))[0] == 403
    assert (await door.post(WEBHOOK, form, strange))[0] == 403
    assert (await door.post(WEBHOOK, form, named))[0] == 200


@pytest.mark.parametrize("path", [WEBHOOK, STATUS])
@pytest.mark.parametrize(
    "fault", ["missing", "empty", "forged", "not ascii", "wrong address", "changed", "added", "other token"]
)
async def test_refuses_what_is_not_signed_for_us(door: Door, path: str, fault: str) -> None:
    """A signature that is missing or belongs to something else is 403, and nothing is kept."""
    form = FORMS.text_form(PERSON, "hoi") | {"MessageStatus": "sent"}
    right = FORMS.sign(SITE + path, form)
    headers = {
        "missing": {},
        "empty": {"X-Twilio-Signature": ""},
        "forged": {"X-Twilio-Signature": ("A" if right[0] != "A" else "B") + right[1:]},
        "not ascii": {"X-Twilio-Signature": "é" * len(right)},
        "wrong address": {"X-Twilio-Signature": FORMS.sign(f"https://elders.example{path}", form)},
        "other token": {"X-Twilio-Signature": TwilioForms(ACCOUNT, "54321").sign(SITE + path, form)},
    }.get(fault, {"X-Twilio-Signature": right})
    sent = form | {"changed": {"Body": "hoi!"}, "added": {"Extra": "1"}}.get(fault, {})
    status, _, text = await door.post(path, sent, headers)
    assert (status, door.kept) == (403, [])
    assert text == '{"error": "This request is not signed by our Twilio account."}'


async def test_refuses_two_signatures(door: Door) -> None:
    """Two signatures leave open which one counts, so they are refused."""
    form = FORMS.text_form(PERSON, "hoi")
    name, value = "X-Twilio-Signature", FORMS.sign(SITE + WEBHOOK, form)
    answer = await door.client.post(WEBHOOK, data=form, headers=[(name, value), (name, value)])
    assert (answer.status, door.kept) == (403, [])


async def test_refuses_another_account(door: Door) -> None:
    """A form of another account is refused though its signature is right."""
    form = FORMS.text_form(PERSON, "hoi") | {"AccountSid": "AC" + "2" * 32}
    assert (await door.post(WEBHOOK, form, sign(WEBHOOK, form)))[0] == 403
    del form["AccountSid"]
    assert (await door.post(WEBHOOK, form, sign(WEBHOOK, form)))[0] == 403
    assert door.kept == []


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (b'{"From": "x"}', "application/json", ""),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", ""),
        (b"", "application/x-www-form-urlencoded", ""),
        (b"Body=%ff%fe", "application/x-www-form-urlencoded", ""),
        (b"\xff\xfe", "application/x-www-form-urlencoded", ""),
        (urlencode({f"f{n}": "" for n in range(600)}).encode(), "application/x-www-form-urlencoded", ""),
        (b"no gzip", "application/x-www-form-urlencoded", "gzip"),
    ],
    ids=["json", "multipart", "empty", "bad escapes", "bad bytes", "many fields", "badly packed"],
)
async def test_refuses_what_is_no_form(door: Door, body: bytes, content_type: str, encoding: str) -> None:
    """What is no form of Twilio's is never a 500."""
    headers = {"X-Twilio-Signature": "x", "Content-Type": content_type}
    if encoding:
        headers["Content-Encoding"] = encoding
    answer = await door.client.post(WEBHOOK, data=body, headers=headers)
    assert answer.status in {400, 403}
    assert door.kept == []


@pytest.mark.parametrize("packed", [False, True])
async def test_refuses_too_large_a_form(door: Door, *, packed: bool) -> None:
    """More than 64 KiB is 413, also when it is packed small."""
    form = FORMS.text_form(PERSON, "x" * LARGEST_FORM)
    headers = sign(WEBHOOK, form) | {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(form).encode()
    if packed:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body)
    answer = await door.client.post(WEBHOOK, data=body, headers=headers)
    assert (answer.status, door.kept) == (413, [])


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
async def test_a_form_without_its_fields_is_a_bad_request(door: Door, missing: str) -> None:
    """A signed form without message or sender is 400, with one sentence."""
    form = FORMS.text_form(PERSON, "hoi")
    del form[missing]
    status, content_type, text = await door.post(WEBHOOK, form, sign(WEBHOOK, form))
    assert (status, content_type, door.kept) == (400, "application/json", [])
    assert "error" in text


@pytest.mark.parametrize("path", [WEBHOOK, STATUS])
async def test_what_could_not_be_kept_may_come_again(
    door: Door, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure of ours is 503, and the log holds nothing of the message."""
    door.failure = RuntimeError("INSERT … ['+31612345678', 'geheim']")
    form = FORMS.text_form(PERSON, "geheim") | {"MessageStatus": "sent"}
    assert (await door.post(path, form, sign(path, form)))[0] == 503
    assert "RuntimeError" in caplog.text
    assert "geheim" not in caplog.text
    assert "612345678" not in caplog.text


async def test_messages_of_all_channels_come_by_one_door(door: Door) -> None:
    """A text message is kept for SMS though only WhatsApp is on here: another server may have it on."""
    for sender in (PERSON, f"whatsapp:{PERSON}"):
        form = FORMS.text_form(PERSON, "hoi") | {"From": sender}
        assert (await door.post(WEBHOOK, form, sign(WEBHOOK, form)))[0] == 200
    assert [(arrival.channel, arrival.address) for arrival in door.kept] == [
        ("sms", PERSON),
        ("whatsapp", PERSON),
    ]


async def test_statuses_are_kept(door: Door) -> None:
    """A status is kept under message and status, for the person the message went to."""
    for status in ("delivered", "read"):
        form = status_form("SM1", status)
        assert (await door.post(STATUS, form, sign(STATUS, form)))[0] == 200
    assert [arrival.key for arrival in door.kept] == [
        f"tw:{ACCOUNT}:st:SM1:delivered",
        f"tw:{ACCOUNT}:st:SM1:read",
    ]
    assert {(arrival.channel, arrival.address) for arrival in door.kept} == {("whatsapp", PERSON)}


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus", "To"])
async def test_a_status_without_its_fields_is_a_bad_request(door: Door, missing: str) -> None:
    """A signed status without message, status or receiver is 400."""
    form = status_form("SM1", "sent")
    form.pop("SmsSid", None)
    del form[missing]
    assert (await door.post(STATUS, form, sign(STATUS, form)))[0] == 400


@pytest.mark.parametrize("path", [WEBHOOK, STATUS])
async def test_both_tokens_count(door: Door, path: str) -> None:
    """While a token is changed, what the old one signed is kept too."""
    form = status_form("SM1", "sent") | {"From": f"whatsapp:{PERSON}"}
    old = TwilioForms(ACCOUNT, OLD_TOKEN).sign(SITE + path, form)
    for signature in (FORMS.sign(SITE + path, form), old):
        assert (await door.post(path, form, {"X-Twilio-Signature": signature}))[0] == 200


def test_the_documented_signature() -> None:
    """The example in Twilio's documentation of request validation comes out, here and in its own package."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    caller = {"Caller": "+12349013030", "From": "+12349013030", "To": "+18005551212"}
    form = caller | {"CallSid": "CA1234567890ABCDE", "Digits": "1234"}
    assert FORMS.sign(url, form) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    theirs = cast(Any, RequestValidator(TOKEN))  # it has no types
    assert theirs.validate(url, form, FORMS.sign(url, form))
