"""What the Telegram channel must be told: the bot's token, how updates come in, where Telegram is."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """One bot. The token and the secret do not show when it is printed.

    Raises:
        ValueError: a token or secret of the wrong shape, or a webhook without a secret.
    """

    token: str = field(repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    api_url: str = "https://api.telegram.org"
    mode: Literal["webhook", "polling"] = "webhook"

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise ValueError("The Telegram token must look like 123456:letters, as @BotFather gives it.")
        if self.webhook_secret is not None and not _SECRET.fullmatch(self.webhook_secret):
            raise ValueError("The Telegram webhook secret must be 1 to 256 of A-Z, a-z, 0-9, _ and -.")
        if self.mode == "webhook" and self.webhook_secret is None:
            raise ValueError("A Telegram webhook needs a secret; set one, or use polling.")

    @property
    def bot_id(self) -> str:
        """The bot's own id: the number before the colon of its token."""
        return self.token.partition(":")[0]
