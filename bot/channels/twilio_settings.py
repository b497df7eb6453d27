"""What the two Twilio channels must be told: the account, its senders, where Twilio is and where we are."""

import re
from dataclasses import dataclass, field
from typing import Final

API_URL: Final = "https://api.twilio.com"
_CONTENT_URL: Final = "https://content.twilio.com"
_MESSAGING_URL: Final = "https://messaging.twilio.com"
_WHATSAPP: Final = "whatsapp:"
_NUMBER: Final = re.compile(r"\+?\d{3,15}")


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """One Twilio account. Its tokens do not show when it is printed.

    With two tokens, what either of them signed is taken, and the API is called with the one that it takes.
    A channel without a sender is off. `whatsapp_from` may be `+31…` or `whatsapp:+31…`, `sms_from` is a
    phone number or a short code. With an `api_url` other than Twilio's own, all calls go to that host.

    Raises:
        ValueError: no token, no sender, or a sender that is no number.
    """

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    whatsapp_from: str | None = None
    sms_from: str | None = None
    api_url: str = API_URL
    public_url: str = ""

    def __post_init__(self) -> None:
        if not self.account_sid or not all(self.auth_tokens) or not self.auth_tokens:
            raise ValueError("Twilio needs an account SID and an auth token.")
        if self.whatsapp_from is None and self.sms_from is None:
            raise ValueError("Twilio needs a sender for WhatsApp or for SMS.")
        if self.whatsapp_from is not None and not _NUMBER.fullmatch(
            self.whatsapp_from.removeprefix(_WHATSAPP)
        ):
            raise ValueError("The WhatsApp sender must be a phone number such as +31612345678.")
        if self.sms_from is not None and not _NUMBER.fullmatch(self.sms_from):
            raise ValueError("The SMS sender must be a phone number such as +31612345678, or a short code.")

    @property
    def whatsapp_sender(self) -> str:
        """The WhatsApp sender as the API wants it, `whatsapp:+31…`; empty when WhatsApp is off."""
        number = self.whatsapp_from
        return f"{_WHATSAPP}{number.removeprefix(_WHATSAPP)}" if number else ""

    @property
    def sms_sender(self) -> str:
        """The SMS sender, `+31…`; empty when SMS is off."""
        return self.sms_from or ""

    @property
    def account_url(self) -> str:
        """Where the resources of the account are."""
        return f"{self.api_url.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}"

    @property
    def content_url(self) -> str:
        """Where content is made: a host of its own at Twilio, else the host of the API."""
        return f"{self._find_host(_CONTENT_URL)}/v1/Content"

    @property
    def senders_url(self) -> str:
        """Where WhatsApp senders are kept: a host of its own at Twilio, else the host of the API."""
        return f"{self._find_host(_MESSAGING_URL)}/v2/Channels/Senders"

    @property
    def site(self) -> str:
        """Our public address without a slash at the end."""
        return self.public_url.rstrip("/")

    def _find_host(self, own: str) -> str:
        api = self.api_url.rstrip("/")
        return own if api == API_URL else api
