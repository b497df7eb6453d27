"""The channels that the settings turn on, made once; started and ended together."""

import contextlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.channels.canvas import CanvasChannel
from bot.channels.channel import Channel, Keep
from bot.channels.sms import Sms
from bot.channels.telegram import Telegram
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_webhook import twilio_routes
from bot.channels.web import WebChat
from bot.channels.whatsapp import WhatsApp
from bot.settings import BotSettings
from flows.file import read_picture
from storage.contents import TwilioContents
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Platforms:
    """What reaches people; a platform without its settings is None."""

    web_chat: WebChat
    telegram: Telegram | None
    whatsapp: WhatsApp | None
    sms: Sms | None
    twilio: TwilioClient | None

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels by their names, with the page for touch, which only brings answers."""
        on: list[Channel] = [self.web_chat, CanvasChannel()]
        on += [each for each in (self.telegram, self.whatsapp, self.sms) if each is not None]
        return {channel.name: channel for channel in on}

    @property
    def spoken(self) -> list[str]:
        """The names of the channels through which something is said."""
        return [name for name in self.channels if name != CanvasChannel.name]

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Open the connections, none of which needs a platform to be there, and close them in the end."""
        async with contextlib.AsyncExitStack() as stack:
            if self.telegram:
                await stack.enter_async_context(self.telegram)
            for each in (self.whatsapp, self.sms, self.twilio):
                if each:
                    stack.push_async_callback(each.close)
            yield


def make_platforms(settings: BotSettings, web_chat: WebChat, database: Database) -> Platforms:
    """The platforms that are on."""
    twilio, site = settings.twilio, settings.public_url
    telegram = Telegram(settings.telegram, read_picture, site=site) if settings.telegram else None
    whatsapp = WhatsApp(twilio, remember_content=TwilioContents(database)) if twilio else None
    return Platforms(
        web_chat=web_chat,
        telegram=telegram,
        whatsapp=whatsapp if twilio and twilio.whatsapp_from else None,
        sms=Sms(twilio) if twilio and twilio.sms_from else None,
        twilio=TwilioClient(twilio) if twilio else None,
    )


def platform_routes(settings: BotSettings, platforms: Platforms, keep: Keep) -> list[web.RouteDef]:
    """The webhooks of the platforms that are on."""
    routes: list[web.RouteDef] = []
    if platforms.telegram and settings.telegram and settings.telegram.mode == "webhook":
        routes += platforms.telegram.routes(keep)
    if settings.twilio:
        routes += twilio_routes(settings.twilio, keep)
    return routes
