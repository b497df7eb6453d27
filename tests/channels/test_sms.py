"""The SMS channel: one message at a time, found again after a lost answer, at the pace of its number."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.channel import Channel, Parcel
from bot.channels.delivery_errors import RecipientGoneError, RefusedError, UncertainError, WindowClosedError
from bot.channels.sms import Sms
from bot.channels.sms_segments import count_segments
from bot.channels.twilio_settings import TwilioSettings
from channels.question_samples import word
from channels.twilio_server import TwilioServer
from flows.outbound import Utterance
from flows.values import replace

ACCOUNT = "AC" + "1" * 32
TOKEN = "geheim-12345"
SITE = "https://vertel.example"
PERSON = "+31612345678"
NUMBER = "+3197010123456"
HELLO = Utterance("Hallo\u2026", "nl", step="groet")
LONG = Utterance("Dit is een zin van vijftig tekens, met een punt.. " * 20, "nl", step="uitleg")


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioServer]:
    """Start a fake Twilio."""
    server = TwilioServer(ACCOUNT, TOKEN)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def sms(twilio: TwilioServer) -> AsyncIterator[Sms]:
    """Make the channel, with the fake as its API."""
    channel = Sms(TwilioSettings(ACCOUNT, (TOKEN,), None, NUMBER, twilio.url, SITE), seconds=1)
    yield channel
    await channel.close()


def pack(utterance: Utterance = HELLO, part: int = 0, **fields: Any) -> Parcel:
    """Make a parcel for the person."""
    return Parcel(PERSON, utterance, "m1", part, **fields)


def test_it_is_a_channel(sms: Sms) -> None:
    """The class has what every channel has."""
    channel: Channel = sms
    assert (channel.name, channel.windowed, channel.reports) == ("sms", False, True)
    assert channel.parse({"From": PERSON, "Body": ""}) is None


async def test_sends_a_text(twilio: TwilioServer, sms: Sms) -> None:
    """A text goes from our number, in plain signs, with our status webhook."""
    sid = await sms.send(pack())
    (sent,) = twilio.sent
    assert (sent.sid, sent.to, sent.sender, sent.body) == (sid, PERSON, NUMBER, "Hallo...")
    assert (sent.content, sent.media_url) == (None, None)
    assert sent.status_callback == f"{SITE}/webhooks/twilio/status"


async def test_sends_one_part_at_a_time(twilio: TwilioServer, sms: Sms) -> None:
    """Each part is a message, and no other is sent with it."""
    assert sms.count_parts(pack(LONG)) == 3
    await sms.send(pack(LONG, 2))
    await sms.send(pack(LONG, 0))
    assert [len(sent.body) for sent in twilio.sent] == [99, 449]


@pytest.mark.parametrize("part", [3, 7])
async def test_there_is_no_such_part(sms: Sms, part: int) -> None:
    """What is asked for beyond the last part is refused, not a fault."""
    with pytest.raises(RefusedError):
        await sms.send(pack(LONG, part))
    with pytest.raises(RefusedError):
        sms.list_quotas(pack(LONG, part), "chat")


def test_an_utterance_without_words_is_refused(sms: Sms) -> None:
    """Nothing to say is no message."""
    with pytest.raises(RefusedError):
        sms.count_parts(pack(Utterance(" ", "nl")))


def test_segments_are_what_it_costs(sms: Sms) -> None:
    """One segment a second from our number, three at once; nothing of the person is in the name."""
    (long,) = sms.list_quotas(pack(LONG), "chat")
    (short,) = sms.list_quotas(pack(LONG, 2), "chat")
    assert (long.key, long.per_second, long.burst, long.cost) == (f"twilio:{NUMBER}", 1.0, 3.0, 3.0)
    assert (short.key, short.cost) == (long.key, 1.0)


async def test_dear_steps_are_told_once(sms: Sms, caplog: pytest.LogCaptureFixture) -> None:
    """Above three segments a step is named in the log, one time, without its text."""
    caplog.set_level(logging.WARNING)
    exactly = Utterance("a" * 459, "nl", step="precies")
    for utterance in (HELLO, exactly, LONG, LONG, replace(exactly, text="a" * 460, step="meer")):
        assert sms.count_parts(pack(utterance)) > 0
        await sms.send(pack(utterance))
    assert [record.getMessage() for record in caplog.records] == [
        "step uitleg takes 7 segments as SMS; a shorter text costs less",
        "step meer takes 4 segments as SMS; a shorter text costs less",
    ]
    assert count_segments("a" * 460) == 4


@pytest.mark.parametrize("keep", [True, False])
async def test_a_lost_answer_is_looked_up(twilio: TwilioServer, sms: Sms, *, keep: bool) -> None:
    """Whether a message is there can be asked; those that are known are others."""
    since = datetime.now(UTC)
    before = await sms.send(pack())
    twilio.lose_next(keep=keep)
    with pytest.raises(UncertainError):
        await sms.send(pack())
    found = await sms.find_sent(pack(), since, {before or ""})
    assert (found is not None) is keep
    assert await sms.find_sent(pack(), since + timedelta(minutes=1), {before or ""}) is None
    assert await sms.find_sent(pack(LONG), since, ()) is None


async def test_a_link_of_another_moment_is_the_same_message(twilio: TwilioServer, sms: Sms) -> None:
    """The link to the page for touch is made anew at each try, and the message found all the same."""
    question, since = word("oorzaak"), datetime.now(UTC)
    first = pack(question, canvas="/canvas/eerste_-1")
    sid = await sms.send(first)
    assert f"{SITE}/canvas/eerste_-1" in twilio.sent[0].body
    assert await sms.find_sent(pack(question, canvas="/canvas/tweede_-2"), since, ()) == sid


@pytest.mark.parametrize(("code", "until_start"), [(21610, True), (21614, False)])
async def test_who_said_stop_is_gone_until_start(
    twilio: TwilioServer, sms: Sms, code: int, *, until_start: bool
) -> None:
    """Twilio sends nothing to who said STOP."""
    twilio.fail_next(400, code)
    with pytest.raises(RecipientGoneError) as caught:
        await sms.send(pack())
    assert caught.value.until_start is until_start
    assert "612345678" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_there_is_nothing_simpler(twilio: TwilioServer, sms: Sms) -> None:
    """A text that is refused is refused."""
    twilio.fail_next(400, 30007)
    with pytest.raises(RefusedError) as caught:
        await sms.send(pack())
    assert not caught.value.simpler


async def test_there_are_no_templates(sms: Sms) -> None:
    """SMS has no window and no approved texts."""
    with pytest.raises(WindowClosedError):
        await sms.send_template(pack(replace(HELLO, purpose="reminder")))
