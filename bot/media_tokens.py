"""The tokens of media links: which file or which message is meant, until when the link works, our signature.

No link tells anything of a person: it holds random ids and numbers of rows.
"""

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from bot import signed_tokens
from storage.vault import Vault

LIFETIME: Final = timedelta(hours=1)
"""How long a link works; platforms fetch at once, and the web chat writes a new one each time it is read."""

_PURPOSE: Final = "media"
_HEAD: Final = struct.Struct(">cI")
_SHOWN: Final = struct.Struct(">16sI")
_SENT: Final = struct.Struct(">Q")
_ID_BYTES: Final = 16
_LONGEST: Final = 400  # characters of a token; ours have some sixty


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the media store, and what it is."""

    media: str
    mime: str


@dataclass(frozen=True, slots=True)
class SentMessage:
    """The words of a message of the outbox, to be heard."""

    outbox: int


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """The words of message `n` of a web chat, to be heard."""

    address: UUID
    n: int


Meant = StoredFile | SentMessage | ShownMessage


def write_path(vault: Vault, meant: Meant, now: datetime) -> str:
    """The path under which something can be had for a while."""
    match meant:
        case StoredFile(media, mime):
            kind, body = b"f", bytes.fromhex(media) + mime.encode("ascii")
        case SentMessage(outbox):
            kind, body = b"o", _SENT.pack(outbox)
        case ShownMessage(address, n):
            kind, body = b"c", _SHOWN.pack(address.bytes, n)
    signed = _HEAD.pack(kind, int((now + LIFETIME).timestamp())) + body
    return f"/media/{signed_tokens.write_token(vault, _PURPOSE, signed)}"


def read_token(vault: Vault, token: str, now: datetime) -> Meant | None:
    """What a token means; None when it is none of ours, was altered, or its time is over."""
    signed = signed_tokens.read_token(vault, _PURPOSE, token) if len(token) <= _LONGEST else None
    if signed is None:
        return None
    kind, until = _HEAD.unpack(signed[: _HEAD.size])
    return None if now.timestamp() >= until else _read_body(kind, signed[_HEAD.size :])


def _read_body(kind: bytes, body: bytes) -> Meant | None:
    match kind:
        case b"f":
            return StoredFile(body[:_ID_BYTES].hex(), body[_ID_BYTES:].decode("ascii"))
        case b"o":
            return SentMessage(*_SENT.unpack(body))
        case b"c":
            address, n = _SHOWN.unpack(body)
            return ShownMessage(UUID(bytes=address), n)
        case _:
            return None
