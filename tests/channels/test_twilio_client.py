"""The calls to Twilio's resources, against a server that shows exactly what was asked of it."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from bot.channels.delivery_errors import MisconfiguredError, NotSentError, RefusedError, UncertainError
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_settings import TwilioSettings

ACCOUNT = "AC" + "1" * 32
TOKENS = ("new-token", "old-token")
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


class Answers:
    """A server that answers each path with what it was given, and notes what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.token = TOKENS[0]
        self.refuse_with = 401
        self.given: dict[str, Any] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.tokens: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Answer, where the right token came along."""
        right = aiohttp.encode_basic_auth(ACCOUNT, self.token)
        names = {aiohttp.encode_basic_auth(ACCOUNT, token): token for token in TOKENS}
        given = request.headers.get("Authorization", "")
        self.tokens.append(names.get(given, "unknown"))
        if given != right:
            return web.json_response({"code": 20003, "message": "Authenticate"}, status=self.refuse_with)
        text = await request.text()
        is_json = request.content_type == "application/json"
        body: Any = await request.json() if is_json else dict(parse_qsl(text))
        self.asked.append((request.method, request.path_qs, body))
        answer = self.given.get(request.path_qs, self.given.get(request.path))
        if answer is None:
            return web.json_response({"code": 20404}, status=404)
        return web.json_response(answer, status=201 if request.method == "POST" else 200)


@pytest.fixture
async def answers() -> AsyncIterator[Answers]:
    """Start the server on loopback."""
    server = Answers()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    yield server
    await runner.cleanup()


@pytest.fixture
async def client(answers: Answers) -> AsyncIterator[TwilioClient]:
    """Make a client with two tokens that calls the server."""
    made = TwilioClient(TwilioSettings(ACCOUNT, TOKENS, sms_from="+3197", api_url=answers.url))
    yield made
    await made.close()


def message(sid: str, body: str = "hoi", **fields: Any) -> dict[str, Any]:
    """Write a Message resource of our own."""
    made = {"sid": sid, "body": body, "direction": "outbound-api", "date_created": format_datetime(NOON)}
    return made | fields


async def find(client: TwilioClient, text: str = "hoi", known: frozenset[str] = frozenset()) -> str | None:
    """Look for a text sent to somebody since noon."""
    return await client.find_sent("+316", lambda body: body == text, since=NOON, known=known)


async def test_the_first_token_is_used(answers: Answers, client: TwilioClient) -> None:
    """As long as it is taken, the other one is not shown to anybody."""
    answers.given = {f"{BASE}.json": {"status": "active"}}
    assert await client.find_troubles() == []
    assert answers.tokens == [TOKENS[0]]


@pytest.mark.parametrize("status", [401, 403])
async def test_the_other_token_is_tried_and_remembered(
    answers: Answers, client: TwilioClient, status: int
) -> None:
    """A message that was not let in is sent with the other token, which goes first from then on."""
    answers.token, answers.refuse_with = TOKENS[1], status
    answers.given = {f"{BASE}/Messages.json": {"sid": "SM1"}}
    assert await client.send({"To": "+316", "Body": "hoi"}) == "SM1"
    assert await client.send({"To": "+316", "Body": "hoi"}) == "SM1"
    assert answers.tokens == [TOKENS[0], TOKENS[1], TOKENS[1]]
    assert len(answers.asked) == 2
    answers.token = TOKENS[0]
    assert await client.send({"To": "+316", "Body": "hoi"}) == "SM1"
    assert answers.tokens[3:] == [TOKENS[1], TOKENS[0]]


async def test_no_token_is_taken(answers: Answers, client: TwilioClient) -> None:
    """When Twilio takes neither, that is said, and neither of them."""
    answers.token = "another"
    with pytest.raises(MisconfiguredError) as caught:
        await client.send({"To": "+316", "Body": "hoi"})
    assert answers.tokens == list(TOKENS)
    assert (caught.value.code, caught.value.__cause__) == ("20003", None)
    (trouble,) = await client.find_troubles()
    assert not any(token in f"{caught.value!r} {trouble}" for token in TOKENS)


async def test_lists_go_on_to_the_last_page(answers: Answers, client: TwilioClient) -> None:
    """All pages are read, by the path that each names; only what people sent is inbound."""
    first, second = f"{BASE}/Messages.json", f"{BASE}/Messages.json?Page=1&PageToken=PA%2B1"
    asked = f"{first}?To=%2B3197&DateSent%3E=2026-11-22T12:00:00Z&PageSize=100"
    page = [message("SM1", direction="inbound"), message("SM2"), "no message"]
    answers.given = {
        first: {"messages": page, "next_page_uri": second},
        second: {"messages": [message("SM3", direction="inbound")], "next_page_uri": None},
    }
    found = [each["sid"] async for each in client.list_inbound("+3197", NOON)]
    assert found == ["SM1", "SM3"]
    assert [path for _, path, _ in answers.asked] == [asked, second]
    everything = [each["sid"] async for each in client.list_messages("+3197", NOON)]
    assert everything == ["SM1", "SM2", "SM3"]


async def test_a_page_on_another_host_gets_no_token(answers: Answers, client: TwilioClient) -> None:
    """Of the address of a next page only the path counts."""
    answers.given = {
        "/v2/Channels/Senders": {
            "senders": [{"sid": "XE1"}],
            "meta": {"next_page_url": "https://elsewhere.example/v2/Channels/Senders/more?PageToken=2"},
        },
        "/v2/Channels/Senders/more": {"senders": [{"sid": "XE2"}], "meta": {"next_page_url": None}},
    }
    assert [sender["sid"] for sender in await client.list_senders()] == ["XE1", "XE2"]
    assert answers.asked[0][1] == "/v2/Channels/Senders?Channel=whatsapp&PageSize=100"
    assert answers.asked[1][1] == "/v2/Channels/Senders/more?PageToken=2"


NOT_FOUND: list[tuple[str, Mapping[str, Any]]] = [
    ("another text", message("SM1", "hallo")),
    ("from the person", message("SM1", direction="inbound")),
    ("known", message("SM7")),
    ("too old", message("SM1", date_created="Sun, 22 Nov 2026 11:59:57 +0000")),
    ("no moment", message("SM1", date_created="soon")),
    ("no SID", message("")),
    ("no text", message("SM1", "") | {"body": None}),
]


@pytest.mark.parametrize("listed", [row[1] for row in NOT_FOUND], ids=[row[0] for row in NOT_FOUND])
async def test_what_does_not_prove_that_it_was_sent(
    answers: Answers, client: TwilioClient, listed: Mapping[str, Any]
) -> None:
    """Only our message with this text, made since then, and not one that is known to be another."""
    answers.given = {f"{BASE}/Messages.json": {"messages": [listed]}}
    assert await find(client, known=frozenset({"SM7"})) is None


async def test_what_was_sent_is_found(answers: Answers, client: TwilioClient) -> None:
    """The clocks may differ by two seconds, and moments have no fractions."""
    for moment in ("Sun, 22 Nov 2026 11:59:58 +0000", "Sun, 22 Nov 2026 12:00:01 GMT"):
        answers.given = {f"{BASE}/Messages.json": {"messages": [message("SM1", date_created=moment)]}}
        assert await find(client) == "SM1"
    answers.given = {}
    with pytest.raises(RefusedError):
        await find(client)


async def test_what_waits_at_twilio_is_found(answers: Answers, client: TwilioClient) -> None:
    """A message in Twilio's queue has no moment of sending: it is looked for without one as well."""
    since = f"{BASE}/Messages.json?To=%2B316&DateSent%3E=2026-11-22T11:59:58Z&PageSize=100"
    answers.given = {
        since: {"messages": []},
        f"{BASE}/Messages.json": {"messages": [message("SM1", date_sent=None)]},
    }
    assert await find(client) == "SM1"
    assert [path for _, path, _ in answers.asked] == [since, f"{BASE}/Messages.json?To=%2B316&PageSize=100"]


async def test_media_of_a_message(answers: Answers, client: TwilioClient) -> None:
    """The files of a message that was only found in the list."""
    answers.given = {f"{BASE}/Messages/SM1/Media.json": {"media_list": [{"sid": "ME1"}]}}
    assert await client.list_media("SM1") == [{"sid": "ME1"}]


async def test_numbers_are_found_and_changed(answers: Answers, client: TwilioClient) -> None:
    """Twilio also finds numbers that hold the one asked for; only the same one is ours."""
    numbers = [{"sid": "PN1", "phone_number": "+319712"}, {"sid": "PN2", "phone_number": "+3197"}]
    answers.given = {
        f"{BASE}/IncomingPhoneNumbers.json": {"incoming_phone_numbers": numbers},
        f"{BASE}/IncomingPhoneNumbers/PN2.json": {"sid": "PN2"},
    }
    assert await client.find_number("+3197") == numbers[1]
    assert await client.find_number("+31") is None
    await client.update_number("PN2", {"SmsUrl": "https://vertel.example/webhooks/twilio#rc=3"})
    assert answers.asked[-1] == (
        "POST",
        f"{BASE}/IncomingPhoneNumbers/PN2.json",
        {"SmsUrl": "https://vertel.example/webhooks/twilio#rc=3"},
    )


async def test_senders_are_changed(answers: Answers, client: TwilioClient) -> None:
    """A WhatsApp sender is changed with JSON."""
    answers.given = {"/v2/Channels/Senders/XE1": {"sid": "XE1"}}
    webhook = {"webhook": {"callback_url": "https://vertel.example/webhooks/twilio"}}
    await client.update_sender("XE1", webhook)
    assert answers.asked == [("POST", "/v2/Channels/Senders/XE1", webhook)]


async def test_content_is_made_and_approved(answers: Answers, client: TwilioClient) -> None:
    """Content is made, submitted, and its approval followed."""
    approvals: dict[str, Any] = {"sid": "HX1"}
    answers.given = {
        "/v1/Content": {"sid": "HX1"},
        "/v1/Content/HX1/ApprovalRequests": approvals,
        "/v1/Content/HX1/ApprovalRequests/whatsapp": {"name": "reminder_nl", "status": "received"},
    }
    assert await client.create_content({"language": "nl"}) == "HX1"
    assert await client.fetch_approval("HX1") == "unsubmitted"
    assert await client.request_approval("HX1", "reminder_nl", "UTILITY") == "received"
    assert answers.asked[-1][2] == {"name": "reminder_nl", "category": "UTILITY"}
    approvals["whatsapp"] = {"status": "approved"}
    assert await client.fetch_approval("HX1") == "approved"


async def test_only_a_message_can_be_uncertain(answers: Answers, client: TwilioClient) -> None:
    """Of what can be done again without harm, an answer without sense is a failure like any other."""
    answers.given = {f"{BASE}/Messages.json": {}, "/v1/Content": {}, f"{BASE}.json": []}
    with pytest.raises(UncertainError):
        await client.send({"To": "+316", "Body": "hoi"})
    with pytest.raises(NotSentError):
        await client.create_content({"language": "nl"})
    with pytest.raises(NotSentError):
        await client.fetch_account()


@pytest.mark.parametrize(
    ("api", "content", "senders"),
    [
        ("https://api.twilio.com", "https://content.twilio.com", "https://messaging.twilio.com"),
        ("https://api.twilio.com/", "https://content.twilio.com", "https://messaging.twilio.com"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1", "http://127.0.0.1:1"),
    ],
)
def test_twilio_has_several_hosts(api: str, content: str, senders: str) -> None:
    """Twilio serves content and senders from hosts of their own; any other API address serves all."""
    settings = TwilioSettings(ACCOUNT, TOKENS, "+3197", api_url=api)
    assert settings.content_url == f"{content}/v1/Content"
    assert settings.senders_url == f"{senders}/v2/Channels/Senders"


def test_settings_keep_their_tokens_to_themselves() -> None:
    """Neither token is printed with the settings; senders may be written in two ways."""
    settings = TwilioSettings(ACCOUNT, TOKENS, "whatsapp:+3197", "+3198")
    assert not any(token in repr(settings) for token in TOKENS)
    assert (settings.whatsapp_sender, settings.sms_sender) == ("whatsapp:+3197", "+3198")
    assert TwilioSettings(ACCOUNT, TOKENS, sms_from="1234").whatsapp_sender == ""
    assert TwilioSettings(ACCOUNT, TOKENS, "+3197").sms_sender == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"auth_tokens": ()},
        {"auth_tokens": ("",)},
        {"account_sid": ""},
        {"whatsapp_from": None},
        {"whatsapp_from": "Vertelpunt"},
        {"whatsapp_from": "whatsapp:"},
        {"sms_from": "whatsapp:+3197"},
        {"sms_from": "+31 97"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    """An account without token or sender, or a sender that is no number."""
    right: dict[str, Any] = {"account_sid": ACCOUNT, "auth_tokens": TOKENS, "whatsapp_from": "+3197"}
    with pytest.raises(ValueError, match=r"Twilio needs|sender must be"):
        TwilioSettings(**(right | wrong))
