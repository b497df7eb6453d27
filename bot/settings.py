"""The settings of the bot, read once; a channel without its settings is off, half of them is refused."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from bot.channels.telegram_settings import TelegramSettings
from bot.channels.twilio_settings import API_URL, TwilioSettings
from storage.errors import SettingsError
from storage.settings import StorageSettings, read_setting, read_storage_settings
from workers.settings import SpeechSettings, read_speech_settings

DEFAULT_PORT = 8080
MAX_PORT = 65535

FASTEST_PACE = 1_000_000.0
"""Times the platforms' limits: without any, for a test."""

MOST_LIVE = 2
"""Values of one secret that count at a time, while it is changed."""


class BotSettings(BaseModel):
    """What the server needs to know. A channel that is None is off.

    `organisation` and `privacy_url` are told on the chat's first page, where they are set. `sending_pace`
    times the platforms' limits is how fast is sent.
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
    sending_pace: float = 1.0
    speech: SpeechSettings = SpeechSettings()


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
        sending_pace=_read_pace(environ),
        speech=read_speech_settings(environ),
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


def _read_pace(environ: Mapping[str, str]) -> float:
    value = read_setting("VERTELBOT_SENDING_PACE", environ) or "1"
    try:
        pace = float(value)
    except ValueError:
        pace = 0.0
    if not 0 < pace <= FASTEST_PACE:
        raise SettingsError(f"VERTELBOT_SENDING_PACE must be a number above 0, at most {FASTEST_PACE:,.0f}.")
    return pace


def _read_two(name: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The one value of a setting, or the two of them that count while one takes the other's place."""
    values = tuple((read_setting(name, environ) or "").split())
    if len(values) > MOST_LIVE:
        raise SettingsError(
            f"{name} may hold one value, or two with a space between: the new one and the old."
        )
    return values


def _read_telegram(environ: Mapping[str, str]) -> TelegramSettings | None:
    tokens = _read_two("TELEGRAM_BOT_TOKEN", environ)
    secrets = _read_two("TELEGRAM_WEBHOOK_SECRET", environ)
    mode = read_setting("TELEGRAM_MODE", environ) or "webhook"
    if mode not in ("webhook", "polling"):
        raise SettingsError("TELEGRAM_MODE must be webhook or polling.")
    if not tokens:
        if secrets:
            raise SettingsError("TELEGRAM_WEBHOOK_SECRET is set, but TELEGRAM_BOT_TOKEN is not; set both.")
        return None
    if mode == "webhook" and not secrets:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is set, but TELEGRAM_WEBHOOK_SECRET is not; set it, or TELEGRAM_MODE=polling."
        )
    try:
        return TelegramSettings(
            token=tokens[0],
            older_token=tokens[-1] if len(tokens) == MOST_LIVE else None,
            webhook_secrets=secrets,
            api_url=(read_setting("TELEGRAM_API_URL", environ) or "https://api.telegram.org").rstrip("/"),
            mode="webhook" if mode == "webhook" else "polling",
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _read_twilio(environ: Mapping[str, str], public_url: str) -> TwilioSettings | None:
    account = read_setting("TWILIO_ACCOUNT_SID", environ)
    tokens = _read_two("TWILIO_AUTH_TOKEN", environ)
    whatsapp = read_setting("TWILIO_WHATSAPP_FROM", environ)
    sms = read_setting("TWILIO_SMS_FROM", environ)
    needed = {
        "TWILIO_ACCOUNT_SID": account,
        "TWILIO_AUTH_TOKEN": tokens,
        "TWILIO_WHATSAPP_FROM or TWILIO_SMS_FROM": whatsapp or sms,
    }
    missing = [name for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        return None
    if missing:
        raise SettingsError(f"Twilio is half configured: {' and '.join(missing)} must be set too.")
    try:
        return TwilioSettings(
            account_sid=account or "",
            auth_tokens=tokens,
            whatsapp_from=whatsapp,
            sms_from=sms,
            api_url=(read_setting("TWILIO_API_URL", environ) or API_URL).rstrip("/"),
            public_url=public_url,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error
