"""What can be heard and saved in the web chat: noted beside a message, and linked when it is read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bot.channels.channel import Parcel
from bot.channels.spoken_text import describe_spoken
from bot.media_tokens import ShownMessage, StoredFile, write_path
from storage.vault import Vault


async def note_spoken(parcel: Parcel) -> dict[str, Any]:
    """What is heard of a message, where anything can be; those words are read aloud when they are fetched."""
    voice = parcel.files[-1] if parcel.utterance.aloud and parcel.files else None
    if voice is None or await voice.read() is None:
        return {}
    return {"spoken": describe_spoken(parcel.utterance)}


def link_media(vault: Vault, address: UUID, message: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A message as it is kept, with links to its sound and its file, which work for a while."""
    linked = dict(message)
    spoken, attachment = linked.pop("spoken", None), linked.pop("attachment", None)
    if spoken is not None:
        linked["audio"] = write_path(vault, ShownMessage(address, message["n"]), now)
    if attachment is None:
        return linked
    url = write_path(vault, StoredFile(attachment["media"], attachment["mime"]), now)
    if attachment["kind"] == "voice":
        return {**linked, "audio": url}
    return {**linked, "file": {"url": url, "name": attachment["name"], "mime": attachment["mime"]}}
