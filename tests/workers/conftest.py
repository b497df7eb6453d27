"""What the tests of the workers share: real weights, the voice notes, and sound made on the spot."""

import io
import threading
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest

from loopback_platform import Answer, Platform
from workers.deidentification.deidentify import Deidentifier
from workers.deidentification.frequencies import load_frequencies
from workers.sound import Samples
from workers.weights import find_weights
from workers.whisper import Whisper


@pytest.fixture(scope="session")
def voice() -> Path:
    """Give the folder with voice notes spoken by a program."""
    return Path(__file__).parent.parent / "fixtures" / "voice"


@pytest.fixture(scope="session")
def whisper_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder with the weights of `base`, joined once for all processes and runs of the tests."""
    return find_weights("base", cache=tmp_path_factory.getbasetemp().parent / "whisper-models")


@pytest.fixture(scope="session")
def whisper(whisper_model: Path) -> Whisper:
    """Give Whisper with the real weights, loaded at first use."""
    return Whisper(whisper_model)


@pytest.fixture(scope="session")
def encode() -> Callable[[Samples, str, str, int], bytes]:
    """Give what makes a file of samples; its arguments: the samples, container, codec and rate."""

    def encode(samples: Samples, container: str, codec: str, rate: int) -> bytes:
        out = io.BytesIO()
        fragments = {"movflags": "frag_keyframe+empty_moov"} if container == "fragments" else {}
        # Any, because PyAV's types for writing are unknown in part.
        opened: Any = av.open(out, "w", format="mp4" if fragments else container, options=fragments)
        with opened as file:
            stream = file.add_stream(codec, rate=rate)
            stream.layout = "mono"
            size = stream.codec_context.frame_size or 1024
            pcm = (samples * 32767).astype(np.int16)
            for start in range(0, len(pcm) - size + 1, size):
                frame = av.AudioFrame.from_ndarray(pcm[None, start : start + size], "s16", "mono")
                frame.sample_rate, frame.pts = rate, start
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
        return out.getvalue()

    return encode


@pytest.fixture(scope="session")
def silence() -> Callable[[int], bytes]:
    """Give what makes seconds of Opus silence without encoding them: one silent packet again and again."""

    def make(seconds: int) -> bytes:
        out = io.BytesIO()
        opened: Any = av.open(out, "w", format="ogg")  # Any: as above
        with opened as file:
            stream = file.add_stream("libopus", rate=48_000, options={"frame_duration": "60"})
            stream.layout = "mono"
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 2880), np.int16), "s16", "mono")
            frame.sample_rate, frame.pts = 48_000, 0
            encoded = [*stream.encode(frame), *stream.encode(None)]
            for number in range(seconds * 48_000 // 2880):
                packet = av.Packet(bytes(encoded[0]))
                packet.stream, packet.time_base = stream, Fraction(1, 48_000)
                packet.pts = packet.dts = number * 2880
                packet.duration = 2880
                file.mux(packet)
        return out.getvalue()

    return make


@pytest.fixture
def start() -> Iterator[Callable[[], Platform]]:
    """Give what starts a loopback server."""
    servers: list[ThreadingHTTPServer] = []

    def start_platform() -> Platform:
        platform = Platform(0, {}, [])

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length", "0"))
                platform.asked.append((self.path, dict(self.headers.items()), self.rfile.read(size)))
                answer = platform.answers.get(self.path.partition("?")[0], Answer(status=404))
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.length:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_POST = do_GET  # noqa: N815 - the name that http.server asks for

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                """Keep the tests quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        platform.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return platform

    yield start_platform
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def platform(start: Callable[[], Platform]) -> Platform:
    """Give one loopback server."""
    return start()


@pytest.fixture
def client() -> Generator[httpx.Client]:
    """Give a client that would follow redirects by itself, so that ours must see to it that it does not."""
    with httpx.Client(follow_redirects=True, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def deidentifier() -> Deidentifier:
    """The lists of Enschede."""
    return Deidentifier.load("enschede", load_frequencies())
