"""Gets the bytes of a voice note or photo from a platform, within bounds of size, time and address."""

import ipaddress
import json
import logging
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from workers.fetch_errors import (
    GoneError,
    RefusedAddressError,
    TooLargeError,
    UnreachableError,
    WrongPasswordError,
)

# httpx logs every address at INFO, and Telegram's hold the bot's token; httpcore logs headers at DEBUG.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

DEFAULT_MEDIA_HOSTS = frozenset({"api.twilio.com"})
SECONDS = 30.0

# Where Twilio sends us on to: its own CDN, and the bucket of media from before it asked for a password
# (Twilio support, article 223183748). Chains of two have been seen (codeforamerica/vita-min#563).
_CDN_SUFFIX = ".twiliocdn.com"
_BUCKET_HOST = "s3-external-1.amazonaws.com"
_MOST_REDIRECTS = 2

# Global unicast (RFC 4291), and how an IPv6-only network reaches IPv4 (RFC 6052).
_INTERNET = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_ANSWER_LIMIT = 1 << 16
_PATIENCE = 10.0  # seconds for connecting, and between two pieces of an answer


def fetch_telegram(
    file_id: str, *, api_url: str, token: str, limit: int, client: httpx.Client, seconds: float = SECONDS
) -> bytes:
    """Get a file by its id; `limit` in bytes, and Telegram itself stops at 20 MB. Raises FetchError.

    `api_url` is the operator's own setting and is trusted; redirects are not followed.
    """
    deadline = time.monotonic() + seconds
    api = api_url.rstrip("/")
    with _translated("Telegram"):
        request = client.build_request("POST", f"{api}/bot{token}/getFile", data={"file_id": file_id})
        with _sent(client, request) as response:
            status = response.status_code
            answer = _read_json(_read(response, _ANSWER_LIMIT, deadline))
        path = _read_path(status, answer, limit)
        request = client.build_request("GET", f"{api}/file/bot{token}/{quote(path)}")
        with _sent(client, request) as response:
            _check_status(response.status_code, "Telegram")
            return _read(response, limit, deadline)


def fetch_twilio(
    url: str,
    *,
    account_sid: str,
    auth_token: str,
    allowed: frozenset[str],
    limit: int,
    client: httpx.Client,
    seconds: float = SECONDS,
) -> bytes:
    """Get a file from the address in Twilio's message; `limit` in bytes. Raises FetchError.

    `allowed` holds hosts, `host:port`, or origins such as `http://127.0.0.1:8300`; the first address must be
    one of them and gets the password. Redirects go there or to Twilio's CDN, and never get it.
    """
    deadline = time.monotonic() + seconds
    auth: httpx.BasicAuth | None = httpx.BasicAuth(account_sid, auth_token)
    with _translated("Twilio"):
        target = httpx.URL(url)
        for _ in range(_MOST_REDIRECTS + 1):
            _check_address(target, allowed, redirected=auth is None)
            with _sent(client, client.build_request("GET", target), auth) as response:
                if not response.has_redirect_location:
                    _check_status(response.status_code, "Twilio")
                    return _read(response, limit, deadline)
                target = target.join(response.headers["Location"])
            auth = None
    raise RefusedAddressError("Twilio sent us on too many times.")


@contextmanager
def _translated(platform: str) -> Generator[None]:
    """Turn what httpx raises into our errors; without their cause, which may hold the whole address."""
    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
        raise RefusedAddressError(f"{platform} named an address that is none.") from None
    except (httpx.HTTPError, OSError) as error:
        raise UnreachableError(f"{platform} cannot be reached: {type(error).__name__}.") from None


@contextmanager
def _sent(
    client: httpx.Client, request: httpx.Request, auth: httpx.Auth | None = None
) -> Generator[httpx.Response]:
    # Identity, because a compressed answer can be a thousand times what came over the line.
    request.headers["Accept-Encoding"] = "identity"
    request.extensions["timeout"] = httpx.Timeout(_PATIENCE).as_dict()
    response = client.send(request, stream=True, follow_redirects=False, auth=auth)
    try:
        yield response
    finally:
        response.close()


def _read(response: httpx.Response, limit: int, deadline: float) -> bytes:
    """Read as it comes, so that neither a long nor a slow answer holds us up."""
    claimed = response.headers.get("Content-Length", "")
    if claimed.isdecimal() and int(claimed) > limit:
        raise TooLargeError(f"This file is larger than {limit / 1e6:g} MB.")
    data = bytearray()
    for chunk in response.iter_raw():  # each piece as it comes: gathered ones would hide how slow they are
        data += chunk
        if len(data) > limit:
            raise TooLargeError(f"This file is larger than {limit / 1e6:g} MB.")
        if time.monotonic() > deadline:
            raise UnreachableError("The file came too slowly.")
    return bytes(data)


def _check_status(status: int, platform: str) -> None:
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.NOT_FOUND and platform == "Twilio":
        # Its webhook can be quicker than its storage (Twilio support, article 44750147594523).
        raise UnreachableError("Twilio does not have this file, or not yet.")
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise GoneError(f"{platform} does not have this file any more.")
    if status < HTTPStatus.BAD_REQUEST:
        raise RefusedAddressError(f"{platform} answered {status} where a file was expected.")
    if status in {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
    }:  # can be mended in time; a lost story cannot
        raise WrongPasswordError(f"{platform} answered {status}.")
    raise UnreachableError(f"{platform} answered {status}.")


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        answer: object = json.loads(body)
    except ValueError:
        answer = None
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _read_path(status: int, answer: dict[str, Any], limit: int) -> str:
    """Take the path out of Telegram's answer to getFile, or say why there is none."""
    description = str(answer.get("description", ""))
    if status == HTTPStatus.BAD_REQUEST and "too big" in description:
        raise TooLargeError("This file is larger than Telegram gives out.")
    if status == HTTPStatus.BAD_REQUEST and "temporarily" not in description:
        raise GoneError("Telegram does not know this file.")
    if status == HTTPStatus.NOT_FOUND:
        # Not the file but the bot: a token that can be mended.
        raise WrongPasswordError("Telegram does not know this bot.")
    _check_status(status, "Telegram")
    result = answer.get("result")
    file = cast("dict[str, Any]", result) if isinstance(result, dict) else {}
    path, size = file.get("file_path"), file.get("file_size")
    if isinstance(size, int) and size > limit:
        raise TooLargeError(f"This file is larger than {limit / 1e6:g} MB.")
    if not isinstance(path, str) or not path:
        raise UnreachableError("Telegram did not say where this file is.")
    if path.startswith("/") or "://" in path or ".." in path:
        # A Bot API server started with --local names a file on its own disk, which we cannot open.
        raise RefusedAddressError("The Telegram server keeps its files to itself; start it without --local.")
    return path


def _check_address(url: httpx.URL, allowed: frozenset[str], *, redirected: bool) -> None:
    """Refuse all but the hosts that the operator named and, after a redirect, those of Twilio."""
    if url.userinfo or not url.host:
        raise RefusedAddressError("The address of this file names no host, or a password.")
    entries = [entry for entry in allowed if _admits(entry, url)]
    cdn = redirected and url.scheme == "https" and url.port is None
    if not entries and not (cdn and (url.host.endswith(_CDN_SUFFIX) or url.host == _BUCKET_HOST)):
        raise RefusedAddressError("This file lies at an address that is not on our list.")
    if entries and _is_local_by_name(url.host):
        return
    # The names come from our list, so the answer is not a stranger's and may be asked for once more when
    # connecting. What this finds is a list, or a name server, that points into our own network.
    for *_, address in socket.getaddrinfo(url.host, None, type=socket.SOCK_STREAM):
        if not _is_outside(ipaddress.ip_address(str(address[0]).partition("%")[0])):
            raise RefusedAddressError("This file lies in a private network.")


def _is_outside(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether an address is on the internet. One that stands for an IPv4 address is as that one is."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(ip.packed[-4:]) if ip in _NAT64 else ip.ipv4_mapped
        if inner is None and (ip not in _INTERNET or ip.sixtofour or ip.teredo):
            return False
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _admits(entry: str, url: httpx.URL) -> bool:
    """Tell whether an entry of the allow-list names the origin of `url`; without a scheme it means https.

    Plain http is for an entry that says so, and for this machine itself.
    """
    scheme, separator, rest = entry.rpartition("://")
    schemes = {scheme} if separator else {"https", "http"} if _is_loopback(rest) else {"https"}
    origin = httpx.URL(f"{url.scheme}://{rest.rstrip('/')}")
    return url.scheme in schemes and (url.host, url.port) == (origin.host, origin.port)


def _is_loopback(rest: str) -> bool:
    host = httpx.URL(f"http://{rest}").host
    return host == "localhost" or (_is_local_by_name(host) and ipaddress.ip_address(host).is_loopback)


def _is_local_by_name(host: str) -> bool:
    """Tell whether a host is an IP address or `localhost`: what the operator wrote is what they meant."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
