"""`vertelbot serve`: the server."""

import logging

import click
from aiohttp import web

from bot.settings import BotSettings, read_bot_settings, read_environment
from bot.surroundings import provide_servers
from workers.loading import loading

log = logging.getLogger(__name__)


@click.command()
def serve() -> None:
    """Run the server until it is told to stop (Ctrl-C or SIGTERM)."""
    with provide_servers(read_environment()) as around:
        settings = read_bot_settings(around.environ)
        run_server(settings)


def run_server(settings: BotSettings) -> None:
    """Serve until told to stop, saying at start which channels are on."""
    with loading():
        from bot.server import build_application  # noqa: PLC0415 - other commands need not wait for it

    for line in describe_channels(settings):
        log.info("%s", line)
    application = build_application(settings)
    try:
        web.run_app(
            application,
            host=settings.host,
            port=settings.port,
            access_log=None,
            print=None,
            keepalive_timeout=75,
            shutdown_timeout=10,
        )
    except OSError as error:
        raise click.ClickException(
            f"Port {settings.port} on {settings.host} cannot be used; set VERTELBOT_PORT to another."
        ) from error


def describe_channels(settings: BotSettings) -> list[str]:
    """One line a channel: on, or off and which settings turn it on."""
    telegram = (
        f"Telegram: on, by {settings.telegram.mode}"
        if settings.telegram
        else "Telegram: off; set TELEGRAM_BOT_TOKEN and TELEGRAM_WEBHOOK_SECRET to turn it on"
    )
    twilio = settings.twilio
    needed = "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and"
    whatsapp, sms = (
        f"{name}: on, by Twilio" if on else f"{name}: off; set {needed} {setting} to turn it on"
        for name, on, setting in (
            ("WhatsApp", twilio and twilio.whatsapp_sender, "TWILIO_WHATSAPP_FROM"),
            ("SMS", twilio and twilio.sms_sender, "TWILIO_SMS_FROM"),
        )
    )
    return [f"Web chat: on, {settings.public_url}/chat", telegram, whatsapp, sms]
