"""Tests of the tokens of touch pages: signed, short-lived, and good for one message only."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from bot.canvas_tokens import LIFETIME, CanvasToken, read_token, write_path
from storage.vault import Vault

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD, NEW = "an-old-secret-for-tests-only-and-long", "a-new-secret-for-tests-only-and-long"


def write(vault: Vault, outbox: int = 7) -> str:
    """A token alone."""
    return write_path(vault, outbox, NOW).removeprefix("/canvas/")


def test_a_path_is_short_and_fits_any_link(vault: Vault) -> None:
    """Letters, digits, - and _ only, however large the number."""
    token = write(vault, 2**63 - 1)

    assert len(token) == 38
    assert token.replace("-", "").replace("_", "").isalnum()
    assert read_token(vault, token, NOW) == CanvasToken(2**63 - 1, expired=False)


@pytest.mark.parametrize(
    ("later", "expired"), [(timedelta(), False), (LIFETIME - timedelta(seconds=1), False), (LIFETIME, True)]
)
def test_a_token_lasts_two_hours(vault: Vault, later: timedelta, expired: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """After that it is still known as ours, but too old."""
    assert read_token(vault, write(vault), NOW + later) == CanvasToken(7, expired=expired)


def test_no_bit_can_be_changed(vault: Vault) -> None:
    """Neither the message nor the time nor the signature can be altered."""
    whole = base64.urlsafe_b64decode(write(vault) + "==")
    for place in range(len(whole)):
        altered = bytearray(whole)
        altered[place] ^= 1
        token = base64.urlsafe_b64encode(bytes(altered)).decode().rstrip("=")

        assert read_token(vault, token, NOW) is None


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 37, "a" * 38, "a" * 39, "%00", "=" * 38, "a" * 5000])
def test_what_is_no_token(vault: Vault, token: str) -> None:
    """Anything else is none of ours, and no error."""
    assert read_token(vault, token, NOW) is None


def test_a_token_outlives_a_new_secret() -> None:
    """Links that were sent before a secret was put in front go on; without the old one they end."""
    token = write(Vault([OLD]))

    assert read_token(Vault([NEW, OLD]), token, NOW) == CanvasToken(7, expired=False)
    assert read_token(Vault([NEW]), token, NOW) is None
    assert read_token(Vault([OLD]), write(Vault([NEW, OLD])), NOW) is None


def test_a_signature_holds_for_one_purpose(vault: Vault) -> None:
    """What was signed for something else opens no page."""
    signature = vault.sign("other", b"data")

    assert vault.is_signed("other", b"data", signature)
    assert not vault.is_signed("canvas", b"data", signature)
    assert not vault.is_signed("other", b"data", signature[:12])
