"""The SMS channel of one Twilio number: what is sent, found again, and how fast."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.channels.channel import Inbound, Parcel, Quota
from bot.channels.delivery_errors import RefusedError, WindowClosedError
from bot.channels.rendering import forget_link
from bot.channels.sms_messages import SEGMENTS, lay_out
from bot.channels.sms_segments import count_segments
from bot.channels.sms_updates import read_form
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_settings import TwilioSettings

_SENDER_PACE: Final = (1.0, float(SEGMENTS))
"""Segments a second, and at once. A long code sends one a second; Twilio queues more, up to 10 hours."""

_log = logging.getLogger(__name__)


class Sms:
    """The channel `sms`. It remembers nothing of what it sends; `close` it at the end.

    `seconds` is how long Twilio may take to answer.
    """

    name: str = "sms"

    def __init__(self, settings: TwilioSettings, *, seconds: float = 20.0) -> None:
        self._settings = settings
        self._client = TwilioClient(settings, seconds=seconds)
        self._warned: set[str] = set()

    @property
    def windowed(self) -> bool:
        """No: who wrote once can be written to."""
        return False

    @property
    def reports(self) -> bool:
        """Yes: by status callbacks."""
        return True

    async def close(self) -> None:
        """Close the connections to Twilio."""
        await self._client.close()

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Read a kept form, of a message or of a status; see `read_form`."""
        return read_form(raw)

    def count_parts(self, parcel: Parcel) -> int:
        """How many messages the utterance takes. Raises RefusedError when it says nothing."""
        return len(self._lay_out(parcel))

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """One segment a second from our number."""
        del chat
        cost = float(count_segments(self._find_text(parcel)))
        return (Quota(f"twilio:{self._settings.sms_sender}", *_SENDER_PACE, cost=cost),)

    async def send(self, parcel: Parcel) -> str | None:
        """Send one message; answers its SID. Raises DeliveryError only.

        The first time a step takes more than three segments a warning says so, for each costs money.
        """
        self._warn(parcel)
        return await self._client.send(
            {
                "To": parcel.address,
                "From": self._settings.sms_sender,
                "Body": self._find_text(parcel),
                "StatusCallback": f"{self._settings.site}/webhooks/twilio/status",
            }
        )

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """Look among the messages to this person for one with this part's text. Raises DeliveryError."""
        text = forget_link(self._find_text(parcel))
        return await self._client.find_sent(
            parcel.address, lambda body: forget_link(body) == text, since=since, known=known
        )

    async def send_template(self, parcel: Parcel) -> str | None:
        """Never needed here. Raises WindowClosedError."""
        del parcel
        raise WindowClosedError("SMS has no approved texts")

    def _warn(self, parcel: Parcel) -> None:
        step = parcel.utterance.step or parcel.utterance.kind
        segments = sum(count_segments(text) for text in self._lay_out(parcel))
        if segments > SEGMENTS and step not in self._warned:
            self._warned.add(step)
            _log.warning("step %s takes %s segments as SMS; a shorter text costs less", step, segments)

    def _lay_out(self, parcel: Parcel) -> list[str]:
        # A voice note of the words is never asked for here; a file is named by its link.
        path = parcel.files[0].path if parcel.utterance.attachment is not None and parcel.files else None
        texts = lay_out(parcel.utterance, site=self._settings.site, canvas=parcel.canvas, file=path)
        if not texts:
            raise RefusedError("nothing to say")
        return texts

    def _find_text(self, parcel: Parcel) -> str:
        texts = self._lay_out(parcel)
        if parcel.part >= len(texts):
            raise RefusedError("no such part")
        return texts[parcel.part]
