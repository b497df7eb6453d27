"""The ways into an entry point: its page's address, the link of each channel that is on, its QR code."""

import io
import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, urlsplit

import segno

LEAST_WIDTH: Final = 100
MOST_WIDTH: Final = 4000
"""Pixels of a QR code as PNG."""

Way = Literal["telegram", "whatsapp", "sms", "web"]
"""A channel by which one comes in."""

_BOT: Final = re.compile(r"[A-Za-z0-9_]{3,64}")
_NUMBER: Final = re.compile(r"\+?[0-9]{3,15}")
_QUIET: Final = 4
"""Light modules around a QR code, which readers need (ISO/IEC 18004)."""

_POINTS: Final = 10
"""Size of a module in a PDF, in points; it is drawn in lines, so any size prints sharply."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where people reach the bot: the public address, and what each channel that is on needs for a link.

    `telegram` is the bot's name there, the others are the numbers that people write to.
    """

    public_url: str
    telegram: str | None = None
    whatsapp: str | None = None
    sms: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a channel; `number` is what one can write to without the link, spaced for reading."""

    way: Way
    href: str
    number: str = ""


def write_address(reach: Reach, code: str) -> str:
    """The public address of an entry point's page: what its QR code and its poster say."""
    return f"{reach.public_url}/e/{code}"


def shorten_address(address: str) -> str:
    """An address as people type it: without the scheme, which browsers add."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"


def write_message(code: str) -> str:
    """What one writes to the bot to come in by an entry point."""
    return f"start {code}"


def list_links(reach: Reach, code: str, language: str | None = None) -> list[Link]:
    """The links of the channels that are on; `language` goes along where a link can carry it.

    The forms are those of https://core.telegram.org/bots/features#deep-linking (the code is its payload),
    https://faq.whatsapp.com/5913398998672934, and for SMS the one that both Android and iOS take: RFC 5724
    has `?body=`, iPhones want `&body=`, and `?&body=` is read by both.
    """
    links: list[Link] = []
    text = quote(write_message(code))
    if whatsapp := _read_number(reach.whatsapp):
        digits = whatsapp.removeprefix("+")
        links.append(Link("whatsapp", f"https://wa.me/{digits}?text={text}", _space(f"+{digits}")))
    if reach.telegram and _BOT.fullmatch(reach.telegram):
        links.append(Link("telegram", f"https://t.me/{reach.telegram}?start={code}"))
    if sms := _read_number(reach.sms):
        links.append(Link("sms", f"sms:{sms}?&body={text}", _space(sms)))
    spoken = f"&language={quote(language)}" if language else ""
    links.append(Link("web", f"/chat?entry={code}{spoken}"))
    return links


def draw_inline(address: str) -> str:
    """A QR code as SVG to stand in a page, as wide as its place; dark on light in a dark page too."""
    return _make(address).svg_inline(
        border=_QUIET, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )


def draw_svg(address: str) -> bytes:
    """A QR code as an SVG file on a light ground, a millimetre a module until it is made larger."""
    target = io.BytesIO()
    _make(address).save(target, kind="svg", border=_QUIET, unit="mm", dark="#000", light="#fff")
    return target.getvalue()


def draw_png(address: str, width: int) -> bytes:
    """A QR code as PNG, at most `width` pixels wide: the most whole pixels a module that fit."""
    code = _make(address)
    modules, _ = code.symbol_size(border=_QUIET)
    target = io.BytesIO()
    code.save(target, kind="png", border=_QUIET, scale=max(1, width // modules))
    return target.getvalue()


def draw_pdf(address: str) -> bytes:
    """A QR code as PDF, drawn in lines."""
    target = io.BytesIO()
    _make(address).save(target, kind="pdf", border=_QUIET, scale=_POINTS)
    return target.getvalue()


def _make(address: str) -> segno.QRCode:
    """Level M survives 15 % of it being unreadable, and level Q or H where that costs no room."""
    return segno.make(address, error="m", micro=False)


def _read_number(written: str | None) -> str | None:
    """A number that people can write to; None for a sender that only sends, or the id of a service."""
    number = (written or "").removeprefix("whatsapp:")
    return number if _NUMBER.fullmatch(number) else None


def _space(number: str) -> str:
    """A Dutch number in groups, so that it can be copied from a poster; others as they are."""
    if not number.startswith("+31"):
        return number
    rest = number.removeprefix("+31")
    return " ".join(["+31", *(rest[at : at + 3] for at in range(0, len(rest), 3))])
