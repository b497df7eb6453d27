"""Which token fetches a file: while one takes another's place, the platform may still want either."""

import base64
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from loopback_platform import SOUND
from workers.fetch_errors import FetchError, GoneError, WrongPasswordError
from workers.settings import WorkerSettings, read_worker_settings
from workers.sources import fetch_source

SID, NEW, OLD = "AC" + "1" * 32, "nieuw-geheim", "oud-geheim"
NEW_BOT, OLD_BOT = "12345:nieuw", "12345:oud"


@dataclass(slots=True)
class Gate:
    """A platform that knows one token; `asked` are those it saw, `refusal` the status for all others."""

    token: str
    refusal: int = 401
    gives: int = 200
    asked: list[str] = field(default_factory=list[str])
    port: int = 0

    @property
    def origin(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def gate() -> Generator[Gate]:
    """Give a platform that plays both Telegram and Twilio."""
    known = Gate("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            header = self.headers.get("Authorization", "")
            password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")[2]
            bot = self.path.partition("/bot")[2].partition("/")[0]
            known.asked.append(bot or password)
            status = known.gives if known.asked[-1] == known.token else known.refusal
            body = (
                b'{"ok":true,"result":{"file_path":"v/1.oga"}}' if self.path.endswith("/getFile") else SOUND
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server asks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Keep the tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield known
    server.shutdown()
    server.server_close()


def write_settings(gate: Gate, folder: Path, **environ: str) -> WorkerSettings:
    """The settings of a worker that finds both platforms at the gate, in the middle of a change of tokens."""
    return read_worker_settings(
        {
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "VERTELBOT_SECRET_KEY": "a-secret-for-tests-only-and-long-enough",
            "VERTELBOT_HOME": str(folder),
            "TELEGRAM_BOT_TOKEN": f"{NEW_BOT} {OLD_BOT}",
            "TELEGRAM_API_URL": gate.origin,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": f"{NEW} {OLD}",
            "TWILIO_MEDIA_HOSTS": gate.origin,
            **environ,
        }
    )


def fetch(gate: Gate, settings: WorkerSettings, platform: str) -> bytes:
    """Fetch a voice note of a platform."""
    reference = f"{gate.origin}/m" if platform == "twilio" else "file-7"
    return fetch_source(settings, {"source": platform, "reference": reference}, limit=1_000_000)


@pytest.mark.parametrize(("platform", "token"), [("twilio", NEW), ("telegram", NEW_BOT)])
def test_the_new_token_is_tried_first(gate: Gate, tmp_path: Path, platform: str, token: str) -> None:
    """The old one is not shown to anybody while the new one works."""
    gate.token = token

    assert fetch(gate, write_settings(gate, tmp_path), platform) == SOUND
    assert set(gate.asked) == {token}


@pytest.mark.parametrize(
    ("platform", "tokens", "refusal"),
    [
        pytest.param("twilio", (NEW, OLD), 401, id="Twilio"),
        pytest.param("twilio", (NEW, OLD), 403, id="Twilio, forbidden"),
        pytest.param("telegram", (NEW_BOT, OLD_BOT), 401, id="Telegram"),
        pytest.param("telegram", (NEW_BOT, OLD_BOT), 404, id="Telegram, a bot it does not know"),
    ],
)
def test_the_old_token_is_tried_when_the_new_one_is_not_taken(
    gate: Gate, tmp_path: Path, platform: str, tokens: tuple[str, str], refusal: int
) -> None:
    """The platform may learn of a change later than we do."""
    gate.token, gate.refusal = tokens[1], refusal

    assert fetch(gate, write_settings(gate, tmp_path), platform) == SOUND
    assert gate.asked[:2] == list(tokens)


@pytest.mark.parametrize(("platform", "count"), [("twilio", 2), ("telegram", 2)])
def test_with_neither_token_it_may_be_tried_again(
    gate: Gate, tmp_path: Path, platform: str, count: int
) -> None:
    """A setting can be mended in time; the error names no token."""
    with pytest.raises(WrongPasswordError) as raised:
        fetch(gate, write_settings(gate, tmp_path), platform)
    assert raised.value.retryable
    assert not any(token in str(raised.value) for token in (NEW, OLD, NEW_BOT, OLD_BOT))
    assert len(gate.asked) == count


def test_what_is_wrong_otherwise_is_not_asked_for_twice(gate: Gate, tmp_path: Path) -> None:
    """A file that is gone is gone with every token."""
    gate.token, gate.gives = NEW, 410

    with pytest.raises(GoneError):
        fetch(gate, write_settings(gate, tmp_path), "twilio")
    assert gate.asked == [NEW]


@pytest.mark.parametrize(
    ("platform", "missing"),
    [
        ("twilio", "TWILIO_AUTH_TOKEN"),
        ("twilio", "TWILIO_ACCOUNT_SID"),
        ("telegram", "TELEGRAM_BOT_TOKEN"),
    ],
)
def test_without_settings_nobody_is_asked(gate: Gate, tmp_path: Path, platform: str, missing: str) -> None:
    """The worker says which channel it has no settings of."""
    with pytest.raises(FetchError, match=platform):
        fetch(gate, write_settings(gate, tmp_path, **{missing: ""}), platform)
    assert gate.asked == []
