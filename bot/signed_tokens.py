"""Tokens in addresses: some bytes with our signature over them, written as a link can hold them."""

import base64
import binascii

from storage.vault import SIGNATURE_LENGTH, Vault


def write_token(vault: Vault, purpose: str, body: bytes) -> str:
    """The token of some bytes, signed for one purpose."""
    return base64.urlsafe_b64encode(body + vault.sign(purpose, body)).rstrip(b"=").decode()


def read_token(vault: Vault, purpose: str, token: str) -> bytes | None:
    """What was signed for a purpose; None when it was not by us, or was altered."""
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, signature = whole[:-SIGNATURE_LENGTH], whole[-SIGNATURE_LENGTH:]
    return body if vault.is_signed(purpose, body, signature) else None
