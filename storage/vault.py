"""Keeps what only the teller and the machine may read: sealing with a key outside the database."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import SealError

MIN_SECRET_LENGTH = 32
"""Characters a secret key must have at least."""

SIGNATURE_LENGTH = 16
"""Bytes of a signature: an HMAC-SHA256 cut off, so that it fits in a link."""


class Vault:
    """Seals and opens data, and turns an address into a token by which it can be found again.

    Made from one or more secrets, the newest first: the first seals and makes tokens, all of them open, and
    what any of them made a token of is found. Once all is sealed anew the older ones can go.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        fernets = [Fernet(_derive(secret, b"seal")) for secret in secrets]
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)
        self._peppers = [_derive(secret, b"address") for secret in secrets]
        self._signing = [_derive(secret, b"sign") for secret in secrets]

    def seal(self, data: bytes) -> bytes:
        """Encrypt and authenticate bytes (Fernet: AES-128-CBC with HMAC-SHA256)."""
        return self._fernet.encrypt(data)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what `seal` made. Raises SealError."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SealError("Sealed data cannot be opened with VERTELBOT_SECRET_KEY.") from error

    @property
    def has_older(self) -> bool:
        """Whether an older secret counts beside the newest."""
        return len(self._peppers) > 1

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest secret sealed this."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def reseal(self, sealed: bytes) -> bytes:
        """The same, sealed with the newest secret; when it was sealed stays in it. Raises SealError."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken as error:
            raise SealError("Sealed data cannot be opened with VERTELBOT_SECRET_KEY.") from error

    def seal_json(self, body: Mapping[str, Any]) -> bytes:
        """Encrypt a JSON object."""
        return self.seal(json.dumps(body, separators=(",", ":")).encode())

    def open_json(self, sealed: bytes) -> dict[str, Any]:
        """Decrypt a JSON object. Raises SealError."""
        return cast(dict[str, Any], json.loads(self.open(sealed)))

    def find_token(self, channel: str, address: str) -> str:
        """The keyed hash by which an address is found: 64 hex digits, worthless without the key."""
        return self.list_tokens(channel, address)[0]

    def list_tokens(self, channel: str, address: str) -> list[str]:
        """The hashes of an address by each of the secrets, that of the newest first."""
        named = f"{channel}:{address}".encode()
        return [hmac.new(pepper, named, hashlib.sha256).hexdigest() for pepper in self._peppers]

    def sign(self, purpose: str, data: bytes) -> bytes:
        """A signature of 16 bytes, with the newest secret, that holds for one purpose only."""
        return _sign(self._signing[0], purpose, data)

    def is_signed(self, purpose: str, data: bytes, signature: bytes) -> bool:
        """Whether any of the secrets made this signature."""
        made = [_sign(key, purpose, data) for key in self._signing]
        return any(hmac.compare_digest(each, signature) for each in made)


def _sign(key: bytes, purpose: str, data: bytes) -> bytes:
    return hmac.new(key, f"{purpose}:".encode() + data, hashlib.sha256).digest()[:SIGNATURE_LENGTH]


def _derive(secret: str, purpose: bytes) -> bytes:
    """One key per purpose from one secret, in the form Fernet takes (32 bytes, url-safe base64)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"vertelbot " + purpose)
    return base64.urlsafe_b64encode(derived.derive(secret.encode()))
