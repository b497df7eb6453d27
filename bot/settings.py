"""The settings of the bot, read once; a channel without its settings is off, half of them is refused."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from bot.channels.telegram_settings import TelegramSettings
from bot.channels.whatsapp import TwilioSettings
from storage.errors import SettingsError
from storage.settings import StorageSettings, read_setting, read_storage_settings

DEFAULT_PORT = 8080
MAX_PORT = 65535


class BotSettings(BaseModel):
    """What the server needs to know. A channel that is None is off.

    `organisation` and `privacy_url` are told on the chat's first page, where they are set.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    storage: StorageSettings
    host: str
    port: int
    public_url: str
    telegram: TelegramSettings | None
    twilio: TwilioSettings | None
    organisation: str | None = None
    privacy_url: str | None = None


def read_environment() -> dict[str, str]:
    """The environment this process was started with."""
    return dict(os.environ)


def read_bot_settings(environ: Mapping[str, str] = os.environ) -> BotSettings:
    """Read the settings of the bot. Raises SettingsError with what is missing or wrong."""
    port = _read_port(environ)
    host = read_setting("VERTELBOT_HOST", environ) or "127.0.0.1"
    public_url = (read_setting("VERTELBOT_PUBLIC_URL", environ) or f"http://127.0.0.1:{port}").rstrip("/")
    if not public_url.startswith(("https://", "http://")):
        raise SettingsError("VERTELBOT_PUBLIC_URL must start with https:// (or http:// on this machine).")
    return BotSettings(
        storage=read_storage_settings(environ),
        host=host,
        port=port,
        public_url=public_url,
        telegram=_read_telegram(environ),
        twilio=_read_twilio(environ, public_url),
        organisation=" ".join((read_setting("VERTELBOT_ORGANISATION", environ) or "").split()) or None,
        privacy_url=_read_privacy_url(environ),
    )


def _read_port(environ: Mapping[str, str]) -> int:
    value = read_setting("VERTELBOT_PORT", environ) or str(DEFAULT_PORT)
    if not value.isdecimal() or not value.isascii() or not 0 <= int(value) <= MAX_PORT:
        raise SettingsError("VERTELBOT_PORT must be a number from 0 to 65535.")
    return int(value)


def _read_privacy_url(environ: Mapping[str, str]) -> str | None:
    value = read_setting("VERTELBOT_PRIVACY_URL", environ)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        right = parts.scheme == "https" and bool(parts.hostname) and not any(map(str.isspace, value))
    except ValueError:  # such as an IPv6 address without its end
        right = False
    if not right:
        raise SettingsError("VERTELBOT_PRIVACY_URL must be the address of a page, starting with https://.")
    return value


def _read_telegram(environ: Mapping[str, str]) -> TelegramSettings | None:
    token = read_setting("TELEGRAM_BOT_TOKEN", environ)
    secret = read_setting("TELEGRAM_WEBHOOK_SECRET", environ)
    mode = read_setting("TELEGRAM_MODE", environ) or "webhook"
    if mode not in ("webhook", "polling"):
        raise SettingsError("TELEGRAM_MODE must be webhook or polling.")
    if token is None:
        if secret is not None:
            raise SettingsError("TELEGRAM_WEBHOOK_SECRET is set, but TELEGRAM_BOT_TOKEN is not; set both.")
        return None
    if mode == "webhook" and secret is None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is set, but TELEGRAM_WEBHOOK_SECRET is not; set it, or TELEGRAM_MODE=polling."
        )
    url = (read_setting("TELEGRAM_API_URL", environ) or "https://api.telegram.org").rstrip("/")
    try:
        return TelegramSettings(
            token=token,
            webhook_secret=secret,
            api_url=url,
            mode="webhook" if mode == "webhook" else "polling",
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _read_twilio(environ: Mapping[str, str], public_url: str) -> TwilioSettings | None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM")
    values = {name: read_setting(name, environ) for name in names}
    missing = [name for name, value in values.items() if value is None]
    if len(missing) == len(names):
        return None
    if missing:
        raise SettingsError(f"WhatsApp is half configured: {' and '.join(missing)} must be set too.")
    return TwilioSettings(
        account_sid=values["TWILIO_ACCOUNT_SID"] or "",
        auth_token=values["TWILIO_AUTH_TOKEN"] or "",
        whatsapp_from=values["TWILIO_WHATSAPP_FROM"] or "",
        api_url=(read_setting("TWILIO_API_URL", environ) or "https://api.twilio.com").rstrip("/"),
        public_url=public_url,
    )
