"""The WhatsApp channel of one Twilio sender: what is sent, found again, and how fast."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from bot.channels.channel import File, Inbound, Parcel, Quota
from bot.channels.delivery_errors import NotSentError, RefusedError, WindowClosedError
from bot.channels.rendering import forget_link, write_file_link
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_settings import TwilioSettings
from bot.channels.whatsapp_messages import Piece, lay_out
from bot.channels.whatsapp_updates import read_form
from storage.database import AWAY

_SENDER_PACE: Final = (80.0, 80.0)
"""Messages a second for one sender, and at once: what Twilio gives a WhatsApp sender unasked."""

_PERSON_PACE: Final = (1 / 6, 20.0)
"""To one person one message in 6 s in the long run, 20 at once. Not documented by Twilio: beyond some such
pace Meta refuses them (63018), and these are the numbers that are known to pass."""

_SANDBOX: Final = "whatsapp:+14155238886"
_SANDBOX_PACE: Final = (1 / 3, 1.0)
"""Twilio's shared number to try things out: one message in 3 s."""


_FILE_TYPES: Final = frozenset(
    {
        *("application/pdf", "application/msword", "application/vnd.ms-excel"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        *("image/jpeg", "image/png", "audio/ogg", "audio/mpeg", "audio/mp4", "video/mp4", "text/vcard"),
    }
)
"""Files that WhatsApp takes (https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages)."""


class ContentMemory(Protocol):
    """Remembers which Content resource Twilio already holds for a key, for ever."""

    async def find(self, key: str) -> str | None:
        """Find the SID kept under a key, or None."""
        ...

    async def keep(self, key: str, sid: str) -> None:
        """Keep a SID under a key; one that is there already may be replaced."""
        ...


def write_template_key(purpose: str, language: str) -> str:
    """The key under which the approved text for a purpose in a language is kept in the ContentMemory."""
    return f"template:{purpose}:{language}"


class WhatsApp:
    """The channel `whatsapp`. It remembers nothing of what it sends; `close` it at the end.

    `seconds` is how long Twilio may take to answer.
    """

    name: str = "whatsapp"

    def __init__(
        self, settings: TwilioSettings, *, remember_content: ContentMemory, seconds: float = 20.0
    ) -> None:
        self._settings = settings
        self._client = TwilioClient(settings, seconds=seconds)
        self._memory = remember_content

    @property
    def windowed(self) -> bool:
        """Yes: free text is only taken within 24 hours of the person's last message."""
        return True

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
        return len(parcel.files) + len(self._lay_out(parcel))

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """So many a second from our sender, and far less to one person."""
        del parcel
        sender = self._settings.whatsapp_sender
        pace = _SANDBOX_PACE if sender == _SANDBOX else _SENDER_PACE
        return (Quota(f"twilio:{sender}", *pace), Quota(f"whatsapp:chat:{chat}", *_PERSON_PACE))

    async def send(self, parcel: Parcel) -> str | None:
        """Send one message; answers its SID. Raises DeliveryError only.

        Where content or a picture is refused and text alone may pass, the error is a `simpler` RefusedError.
        """
        if parcel.part < len(parcel.files):
            return await self._send_file(parcel, parcel.files[parcel.part])
        piece = self._find_piece(parcel)
        try:
            return await self._client.send(await self._write(parcel, piece))
        except RefusedError as error:
            is_rich = piece.content is not None or (piece.media is not None and bool(piece.text))
            if not is_rich or parcel.plain:
                raise
            raise RefusedError(error.code, simpler=True) from error

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """Look among the messages to this person for one with this part's text. Raises DeliveryError."""
        if parcel.part < len(parcel.files):
            return None  # a file has no words to know it by; hearing one twice does no harm
        text = forget_link(self._find_piece(parcel).text)
        return await self._client.find_sent(
            _write_to(parcel), lambda body: forget_link(body) == text, since=since, known=known
        )

    async def send_template(self, parcel: Parcel) -> str | None:
        """Send the approved text for the utterance's purpose, in its language; answers the SID.

        Which texts are approved is known from `vertelbot channels connect`. Raises DeliveryError,
        WindowClosedError where there is none.
        """
        said = parcel.utterance
        key = write_template_key(said.purpose, said.language)
        sid = await self._memory.find(key) if said.purpose else None
        if sid is None:
            raise WindowClosedError("no approved text")
        return await self._client.send(self._address(parcel) | {"ContentSid": sid})

    def _lay_out(self, parcel: Parcel) -> list[Piece]:
        pieces = lay_out(parcel.utterance, site=self._settings.site, plain=parcel.plain, canvas=parcel.canvas)
        if not pieces:
            raise RefusedError("nothing to say")
        return pieces

    def _find_piece(self, parcel: Parcel) -> Piece:
        pieces = self._lay_out(parcel)
        place = parcel.part - len(parcel.files)
        if not 0 <= place < len(pieces):
            raise RefusedError("no such part")
        return pieces[place]

    async def _send_file(self, parcel: Parcel, file: File) -> str | None:
        """A file that Twilio fetches from us; one that WhatsApp does not take goes as a link, a voice not."""
        site = self._settings.site
        fetched = site.startswith("https://") and file.mime in _FILE_TYPES and not parcel.plain
        if not fetched and file.kind == "voice":
            return None
        form = self._address(parcel)
        if not fetched:
            return await self._client.send(
                form | {"Body": write_file_link(parcel.utterance, site, file.path)}
            )
        if await file.read() is None:
            return None
        try:
            return await self._client.send(form | {"MediaUrl": f"{site}{file.path}"})
        except RefusedError as error:
            raise RefusedError(error.code, simpler=True) from error

    def _address(self, parcel: Parcel) -> dict[str, str]:
        return {
            "To": _write_to(parcel),
            "From": self._settings.whatsapp_sender,
            "StatusCallback": f"{self._settings.site}/webhooks/twilio/status",
        }

    async def _write(self, parcel: Parcel, piece: Piece) -> dict[str, str]:
        """The fields of the Messages resource for a piece."""
        form = self._address(parcel)
        if piece.content is not None:
            try:
                form["ContentSid"] = await self._provide_content(parcel.utterance.language, piece.content)
            except AWAY as error:  # our own database, and nothing was sent yet
                raise NotSentError("database") from error
        elif piece.text:
            form["Body"] = piece.text
        if piece.media is not None:
            form["MediaUrl"] = piece.media
        return form

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


def _write_to(parcel: Parcel) -> str:
    return f"whatsapp:{parcel.address}"


def _hash(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
