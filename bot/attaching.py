"""What goes with a message to a platform beside its words: a file, and the words as a voice note."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channels.channel import File
from bot.channels.spoken_text import write_spoken
from bot.media_tokens import SentMessage, StoredFile, write_path
from bot.narration import Narration
from flows.outbound import Attachment
from storage.errors import StorageError
from storage.media import MediaStore
from storage.outbox import Outgoing
from storage.vault import Vault
from workers.speech import MIME


@dataclass(frozen=True, slots=True)
class Attaching:
    """Finds the files of a message; their number follows from the message alone, at every try."""

    vault: Vault
    media: MediaStore
    narration: Narration
    clock: Callable[[], datetime]

    def attach(self, message: Outgoing) -> tuple[File, ...]:
        """The files that go before the words of a message."""
        said = message.utterance
        files = [self._attach_file(said.attachment)] if said.attachment is not None else []
        return (*files, self._attach_words(message)) if said.aloud else tuple(files)

    def _attach_file(self, attachment: Attachment) -> File:
        async def read() -> bytes | None:
            try:
                return await asyncio.to_thread(self.media.read, attachment.media)
            except StorageError:
                return None  # deleted meanwhile, as when a story was taken back

        path = write_path(self.vault, StoredFile(attachment.media, attachment.mime), self.clock())
        return File(attachment.kind, attachment.mime, attachment.name, path, read)

    def _attach_words(self, message: Outgoing) -> File:
        said = message.utterance

        async def read() -> bytes | None:
            return await self.narration.read(write_spoken(said), said.language, personal=said.personal)

        path = write_path(self.vault, SentMessage(message.id), self.clock())
        return File("voice", MIME, "voice.ogg", path, read)
