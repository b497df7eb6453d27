"""Drawings for the tests of pictures and sheets: a plain square, the catalogue's own, and looks at parts."""

import struct
from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET

from bot.pictures import render_png

SVG: Final = "{http://www.w3.org/2000/svg}"
SQUARE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><rect width="240" height="240"/></svg>'
)


def read_drawing(name: str) -> str:
    """Read the SVG document of one catalogue picture."""
    return (files("flows") / "catalogue" / "pictures" / f"{name}.svg").read_text(encoding="utf-8")


def parse(svg: str) -> ET.Element:
    """Parse one of our own documents."""
    return ET.fromstring(svg)


def size(png: bytes) -> tuple[int, int]:
    """Read width and height in pixels from the header of a PNG file."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def render_part(root: ET.Element, *, x: int, y: int, side: int) -> bytes:
    """Render the square of a document whose top left is (x, y), as a PNG of 120 pixels."""
    root.attrib |= {"viewBox": f"{x} {y} {side} {side}", "width": str(side), "height": str(side)}
    return render_png(ET.tostring(root, encoding="unicode"), width=120)


def wrap(inside: str) -> str:
    """Put something into a document, for trying what is let through."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240">{inside}</svg>'
