"""The tokens of touch pages: which message asked the question, until when the link works, our signature."""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage.vault import SIGNATURE_LENGTH, Vault

LIFETIME: Final = timedelta(hours=2)
"""How long a link works; asking for the question once more gives a new one."""

_PURPOSE: Final = "canvas"
_SIGNED: Final = struct.Struct(">QI")
_LENGTH: Final = _SIGNED.size + SIGNATURE_LENGTH


@dataclass(frozen=True, slots=True)
class CanvasToken:
    """What a token of ours says: the number of the outbox row, and whether its time is over."""

    outbox: int
    expired: bool


def write_path(vault: Vault, outbox: int, now: datetime) -> str:
    """The path of the page on which the question of this outbox row can be answered by touch."""
    signed = _SIGNED.pack(outbox, int((now + LIFETIME).timestamp()))
    token = base64.urlsafe_b64encode(signed + vault.sign(_PURPOSE, signed))
    return f"/canvas/{token.rstrip(b'=').decode()}"


def read_token(vault: Vault, token: str, now: datetime) -> CanvasToken | None:
    """What a token says; None when it is not one of ours, or was altered."""
    padding = "=" * (-len(token) % 4)
    try:
        whole = base64.b64decode(token + padding, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    signed, signature = whole[: _SIGNED.size], whole[_SIGNED.size :]
    if len(whole) != _LENGTH or not vault.is_signed(_PURPOSE, signed, signature):
        return None
    outbox, until = _SIGNED.unpack(signed)
    return CanvasToken(outbox, expired=now.timestamp() >= until)
