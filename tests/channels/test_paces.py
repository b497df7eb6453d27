"""How fast each platform may be sent to: what goes at the limit goes at once, one past it waits its turn."""

from collections.abc import Sequence
from itertools import count

import pytest

from bot.buckets import SECOND, LocalBuckets, reckon
from bot.channels.channel import Channel, Parcel, Quota
from bot.channels.sms import Sms
from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.twilio_settings import TwilioSettings
from bot.channels.whatsapp import WhatsApp
from channels.content_memory import MemoryOfContent
from flows.outbound import Utterance

HELLO = Utterance("Hallo.", "nl")
LONG = Utterance("Dit is een zin van vijftig tekens, met een punt.. " * 8, "nl")
"""Three segments as SMS."""

ACCOUNT, TOKEN, SITE = "AC" + "1" * 32, "geheim-12345", "https://vertel.example"


def _twilio(whatsapp_from: str = "+3197010123456") -> TwilioSettings:
    return TwilioSettings(ACCOUNT, (TOKEN,), whatsapp_from, "+3197010123456", "http://127.0.0.1:9", SITE)


def _whatsapp(sender: str = "+3197010123456") -> Channel:
    return WhatsApp(_twilio(sender), remember_content=MemoryOfContent())


def _telegram() -> Channel:
    return Telegram(TelegramSettings("123456:geheim", ("secret",), "http://127.0.0.1:9"), lambda _path: "")


def _send_at_once(buckets: LocalBuckets, quotas: Sequence[Quota], patience: float) -> tuple[bool, float]:
    place = buckets.take(reckon(quotas), patience, 0)
    return place.reserved and place.wait == 0, place.wait


@pytest.mark.parametrize(
    ("channel", "address", "utterance", "at_once", "pause"),
    [
        pytest.param(_telegram(), "700100", HELLO, 3, 1.0, id="Telegram, a chat"),
        pytest.param(_telegram(), "-700100", HELLO, 2, 60 / 18, id="Telegram, a group"),
        pytest.param(_whatsapp(), "whatsapp:+31612345678", HELLO, 20, 6.0, id="WhatsApp, a person"),
        pytest.param(_whatsapp("+14155238886"), "whatsapp:+31612345678", HELLO, 1, 3.0, id="the sandbox"),
        pytest.param(Sms(_twilio()), "+31612345678", HELLO, 3, 1.0, id="SMS, one segment each"),
        pytest.param(Sms(_twilio()), "+31612345678", LONG, 1, 3.0, id="SMS, three segments each"),
    ],
)
def test_one_chat(channel: Channel, address: str, utterance: Utterance, at_once: int, pause: float) -> None:
    """So many at once; the next one after a pause."""
    buckets = LocalBuckets()
    quotas = channel.list_quotas(Parcel(address, utterance, "1"), "chat")

    assert all(_send_at_once(buckets, quotas, 0)[0] for _ in range(at_once))
    goes, wait = _send_at_once(buckets, quotas, 0)
    assert not goes
    assert wait == pytest.approx(pause, abs=0.01)
    assert buckets.take(reckon(quotas), 0, round((wait + 0.001) * SECOND)).reserved


@pytest.mark.parametrize(
    ("channel", "address", "at_once", "pause"),
    [
        pytest.param(_telegram(), "700100", 5, 1 / 25, id="Telegram, 25 a second"),
        pytest.param(_whatsapp(), "whatsapp:+31612345678", 80, 1 / 80, id="WhatsApp, 80 a second"),
        pytest.param(Sms(_twilio()), "+31612345678", 3, 1.0, id="SMS, one segment a second"),
    ],
)
def test_all_chats_together(channel: Channel, address: str, at_once: int, pause: float) -> None:
    """Each message to another person: what the bot, sender or number itself may send."""
    buckets, chats = LocalBuckets(), count()

    def send() -> tuple[bool, float]:
        quotas = channel.list_quotas(Parcel(address, HELLO, "1"), f"chat {next(chats)}")
        return _send_at_once(buckets, quotas, 0)

    assert all(send()[0] for _ in range(at_once))
    goes, wait = send()
    assert not goes
    assert wait == pytest.approx(pause, abs=0.01)
