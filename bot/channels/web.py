"""The web chat as a channel: conversations known by a random token, their messages kept to be shown again."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.channels.channel import (
    Arrival,
    Inbound,
    Keep,
    Parcel,
    Quota,
    Settle,
    Start,
)
from bot.channels.delivery_errors import NotSentError, RecipientGoneError, WindowClosedError
from bot.channels.web_api import api_routes
from bot.channels.web_arrivals import read_message
from bot.channels.web_media import link_media, note_spoken
from bot.channels.web_messages import (
    Laid,
    Message,
    Pictured,
    Pointed,
    Posted,
    Tapped,
    Typed,
    Voiced,
    complete_codes,
    find_asked,
    write_bot_message,
    write_teller_message,
)
from storage.chat_messages import TOPIC, append_message, list_messages
from storage.database import Database
from storage.entries import Entry, find_entry
from storage.media import MediaStore
from storage.participants import Address, add_address, find_address
from storage.signals import Signals
from storage.vault import Vault

Flows = Callable[[], Awaitable[Mapping[str, Sequence[str]]]]
"""The published flows, the usual one first: their codes with their languages."""

_BATCH: Final = 1000  # messages that one look into storage gives at most


class WebChat:
    """The channel `web`. An address is the hash of a token that only the client has."""

    name: str = "web"

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        media: MediaStore,
        signals: Signals,
        heartbeat: float = 15.0,
        reads_aloud: bool = False,
    ) -> None:
        self._database = database
        self._vault = vault
        self._media = media
        self._signals = signals
        self.heartbeat = heartbeat
        """Seconds after which an idle event stream shows that it lives."""
        self.reads_aloud = reads_aloud
        """Whether the page offers to begin with everything read aloud."""
        self.closing = False
        self._waiting: set[asyncio.Event] = set()

    def routes(self, keep: Keep, settle: Settle, flows: Flows) -> list[web.RouteDef]:
        """The API below `/api/chat`."""
        return api_routes(self, keep, settle, flows)

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Read what `begin` and `receive` kept. Raises ParseError."""
        return read_message(raw)

    @property
    def windowed(self) -> bool:
        """No: the page can always be written to."""
        return False

    @property
    def reports(self) -> bool:
        """No: nobody says later whether a message was seen."""
        return False

    def count_parts(self, parcel: Parcel) -> int:
        """A page has room for all of it."""
        del parcel
        return 1

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """Our own page has no limits."""
        del parcel, chat
        return ()

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """Putting a message twice under one reference puts it once, so it may simply be put again."""
        del parcel, since, known

    async def send_template(self, parcel: Parcel) -> str | None:
        """Never needed here. Raises WindowClosedError."""
        del parcel
        raise WindowClosedError("the web chat has no approved messages")

    async def send(self, parcel: Parcel) -> str | None:
        """Put a message where the page reads it; the same reference is put once."""
        spoken = await note_spoken(parcel)
        try:
            async with self._database.transaction() as connection:
                tokens = self._vault.list_tokens(self.name, parcel.address)
                found = await find_address(connection, self._vault, *tokens)
                if found is None:
                    raise RecipientGoneError
                message = write_bot_message(parcel.utterance) | spoken
                await append_message(connection, self._vault, found.id, f"out:{parcel.reference}", message)
        except (DBAPIError, PoolTimeoutError) as error:
            raise NotSentError("database") from error
        return None

    async def begin(self, keep: Keep, start: Start) -> tuple[str, str]:
        """Open a conversation: (the client's token, the address it stands for)."""
        token = secrets.token_urlsafe(32)
        value = _hash(token)
        async with self._database.transaction() as connection:
            await add_address(connection, self._vault, self.name, value)
        raw = {"address": value, "start": asdict(start)}
        await keep(Arrival(self.name, f"web:{value}/start", value, raw))
        return token, value

    async def find(self, token: str) -> Address | None:
        """The address that a client's token stands for."""
        async with self._database.reading() as connection:
            found = self._vault.list_tokens(self.name, _hash(token))
            return await find_address(connection, self._vault, *found)

    async def find_entry(self, code: str) -> Entry | None:
        """The open entry point with this code; None when there is none, or it is closed."""
        async with self._database.reading() as connection:
            entry = await find_entry(connection, code)
        return entry if entry is not None and entry.active else None

    async def read(self, address: Address, after: int = 0) -> list[dict[str, Any]]:
        """The messages of a conversation with a number above `after`, oldest first."""
        messages: list[dict[str, Any]] = []
        async with self._database.reading() as connection:
            while True:
                last = messages[-1]["n"] if messages else after
                batch = await list_messages(connection, self._vault, address.id, last)
                messages += [
                    link_media(self._vault, address.id, message, datetime.now(UTC)) for message in batch
                ]
                if len(batch) < _BATCH:
                    return messages

    async def receive(self, keep: Keep, address: Address, posted: Posted) -> bool:
        """Keep one message of the teller and show it in the chat; False when this id was there already."""
        messages = await self.read(address) if isinstance(posted.content, Tapped) else []
        raw, media = await self._write_raw(address, posted, messages)
        try:
            message = write_teller_message(posted, messages)
            async with self._database.transaction() as connection:
                await append_message(connection, self._vault, address.id, f"in:{posted.id}", message)
        except BaseException:
            await self._forget(media)
            raise
        # Once `keep` was called it may have been committed, even when it raises: then the file stays.
        new = await keep(Arrival(self.name, f"web:{address.value}:{posted.id}", address.value, raw))
        if not new:
            await self._forget(media)
        return new

    def watch(self, address: Address) -> AbstractAsyncContextManager[asyncio.Event]:
        """An event that is set whenever the conversation has something new."""
        return self._signals.watch(TOPIC, str(address.id))

    @property
    def open_streams(self) -> int:
        """How many clients follow their conversation at the moment."""
        return len(self._waiting)

    def note_stream(self, rung: asyncio.Event) -> Callable[[], None]:
        """Remember an open stream, so that closing wakes it; call what this answers when the stream ends."""
        self._waiting.add(rung)
        return lambda: self._waiting.discard(rung)

    def close(self) -> None:
        """End all open streams: the server stops."""
        self.closing = True
        for rung in self._waiting:
            rung.set()

    async def _write_raw(
        self, address: Address, posted: Posted, messages: Sequence[Message]
    ) -> tuple[dict[str, Any], str | None]:
        """What is kept of a message, and the id of its recording or photo, which is written here."""
        raw: dict[str, Any] = {"address": address.value, "id": posted.id}
        if posted.step is not None:
            raw["step"] = posted.step
        match posted.content:
            case Typed(text):
                return raw | {"text": text}, None
            case Tapped():
                return raw | {"codes": list(complete_codes(posted, find_asked(posted, messages)))}, None
            case Pointed(x, y):
                return raw | {"point": {"x": x, "y": y}}, None
            case Laid(points):
                return raw | {"points": [None if point is None else list(point) for point in points]}, None
            case Pictured(data):
                media = await asyncio.to_thread(self._media.write, data)
                return raw | {"photo": media, "size": len(data)}, media
            case Voiced(data, seconds):
                media = await asyncio.to_thread(self._media.write, data)
                return raw | {"media": media, "size": len(data), "seconds": seconds}, media

    async def _forget(self, media: str | None) -> None:
        if media is not None:
            await asyncio.to_thread(self._media.delete, media)


def _hash(token: str) -> str:
    """The address of a token. A token is random enough that a plain hash hides it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
