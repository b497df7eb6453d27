"""The pure readers of all doors, each with one shape: bytes as they came over the line to what they mean."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from bot.canvas_form import read_form as read_touch_form
from bot.canvas_tokens import read_token
from bot.channels.canvas import CanvasChannel, write_raw
from bot.channels.channel import Arrival, Inbound, ParseError
from bot.channels.sms_messages import lay_out as lay_out_sms
from bot.channels.sms_updates import read_form as read_sms_form
from bot.channels.telegram_messages import lay_out as lay_out_telegram
from bot.channels.telegram_updates import arrive, find_callback, read_update
from bot.channels.twilio_arrivals import arrive_message, arrive_status
from bot.channels.twilio_webhook import LARGEST_FORM
from bot.channels.web_bodies import RequestError
from bot.channels.web_requests import check_start
from bot.channels.whatsapp_messages import lay_out as lay_out_whatsapp
from bot.channels.whatsapp_updates import read_form as read_whatsapp_form
from bot.mini_app import InitDataError, check_init_data
from flows.inbound import Chose, Content, Corrected, Pictured, Placed, PlacedAll, Recorded, Said
from flows.outbound import Utterance
from flows.texts import clean_text
from fuzz.corpus import BOT_TOKEN, Person
from storage.vault import Vault

Read = Callable[[bytes], Inbound | None]
"""Reads bytes; None for what is worth no turn. Raises one of UNREADABLE."""

UNREADABLE: Final = (ParseError, RequestError, InitDataError)
"""What a reader says of what it cannot read."""

_LARGEST_UPDATE: Final = 1024 * 1024
_SITE: Final = "https://vertelpunt.example"
_VAULT: Final = Vault(["a-secret-for-tests-only-and-long-enough"])
_ROOM: Final = {"telegram": 4096, "whatsapp": 1600, "sms": 1600}


class AstrayError(Exception):
    """Something is read for another chat than it was kept for, said too long, or taken unsigned."""


def read_telegram(body: bytes) -> Inbound | None:
    """An update, as the webhook reads, keeps and parses it."""
    if len(body) > _LARGEST_UPDATE:
        raise ParseError("too large")
    update = _load(body)
    arrival = arrive(update, "123456")
    find_callback(arrival.raw)
    return _keep(arrival, read_update)


def read_whatsapp(body: bytes) -> Inbound | None:
    """A form of WhatsApp; one that begins with a question mark came to the address for statuses."""
    return _keep(_read_form(body), read_whatsapp_form)


def read_sms(body: bytes) -> Inbound | None:
    """A form of SMS, as that of WhatsApp."""
    return _keep(_read_form(body), read_sms_form)


def read_start(body: bytes) -> Inbound | None:
    """What begins a web chat."""
    check_start(_load(body))
    return None


def read_init_data(body: bytes) -> Inbound | None:
    """What Telegram says of who opened a Mini App."""
    check_init_data(body.decode("utf-8", "replace"), (BOT_TOKEN,), datetime.now(UTC))
    return None


def read_page(body: bytes) -> Inbound | None:
    """The token of a page for touch, which is never one that was signed."""
    if read_token(_VAULT, body.decode("utf-8", "replace"), datetime.now(UTC)) is not None:
        raise AstrayError("a page's token that nobody signed")
    return None


def read_canvas(body: bytes) -> Inbound | None:
    """What the page for touch kept."""
    return CanvasChannel().parse(_load(body))


def read_touch(person: Person, drawn: Utterance | None) -> Read:
    """A reader of the form under a drawing: an answer, or a form to show again."""

    def read(body: bytes) -> Inbound | None:
        if drawn is None or drawn.drawing is None:
            return None
        fields = dict(parse_qsl(body.decode("utf-8", "replace")))
        content = read_touch_form(fields, drawn, drawn.drawing, drawn.language).content
        if content is None:
            return None
        return CanvasChannel().parse(json.loads(json.dumps(write_raw(person.chat, content))))

    return read


def find_content(found: Inbound) -> Content | None:
    """What is handed to the engine, as a turn makes it."""
    match found:
        case Inbound(sound=sound) if sound is not None:
            return Recorded("r1", sound.seconds)
        case Inbound(image=image) if image is not None:
            return Pictured("p1")
        case Inbound(content=Said(text)):
            return Said(clean_text(text), found.message or "")
        case Inbound(content=Corrected(text, number)):
            return Corrected(clean_text(text), number)
        case Inbound(content=Placed() | PlacedAll() as placed):
            return placed
        case Inbound(start=start) if start is not None:
            return Chose(("start",))
        case _:
            return found.content


def lay_out(said: Utterance, person: Person) -> None:
    """Write what is said for the person's channel; every message of it must have room on the platform."""
    match person.channel:
        case "telegram":
            texts = [piece.text for piece in lay_out_telegram(said, picture=False, page=None)]
        case "whatsapp":
            texts = [piece.text for piece in lay_out_whatsapp(said, site=_SITE)]
        case _:
            texts = lay_out_sms(said, site=_SITE)
    if any(len(text) > _ROOM[person.channel] for text in texts):
        raise AstrayError("a message too long for its platform")


def _load(body: bytes) -> dict[str, Any]:
    try:
        raw: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError("no JSON") from error
    if not isinstance(raw, dict):
        raise ParseError("no object")
    return cast("dict[str, Any]", raw)


def _read_form(body: bytes) -> Arrival:
    if len(body) > LARGEST_FORM:
        raise ParseError("too large")
    try:
        pairs = parse_qsl(body.decode().removeprefix("?"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise ParseError("no form") from error
    return (arrive_status if body.startswith(b"?") else arrive_message)(dict(pairs))


def _keep(arrival: Arrival, read: Callable[[Mapping[str, Any]], Inbound | None]) -> Inbound | None:
    """Write and read what is kept; what it means must be of the chat under which it was kept."""
    inbound = read(json.loads(json.dumps(arrival.raw)))
    if inbound is not None and inbound.report is None and inbound.address != arrival.address:
        raise AstrayError("read for another chat than it was kept for")
    return inbound
