"""The settings of the channels as operators write them: whole, half, wrong, and with two secrets."""

import pytest

from bot.settings import BotSettings, read_bot_settings
from storage.errors import SettingsError

NEEDED = {
    "DATABASE_URL": "postgresql://127.0.0.1/x",
    "REDIS_URL": "redis://127.0.0.1",
    "VERTELBOT_SECRET_KEY": "k" * 32,
}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token"}
TELEGRAM = {"TELEGRAM_BOT_TOKEN": "1:new", "TELEGRAM_WEBHOOK_SECRET": "secret"}


def read(**settings: str) -> BotSettings:
    """Read settings beside those that every server needs."""
    return read_bot_settings(NEEDED | settings)


def test_without_settings_the_channels_are_off() -> None:
    """A setting that is empty is not set."""
    settings = read(TWILIO_SMS_FROM="", TELEGRAM_BOT_TOKEN=" ")
    assert (settings.twilio, settings.telegram, settings.sending_pace) == (None, None, 1.0)


@pytest.mark.parametrize(
    ("senders", "whatsapp", "sms"),
    [
        ({"TWILIO_WHATSAPP_FROM": "+3197"}, "whatsapp:+3197", ""),
        ({"TWILIO_SMS_FROM": "+3198"}, "", "+3198"),
        ({"TWILIO_WHATSAPP_FROM": "whatsapp:+3197", "TWILIO_SMS_FROM": "1234"}, "whatsapp:+3197", "1234"),
    ],
)
def test_each_sender_turns_a_channel_on(senders: dict[str, str], whatsapp: str, sms: str) -> None:
    """One of the two is enough."""
    twilio = read(**TWILIO, **senders, VERTELBOT_PUBLIC_URL="https://vertel.example/").twilio
    assert twilio is not None
    assert (twilio.whatsapp_sender, twilio.sms_sender) == (whatsapp, sms)
    assert (twilio.site, twilio.api_url) == ("https://vertel.example", "https://api.twilio.com")


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        (TWILIO, "TWILIO_WHATSAPP_FROM or TWILIO_SMS_FROM"),
        ({"TWILIO_SMS_FROM": "+3197"}, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_WHATSAPP_FROM": "+3197"}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_AUTH_TOKEN": "token", "TWILIO_SMS_FROM": "+3197"}, "TWILIO_ACCOUNT_SID"),
    ],
)
def test_half_of_twilio_is_refused(settings: dict[str, str], missing: str) -> None:
    """The refusal names what is not there, and shows no token."""
    with pytest.raises(SettingsError) as caught:
        read(**settings)
    assert str(caught.value) == f"Twilio is half configured: {missing} must be set too."


def test_a_sender_that_is_no_number_is_refused() -> None:
    """A name is no number one can answer to."""
    with pytest.raises(SettingsError, match="SMS sender must be a phone number"):
        read(**TWILIO, TWILIO_SMS_FROM="Vertelpunt")


def test_secrets_may_be_changed() -> None:
    """Two values count at a time, the new one first; neither is shown."""
    settings = read(
        TWILIO_ACCOUNT_SID="AC1",
        TWILIO_AUTH_TOKEN="new-one\n old-one ",
        TWILIO_SMS_FROM="+3197",
        TELEGRAM_BOT_TOKEN="1:new 1:old",
        TELEGRAM_WEBHOOK_SECRET="new-secret old-secret",
    )
    assert settings.twilio is not None
    assert settings.telegram is not None
    assert settings.twilio.auth_tokens == ("new-one", "old-one")
    assert (settings.telegram.token, settings.telegram.older_token) == ("1:new", "1:old")
    assert settings.telegram.webhook_secrets == ("new-secret", "old-secret")
    assert not any(secret in repr(settings) for secret in ("new-one", "old-one", "1:old", "old-secret"))


def test_one_secret_is_one() -> None:
    """Without an older token nothing else counts."""
    telegram = read(**TELEGRAM).telegram
    assert telegram is not None
    assert (telegram.token, telegram.older_token, telegram.webhook_secrets) == ("1:new", None, ("secret",))


@pytest.mark.parametrize("name", ["TWILIO_AUTH_TOKEN", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"])
def test_three_secrets_are_too_many(name: str) -> None:
    """A third value is a mistake, and is not shown."""
    settings = TWILIO | TELEGRAM | {"TWILIO_SMS_FROM": "+3197", name: "1:a 1:b 1:c"}
    with pytest.raises(SettingsError, match=f"^{name} may hold one value, or two") as caught:
        read(**settings)
    assert "1:" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "trouble"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1:a"}, "TELEGRAM_WEBHOOK_SECRET is not"),
        ({"TELEGRAM_WEBHOOK_SECRET": "x"}, "TELEGRAM_BOT_TOKEN is not"),
        (TELEGRAM | {"TELEGRAM_MODE": "soon"}, "TELEGRAM_MODE must be"),
        (TELEGRAM | {"TELEGRAM_BOT_TOKEN": "1:a 2:b"}, "must be of one bot"),
        (TELEGRAM | {"TELEGRAM_WEBHOOK_SECRET": "fine not,fine"}, "webhook secret must be"),
    ],
)
def test_half_of_telegram_is_refused(settings: dict[str, str], trouble: str) -> None:
    """What cannot work is said at once."""
    with pytest.raises(SettingsError, match=trouble):
        read(**settings)


@pytest.mark.parametrize(
    ("written", "pace"), [("1", 1.0), ("0.5", 0.5), ("1000000", 1_000_000.0), ("1e3", 1000.0)]
)
def test_the_pace_may_be_another(written: str, pace: float) -> None:
    """For tests and local servers, in any way to write a number."""
    assert read(VERTELBOT_SENDING_PACE=written).sending_pace == pace


@pytest.mark.parametrize("written", ["0", "-1", "fast", "nan", "inf", "1000001"])
def test_a_pace_that_is_none_is_refused(written: str) -> None:
    """Not sending at all is no pace."""
    with pytest.raises(SettingsError, match="VERTELBOT_SENDING_PACE"):
        read(VERTELBOT_SENDING_PACE=written)
