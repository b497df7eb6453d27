"""Pictures sent into a chat: which SVG documents may be shown, and how they become PNG files.

Pure: documents come in as text and go out as bytes. Nothing here has a font, because the machine that
renders has none.
"""

import re
from functools import lru_cache
from math import inf, isfinite
from typing import Final
from xml.etree import ElementTree as ET

import resvg_py

NAMESPACE: Final = "http://www.w3.org/2000/svg"

MOST_PIXELS: Final = 4096 * 4096
"""Width times height of a PNG. The renderer ends the whole process when it cannot have the memory it asks."""

MOST_LEVELS: Final = 32
"""Elements within elements. The renderer ends the whole process at some hundreds (seen with resvg 0.48)."""


# What a picture may consist of. Everything else needs a font (text), reaches outside the document (image),
# can act (script) or is referred to by id (use, gradients, clips), and ids clash within one sheet.
_SHAPES: Final = frozenset({"rect", "circle", "ellipse", "line", "polyline", "polygon", "path"})
_DRAWN: Final = _SHAPES | {"svg", "g", "defs", "title", "desc"}
_BARRED_NAME: Final = re.compile(r"(.*\})?href|on.*")
_BARRED_VALUE: Final = re.compile(r"url\s*\(|@import", re.IGNORECASE)


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
    root = read_plain(svg)
    _, _, units_wide, units_high = _read_view_box(root)
    if width < 1 or not 1 <= width * units_high / units_wide <= MOST_PIXELS / width:
        raise PictureError(f"a picture of {units_wide:g} by {units_high:g} cannot be {width} pixels wide")
    # The proportions checked must be the ones rendered: the renderer would put these two before the viewBox.
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.set("xmlns", NAMESPACE)
    plain = ET.tostring(root, encoding="unicode")
    return resvg_py.svg_to_bytes(svg_string=plain, width=width, skip_system_fonts=True)


def check_picture(svg: str) -> None:
    """Return when a document is plain enough to be shown: shapes only, nothing that lies elsewhere.

    Raises:
        PictureError: it is not XML, not an SVG with a viewBox, or holds text, images, links, references
            (gradients among them), style sheets, scripts or more than `MOST_LEVELS` levels.
    """
    read_plain(svg)


def read_plain(svg: str) -> ET.Element:
    """Parse a picture and take off ids and the SVG namespace: it then nests without clash or prefix.

    Raises:
        PictureError: as `check_picture` does.
    """
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
    element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
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
