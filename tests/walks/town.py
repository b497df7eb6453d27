"""Where the walks take place: a bot with every channel on, beside the platforms that bring it webhooks."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from channels.telegram_delivery import TelegramDelivery
from channels.telegram_server import TOKEN, TelegramServer
from channels.twilio_delivery import TwilioDelivery
from channels.twilio_server import TwilioServer
from tellers import PUBLIC_URL, TELEGRAM_SECRET, TWILIO_TOKEN, WHATSAPP_FROM

SMS_FROM: Final = "+3197010000001"
_PNG: Final = b"\x89PNG"


@dataclass(slots=True)
class Town:
    """The platforms and their post. `url` is where the bot really is, behind its public address."""

    telegram: TelegramServer
    twilio: TwilioServer
    http: aiohttp.ClientSession
    url: str = ""
    database_url: str = ""
    telegram_post: TelegramDelivery | None = None
    twilio_post: TwilioDelivery | None = None
    people: int = 0
    _fetched: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def environ(self) -> dict[str, str]:
        """The settings of a bot that has all these channels."""
        return {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET,
            "TELEGRAM_API_URL": self.telegram.url,
            "TWILIO_ACCOUNT_SID": self.twilio.account_sid,
            "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
            "TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
            "TWILIO_SMS_FROM": SMS_FROM,
            "TWILIO_API_URL": self.twilio.url,
            "TWILIO_MEDIA_HOSTS": self.twilio.url,
            "VERTELBOT_PUBLIC_URL": PUBLIC_URL,
            "VERTELBOT_SENDING_PACE": "1000",
        }

    def count_person(self) -> int:
        """A number for one more person."""
        self.people += 1
        return self.people

    def find(self, address: str) -> str:
        """Where something at the public address really is; anything else is a mistake of the bot."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == PUBLIC_URL, f"{address} is not ours"
        return address.replace(PUBLIC_URL, self.url, 1)

    async def check_picture(self, address: str) -> None:
        """Fetch a picture as the platform does, each once; it must be one."""
        if address not in self._fetched:
            async with self.http.get(self.find(address)) as answer:
                body = await answer.read()
                assert answer.status == 200, f"{address}: {answer.status}"
                assert body.startswith(_PNG) or answer.content_type == "image/svg+xml", address
                self._fetched[address] = len(body)

    async def post_page(self, address: str, fields: dict[str, str]) -> None:
        """Open a page for touch and send its form, as a browser does."""
        async with self.http.get(self.find(address)) as answer:
            assert answer.status == 200, f"{answer.status}: {await answer.text()}"
            assert "<form" in await answer.text()
        async with self.http.post(self.find(address), data=fields) as answer:
            assert answer.status == 200, f"{answer.status}: {await answer.text()}"

    @asynccontextmanager
    async def open_post(self, url: str) -> AsyncGenerator[None]:
        """Let the platforms bring what people send to a bot at this address."""
        self.url = url
        async with AsyncExitStack() as stack:
            bring = TelegramDelivery(self.telegram, url=f"{url}/webhooks/telegram", secret=TELEGRAM_SECRET)
            self.telegram_post = await stack.enter_async_context(bring)
            tell = TwilioDelivery(
                self.twilio, webhook=f"{PUBLIC_URL}/webhooks/twilio", reach={PUBLIC_URL: url}
            )
            self.twilio_post = await stack.enter_async_context(tell)
            yield


@asynccontextmanager
async def open_town() -> AsyncGenerator[Town]:
    """Fake platforms that hold to their rules, with nobody there yet."""
    telegram = TelegramServer()
    twilio = TwilioServer("AC" + "0" * 32, TWILIO_TOKEN, whatsapp_from=WHATSAPP_FROM, sms_from=SMS_FROM)
    twilio.holds_window = True
    await telegram.start()
    await twilio.start()
    try:
        async with aiohttp.ClientSession() as http:
            yield Town(telegram, twilio, http)
    finally:
        await telegram.stop()
        await twilio.stop()
