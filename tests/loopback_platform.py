"""A loopback server that plays a platform, and how the tests ask it for voice notes."""

import json
import socket
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from workers.fetch import (
    fetch_telegram,
    fetch_twilio,
)

SID, SECRET = "AC0123", "geheim-wachtwoord"
TOKEN = "12345:geheim-token"
SOUND = b"OggS" + bytes(range(256)) * 20


@dataclass
class Answer:
    """What a loopback server says: status, headers, body; without a length the body comes in pieces."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    length: bool = True


@dataclass
class Platform:
    """A loopback server that plays a platform: answers by path, and keeps what it was asked."""

    port: int
    answers: dict[str, Answer]
    asked: list[tuple[str, dict[str, str], bytes]]

    @property
    def origin(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        """Its entry in an allow-list."""
        return f"127.0.0.1:{self.port}"


def ask_twilio(client: httpx.Client, url: str, *allowed: str, **bounds: Any) -> bytes:
    """Fetch with the credentials of the tests."""
    bounds = {"limit": 1_000_000} | bounds
    return fetch_twilio(
        url, account_sid=SID, auth_token=SECRET, allowed=frozenset(allowed), client=client, **bounds
    )


def ask_telegram(client: httpx.Client, platform: Platform, limit: int = 1_000_000) -> bytes:
    """Fetch with the token of the tests."""
    return fetch_telegram("file-7", api_url=platform.origin, token=TOKEN, limit=limit, client=client)


def answer_file(path: str = "voice/file_7.oga", **more: Any) -> Answer:
    """Make Telegram's answer to getFile."""
    return Answer(
        json.dumps({"ok": True, "result": {"file_id": "file-7", "file_path": path, **more}}).encode()
    )


def answer_error(status: int, description: str) -> Answer:
    """Make Telegram's answer to a request that fails."""
    body = {"ok": False, "error_code": status, "description": description}
    return Answer(json.dumps(body).encode(), status)


def point_names_at(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let every host name, but no number, have this address."""
    real = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **options: Any) -> Any:
        numbers = str(host).replace(".", "").isdecimal()
        return real(host if numbers else address, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
