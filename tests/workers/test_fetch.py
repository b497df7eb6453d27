"""Fetching voice notes: only from where we mean to, only as much as we take, and without telling secrets."""

import base64
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from loopback_platform import (
    SECRET,
    SID,
    SOUND,
    TOKEN,
    Answer,
    Platform,
    answer_error,
    answer_file,
    ask_telegram,
    ask_twilio,
    point_names_at,
)
from workers.fetch_errors import FetchError, GoneError, RefusedAddressError, TooLargeError, UnreachableError


def test_telegram_gives_a_file_by_its_id(client: httpx.Client, platform: Platform) -> None:
    """First the path is asked for, then the bytes; the id travels in the body, not in the address."""
    platform.answers[f"/bot{TOKEN}/getFile"] = answer_file()
    platform.answers[f"/file/bot{TOKEN}/voice/file_7.oga"] = Answer(SOUND)

    assert ask_telegram(client, platform) == SOUND
    assert platform.asked[0][2] == b"file_id=file-7"
    assert "file-7" not in platform.asked[0][0]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(answer_error(400, "Bad Request: file is too big"), TooLargeError, id="above 20 MB"),
        pytest.param(answer_file(file_size=1_000_001), TooLargeError, id="says it is too large"),
        pytest.param(answer_error(400, "Bad Request: invalid file_id"), GoneError, id="an unknown id"),
        pytest.param(
            answer_error(400, "Bad Request: file is temporarily unavailable"), UnreachableError, id="busy"
        ),
        pytest.param(answer_error(401, "Unauthorized"), UnreachableError, id="a token taken back"),
        pytest.param(answer_error(404, "Not Found"), UnreachableError, id="a token that is none"),
        pytest.param(answer_error(429, "Too Many Requests: retry after 3"), UnreachableError, id="too often"),
        pytest.param(Answer(b"<html>", 502), UnreachableError, id="a proxy's error page"),
        pytest.param(Answer(b"<html>"), UnreachableError, id="no JSON"),
        pytest.param(Answer(b"[]"), UnreachableError, id="another JSON"),
        pytest.param(Answer(b'{"ok":true,"result":{}}'), UnreachableError, id="no path"),
        pytest.param(Answer(bytes(100_000)), TooLargeError, id="an endless answer"),
        pytest.param(answer_file("/var/lib/bot/voice.oga"), RefusedAddressError, id="a path on its own disk"),
        pytest.param(answer_file("http://elders.nl/voice.oga"), RefusedAddressError, id="another address"),
        pytest.param(answer_file("../../geheim"), RefusedAddressError, id="a path upwards"),
        pytest.param(answer_file(), GoneError, id="a file that is gone"),
    ],
)
def test_telegram_without_a_file_says_why(
    client: httpx.Client, platform: Platform, answer: Answer, error: type[FetchError]
) -> None:
    """Each way in which getFile fails has its own kind of error; none repeats what Telegram said."""
    platform.answers[f"/bot{TOKEN}/getFile"] = answer

    with pytest.raises(error, match=r"^[A-Z].*\.$") as raised:
        ask_telegram(client, platform)

    assert "geheim" not in str(raised.value)
    assert "elders" not in str(raised.value)
    assert raised.value.retryable is (error is UnreachableError)


def test_telegram_is_not_followed_elsewhere(client: httpx.Client, start: Callable[[], Platform]) -> None:
    """The token stands in the address, so no other server may see it."""
    platform, other = start(), start()
    platform.answers[f"/bot{TOKEN}/getFile"] = Answer(status=302, headers={"Location": other.origin})

    with pytest.raises(RefusedAddressError):
        ask_telegram(client, platform)
    assert other.asked == []


@pytest.mark.parametrize("length", [True, False], ids=["that says so", "that does not say so"])
def test_a_file_too_large_is_left(client: httpx.Client, platform: Platform, *, length: bool) -> None:
    """Reading stops at the limit, whether the answer tells its length or not."""
    platform.answers[f"/bot{TOKEN}/getFile"] = answer_file()
    platform.answers[f"/file/bot{TOKEN}/voice/file_7.oga"] = Answer(bytes(500_000), length=length)

    with pytest.raises(TooLargeError):
        ask_telegram(client, platform, limit=100_000)


def test_a_file_of_just_the_limit_is_taken(client: httpx.Client, platform: Platform) -> None:
    """The limit itself is allowed."""
    platform.answers["/m"] = Answer(SOUND)

    assert ask_twilio(client, f"{platform.origin}/m", platform.host, limit=len(SOUND)) == SOUND


def test_a_compressed_answer_is_not_blown_up(client: httpx.Client, platform: Platform) -> None:
    """We ask for none, and what comes all the same is taken as it is: a bomb stays small."""
    platform.answers["/m"] = Answer(SOUND, headers={"Content-Encoding": "gzip"})

    assert ask_twilio(client, f"{platform.origin}/m", platform.host) == SOUND
    assert platform.asked[0][1]["Accept-Encoding"] == "identity"


def test_twilio_gets_the_password(client: httpx.Client, platform: Platform) -> None:
    """The first address, which stands on the list, is asked with Basic auth."""
    platform.answers["/m"] = Answer(SOUND)

    assert ask_twilio(client, f"{platform.origin}/m", platform.origin) == SOUND
    expected = base64.b64encode(f"{SID}:{SECRET}".encode()).decode()
    assert platform.asked[0][1]["Authorization"] == f"Basic {expected}"


def test_a_redirect_does_not_get_the_password(client: httpx.Client, start: Callable[[], Platform]) -> None:
    """Twilio sends us to a CDN, whose address is signed; it must not see who we are."""
    twilio, cdn = start(), start()
    twilio.answers["/m"] = Answer(status=307, headers={"Location": f"{cdn.origin}/s?handtekening=1"})
    cdn.answers["/s"] = Answer(SOUND)

    assert ask_twilio(client, f"{twilio.origin}/m", twilio.host, cdn.host) == SOUND
    assert cdn.asked[0][0] == "/s?handtekening=1"
    assert "Authorization" not in cdn.asked[0][1]


@pytest.mark.parametrize("target", ["{other}/s", "//{host}/s", "http://169.254.169.254/latest/meta-data"])
def test_a_redirect_to_a_stranger_is_refused(
    client: httpx.Client, start: Callable[[], Platform], target: str
) -> None:
    """A server that is not on the list is not even greeted."""
    twilio, other = start(), start()
    other.answers["/s"] = Answer(SOUND)
    location = target.format(other=other.origin, host=other.host)
    twilio.answers["/m"] = Answer(status=302, headers={"Location": location})

    with pytest.raises(RefusedAddressError):
        ask_twilio(client, f"{twilio.origin}/m", twilio.host)
    assert other.asked == []


def test_redirects_in_a_circle_end(client: httpx.Client, platform: Platform) -> None:
    """Two are followed, the third is one too many."""
    platform.answers["/m"] = Answer(status=302, headers={"Location": "/m"})

    with pytest.raises(RefusedAddressError, match="too many times"):
        ask_twilio(client, f"{platform.origin}/m", platform.host)
    assert len(platform.asked) == 3


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://elders.nl/m", id="another host"),
        pytest.param("http://api.twilio.com/m", id="without encryption"),
        pytest.param("https://api.twilio.com:8443/m", id="another port"),
        pytest.param("https://api.twilio.com.elders.nl/m", id="a host that looks like it"),
        pytest.param("https://api.twilio.com./m", id="with a dot at the end"),
        pytest.param("https://iemand:iets@api.twilio.com/m", id="with a password of its own"),
        pytest.param("https://elders.nl\\@api.twilio.com/m", id="with a backslash"),
        pytest.param("https://media.twiliocdn.com/m", id="the CDN without having been sent there"),
        pytest.param("https://127.0.0.1/m", id="this machine"),
        pytest.param("https://[::1]/m", id="this machine in IPv6"),
        pytest.param("https://0x7f000001/m", id="this machine in hex"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("//api.twilio.com/m", id="no scheme"),
        pytest.param("https:///m", id="no host"),
        pytest.param("geheim", id="no address"),
        pytest.param("", id="nothing"),
        pytest.param("https://[/geheim", id="a broken address"),
    ],
)
def test_an_address_that_is_not_on_the_list_is_refused(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """Before a name is looked up, let alone a server asked."""

    def refuse(*_: Any, **__: Any) -> Any:
        pytest.fail("a name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    with pytest.raises(RefusedAddressError) as raised:
        ask_twilio(client, url, "api.twilio.com", "http://localhost:1")
    assert "geheim" not in str(raised.value)
    assert not raised.value.retryable


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "0.0.0.0",
    ],
)
def test_a_name_in_a_private_network_is_refused(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """A name on the list that points inwards is a mistake or an attack."""
    point_names_at(monkeypatch, address)

    with pytest.raises(RefusedAddressError, match="private network"):
        ask_twilio(client, "https://api.twilio.com/m", "api.twilio.com")


@pytest.mark.parametrize("host", ["media.twiliocdn.com", "mms.twiliocdn.com", "s3-external-1.amazonaws.com"])
def test_a_redirect_to_the_cdn_passes_the_list(
    client: httpx.Client, platform: Platform, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Its hosts need no entry, but its addresses are looked at like any other."""
    point_names_at(monkeypatch, "10.1.2.3")
    platform.answers["/m"] = Answer(status=307, headers={"Location": f"https://{host}/s?handtekening=1"})

    with pytest.raises(RefusedAddressError, match="private network"):
        ask_twilio(client, f"{platform.origin}/m", platform.host)


@pytest.mark.parametrize(
    "location",
    ["http://media.twiliocdn.com/s", "https://twiliocdn.com.elders.nl/s", "https://eviltwiliocdn.com/s"],
)
def test_a_redirect_to_what_looks_like_the_cdn_is_refused(
    client: httpx.Client, platform: Platform, location: str
) -> None:
    """Encrypted, and by its own name."""
    platform.answers["/m"] = Answer(status=307, headers={"Location": location})

    with pytest.raises(RefusedAddressError, match="not on our list"):
        ask_twilio(client, f"{platform.origin}/m", platform.host)


def test_localhost_on_the_list_may_be_asked_without_encryption(
    client: httpx.Client, platform: Platform
) -> None:
    """That is how a simulator is used."""
    platform.answers["/m"] = Answer(SOUND)

    assert ask_twilio(client, f"http://localhost:{platform.port}/m", f"localhost:{platform.port}") == SOUND


@pytest.mark.parametrize(
    ("status", "error"),
    [
        pytest.param(410, GoneError, id="gone"),
        pytest.param(404, UnreachableError, id="not there yet"),
        pytest.param(401, UnreachableError, id="a wrong password"),
        pytest.param(429, UnreachableError, id="too often"),
        pytest.param(500, UnreachableError, id="an error of theirs"),
        pytest.param(204, RefusedAddressError, id="an answer without a body"),
    ],
)
def test_twilio_without_a_recording_says_why(
    client: httpx.Client, platform: Platform, status: int, error: type[FetchError]
) -> None:
    """What may be mended in time is tried again; a wrong password too, since a story is at stake."""
    platform.answers["/m"] = Answer(status=status)

    with pytest.raises(error) as raised:
        ask_twilio(client, f"{platform.origin}/m?geheim=1", platform.host)
    assert "geheim" not in str(raised.value)


def test_a_server_that_is_away_may_be_asked_again(client: httpx.Client) -> None:
    """Nobody listens at this port."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{closed.getsockname()[1]}"

        with pytest.raises(UnreachableError) as raised:
            ask_twilio(client, f"{origin}/m?geheim=1", origin)
    assert raised.value.retryable
    assert "127.0.0.1" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_name_that_nobody_knows_may_be_asked_again(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server can be away for a while."""

    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    with pytest.raises(UnreachableError):
        ask_twilio(client, "https://api.twilio.com/m", "api.twilio.com")


def test_an_answer_that_takes_too_long_is_left(client: httpx.Client, platform: Platform) -> None:
    """With no time at all even the first piece is too late."""
    platform.answers["/m"] = Answer(SOUND)

    with pytest.raises(UnreachableError, match="too slowly"):
        ask_twilio(client, f"{platform.origin}/m", platform.host, seconds=-1.0)


def test_an_answer_that_breaks_off_may_be_asked_again(client: httpx.Client, platform: Platform) -> None:
    """A recording cut short by the network is not the recording."""
    platform.answers["/m"] = Answer(SOUND, headers={"Content-Length": str(len(SOUND) + 1)}, length=False)

    with pytest.raises(UnreachableError):
        ask_twilio(client, f"{platform.origin}/m", platform.host)


def test_no_secret_reaches_the_log(
    client: httpx.Client, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    """Left alone, httpx would log the address with the bot's token."""
    caplog.set_level("DEBUG")
    platform.answers[f"/bot{TOKEN}/getFile"] = answer_file()
    platform.answers[f"/file/bot{TOKEN}/voice/file_7.oga"] = Answer(SOUND)

    ask_telegram(client, platform)

    assert caplog.text == ""
