"""Pictures sent into a chat: SVG rendered to PNG, numbered sheets of options, the numbered triangle.

Pure: documents come in as text and go out as text or bytes. Nothing here needs a font, because the machine
that renders has none: digits are drawn as strokes.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import inf, isfinite
from typing import Final
from xml.etree import ElementTree as ET

import resvg_py

MOST_PICTURES: Final = 20
"""More would leave each tile too small to recognise on a phone."""

MOST_PIXELS: Final = 4096 * 4096
"""Width times height of a PNG. The renderer ends the whole process when it cannot have the memory it asks."""

MOST_LEVELS: Final = 32
"""Elements within elements. The renderer ends the whole process at some hundreds (seen with resvg 0.48)."""

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_FIGURE: Final = "#0F5F68"
_INK: Final = "#15333B"
_PAPER: Final = "#FFFFFF"
_SOFT: Final = "#CFE5E4"

# What a picture may consist of. Everything else needs a font (text), reaches outside the document (image),
# can act (script) or is referred to by id (use, gradients, clips), and ids clash within one sheet.
_SHAPES: Final = frozenset({"rect", "circle", "ellipse", "line", "polyline", "polygon", "path"})
_DRAWN: Final = _SHAPES | {"svg", "g", "defs", "title", "desc"}
_BARRED_NAME: Final = re.compile(r"(.*\})?href|on.*")
_BARRED_VALUE: Final = re.compile(r"url\s*\(|@import", re.IGNORECASE)
_BADGE_UNITS: Final = 240
"""Badges are laid out in the 240 × 240 units of a catalogue picture, whose top-left 44 × 44 stay free."""

_TRIANGLE_ZONES: Final = ((320, 84), (202, 288), (438, 288), (320, 357), (84, 493), (320, 493), (556, 493))
_DIGIT_WIDTH: Final = 10
_DIGIT_HEIGHT: Final = 16
_DIGIT_STEP: Final = 14
_DIGITS: Final = {
    "0": "M5 0Q10 0 10 8T5 16T0 8T5 0Z",
    "1": "M1.5 3.5L6 0V16",
    "2": "M0.5 4Q1 0 5 0Q9.5 0 9.5 4.5Q9.5 7.5 0.5 16H10",
    "3": "M1 0H9L4.5 6Q10 6 10 11Q10 16 5 16Q1.5 16 0 13",
    "4": "M7.5 16V0L0 11.5H10",
    "5": "M9 0H1.5L1 7Q3 5.5 5 5.5Q10 5.5 10 10.7Q10 16 5 16Q1.5 16 0 13.5",
    "6": "M8 0Q0 4 0 11Q0 16 5 16T10 11T5 6T0 11",
    "7": "M0 0H10L4 16",
    "8": "M5 7.4Q0.8 7.4 0.8 3.7T5 0T9.2 3.7T5 7.4Q0 7.4 0 11.7T5 16T10 11.7T5 7.4Z",
    "9": "M2 16Q10 12 10 5Q10 0 5 0T0 5T5 10T10 5",
}


class PictureError(ValueError):
    """A picture that cannot be shown; the message says what is wrong with it, in one sentence."""


@lru_cache(maxsize=64)
def render_png(svg: str, *, width: int) -> bytes:
    """Make a PNG file of an SVG document, `width` pixels wide and as high as its own proportions make it.

    Outside what the document paints, the PNG is transparent. The same document and width are rendered once.
    Only plain documents are rendered: the renderer would otherwise read image files it finds named in them.

    Raises:
        PictureError: the document is not plain (see `check_picture`), or `width` is not positive or would
            make the PNG larger than `MOST_PIXELS`.
    """
    root = _read_plain(svg)
    _, _, units_wide, units_high = _read_view_box(root)
    if width < 1 or not 1 <= width * units_high / units_wide <= MOST_PIXELS / width:
        raise PictureError(f"a picture of {units_wide:g} by {units_high:g} cannot be {width} pixels wide")
    # The proportions checked must be the ones rendered: the renderer would put these two before the viewBox.
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.set("xmlns", _NAMESPACE)
    plain = ET.tostring(root, encoding="unicode")
    return resvg_py.svg_to_bytes(svg_string=plain, width=width, skip_system_fonts=True)


def number_sheet(pictures: Sequence[str], *, columns: int = 3, tile: int = 240, gap: int = 16) -> str:
    """Lay all pictures out in rows on white, in one SVG document, each with its number at its top left.

    `pictures` are SVG documents of plain shapes (see `check_picture`); `tile` is the side of each and `gap`
    the white between and around them, in pixels. A sheet is no wider than its pictures need.

    Raises:
        PictureError: no pictures or more than 20, a measure that is not positive, or a picture (named by
            its number) that is not plain.
    """
    if not 1 <= len(pictures) <= MOST_PICTURES:
        raise PictureError(f"a sheet holds 1 to {MOST_PICTURES} pictures, not {len(pictures)}")
    if columns < 1 or tile < 1 or gap < 0:
        raise PictureError(f"a sheet cannot have {columns} columns, tiles of {tile} and gaps of {gap}")

    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    step = tile + gap
    parts = [_open_document(gap + columns * step, gap + rows * step)]
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        x, y = gap + column * step, gap + row * step
        try:
            parts.append(_nest(picture, x=x, y=y, side=tile))
        except PictureError as error:
            raise PictureError(f"picture {index + 1}: {error}") from error
        scale = tile / _BADGE_UNITS
        parts.append(_badge(index + 1, x=x + 24 * scale, y=y + 24 * scale, radius=22 * scale))
    return "\n".join([*parts, "</svg>"])


def triangle_sheet() -> str:
    """Draw the seven numbered places where an answer to a triad can lie, as an SVG document of 640 × 580.

    1 top, 2 between top and left, 3 between top and right, 4 the middle, 5 left, 6 between left and right,
    7 right: the order in which the buttons below the picture are laid out. All seven look alike, so that
    the picture favours none.
    """
    top, left, right = _TRIANGLE_ZONES[0], _TRIANGLE_ZONES[4], _TRIANGLE_ZONES[6]
    corners = f"M{top[0]} {top[1]}L{left[0]} {left[1]}H{right[0]}Z"
    return "\n".join(
        [
            _open_document(640, 580),
            '<g stroke-linejoin="round">',
            f'<path d="{corners}" fill="{_SOFT}" stroke="{_SOFT}" stroke-width="136"/>',
            f'<path d="{corners}" fill="none" stroke="{_FIGURE}" stroke-width="6"/>',
            "</g>",
            *(_badge(n, x=x, y=y, radius=52) for n, (x, y) in enumerate(_TRIANGLE_ZONES, start=1)),
            "</svg>",
        ]
    )


def check_picture(svg: str) -> None:
    """Return when a document is plain enough to be shown: shapes only, nothing that lies elsewhere.

    Raises:
        PictureError: it is not XML, not an SVG with a viewBox, or holds text, images, links, references
            (gradients among them), style sheets, scripts or more than `MOST_LEVELS` levels.
    """
    _read_plain(svg)


def _read_plain(svg: str) -> ET.Element:
    """Parse a picture and take off ids and the SVG namespace: it then nests without clash or prefix."""
    if "<!" in svg.replace("<!--", ""):
        raise PictureError("a picture may hold no document type, entities or character data sections")
    try:
        root = ET.fromstring(svg)  # noqa: S314 - no document type, so no entities that could grow or reach out
    except ET.ParseError as error:
        raise PictureError(f"a picture must be XML: {error}") from error
    _make_plain(root, depth=1)
    if root.tag != "svg":
        raise PictureError(f"a picture must be an <svg>, not a <{root.tag}>")
    _read_view_box(root)
    return root


def _make_plain(element: ET.Element, *, depth: int) -> None:
    element.tag = element.tag.removeprefix(f"{{{_NAMESPACE}}}")
    if element.tag not in _DRAWN:
        raise PictureError(f"a picture may not hold <{element.tag}>")
    if depth > MOST_LEVELS:
        raise PictureError(f"a picture may not be nested deeper than {MOST_LEVELS} levels")
    element.attrib.pop("id", None)
    for name, value in element.attrib.items():
        if _BARRED_NAME.fullmatch(name) or _BARRED_VALUE.search(value):
            raise PictureError(f'a picture may not hold {name}="{value}"')
    for child in element:
        _make_plain(child, depth=depth + 1)


def _read_view_box(root: ET.Element) -> tuple[float, float, float, float]:
    """Read left, top, width and height in the picture's own units."""
    written = root.get("viewBox", "")
    try:
        left, top, width, height = (float(number) for number in written.replace(",", " ").split())
    except ValueError:
        raise PictureError(f'a viewBox must be four numbers, not "{written}"') from None
    if not (isfinite(left + top) and 0 < width < inf and 0 < height < inf):
        raise PictureError(f'a viewBox must have a width and a height, unlike "{written}"')
    return left, top, width, height


def _nest(svg: str, *, x: int, y: int, side: int) -> str:
    root = _read_plain(svg)
    placed = {"x": str(x), "y": str(y), "width": str(side), "height": str(side)}
    root.attrib |= placed
    return ET.tostring(root, encoding="unicode").strip()


def _open_document(width: int, height: int) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="{_NAMESPACE}" {size}>\n<rect width="{width}" height="{height}" fill="{_PAPER}"/>'


def _badge(number: int, *, x: float, y: float, radius: float) -> str:
    """Draw a disc around (x, y) with the number in it; two digits stand a little smaller than one."""
    digits = str(number)
    wide = _DIGIT_WIDTH + _DIGIT_STEP * (len(digits) - 1)
    scale = radius * (1.1 if len(digits) == 1 else 0.95) / _DIGIT_HEIGHT
    strokes = "".join(
        f'<path transform="translate({index * _DIGIT_STEP})" d="{_DIGITS[digit]}"/>'
        for index, digit in enumerate(digits)
    )
    place = f"translate({x:g} {y:g}) scale({scale:g}) translate({-wide / 2:g} {-_DIGIT_HEIGHT / 2:g})"
    pen = f'fill="none" stroke="{_PAPER}" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"'
    ring = f'stroke="{_PAPER}" stroke-width="{radius / 9:g}"'
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{_INK}" {ring}/>\n'
        f'<g transform="{place}" {pen}>{strokes}</g>'
    )
