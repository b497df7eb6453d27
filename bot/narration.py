"""Reads aloud: finds sound that was recorded or made of a text, or has it made; keeps that of fixed texts."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import readings
from storage.database import Database
from storage.errors import StorageError
from storage.media import MediaStore
from workers.speech import Speech, SpeechError

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 2
"""Programs that speak at the same time: the server has other things to do."""

SILENT: Final = frozenset({"sms"})
"""Channels in which nothing can be heard."""


@dataclass(slots=True)
class Narration:
    """What is read aloud, from recordings of people and a program that speaks.

    `site` is our public address: without https, WhatsApp can fetch no sound of ours.
    """

    database: Database
    media: MediaStore
    speech: Speech | None
    site: str = ""
    _busy: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))

    async def can_read(self, connection: AsyncConnection, channel: str, flow: str, language: str) -> bool:
        """Whether what a flow says can be heard on a channel, if only in part."""
        if channel in SILENT or (channel == "whatsapp" and not self.site.startswith("https://")):
            return False
        if self.speech is not None and self.speech.speaks(language):
            return True
        return await readings.has_recorded(connection, flow, language)

    async def read(self, text: str, language: str, *, personal: bool) -> bytes | None:
        """A voice note of a text; None where there is none. What is `personal` is never kept."""
        if not text.strip():
            return None
        if not personal and (kept := await self._find(text, language)) is not None:
            return kept
        speech = self.speech
        if speech is None or not speech.speaks(language):
            return None
        try:
            async with self._busy:
                sound = await speech.speak(text, language)
        except SpeechError as error:
            log.warning("a text could not be read aloud: %s", error)
            return None
        if not personal:
            await self._keep(speech, text, language, sound)
        return sound

    async def _find(self, text: str, language: str) -> bytes | None:
        voice = self.speech.name_voice(language) if self.speech and self.speech.speaks(language) else ""
        async with self.database.reading() as connection:
            media = await readings.find_reading(connection, language, readings.digest_text(text), voice)
        if media is None:
            return None
        try:
            return await asyncio.to_thread(self.media.read, media)
        except StorageError:
            log.warning("sound that was kept of a text is not there any more; it is made anew")
            return None

    async def _keep(self, speech: Speech, text: str, language: str, sound: bytes) -> None:
        media = await asyncio.to_thread(self.media.write, sound)
        digest, voice = readings.digest_text(text), speech.name_voice(language)
        async with self.database.transaction() as connection:
            new = await readings.add_made(
                connection, language=language, digest=digest, voice=voice, media=media, size=len(sound)
            )
        if not new:
            await asyncio.to_thread(self.media.delete, media)
