"""The QR codes of entry points, read by a program that has nothing to do with the one that draws them."""

import io
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image

from bot.entry_links import draw_inline, draw_pdf, draw_png, draw_svg
from bot.pictures import render_png

ADDRESS = "https://vertelpunt.voorbeeld.nl/e/wijk-oost"
LONGEST = f"https://{'a' * 60}.{'b' * 60}.example/e/{'c' * 32}"


def draw_from_svg(address: str) -> bytes:
    """The SVG file as a browser would draw it."""
    return render_png(draw_svg(address).decode(), width=400)


def draw_small(address: str) -> bytes:
    """The smallest picture there may be."""
    return draw_png(address, 100)


def read(picture: bytes) -> list[str]:
    """What a phone's camera would make of it."""
    with Image.open(io.BytesIO(picture)) as image:
        return [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]


@pytest.mark.parametrize("address", [ADDRESS, LONGEST], ids=["usual", "longest"])
@pytest.mark.parametrize("draw", [draw_from_svg, draw_small])
def test_a_code_leads_to_its_page(draw: Callable[[str], bytes], address: str) -> None:
    """As SVG and as PNG, short addresses and long."""
    assert read(draw(address)) == [address]


def test_a_torn_poster() -> None:
    """A code of which a corner is gone can still be read."""
    with Image.open(io.BytesIO(draw_png(ADDRESS, 410))) as image:
        torn = image.convert("L")
    torn.paste(255, (300, 300, 350, 350))
    kept = io.BytesIO()
    torn.save(kept, "png")

    assert read(kept.getvalue()) == [ADDRESS]


@pytest.mark.parametrize("width", [100, 101, 777, 4000])
def test_a_picture_is_as_wide_as_asked_at_most(width: int) -> None:
    """Every module has the same whole number of pixels, and one more would be too wide."""
    with Image.open(io.BytesIO(draw_png(ADDRESS, width))) as image:
        found = image.size

    assert found[0] == found[1] <= width < found[0] + 41


def test_other_forms() -> None:
    """The one in a page has no size of its own, and none of them any script or foreign address."""
    inline = draw_inline(ADDRESS)

    assert draw_pdf(ADDRESS).startswith(b"%PDF")
    assert 'viewBox="0 0 41 41"' in inline
    assert " width=" not in inline
    assert "<script" not in inline
