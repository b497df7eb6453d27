"""`/media/{token}`: the sound of a message and files that the bot sends, for browsers and platforms.

A GET consumes nothing: platforms and previews fetch as often as they like, until the link's time is over.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.channels.spoken_text import describe_spoken
from bot.media_tokens import SentMessage, ShownMessage, StoredFile, read_token
from bot.narration import Narration
from storage import chat_messages, outbox
from storage.database import Database
from storage.errors import StorageError
from storage.media import MediaStore
from storage.vault import Vault
from workers.speech import MIME

_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class MediaRoutes:
    """The one way out for media."""

    database: Database
    vault: Vault
    media: MediaStore
    narration: Narration
    clock: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """`GET /media/{token}`."""
        return [web.get("/media/{token}", self._send)]

    async def _send(self, request: web.Request) -> web.Response:
        meant = read_token(self.vault, request.match_info["token"], self.clock())
        found: tuple[bytes, str] | None = None
        match meant:
            case StoredFile():
                found = await self._read_file(meant)
            case SentMessage() | ShownMessage():
                sound = await self._read_aloud(meant)
                found = None if sound is None else (sound, MIME)
            case None:
                pass
        if found is None:
            return web.json_response(
                {"error": "This link is not there, or its time is over."}, status=404, headers=_HEADERS
            )
        body, mime = found
        attached = {} if mime.startswith("audio/") else {"Content-Disposition": "attachment"}
        return web.Response(body=body, content_type=mime, headers={**_HEADERS, **attached})

    async def _read_file(self, meant: StoredFile) -> tuple[bytes, str] | None:
        try:
            return await asyncio.to_thread(self.media.read, meant.media), meant.mime
        except StorageError:
            return None

    async def _read_aloud(self, meant: SentMessage | ShownMessage) -> bytes | None:
        """The words of a message as sound; those of the teller are made anew each time, and kept nowhere."""
        async with self.database.reading() as connection:
            if isinstance(meant, ShownMessage):
                shown = await chat_messages.get_message(connection, self.vault, meant.address, meant.n)
                spoken: dict[str, Any] | None = (shown or {}).get("spoken")
            else:
                said = await outbox.read_message(connection, self.vault, meant.outbox)
                spoken = None if said is None else describe_spoken(said)
        if spoken is None:
            return None
        return await self.narration.read(spoken["text"], spoken["language"], personal=spoken["personal"])
