"""The channels that are on, each with what can be looked at and put right at its platform."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from bot.channels.connecting import Point
from bot.channels.delivery_errors import DeliveryError
from bot.channels.telegram_connecting import TelegramConnecting
from bot.channels.template_connecting import examine_templates
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_connecting import TwilioConnecting
from bot.clock import Clock, read_clock
from bot.settings import BotSettings
from storage.contents import TwilioContents
from storage.database import Database
from storage.vault import Vault

Examine = Callable[[], Awaitable[list[Point]]]

TITLES: Final = {"telegram": "Telegram", "twilio": "Twilio", "whatsapp": "WhatsApp", "sms": "SMS"}
"""What is looked at, in order; `twilio` is the account that WhatsApp and SMS share."""

SWITCHES: Final = {
    "telegram": "TELEGRAM_BOT_TOKEN",
    "whatsapp": "TWILIO_WHATSAPP_FROM",
    "sms": "TWILIO_SMS_FROM",
}
"""The channels that can be connected, and the setting without which each is off."""


@asynccontextmanager
async def open_connections(
    settings: BotSettings, database: Database, *, clock: Clock = read_clock
) -> AsyncGenerator[Mapping[str, Examine]]:
    """How to look at everything that is on, by its name in TITLES; to be used within the block.

    Looking never raises DeliveryError: a platform that does not answer is a point that is wrong.
    """
    looks: dict[str, Examine] = {}
    async with AsyncExitStack() as stack:
        if settings.telegram:
            vault = Vault(settings.storage.secrets)
            telegram = TelegramConnecting(
                settings.telegram, settings.public_url, database, vault, clock=clock
            )
            looks["telegram"] = (await stack.enter_async_context(telegram)).examine
        if settings.twilio:
            client = TwilioClient(settings.twilio)
            stack.push_async_callback(client.close)
            twilio = TwilioConnecting(settings.twilio, client, clock=clock)
            looks["twilio"] = twilio.examine_account
            if settings.twilio.whatsapp_sender:

                async def examine_whatsapp() -> list[Point]:
                    templates = await examine_templates(client, TwilioContents(database))
                    return [*await twilio.examine_whatsapp(), *templates]

                looks["whatsapp"] = _catch(examine_whatsapp)
            if settings.twilio.sms_sender:
                looks["sms"] = _catch(twilio.examine_sms)
        yield looks


def _catch(examine: Examine) -> Examine:
    async def look() -> list[Point]:
        try:
            return await examine()
        except DeliveryError as error:
            remedy = "Look at the rights of the token, and try again later."
            return [Point("", f"Twilio does not say how it is: {error}", right=False, remedy=remedy)]

    return look


def write_name(name: str, point: Point) -> str:
    """What a point is called: the platform, and which of its settings."""
    return f"{TITLES[name]} {point.what}".strip()


def describe_point(point: Point) -> str:
    """How a point is and what to do about it, in a line."""
    return f"{point.says.rstrip('.')}. {point.remedy}" if point.remedy else point.says
