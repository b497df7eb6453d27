"""Delivery through Twilio: what is sent, what is remembered, and what each failure means."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.channel import (
    Channel,
    DeliveryError,
    MisconfiguredError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UncertainError,
    WindowClosedError,
)
from bot.channels.twilio_errors import classify_code
from bot.channels.whatsapp import TwilioSettings, WhatsApp
from channels.content_memory import MemoryOfContent
from channels.twilio_server import TwilioServer
from flows.outbound import Option, Utterance
from flows.values import replace

ACCOUNT = "AC" + "1" * 32
TOKEN = "geheim-12345"
SITE = "https://vertel.example"
PERSON = "+31612345678"
HELLO = Utterance("Hallo", "nl")
QUESTION = Utterance(
    "Doe je mee?", "nl", kind="consent", step="c", options=(Option("yes", "Ja"), Option("no", "Nee"))
)


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioServer]:
    """Start a fake Twilio."""
    server = TwilioServer(ACCOUNT, TOKEN)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def memory() -> MemoryOfContent:
    """Make an empty memory."""
    return MemoryOfContent()


@pytest.fixture
async def whatsapp(twilio: TwilioServer, memory: MemoryOfContent) -> AsyncIterator[WhatsApp]:
    """Make the channel, with the fake as its API."""
    settings = TwilioSettings(ACCOUNT, TOKEN, "+14155238886", twilio.url, SITE)
    channel = WhatsApp(settings, remember_content=memory)
    yield channel
    await channel.close()


@pytest.fixture
async def hasty(twilio: TwilioServer, memory: MemoryOfContent) -> AsyncIterator[WhatsApp]:
    """Make a channel that waits no longer than a second, for where the fake does not answer."""
    settings = TwilioSettings(ACCOUNT, TOKEN, "+14155238886", twilio.url, SITE)
    channel = WhatsApp(settings, remember_content=memory, seconds=1)
    yield channel
    await channel.close()


def test_it_is_a_channel(whatsapp: WhatsApp) -> None:
    """The class has what every channel has."""
    channel: Channel = whatsapp
    assert channel.name == "whatsapp"
    assert channel.parse({"From": "whatsapp:ID.1", "Body": ""}) is None


@pytest.mark.parametrize("sender", ["+14155238886", "whatsapp:+14155238886"])
async def test_sends_a_text(twilio: TwilioServer, sender: str) -> None:
    """A text goes to the address on WhatsApp, with our status webhook."""
    settings = TwilioSettings(ACCOUNT, TOKEN, sender, twilio.url + "/", SITE + "/")
    channel = WhatsApp(settings, remember_content=MemoryOfContent())
    sid = await channel.deliver("ID.4566aB", HELLO, "m1")
    await channel.close()
    (sent,) = twilio.sent
    assert (sent.sid, sent.to, sent.sender) == (sid, "whatsapp:ID.4566aB", "whatsapp:+14155238886")
    assert (sent.body, sent.content, sent.media_url) == ("Hallo", None, None)
    assert sent.status_callback == f"{SITE}/webhooks/twilio/status"


async def test_sends_several_messages_in_order(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """A long text is several messages; the id is that of the last."""
    sid = await whatsapp.deliver(PERSON, Utterance("Eén. " * 1000, "nl"), "m1")
    assert len(twilio.sent) == 4
    assert twilio.sent[-1].sid == sid


async def test_makes_content_once(twilio: TwilioServer, whatsapp: WhatsApp, memory: MemoryOfContent) -> None:
    """The same question in the same language is one content; another language or text is another."""
    for address in (PERSON, "ID.2", "ID.3"):
        await whatsapp.deliver(address, QUESTION, "m1")
    assert len(twilio.contents) == len(memory.sids) == 1
    assert all(len(key) == 64 for key in memory.sids)
    assert twilio.sent[0].taps == [("Ja", "c|yes"), ("Nee", "c|no")]
    assert twilio.sent[0].body == "Doe je mee?"
    await whatsapp.deliver(PERSON, replace(QUESTION, language="en"), "m1")
    await whatsapp.deliver(PERSON, replace(QUESTION, text="Doe je nu mee?"), "m1")
    assert [content["language"] for content in twilio.contents.values()] == ["nl", "en", "nl"]


async def test_sends_pictures_first(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """The picture goes with the question, then the list."""
    options = tuple(Option(name, name.title(), f"pictures/{name}.svg") for name in ("gids", "mist"))
    await whatsapp.deliver(
        PERSON, Utterance("Wat was je?", "nl", kind="choice", step="r", options=options), "m1"
    )
    first, second = twilio.sent
    assert (first.body, first.media_url) == ("Wat was je?", f"{SITE}/pictures/sheet.png?of=gids,mist")
    assert second.taps == [("1. Gids", "r|gids"), ("2. Mist", "r|mist")]


async def test_refused_content_becomes_numbered_text(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """When Twilio takes no content, the options are numbered."""
    twilio.fail_next(400, 20001, on="Content")
    await whatsapp.deliver(PERSON, QUESTION, "m1")
    assert [sent.content for sent in twilio.sent] == [None]
    assert twilio.sent[0].body.startswith("Doe je mee?\n\n1. Ja\n2. Nee\n\n")


async def test_forgotten_content_becomes_numbered_text(
    twilio: TwilioServer, whatsapp: WhatsApp, memory: MemoryOfContent
) -> None:
    """When content was deleted at Twilio, the person still gets the question."""
    await whatsapp.deliver(PERSON, QUESTION, "m1")
    memory.sids = dict.fromkeys(memory.sids, "HX" + "0" * 32)
    await whatsapp.deliver(PERSON, QUESTION, "m1")
    assert twilio.sent[1].body.startswith("Doe je mee?\n\n1. Ja")


@pytest.mark.parametrize("how", ["cut", "hang"])
async def test_content_is_not_a_message(twilio: TwilioServer, hasty: WhatsApp, how: Any) -> None:
    """A content whose answer was lost sent nothing, so it is not uncertain."""
    twilio.lose_next(keep=True, how=how, on="Content")
    with pytest.raises(NotSentError):
        await hasty.deliver(PERSON, QUESTION, "m1")
    assert twilio.sent == []


HTTP_ERRORS: list[tuple[int, int | None, type[DeliveryError]]] = [
    (429, 20429, ThrottledError),
    (429, None, ThrottledError),
    (429, 63018, ThrottledError),
    (503, None, NotSentError),
    (503, 20503, NotSentError),
    (500, 20500, UncertainError),
    (500, None, UncertainError),
    (502, None, UncertainError),
    (504, None, UncertainError),
    (400, 21610, RecipientGoneError),
    (400, 63003, RecipientGoneError),
    (400, 63024, RecipientGoneError),
    (400, 63033, RecipientGoneError),
    (400, 21211, RecipientGoneError),
    (400, 21614, RecipientGoneError),
    (400, 63016, WindowClosedError),
    (400, 21617, RefusedError),
    (400, 21620, RefusedError),
    (400, 63005, RefusedError),
    (400, 63013, RefusedError),
    (400, 63019, RefusedError),
    (400, 63021, RefusedError),
    (400, 63028, RefusedError),
    (400, 63034, RefusedError),
    (400, 92000, RefusedError),
    (400, 92999, RefusedError),
    (400, 99999, RefusedError),
    (404, 20404, RefusedError),
    (400, None, RefusedError),
    (401, 20003, MisconfiguredError),
    (401, None, MisconfiguredError),
    (403, 20003, MisconfiguredError),
    (400, 63001, MisconfiguredError),
    (400, 63007, MisconfiguredError),
    (400, 63020, MisconfiguredError),
    (400, 21606, MisconfiguredError),
    (400, 21703, MisconfiguredError),
    (307, None, MisconfiguredError),
]


@pytest.mark.parametrize(("status", "code", "expected"), HTTP_ERRORS)
async def test_each_answer_has_its_class(
    twilio: TwilioServer, whatsapp: WhatsApp, status: int, code: int | None, expected: type[DeliveryError]
) -> None:
    """Every refusal of Twilio is the error of the retry table, and names no person or token."""
    twilio.fail_next(status, code)
    with pytest.raises(DeliveryError) as caught:
        await whatsapp.deliver(PERSON, HELLO, "m1")
    assert type(caught.value) is expected
    assert caught.value.code == (str(code) if code else f"HTTP {status}")
    assert caught.value.retry_after is None
    assert "612345678" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert twilio.sent == []


@pytest.mark.parametrize(
    ("status", "wait", "seconds"), [(429, "7", 7.0), (503, "120", 120.0), (429, "soon", None)]
)
async def test_retry_after_is_heard(
    twilio: TwilioServer, whatsapp: WhatsApp, status: int, wait: str, seconds: float | None
) -> None:
    """Twilio's own waiting time comes along; what is no number of seconds does not."""
    twilio.fail_next(status, retry_after=wait)
    with pytest.raises(DeliveryError) as caught:
        await whatsapp.deliver(PERSON, HELLO, "m1")
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("body", ["<html>oops</html>", "[]", "{}", '{"sid": 7}'])
async def test_an_unreadable_answer_is_uncertain(twilio: TwilioServer, whatsapp: WhatsApp, body: str) -> None:
    """Twilio said yes in words we cannot read: the message may be on its way."""
    twilio.fail_next(201, body=body)
    with pytest.raises(UncertainError):
        await whatsapp.deliver(PERSON, HELLO, "m1")


async def test_no_connection_is_not_sent(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """Without a connection nothing was sent."""
    await twilio.stop()
    with pytest.raises(NotSentError):
        await whatsapp.deliver(PERSON, HELLO, "m1")
    (problem,) = await whatsapp.check()
    assert problem.startswith("Twilio's API gave no account")


async def test_no_tls_is_not_sent(twilio: TwilioServer) -> None:
    """A server that speaks no TLS never saw the message."""
    url = twilio.url.replace("http:", "https:")
    channel = WhatsApp(TwilioSettings(ACCOUNT, TOKEN, "+1", url, SITE), remember_content=MemoryOfContent())
    with pytest.raises(NotSentError):
        await channel.deliver(PERSON, HELLO, "m1")
    await channel.close()


@pytest.mark.parametrize("how", ["cut", "hang"])
@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("utterance", [HELLO, QUESTION], ids=["text", "content"])
async def test_a_lost_answer_is_looked_up_before_sending_again(
    twilio: TwilioServer, hasty: WhatsApp, how: Any, utterance: Utterance, *, keep: bool
) -> None:
    """After a broken connection the next try sends only what is not there yet."""
    twilio.lose_next(keep=keep, how=how)
    with pytest.raises(UncertainError):
        await hasty.deliver(PERSON, utterance, "m1")
    sid = await hasty.deliver(PERSON, utterance, "m1")
    assert [sent.sid for sent in twilio.sent] == [sid]
    assert twilio.listed == 1


async def test_the_same_text_elsewhere_or_before_is_no_proof(
    twilio: TwilioServer, whatsapp: WhatsApp
) -> None:
    """Only a message to this person, made since, says that it was sent."""
    await whatsapp.deliver(PERSON, HELLO, "m1")
    before = timedelta(minutes=1)
    twilio.sent = [dataclasses.replace(sent, made_at=sent.made_at - before) for sent in twilio.sent]
    await whatsapp.deliver("ID.2", HELLO, "m2")
    twilio.lose_next(keep=False)
    with pytest.raises(UncertainError):
        await whatsapp.deliver(PERSON, HELLO, "m3")
    await whatsapp.deliver(PERSON, HELLO, "m3")
    assert [sent.to for sent in twilio.sent] == [f"whatsapp:{PERSON}", "whatsapp:ID.2", f"whatsapp:{PERSON}"]


async def test_a_next_try_goes_on_from_where_it_stopped(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """Of a message in pieces, a piece that was sent is not sent again."""
    options = (Option("gids", "Gids", "pictures/gids.svg"),)
    question = Utterance("Wat was je?", "nl", kind="choice", step="r", options=options)
    twilio.fail_next(503, on="Content")
    with pytest.raises(NotSentError):
        await whatsapp.deliver(PERSON, question, "m1")
    await whatsapp.deliver(PERSON, question, "m1")
    assert [bool(sent.media_url) for sent in twilio.sent] == [True, False]
    await whatsapp.deliver(PERSON, question, "m1")
    assert [bool(sent.media_url) for sent in twilio.sent] == [True, False, True, False]


async def test_another_message_with_the_same_words_is_sent_whole(
    twilio: TwilioServer, whatsapp: WhatsApp
) -> None:
    """What was begun belongs to one message, not to its words."""
    long = Utterance("a" * 1600 + " b", "nl")
    for reference in ("m1", "m2"):
        twilio.fail_next(503)
        with pytest.raises(NotSentError):
            await whatsapp.deliver(PERSON, long, reference)
    twilio.lose_next(keep=True)
    with pytest.raises(UncertainError):
        await whatsapp.deliver(PERSON, long, "m1")
    await whatsapp.deliver(PERSON, long, "m2")
    await whatsapp.deliver(PERSON, long, "m1")
    assert [len(sent.body) for sent in twilio.sent] == [1600, 1600, 1, 1]


async def test_people_do_not_wait_for_each_other(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """Many deliveries at once share one session and all arrive."""
    await asyncio.gather(*(whatsapp.deliver(f"ID.{number}", HELLO, "m1") for number in range(20)))
    assert len({sent.to for sent in twilio.sent}) == 20


CALLBACK_CODES = {
    63017: ThrottledError,
    63038: ThrottledError,
    14107: ThrottledError,
    30001: ThrottledError,
    21611: ThrottledError,
    30022: ThrottledError,
    63009: NotSentError,
    63010: NotSentError,
    63012: NotSentError,
    30005: RecipientGoneError,
    30006: RecipientGoneError,
    30007: RefusedError,
    63032: RefusedError,
}


@pytest.mark.parametrize(("code", "expected"), CALLBACK_CODES.items())
def test_codes_of_callbacks_have_their_class(code: int, expected: type[DeliveryError]) -> None:
    """The codes that come only by callback have a class too."""
    assert classify_code(code) is expected
    assert classify_code(93000) is None


async def test_the_account_is_checked(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """A working account has no problems; one that is suspended or refused is said in a sentence."""
    assert await whatsapp.check() == []
    twilio.status = "suspended"
    assert await whatsapp.check() == ["The Twilio account is not active but suspended."]
    settings = TwilioSettings(ACCOUNT, "wrong", "+14155238886", twilio.url, SITE)
    other = WhatsApp(settings, remember_content=MemoryOfContent())
    (problem,) = await other.check()
    await other.close()
    assert problem.startswith("Twilio refuses the account SID and auth token")
    twilio.fail_next(500, on="Account")
    assert len(await whatsapp.check()) == 1


@pytest.mark.parametrize(
    ("api", "content"),
    [
        ("https://api.twilio.com", "https://content.twilio.com/v1/Content"),
        ("https://api.twilio.com/", "https://content.twilio.com/v1/Content"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/v1/Content"),
    ],
)
def test_content_has_its_own_host_at_twilio(api: str, content: str) -> None:
    """Twilio serves content from another host; any other API address serves both."""
    assert TwilioSettings(ACCOUNT, TOKEN, "+1", api, SITE).content_url == content


def test_settings_do_not_show_the_token() -> None:
    """The token does not come along when settings are printed."""
    assert TOKEN not in repr(TwilioSettings(ACCOUNT, TOKEN, "+1", "https://api.twilio.com", SITE))
