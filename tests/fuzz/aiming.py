"""Makes requests of seeds: broken or whole, signed as the platform would, at the door they belong to."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from random import Random
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from fuzz.corpus import TWILIO_TOKEN, Corpus, Person
from fuzz.mutations import Breaker, Pairs, write_json
from fuzz.oddities import CODINGS, TEXTS, TYPES
from fuzz.pipe import Header, Shot

PUBLIC_URL: Final = "https://vertelpunt.example"
WEBHOOK_SECRET: Final = "webhook-secret"
BROKEN: Final = 0.75
"""The share of requests in which something is broken; the others bring the conversations on."""

_SOUND: Final = b"OggS" + bytes(200)
_PHOTO: Final = b"\x89PNG\r\n\x1a\n" + bytes(100)
_FORM: Final = "application/x-www-form-urlencoded"
_PATHS: Final = (
    *(
        "/",
        "/chat",
        "/chat/messages?after={}",
        "/chat/new?flow={}",
        "/chat/closed?language={}",
        "/chat/close",
    ),
    *("/chat?flow={}&entry={}", "/api/chat/messages?after={}", "/e/{}", "/e/{}/qr.svg", "/e/{}/qr.png"),
    *("/canvas/{}", "/pictures/{}.svg", "/pictures/sheet.png?{}", "/pictures/triangle.png?{}={}"),
    *("/pictures/grid.png?step={}", "/pictures/steps.png?from={}", "/chat/static/{}", "/{}"),
)


class Aim:
    """Makes one request after the other from a corpus."""

    def __init__(self, random: Random, corpus: Corpus) -> None:
        self._random = random
        self._corpus = corpus
        self._breaker = Breaker(random, corpus.names)

    def aim(self, person: Person) -> Shot:
        """A request of a person, or one that tells of them."""
        broken = self._random.random() < BROKEN
        match person.channel:
            case "telegram" if self._random.random() < 0.9:
                shot = self.aim_telegram(person, broken=broken)
            case "whatsapp" | "sms" if self._random.random() < 0.85:
                shot = self.aim_twilio(person, broken=broken)
            case "web" if self._random.random() < 0.85:
                shot = self._aim_web(person, broken=broken)
            case "web":
                return self._aim_path(person)
            case _:
                shot = self._aim_canvas(person, broken=broken)
        return self._spoil(shot) if broken and self._random.random() < 0.2 else shot

    def aim_telegram(self, person: Person, *, broken: bool) -> Shot:
        """An update with the right secret, mostly."""
        update = self._corpus.write_update(person)
        if broken:
            update = self._breaker.break_json(update, self._corpus.write_update(person))
        body = write_json(update, ascii_only=self._random.random() < 0.8)
        if broken and self._random.random() < 0.06:
            body = self._breaker.break_bytes(body)
        header = "X-Telegram-Bot-Api-Secret-Token"
        headers = [("Content-Type", b"application/json"), (header, WEBHOOK_SECRET.encode())]
        return Shot("telegram", "/webhooks/telegram", tuple(headers), body, sound=not broken)

    def aim_twilio(self, person: Person, *, broken: bool) -> Shot:
        """A message or a status, signed over what it has become."""
        status = self._random.random() < 0.2
        write = self._corpus.write_status if status else self._corpus.write_form
        pairs = write(person)
        if broken:
            pairs = self._breaker.break_pairs(pairs, self._corpus.write_status(person))
        body = write_form(pairs)
        if broken and self._random.random() < 0.1:
            body = self._breaker.break_bytes(body)
        target = "/webhooks/twilio/status" if status else "/webhooks/twilio"
        if broken and self._random.random() < 0.03:
            target += f"?{quote(self._random.choice(TEXTS), safe='', errors='replace')}"
        headers = (("Content-Type", _FORM.encode()), ("X-Twilio-Signature", sign_form(target, body)))
        return Shot("twilio status" if status else "twilio", target, headers, body, sound=not broken)

    def aim_start(self, *, broken: bool) -> Shot:
        """The beginning of a web chat."""
        start = self._corpus.write_start()
        if broken:
            start = self._breaker.break_json(start, self._corpus.write_start())
        headers = (("Content-Type", b"application/json"),)
        return Shot("web start", "/api/chat/sessions", headers, write_json(start), sound=not broken)

    def _aim_web(self, person: Person, *, broken: bool) -> Shot:
        match self._random.randrange(20):
            case 0:
                return self.aim_start(broken=broken)
            case 1 | 2 | 3:
                return self._aim_upload(person, broken=broken)
            case 4 | 5 | 6 | 7:
                return self._aim_page(person, broken=broken)
            case 8 | 9 | 10:
                return read_chat(person)
            case _:
                body = self._corpus.write_post(person)
                if broken:
                    body = self._breaker.break_json(body, self._corpus.write_post(person))
                written = write_json(body, ascii_only=self._random.random() < 0.7)
                headers = (("Content-Type", b"application/json"), bear(person))
                return Shot("web message", "/api/chat/messages", headers, written, sound=not broken)

    def _aim_upload(self, person: Person, *, broken: bool) -> Shot:
        kind, data = self._random.choice((("voice", _SOUND), ("photo", _PHOTO)))
        fields = [("id", self._corpus.write_post(person)["id"]), ("seconds", "3.5")]
        if broken:
            fields = self._breaker.break_pairs(fields, self._corpus.write_page_form(person))
        if broken and self._random.random() < 0.3:
            data = self._breaker.break_bytes(data) if self._random.random() < 0.5 else b""
        body = write_multipart([*fields], kind, data)
        if broken and self._random.random() < 0.3:
            body = self._breaker.break_bytes(body)
        headers = (("Content-Type", b"multipart/form-data; boundary=grens"), bear(person))
        target = self._random.choice(("/api/chat/messages", "/api/chat/messages", "/chat/say"))
        extra = (_cookie(person), _SAME) if target == "/chat/say" else ()
        return Shot("web upload", target, (*headers, *extra), body, sound=not broken)

    def _aim_page(self, person: Person, *, broken: bool) -> Shot:
        pairs = self._corpus.write_page_form(person)
        if broken:
            pairs = self._breaker.break_pairs(pairs, self._corpus.write_touch(person))
        target = "/chat/say"
        if self._random.random() < 0.05:
            target = self._random.choice(("/chat", "/chat/close"))
        headers = (("Content-Type", _FORM.encode()), _cookie(person), _SAME)
        return Shot("web page", target, headers, write_form(pairs), sound=not broken)

    def _aim_canvas(self, person: Person, *, broken: bool) -> Shot:
        pairs = self._corpus.write_touch(person)
        target = self._corpus.find_page(person)
        if broken:
            pairs = self._breaker.break_pairs(pairs, self._corpus.write_page_form(person))
            if self._random.random() < 0.1:
                target = f"/canvas/{quote(self._breaker.bend_text(target[8:]), errors='replace')}"
        body = write_form(pairs)
        headers = (("Content-Type", _FORM.encode()),)
        method = "GET" if self._random.random() < 0.2 else "POST"
        return Shot("canvas", target, headers, b"" if method == "GET" else body, method, sound=not broken)

    def _aim_path(self, person: Person) -> Shot:
        path = self._random.choice(_PATHS)
        words = [quote(self._breaker.write_text()[:200], safe="", errors="replace") for _ in range(2)]
        headers: tuple[Header, ...] = (_cookie(person),)
        language = self._breaker.write_text()[:100].encode("utf-8", "replace").translate(None, b"\r\n\0")
        headers += (("Accept-Language", language),) if self._random.random() < 0.3 else ()
        return Shot("page", path.format(*words), headers, method="GET")

    def _spoil(self, shot: Shot) -> Shot:
        """Break what stands around the body."""
        if shot.method == "GET":
            return shot
        headers, choose = list(shot.headers), self._random
        match choose.randrange(8):
            case 0 | 1:
                headers[0] = ("Content-Type", choose.choice(TYPES).encode())
            case 2:
                del headers[choose.randrange(len(headers))]
            case 3:
                headers.append(choose.choice(headers))
            case 4:
                headers.append(("Content-Encoding", choose.choice(CODINGS).encode()))
            case 5:
                name, value = headers.pop()
                headers.append((name, self._breaker.break_bytes(value).translate(None, b"\r\n\0")))
            case 6:
                return _replace(shot, headers, chunks=True)
            case _:
                length = len(shot.body)
                return _replace(
                    shot, headers, claimed=choose.choice((length + 7, length // 2, 10**9, 10**30))
                )
        return _replace(shot, headers)


_SAME: Final[Header] = ("Sec-Fetch-Site", b"same-origin")


def bear(person: Person) -> Header:
    """The header by which the web chat's API knows a person."""
    return ("Authorization", b"Bearer " + person.chat.encode())


def read_chat(person: Person) -> Shot:
    """The request for all messages of a web chat."""
    return Shot("web read", "/api/chat/messages", (bear(person),), method="GET", sound=True)


def write_form(pairs: Pairs) -> bytes:
    """A form as it goes over the line; halves of surrogate pairs go as bytes that are no UTF-8."""
    return urlencode(pairs, errors="surrogatepass").encode()


def write_multipart(fields: Pairs, name: str, data: bytes) -> bytes:
    """An upload with its boundary `grens`."""
    parts = [
        f'--grens\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields
    ]
    head = f'--grens\r\nContent-Disposition: form-data; name="{name}"; filename="a.bin"\r\n\r\n'
    text = "".join((*parts, head)).encode("utf-8", "surrogatepass")
    return text + data + b"\r\n--grens--\r\n"


def sign_form(target: str, body: bytes) -> bytes:
    """Twilio's signature of a form, whatever is in it: the address, then all names with all their values."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict")
    except ValueError:
        pairs = []
    values: dict[str, set[str]] = {}
    for name, value in pairs:
        values.setdefault(name, set()).add(value)
    written = "".join(f"{name}{value}" for name in sorted(values) for value in sorted(values[name]))
    text = f"{PUBLIC_URL}{target}{written}"
    return base64.b64encode(hmac.new(TWILIO_TOKEN.encode(), text.encode(), hashlib.sha1).digest())


def _cookie(person: Person) -> Header:
    return ("Cookie", b"vertelbot_chat=" + person.chat.encode())


def _replace(
    shot: Shot, headers: Sequence[Header], *, chunks: bool = False, claimed: int | None = None
) -> Shot:
    return Shot(
        shot.door, shot.target, tuple(headers), shot.body, shot.method, claimed, chunks=chunks, sound=False
    )
