"""The bounds of fetching, one by one: which addresses, who sees the password, how much, how long."""

import base64
import socket
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from loopback_platform import SECRET, SID, SOUND, Answer, Platform, ask_twilio
from workers.fetch_errors import FetchError, RefusedAddressError, TooLargeError, UnreachableError

PUBLIC = "93.184.215.14"
MEDIA = "https://api.twilio.com/m"
PIECES = 500

Handler = Callable[[httpx.Request], httpx.Response]


class Body(httpx.SyncByteStream):
    """The sound, as it comes over a line."""

    def __iter__(self) -> Iterator[bytes]:
        yield SOUND


def give_sound() -> httpx.Response:
    """An answer with the sound."""
    return httpx.Response(200, stream=Body())


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Give what lets every name have these addresses; it answers the list of names asked for."""
    asked: list[str] = []

    def set_addresses(*addresses: str) -> list[str]:
        def look_up(host: Any, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
            asked.append(str(host))
            return [
                (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443))
                for each in addresses
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return set_addresses


def ask_over(
    handle: Handler, url: str = MEDIA, *allowed: str, **bounds: Any
) -> tuple[bytes, list[httpx.Request]]:
    """Fetch from an internet in which `handle` answers for every host; also what was asked of it."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return handle(request)

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        return ask_twilio(client, url, *(allowed or ("api.twilio.com",)), **bounds), asked


def redirect(*targets: str) -> tuple[Handler, list[httpx.Request]]:
    """A platform that sends on to these addresses, one after the other, and then gives the sound."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) <= len(targets):
            return httpx.Response(307, headers={"Location": targets[len(asked) - 1]})
        return give_sound()

    return handle, asked


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("2130706433", id="decimal"),
        pytest.param("0177.0.0.1", id="octal"),
        pytest.param("0x7f.0.0.1", id="hexadecimal in parts"),
        pytest.param("127.1", id="short"),
        pytest.param("0", id="zero"),
        pytest.param("[::1]", id="IPv6"),
        pytest.param("[0:0:0:0:0:0:0:1]", id="IPv6 in full"),
        pytest.param("[::ffff:127.0.0.1]", id="IPv4 in IPv6"),
        pytest.param("[::ffff:7f00:1]", id="IPv4 in IPv6 as hexadecimal"),
        pytest.param("[::127.0.0.1]", id="IPv4 in IPv6, the old way"),
        pytest.param("[64:ff9b::7f00:1]", id="through NAT64"),
        pytest.param("localhost.", id="a dot behind it"),
        pytest.param("localtest.me", id="a name that leads here"),
    ],
)
@pytest.mark.parametrize("sent_on", [False, True], ids=["asked for", "sent on to"])
def test_this_machine_by_another_name_is_refused(
    client: httpx.Client, start: Callable[[], Platform], host: str, *, sent_on: bool
) -> None:
    """What the operator allowed is what stands on the list, and no other way to write it.

    httpx itself takes some for no address at all when it is sent on to them.
    """
    platform, other = start(), start()
    other.answers["/m"] = Answer(SOUND)
    target = f"http://{host}:{other.port}/m"
    platform.answers["/m"] = Answer(status=302, headers={"Location": target})

    with pytest.raises(FetchError if sent_on else RefusedAddressError):
        ask_twilio(client, f"{platform.origin}/m" if sent_on else target, platform.host, "api.twilio.com")
    assert other.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param((PUBLIC, "10.0.0.5"), id="one of two is private"),
        pytest.param(("2001:db8::1",), id="for documentation"),
        pytest.param(("fd00::1",), id="a private network of IPv6"),
        pytest.param(("::ffff:192.168.1.1",), id="private IPv4 in IPv6"),
        pytest.param(("64:ff9b:1::a00:1",), id="private NAT64"),
        pytest.param(("64:ff9b::a00:1",), id="a private address through NAT64"),
        pytest.param(("2002:a00:1::1",), id="a private address through 6to4"),
        pytest.param(("::7f00:1",), id="this machine, the old way"),
        pytest.param(("ff0e::1",), id="a group"),
        pytest.param(("::",), id="no address"),
        pytest.param(("169.254.169.254",), id="a cloud's own data"),
        pytest.param(("255.255.255.255",), id="everybody"),
        pytest.param(("fe80::1%1",), id="a link with its zone"),
    ],
)
def test_a_listed_name_with_a_private_address_is_refused(
    resolve: Callable[..., list[str]], addresses: Sequence[str]
) -> None:
    """All addresses of a name must be out on the internet, since any of them may be taken."""
    names = resolve(*addresses)

    with pytest.raises(RefusedAddressError, match="private network"):
        ask_over(lambda _: give_sound())
    assert names == ["api.twilio.com"]


def test_a_listed_name_with_public_addresses_is_asked(resolve: Callable[..., list[str]]) -> None:
    """With the password, at the host that stands on the list."""
    resolve(PUBLIC, "2606:2800:21f:cb07::1", f"::ffff:{PUBLIC}", "64:ff9b::5db8:d70e")

    data, asked = ask_over(lambda _: give_sound())

    assert data == SOUND
    password = base64.b64encode(f"{SID}:{SECRET}".encode()).decode()
    assert [request.headers["Authorization"] for request in asked] == [f"Basic {password}"]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://api.twilio.com@elders.nl/m", id="our host as the user"),
        pytest.param("https://api.twilio.com:443@elders.nl/m", id="our host and port as the user"),
        pytest.param("https://elders.nl#@api.twilio.com/m", id="behind a fragment"),
        pytest.param("https://elders.nl?@api.twilio.com/m", id="behind a question mark"),
        pytest.param("https://elders.nl/@api.twilio.com/m", id="in the path"),
        pytest.param("https://api.twilio.com%40elders.nl/m", id="an encoded at sign"),
        pytest.param("https://api.twilio.com%00.elders.nl/m", id="an encoded NUL"),
        pytest.param("https://api.twilio.com%2eelders.nl/m", id="an encoded dot"),
        pytest.param("https://@api.twilio.com:@elders.nl/m", id="two at signs"),
        pytest.param("https://:geheim@api.twilio.com/m", id="a password alone"),
        pytest.param("https://api.twilio.com:80/m", id="the port of plain http"),
        pytest.param("https://api.twilio.com:0/m", id="port 0"),
        pytest.param("https://api.twilio.com:99999/m", id="a port that cannot be"),
        pytest.param("ftp://api.twilio.com/m", id="another scheme"),
        pytest.param("https://api.twilio.com\r\n.elders.nl/m", id="a line break"),
        pytest.param("https://api.twilio.com .elders.nl/m", id="a space"),
        pytest.param("https://xapi.twilio.com/m", id="a host that ends alike"),
        pytest.param("https://twilio.com/m", id="the domain above it"),
    ],
)
def test_an_address_that_hides_its_host_is_refused(resolve: Callable[..., list[str]], url: str) -> None:
    """Nobody is asked, and no name is looked up but ours."""
    names = resolve(PUBLIC)

    with pytest.raises(RefusedAddressError):
        ask_over(lambda _: give_sound(), url)
    assert names == []


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("http://api.twilio.com/m", id="to the same host without encryption"),
        pytest.param("http://media.twiliocdn.com/m", id="to the CDN without encryption"),
        pytest.param("https://media.twiliocdn.com:8443/m", id="to another port of the CDN"),
        pytest.param("https://api.twilio.com:444/m", id="to another port of the host"),
        pytest.param("https://iemand:iets@media.twiliocdn.com/m", id="with a password of its own"),
        pytest.param("https://10.0.0.1/m", id="to a private address"),
        pytest.param("https://[fd00::1]/m", id="to a private address of IPv6"),
        pytest.param("https://169.254.169.254/latest/meta-data", id="to a cloud's own data"),
        pytest.param("//elders.nl/m", id="to a stranger by the same scheme"),
        pytest.param("https://elders.nl/m", id="to a stranger"),
        pytest.param("file:///etc/passwd", id="to a file"),
        pytest.param("https://[kapot/m", id="to no address"),
    ],
)
def test_being_sent_to_a_wrong_place_ends_it(resolve: Callable[..., list[str]], target: str) -> None:
    """Only the first host was asked."""
    resolve(PUBLIC)
    handle, asked = redirect(target)

    with pytest.raises(RefusedAddressError):
        ask_over(handle)
    assert [request.url.host for request in asked] == ["api.twilio.com"]


@pytest.mark.parametrize(
    "targets",
    [
        pytest.param(["https://media.twiliocdn.com/s"], id="to the CDN"),
        pytest.param(["https://api.twilio.com/other"], id="to the same host"),
        pytest.param(["/other"], id="to another path"),
        pytest.param(["https://media.twiliocdn.com/s", "https://api.twilio.com/m"], id="and back again"),
    ],
)
def test_the_password_goes_to_the_first_address_only(
    resolve: Callable[..., list[str]], targets: list[str]
) -> None:
    """Wherever one is sent to, even back, the address itself is the key there."""
    resolve(PUBLIC)
    handle, asked = redirect(*targets)

    data, _ = ask_over(handle)

    assert data == SOUND
    assert ["Authorization" in request.headers for request in asked] == [True] + [False] * len(targets)


def test_two_addresses_that_send_to_each_other_end(resolve: Callable[..., list[str]]) -> None:
    """After two times it is enough, whatever the addresses are."""
    resolve(PUBLIC)
    handle, asked = redirect(*["https://media.twiliocdn.com/a", "https://mms.twiliocdn.com/b"] * 50)

    with pytest.raises(RefusedAddressError, match="too many times"):
        ask_over(handle)
    assert len(asked) == 3


class _Line(BaseHTTPRequestHandler):
    """Answers bytes as they stand in `pieces`, with nothing added, one after the other."""

    head: bytes = b""
    pieces: Sequence[bytes] = ()
    pause: float = 0.0
    sent: list[int]

    def do_GET(self) -> None:
        """Send until all is sent or the other side is gone."""
        wait = threading.Event()
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + self.head + b"\r\n")
            for piece in self.pieces:
                self.wfile.write(piece)
                self.sent.append(len(piece))
                wait.wait(self.pause)
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Keep the tests quiet."""


@pytest.fixture
def serve() -> Generator[Callable[..., tuple[str, list[int]]]]:
    """Give what serves raw bytes: it answers the origin and the sizes of the pieces sent so far."""
    servers: list[ThreadingHTTPServer] = []

    def start(head: bytes, pieces: Sequence[bytes], pause: float = 0.0) -> tuple[str, list[int]]:
        sent: list[int] = []
        line = type("Line", (_Line,), {"head": head, "pieces": pieces, "pause": pause, "sent": sent})
        server = ThreadingHTTPServer(("127.0.0.1", 0), line)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", sent

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


CHUNK = b"%x\r\n%s\r\n" % (65_536, bytes(65_536))


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        pytest.param(b"Connection: close\r\n", bytes(65_536), id="without a length"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", CHUNK, id="in chunks"),
        pytest.param(b"Content-Length: 5000000000\r\n", bytes(65_536), id="with its true length"),
    ],
)
def test_an_endless_body_is_left_at_the_limit(
    client: httpx.Client, serve: Callable[..., tuple[str, list[int]]], head: bytes, piece: bytes
) -> None:
    """However long it goes on, little more than the limit is read."""
    origin, sent = serve(head, [piece] * PIECES)

    with pytest.raises(TooLargeError):
        ask_twilio(client, f"{origin}/m", origin, limit=200_000)
    assert len(sent) < PIECES


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", id="a length beside chunks"),
        pytest.param(b"Content-Length: 5\r\nContent-Length: 7\r\n", id="two lengths"),
        pytest.param(b"Content-Length: -1\r\n", id="less than nothing"),
        pytest.param(b"Content-Length: 1e9\r\n", id="no number"),
        pytest.param(b"Content-Length: \xd9\xa1\r\n", id="digits of another script"),
    ],
)
def test_a_length_that_lies_takes_no_more_than_the_limit(
    client: httpx.Client, serve: Callable[..., tuple[str, list[int]]], head: bytes
) -> None:
    """What cannot be a true length is an error, never a reason to read on."""
    origin, sent = serve(head, [CHUNK] * PIECES)

    with pytest.raises(FetchError):
        ask_twilio(client, f"{origin}/m", origin, limit=200_000)
    assert len(sent) < PIECES


def test_a_body_longer_than_its_length_is_cut_there(
    client: httpx.Client, serve: Callable[..., tuple[str, list[int]]]
) -> None:
    """What comes behind the end is not part of the file."""
    origin, _ = serve(b"Content-Length: 5\r\n", [SOUND])

    assert ask_twilio(client, f"{origin}/m", origin, limit=200_000) == SOUND[:5]


@pytest.mark.parametrize(
    "head", [b"Connection: close\r\n", b"Content-Length: 100000\r\n"], ids=["no length", "a length"]
)
def test_a_body_that_drips_is_left(
    client: httpx.Client, serve: Callable[..., tuple[str, list[int]]], head: bytes
) -> None:
    """A byte now and then is enough for no time-out between two pieces, but the whole has its time too."""
    origin, sent = serve(head, [b"."] * PIECES, 0.02)

    with pytest.raises(UnreachableError, match="too slowly"):
        ask_twilio(client, f"{origin}/m", origin, seconds=0.3)
    assert len(sent) < PIECES
