"""What the Telegram channel must be told: the bot's token, how updates come in, where Telegram is."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """One bot. Its tokens and secrets do not show when it is printed.

    With two secrets, updates that bear either are taken, and the webhook is set with the first. The
    `older_token` only still proves who opened a page in Telegram before the token was changed.

    Raises:
        ValueError: a token or secret of the wrong shape, or a webhook without a secret.
    """

    token: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    api_url: str = "https://api.telegram.org"
    mode: Literal["webhook", "polling"] = "webhook"
    older_token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not all(_TOKEN.fullmatch(token) for token in self.tokens):
            raise ValueError("The Telegram token must look like 123456:letters, as @BotFather gives it.")
        if len({token.partition(":")[0] for token in self.tokens}) > 1:
            raise ValueError(
                "Both Telegram tokens must be of one bot: the number before the colon is the same."
            )
        if not all(_SECRET.fullmatch(secret) for secret in self.webhook_secrets):
            raise ValueError("The Telegram webhook secret must be 1 to 256 of A-Z, a-z, 0-9, _ and -.")
        if self.mode == "webhook" and not self.webhook_secrets:
            raise ValueError("A Telegram webhook needs a secret; set one, or use polling.")

    @property
    def tokens(self) -> tuple[str, ...]:
        """The token in use, and the one before it while that still counts."""
        return (self.token,) if self.older_token is None else (self.token, self.older_token)

    @property
    def bot_id(self) -> str:
        """The bot's own id: the number before the colon of its token."""
        return self.token.partition(":")[0]
