"""The tokens of touch pages: which message asked the question, until when the link works, our signature."""

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot import signed_tokens
from storage.vault import Vault

LIFETIME: Final = timedelta(hours=2)
"""How long a link works; asking for the question once more gives a new one."""

_PURPOSE: Final = "canvas"
_SIGNED: Final = struct.Struct(">QI")


@dataclass(frozen=True, slots=True)
class CanvasToken:
    """What a token of ours says: the number of the outbox row, and whether its time is over."""

    outbox: int
    expired: bool


def write_path(vault: Vault, outbox: int, now: datetime) -> str:
    """The path of the page on which the question of this outbox row can be answered by touch."""
    signed = _SIGNED.pack(outbox, int((now + LIFETIME).timestamp()))
    return f"/canvas/{signed_tokens.write_token(vault, _PURPOSE, signed)}"


def read_token(vault: Vault, token: str, now: datetime) -> CanvasToken | None:
    """What a token says; None when it is not one of ours, or was altered."""
    signed = signed_tokens.read_token(vault, _PURPOSE, token)
    if signed is None:
        return None
    outbox, until = _SIGNED.unpack(signed)
    return CanvasToken(outbox, expired=now.timestamp() >= until)
