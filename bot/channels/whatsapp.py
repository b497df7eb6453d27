"""WhatsApp through Twilio: sends utterances piece by piece, and puts the channel together."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from aiohttp import web

from bot.channels.channel import (
    DeliveryError,
    Inbound,
    Keep,
    MisconfiguredError,
    RefusedError,
    UncertainError,
)
from bot.channels.twilio_client import TwilioClient, TwilioSettings
from bot.channels.twilio_webhook import StatusSink, twilio_routes
from bot.channels.whatsapp_messages import Piece, lay_out
from bot.channels.whatsapp_updates import PREFIX, arrive, read_form
from flows.outbound import Utterance

__all__ = ["ContentMemory", "StatusSink", "TwilioSettings", "WhatsApp", "arrive", "read_form"]

_MOST_BEGUN: Final = 1000
"""So many unfinished utterances are remembered; a longer outage than that repeats a piece."""


class ContentMemory(Protocol):
    """Remembers which Content resource Twilio already holds for a key, for ever."""

    async def find(self, key: str) -> str | None:
        """Find the SID kept under a key, or None."""
        ...

    async def keep(self, key: str, sid: str) -> None:
        """Keep a SID under a key; one that is there already may be replaced."""
        ...


@dataclass(slots=True)
class _Begun:
    """How far an utterance came that could not be delivered whole, so that a next try goes on from there."""

    sent: int = 0
    sid: str | None = None
    plain: bool = False
    asked_at: datetime | None = None
    """When the piece was first posted whose answer was lost; None when there is no doubt."""


class WhatsApp:
    """The WhatsApp channel of one Twilio sender. `close` it at the end.

    `seconds` is how long Twilio may take to answer. What was begun and not finished is remembered in this
    process only; after a restart such an utterance is sent from its beginning.
    """

    def __init__(
        self, settings: TwilioSettings, *, remember_content: ContentMemory, seconds: float = 20.0
    ) -> None:
        self.name: str = "whatsapp"
        self._settings = settings
        self._client = TwilioClient(settings, seconds=seconds)
        self._memory = remember_content
        self._begun: dict[str, _Begun] = {}

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Read a kept form; see `read_form`."""
        return read_form(raw)

    def routes(self, keep: Keep, status: StatusSink) -> list[web.RouteDef]:
        """List the webhooks for messages and for statuses; see `twilio_routes`."""
        return twilio_routes(self._settings, arrive, keep, status)

    async def close(self) -> None:
        """Close the connections to Twilio."""
        await self._client.close()

    async def check(self) -> list[str]:
        """Say what is wrong with the account, one sentence each; nothing when it works."""
        try:
            account = await self._client.fetch_account()
        except MisconfiguredError:
            return ["Twilio refuses the account SID and auth token; copy both again from the Twilio console."]
        except DeliveryError as error:
            return [f"Twilio's API gave no account ({error.code}); check TWILIO_API_URL and the network."]
        state = account.get("status")
        return [] if state == "active" else [f"The Twilio account is not active but {state}."]

    async def deliver(self, address: str, utterance: Utterance, reference: str) -> str | None:
        """Send an utterance as one or more messages, in order; answers the SID of the last one.

        Content that Twilio refuses becomes numbered text. After a failure half-way, a next try with the
        same `reference` goes on where this one stopped; where an answer was lost it first looks whether the
        message is there. Raises DeliveryError only.
        """
        begun = self._begun.pop(reference, None) or _Begun()
        pieces = lay_out(utterance, site=self._settings.site, plain=begun.plain)
        try:
            while begun.sent < len(pieces):
                piece = pieces[begun.sent]
                try:
                    begun.sid = await self._send(f"{PREFIX}{address}", piece, utterance.language, begun)
                except RefusedError:
                    if piece.content is None:
                        raise
                    begun.plain = True
                    pieces = lay_out(utterance, site=self._settings.site, plain=True)
                else:
                    begun.sent, begun.asked_at = begun.sent + 1, None
        except DeliveryError:
            self._remember(reference, begun)
            raise
        return begun.sid

    async def _send(self, to: str, piece: Piece, language: str, begun: _Begun) -> str:
        if begun.asked_at is not None:
            found = await self._client.find_sent(to, piece.text, since=begun.asked_at)
            if found is not None:
                return found
        form = {"To": to, "From": self._settings.sender}
        form["StatusCallback"] = f"{self._settings.site}/webhooks/twilio/status"
        if piece.content is not None:
            form["ContentSid"] = await self._provide_content(language, piece.content)
        elif piece.text:
            form["Body"] = piece.text
        if piece.media is not None:
            form["MediaUrl"] = piece.media
        asked_at = datetime.now(UTC)
        try:
            return await self._client.send(form)
        except UncertainError:
            begun.asked_at = begun.asked_at or asked_at
            raise

    async def _provide_content(self, language: str, types: Mapping[str, Any]) -> str:
        """Answer the SID of the content, made once for each distinct language, text and options."""
        key = _hash({"account": self._settings.account_sid, "language": language, "types": types})
        sid = await self._memory.find(key)
        if sid is None:
            name = f"vertelbot {key[:12]}"
            sid = await self._client.create_content(
                {"friendly_name": name, "language": language, "types": types}
            )
            await self._memory.keep(key, sid)
        return sid

    def _remember(self, reference: str, begun: _Begun) -> None:
        if begun.sent == 0 and begun.asked_at is None:
            return
        self._begun[reference] = begun
        if len(self._begun) > _MOST_BEGUN:
            del self._begun[next(iter(self._begun))]


def _hash(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
