"""Sheets sent into a chat: numbered pictures, and the numbered places of a triangle, a grid or a row.

Pure: SVG documents come in and go out as text. Digits are drawn as strokes, because the machine that renders
has no font.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree as ET

from bot.pictures import NAMESPACE, PictureError, read_plain

MOST_PICTURES: Final = 20
"""More would leave each tile too small to recognise on a phone."""

FEWEST_STEPS: Final = 2
MOST_STEPS: Final = 11
"""More places in a row would leave numbers too small to read on a phone."""

LAST_NUMBER: Final = 99
"""Badges hold two digits."""

_FIGURE: Final = "#0F5F68"
_INK: Final = "#15333B"
_PAPER: Final = "#FFFFFF"
_SOFT: Final = "#CFE5E4"
_BADGE_UNITS: Final = 240
"""Badges are laid out in the 240 × 240 units of a catalogue picture, whose top-left 44 × 44 stay free."""

_TRIANGLE_ZONES: Final = ((320, 84), (202, 288), (438, 288), (320, 357), (84, 493), (320, 493), (556, 493))
_GRID_EDGES: Final = (38, 226, 414, 602)
_ROW_WIDTH: Final = 640
_ROW_HEIGHT: Final = 320  # no thin strip: the preview of one in a chat may lose its ends
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


def grid_sheet() -> str:
    """Draw the nine numbered places where a stone can lie, as an SVG document of 640 × 640.

    1 2 3 in the top row, 4 5 6 in the middle, 7 8 9 in the bottom row; left and right are not mirrored in
    languages that are written from right to left. All nine look alike, so that the picture favours none.
    """
    low, high = _GRID_EDGES[0], _GRID_EDGES[-1]
    square = f'x="{low}" y="{low}" width="{high - low}" height="{high - low}" rx="24"'
    lines = "".join(f"M{at} {low}V{high}M{low} {at}H{high}" for at in _GRID_EDGES[1:-1])
    centres = [(a + b) // 2 for a, b in pairwise(_GRID_EDGES)]
    places = [(x, y) for y in centres for x in centres]
    return "\n".join(
        [
            _open_document(640, 640),
            f'<rect {square} fill="{_SOFT}"/>',
            f'<path d="{lines}" stroke="{_PAPER}" stroke-width="6"/>',
            f'<rect {square} fill="none" stroke="{_FIGURE}" stroke-width="6"/>',
            *(_badge(n, x=x, y=y, radius=52) for n, (x, y) in enumerate(places, start=1)),
            "</svg>",
        ]
    )


def steps_sheet(count: int, *, first: int = 1) -> str:
    """Draw `count` places on one line, numbered on from `first`, as an SVG document of 640 × 320.

    The lowest number is at the left, also in languages that are written from right to left. All places and
    both ends look alike, so that the picture favours none.

    Raises:
        PictureError: fewer than 2 or more than 11 places, or a number below 0 or above 99.
    """
    if not FEWEST_STEPS <= count <= MOST_STEPS:
        raise PictureError(f"a row holds {FEWEST_STEPS} to {MOST_STEPS} places, not {count}")
    if not 0 <= first <= LAST_NUMBER - count + 1:
        raise PictureError(
            f"a row of {count} places begins at 0 to {LAST_NUMBER - count + 1}, not at {first}"
        )

    # Discs are as large as lets the line show between them, up to 44; the band leaves 14 around them.
    radius = min(44, 0.44 * (_ROW_WIDTH - 28) / (count - 1 + 0.88))
    start = radius + 14
    pitch = (_ROW_WIDTH - 2 * start) / (count - 1)
    middle, half = _ROW_HEIGHT / 2, radius + 24
    band = f'x="3" y="{middle - half:g}" width="{_ROW_WIDTH - 6}" height="{2 * half:g}" rx="24"'
    line = f"M{start:g} {middle:g}H{_ROW_WIDTH - start:g}"
    badges = [_badge(first + n, x=start + n * pitch, y=middle, radius=radius) for n in range(count)]
    return "\n".join(
        [
            _open_document(_ROW_WIDTH, _ROW_HEIGHT),
            f'<rect {band} fill="{_SOFT}" stroke="{_FIGURE}" stroke-width="6"/>',
            f'<path d="{line}" stroke="{_FIGURE}" stroke-width="6"/>',
            *badges,
            "</svg>",
        ]
    )


def _nest(svg: str, *, x: int, y: int, side: int) -> str:
    root = read_plain(svg)
    placed = {"x": str(x), "y": str(y), "width": str(side), "height": str(side)}
    root.attrib |= placed
    return ET.tostring(root, encoding="unicode").strip()


def _open_document(width: int, height: int) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="{NAMESPACE}" {size}>\n<rect width="{width}" height="{height}" fill="{_PAPER}"/>'


def _badge(number: int, *, x: float, y: float, radius: float) -> str:
    """Draw a disc around (x, y) with the number in it; two digits stand a little smaller than one."""
    digits = str(number)
    wide = _DIGIT_WIDTH + _DIGIT_STEP * (len(digits) - 1)
    scale = radius * (1.1 if len(digits) == 1 else 0.88) / _DIGIT_HEIGHT
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
