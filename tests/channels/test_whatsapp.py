"""The WhatsApp channel: one message at a time, what Twilio remembers for it, and what each failure means."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.channel import Channel, Parcel
from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    NotSentError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UncertainError,
    UnknownError,
    WindowClosedError,
)
from bot.channels.twilio_settings import TwilioSettings
from bot.channels.whatsapp import WhatsApp, write_template_key
from channels.content_memory import MemoryOfContent
from channels.question_samples import word
from channels.twilio_server import TwilioServer
from flows.outbound import Option, Utterance
from flows.values import replace

ACCOUNT = "AC" + "1" * 32
TOKEN = "geheim-12345"
SITE = "https://vertel.example"
PERSON = "+31612345678"
NUMBER = "+3197010123456"
HELLO = Utterance("Hallo", "nl")
QUESTION = Utterance(
    "Doe je mee?", "nl", kind="consent", step="c", options=(Option("yes", "Ja"), Option("no", "Nee"))
)
ROLES = tuple(Option(name, name.title(), f"pictures/{name}.svg") for name in ("gids", "mist"))
PICTURED = Utterance("Wat was je?", "nl", kind="choice", step="r", options=ROLES)


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
    """Make the channel, with the fake as its API; it waits no longer than a second for an answer."""
    settings = TwilioSettings(ACCOUNT, (TOKEN,), NUMBER, api_url=twilio.url, public_url=SITE)
    channel = WhatsApp(settings, remember_content=memory, seconds=1)
    yield channel
    await channel.close()


def pack(utterance: Utterance = HELLO, part: int = 0, *, to: str = PERSON, **fields: Any) -> Parcel:
    """Make a parcel for somebody."""
    return Parcel(to, utterance, "m1", part, **fields)


async def deliver(channel: WhatsApp, utterance: Utterance, **fields: Any) -> list[str | None]:
    """Send all parts of an utterance."""
    count = channel.count_parts(pack(utterance, **fields))
    return [await channel.send(pack(utterance, part, **fields)) for part in range(count)]


def test_it_is_a_channel(whatsapp: WhatsApp) -> None:
    """The class has what every channel has."""
    channel: Channel = whatsapp
    assert (channel.name, channel.windowed, channel.reports) == ("whatsapp", True, True)
    assert channel.parse({"From": "whatsapp:ID.1", "Body": ""}) is None


@pytest.mark.parametrize("sender", [NUMBER, f"whatsapp:{NUMBER}"])
async def test_sends_a_text(twilio: TwilioServer, sender: str) -> None:
    """A text goes to the address on WhatsApp, with our status webhook."""
    settings = TwilioSettings(ACCOUNT, (TOKEN,), sender, api_url=twilio.url + "/", public_url=SITE + "/")
    channel = WhatsApp(settings, remember_content=MemoryOfContent())
    sid = await channel.send(pack(to="ID.4566aB"))
    await channel.close()
    (sent,) = twilio.sent
    assert (sent.sid, sent.to, sent.sender) == (sid, "whatsapp:ID.4566aB", f"whatsapp:{NUMBER}")
    assert (sent.body, sent.content, sent.media_url) == ("Hallo", None, None)
    assert sent.status_callback == f"{SITE}/webhooks/twilio/status"


async def test_sends_one_part_at_a_time(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """A long text is several messages, of which just the one asked for is sent."""
    long = Utterance("Eén. " * 1000, "nl")
    assert whatsapp.count_parts(pack(long)) == 4
    sid = await whatsapp.send(pack(long, 2))
    assert [sent.sid for sent in twilio.sent] == [sid]
    with pytest.raises(RefusedError):
        await whatsapp.send(pack(long, 4))


def test_an_utterance_without_words_is_refused(whatsapp: WhatsApp) -> None:
    """Nothing to say is no message."""
    with pytest.raises(RefusedError):
        whatsapp.count_parts(pack(Utterance(" ", "nl")))


def test_what_it_uses_of_twilios_limits(whatsapp: WhatsApp) -> None:
    """80 a second for the sender, one in six seconds for a person, twenty of them at once."""
    sender, person = whatsapp.list_quotas(pack(), "abc123")
    assert (sender.key, sender.per_second, sender.cost) == (f"twilio:whatsapp:{NUMBER}", 80.0, 1.0)
    assert (person.key, person.per_second, person.burst) == ("whatsapp:chat:abc123", 1 / 6, 20.0)


async def test_the_sandbox_is_slow() -> None:
    """Twilio's number for trying out sends once in three seconds."""
    settings = TwilioSettings(ACCOUNT, (TOKEN,), "+14155238886", public_url=SITE)
    channel = WhatsApp(settings, remember_content=MemoryOfContent())
    sender, _ = channel.list_quotas(pack(), "abc123")
    assert (sender.per_second, sender.burst) == (1 / 3, 1.0)


async def test_makes_content_once(twilio: TwilioServer, whatsapp: WhatsApp, memory: MemoryOfContent) -> None:
    """The same question in the same language is one content; another language or text is another."""
    for address in (PERSON, "ID.2", "ID.3"):
        await whatsapp.send(pack(QUESTION, to=address))
    assert len(twilio.contents) == len(memory.sids) == 1
    assert all(len(key) == 64 for key in memory.sids)
    assert twilio.sent[0].taps == [("Ja", "c|yes"), ("Nee", "c|no")]
    assert twilio.sent[0].body == "Doe je mee?"
    await whatsapp.send(pack(replace(QUESTION, language="en")))
    await whatsapp.send(pack(replace(QUESTION, text="Doe je nu mee?")))
    assert [content["language"] for content in twilio.contents.values()] == ["nl", "en", "nl"]


async def test_sends_pictures_first(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """The picture goes with the question, then the list."""
    await deliver(whatsapp, PICTURED)
    first, second = twilio.sent
    assert (first.body, first.media_url) == ("Wat was je?", f"{SITE}/pictures/sheet.png?of=gids,mist")
    assert second.taps == [("1. Gids", "r|gids"), ("2. Mist", "r|mist")]


async def test_a_personal_link_is_in_no_content(
    twilio: TwilioServer, whatsapp: WhatsApp, memory: MemoryOfContent
) -> None:
    """The link to the page for touch goes with the question; what Twilio keeps is the same for everybody."""
    for canvas in ("/canvas/eerste", "/canvas/tweede"):
        await deliver(whatsapp, word("plek", picked=("1",)), canvas=canvas)
    assert [f"{SITE}/canvas/" in sent.body for sent in twilio.sent] == [True, False, True, False]
    assert len(memory.sids) == len(twilio.contents) == 1


async def test_refused_content_asks_for_text_alone(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """When Twilio takes no content, the same can be said with numbers."""
    twilio.fail_next(400, 20001, on="Content")
    with pytest.raises(RefusedError) as caught:
        await whatsapp.send(pack(QUESTION))
    assert (caught.value.simpler, caught.value.code) == (True, "20001")
    await whatsapp.send(pack(QUESTION, plain=True))
    assert [sent.content for sent in twilio.sent] == [None]
    assert twilio.sent[0].body.startswith("Doe je mee?\n\n1. Ja\n2. Nee\n\n")


async def test_forgotten_content_asks_for_text_alone(whatsapp: WhatsApp, memory: MemoryOfContent) -> None:
    """When content was deleted at Twilio, the person still gets the question."""
    await whatsapp.send(pack(QUESTION))
    memory.sids = dict.fromkeys(memory.sids, "HX" + "0" * 32)
    with pytest.raises(RefusedError) as caught:
        await whatsapp.send(pack(QUESTION))
    assert caught.value.simpler


async def test_a_refused_picture_asks_for_text_alone(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """The question goes without its picture, and its numbered labels behind it."""
    twilio.fail_next(400, 21620)
    with pytest.raises(RefusedError) as caught:
        await whatsapp.send(pack(PICTURED))
    assert caught.value.simpler
    await deliver(whatsapp, PICTURED, plain=True)
    assert [(sent.body.split("\n")[0], sent.media_url) for sent in twilio.sent] == [
        ("Wat was je?", None),
        ("1. Gids", None),
    ]


@pytest.mark.parametrize(
    ("utterance", "part", "plain"),
    [(HELLO, 0, False), (QUESTION, 0, True), (replace(PICTURED, text="x" * 1025), 1, False)],
    ids=["text", "numbers", "picture alone"],
)
async def test_there_is_nothing_simpler(
    twilio: TwilioServer, whatsapp: WhatsApp, utterance: Utterance, part: int, *, plain: bool
) -> None:
    """A text that is refused is refused, and so is a picture that stands alone."""
    twilio.fail_next(400, 63013)
    with pytest.raises(RefusedError) as caught:
        await whatsapp.send(pack(utterance, part, plain=plain))
    assert not caught.value.simpler


@pytest.mark.parametrize("how", ["cut", "hang"])
async def test_content_is_not_a_message(twilio: TwilioServer, whatsapp: WhatsApp, how: Any) -> None:
    """A content whose answer was lost sent nothing, so it is not uncertain."""
    twilio.lose_next(keep=True, how=how, on="Content")
    with pytest.raises(NotSentError):
        await whatsapp.send(pack(QUESTION))
    assert twilio.sent == []


HTTP_ERRORS: list[tuple[int, int | None, type[DeliveryError]]] = [
    (429, 20429, ThrottledError),
    (429, 63018, ThrottledError),
    (503, None, UnavailableError),
    (500, 20500, UncertainError),
    (400, 21610, RecipientGoneError),
    (400, 63003, RecipientGoneError),
    (400, 63016, WindowClosedError),
    (400, 21617, RefusedError),
    (400, None, UnknownError),
    (401, 20003, MisconfiguredError),
    (400, 63007, MisconfiguredError),
    (307, None, MisconfiguredError),
]


@pytest.mark.parametrize(("status", "code", "expected"), HTTP_ERRORS)
async def test_each_answer_has_its_class(
    twilio: TwilioServer, whatsapp: WhatsApp, status: int, code: int | None, expected: type[DeliveryError]
) -> None:
    """Every refusal of Twilio is the error of the retry table, and names no person or token."""
    twilio.fail_next(status, code)
    with pytest.raises(DeliveryError) as caught:
        await whatsapp.send(pack())
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
        await whatsapp.send(pack())
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("body", ["<html>oops</html>", "[]", "{}", '{"sid": 7}'])
async def test_an_unreadable_answer_is_uncertain(twilio: TwilioServer, whatsapp: WhatsApp, body: str) -> None:
    """Twilio said yes in words we cannot read: the message may be on its way."""
    twilio.fail_next(201, body=body)
    with pytest.raises(UncertainError):
        await whatsapp.send(pack())


async def test_no_connection_is_not_sent(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """While nobody listens, a message was surely not sent."""
    await twilio.stop()
    with pytest.raises(NotSentError):
        await whatsapp.send(pack())


async def test_no_tls_is_not_sent(twilio: TwilioServer) -> None:
    """A server that speaks no TLS never saw the message."""
    url = twilio.url.replace("http:", "https:")
    settings = TwilioSettings(ACCOUNT, (TOKEN,), NUMBER, api_url=url, public_url=SITE)
    channel = WhatsApp(settings, remember_content=MemoryOfContent())
    with pytest.raises(NotSentError):
        await channel.send(pack())
    await channel.close()


@pytest.mark.parametrize("how", ["cut", "hang"])
@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("utterance", [HELLO, QUESTION], ids=["text", "content"])
async def test_a_lost_answer_can_be_looked_up(
    twilio: TwilioServer, whatsapp: WhatsApp, how: Any, utterance: Utterance, *, keep: bool
) -> None:
    """After a broken connection Twilio can be asked whether the message is there."""
    since = datetime.now(UTC)
    twilio.lose_next(keep=keep, how=how)
    with pytest.raises(UncertainError):
        await whatsapp.send(pack(utterance))
    found = await whatsapp.find_sent(pack(utterance), since, ())
    assert [sent.sid for sent in twilio.sent] == ([found] if keep else [])
    assert (found is not None) is keep


async def test_the_same_text_elsewhere_or_before_is_no_proof(whatsapp: WhatsApp) -> None:
    """Only a message to this person, made since, and not known to be another, says that it was sent."""
    since = datetime.now(UTC)
    await whatsapp.send(pack(to="ID.2"))
    assert await whatsapp.find_sent(pack(), since, ()) is None
    sid = await whatsapp.send(pack())
    assert await whatsapp.find_sent(pack(), since, ()) == sid
    assert await whatsapp.find_sent(pack(), since, {sid or ""}) is None
    assert await whatsapp.find_sent(pack(), since + timedelta(minutes=1), ()) is None


async def test_a_link_of_another_moment_is_the_same_message(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """The link to the page for touch is made anew at each try, and the message found all the same."""
    since = datetime.now(UTC)
    sid = await whatsapp.send(pack(word("plek"), canvas="/canvas/eerste_-1"))
    assert f"{SITE}/canvas/eerste_-1" in twilio.sent[0].body
    assert await whatsapp.find_sent(pack(word("plek"), canvas="/canvas/tweede_-2"), since, ()) == sid


async def test_an_approved_text_goes_by_its_purpose(
    twilio: TwilioServer, whatsapp: WhatsApp, memory: MemoryOfContent
) -> None:
    """Outside the window the text that was approved for the purpose and language is sent instead."""
    content = {"language": "nl", "types": {"twilio/text": {"body": "Er staat nog een verhaal open."}}}
    twilio.contents[hx := "HX" + "a" * 32] = content
    await memory.keep(write_template_key("reminder", "nl"), hx)
    sid = await whatsapp.send_template(pack(replace(QUESTION, purpose="reminder")))
    (sent,) = twilio.sent
    assert (sent.sid, sent.to, sent.body) == (sid, f"whatsapp:{PERSON}", "Er staat nog een verhaal open.")
    assert sent.status_callback == f"{SITE}/webhooks/twilio/status"


@pytest.mark.parametrize(
    "utterance",
    [QUESTION, replace(QUESTION, purpose="expired"), replace(QUESTION, purpose="reminder", language="en")],
    ids=["answer", "another purpose", "another language"],
)
async def test_without_an_approved_text_the_window_is_closed(
    twilio: TwilioServer, whatsapp: WhatsApp, memory: MemoryOfContent, utterance: Utterance
) -> None:
    """What was approved for something else is not said."""
    memory.sids = {write_template_key("reminder", "nl"): "HX" + "a" * 32, "template::nl": "HX" + "b" * 32}
    with pytest.raises(WindowClosedError):
        await whatsapp.send_template(pack(utterance))
    assert twilio.sent == []


async def test_people_do_not_wait_for_each_other(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    """Many sends at once share one session and all arrive."""
    await asyncio.gather(*(whatsapp.send(pack(to=f"ID.{number}")) for number in range(20)))
    assert len({sent.to for sent in twilio.sent}) == 20
