"""Bots with all channels on, beside fakes of the platforms."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from channels.telegram_server import TOKEN, TelegramServer
from channels.twilio_server import TwilioServer
from running_bot import RunningBot
from tellers import (
    PUBLIC_URL,
    TELEGRAM_SECRET,
    TWILIO_TOKEN,
    WHATSAPP_FROM,
    TelegramTeller,
    Teller,
    WebTeller,
    WhatsAppTeller,
)


@pytest.fixture
async def twilio() -> AsyncGenerator[TwilioServer]:
    """A fake Twilio."""
    server = TwilioServer("AC" + "0" * 32, TWILIO_TOKEN, whatsapp_from=WHATSAPP_FROM)
    server.holds_window = True
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def reachable_bot(
    make_bot: Callable[..., RunningBot], telegram: TelegramServer, twilio: TwilioServer, whisper_model: Path
) -> RunningBot:
    """A bot with all channels on, of which nothing runs yet."""
    return make_bot(
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_WEBHOOK_SECRET=TELEGRAM_SECRET,
        TELEGRAM_API_URL=telegram.url,
        TWILIO_ACCOUNT_SID=twilio.account_sid,
        TWILIO_AUTH_TOKEN=TWILIO_TOKEN,
        TWILIO_WHATSAPP_FROM=WHATSAPP_FROM,
        TWILIO_API_URL=twilio.url,
        TWILIO_MEDIA_HOSTS=twilio.url,
        VERTELBOT_PUBLIC_URL=PUBLIC_URL,
        WHISPER_MODEL=str(whisper_model),
        VERTELBOT_SENDING_PACE="10",
    )


@pytest.fixture
def open_bot(reachable_bot: RunningBot) -> RunningBot:
    """A bot with all channels on; no worker on speech until a test asks for one."""
    reachable_bot.start()
    return reachable_bot


@pytest.fixture
def speaking_bot(open_bot: RunningBot) -> RunningBot:
    """The same bot with a worker on speech and the real model."""
    open_bot.start_worker()
    return open_bot


@pytest.fixture
def web_teller(open_bot: RunningBot) -> WebTeller:
    """A person at the web chat."""
    return WebTeller(open_bot.url)


@pytest.fixture
def telegram_teller(open_bot: RunningBot, telegram: TelegramServer) -> TelegramTeller:
    """A person on Telegram."""
    return TelegramTeller(open_bot.url, TELEGRAM_SECRET, telegram)


@pytest.fixture
def whatsapp_teller(open_bot: RunningBot, twilio: TwilioServer) -> WhatsAppTeller:
    """A person on WhatsApp."""
    return WhatsAppTeller(open_bot.url, PUBLIC_URL, twilio)


@pytest.fixture
def tellers(
    web_teller: WebTeller, telegram_teller: TelegramTeller, whatsapp_teller: WhatsAppTeller
) -> dict[str, Teller]:
    """One person on each channel, all with the same bot."""
    return {"web": web_teller, "telegram": telegram_teller, "whatsapp": whatsapp_teller}
