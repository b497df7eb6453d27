"""Tests of the pictures sent into a chat, and of the catalogue's archetype pictures."""

import struct
from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from bot.pictures import PictureError, check_picture, number_sheet, render_png, triangle_sheet

ARCHETYPES: Final = (
    "gids",
    "bruggenbouwer",
    "tuinier",
    "ontdekker",
    "jongleur",
    "brandblusser",
    "beschermer",
    "muur",
    "mist",
)
SVG: Final = "{http://www.w3.org/2000/svg}"
SQUARE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><rect width="240" height="240"/></svg>'
)


def archetype(name: str) -> str:
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


def test_catalogue_holds_the_archetypes_and_nothing_else() -> None:
    """Every file in the folder is one of the nine, so that each is covered by the tests below."""
    folder = files("flows") / "catalogue" / "pictures"

    assert sorted(f"{name}.svg" for name in ARCHETYPES) == sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("name", ARCHETYPES)
def test_archetype_is_plain_small_and_described(name: str) -> None:
    """A catalogue picture is a small square of shapes that opens with its title and description."""
    svg = archetype(name)
    root = parse(svg)

    check_picture(svg)
    assert len(svg.encode()) <= 4000
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 240 240"
    assert [child.tag for child in root[:3]] == [f"{SVG}title", f"{SVG}desc", f"{SVG}rect"]
    assert all((child.text or "").strip() for child in root[:2])
    assert not [element for element in root.iter() if "id" in element.attrib]


@pytest.mark.parametrize("name", ARCHETYPES)
def test_archetype_keeps_its_corner_free_for_the_number(name: str) -> None:
    """The top left 44 × 44 units show the background only."""
    whole, background = parse(archetype(name)), parse(archetype(name))
    for child in background[3:]:
        background.remove(child)

    assert render_part(background, x=0, y=0, side=44) == render_part(whole, x=0, y=0, side=44)


@pytest.mark.parametrize("name", ARCHETYPES)
@pytest.mark.parametrize("width", [96, 480])
def test_archetype_renders_at_the_width_asked(name: str, width: int) -> None:
    """A square picture gives a square PNG."""
    assert (width, width) == size(render_png(archetype(name), width=width))


def test_archetypes_differ() -> None:
    """No two of the nine are the same picture."""
    assert len({render_png(archetype(name), width=96) for name in ARCHETYPES}) == len(ARCHETYPES)


def test_nine_pictures_make_three_rows_of_three() -> None:
    """The sheet of the nine is three tiles and four gaps wide and high."""
    sheet = number_sheet([archetype(name) for name in ARCHETYPES])

    assert parse(sheet).get("viewBox") == "0 0 784 784"
    assert size(render_png(sheet, width=784)) == (784, 784)


def test_twenty_pictures_fit_on_one_sheet() -> None:
    """The most pictures there may be: four columns, five rows."""
    sheet = number_sheet([SQUARE] * 20, columns=4, tile=100, gap=10)

    assert size(render_png(sheet, width=450)) == (450, 560)


def test_sheet_is_no_wider_than_its_pictures() -> None:
    """Two pictures leave no empty third column."""
    assert size(render_png(number_sheet([SQUARE, SQUARE], tile=100, gap=10), width=230)) == (230, 120)


def test_every_number_looks_different() -> None:
    """On twenty equal tiles only the badges differ, and all twenty differ."""
    root = parse(number_sheet([SQUARE] * 20, columns=1, tile=240, gap=16))
    tiles = [render_part(root, x=16, y=16 + index * 256, side=48) for index in range(20)]

    assert len(set(tiles)) == len(tiles)


def test_sheet_shows_each_picture_in_its_own_tile() -> None:
    """A tile shows the picture given for it, whatever stands beside it."""
    sheets = [
        number_sheet([archetype(name) for name in names]) for names in (("gids", "mist"), ("mist", "mist"))
    ]
    first, second = ([render_part(parse(sheet), x=x, y=16, side=240) for sheet in sheets] for x in (16, 272))

    assert first[0] != first[1]
    assert second[0] == second[1]


def test_sheet_keeps_the_colour_a_picture_sets_at_its_root() -> None:
    """Drawings that name their colour once, on the outermost element, keep it inside the sheet."""
    red = SQUARE.replace("viewBox", 'fill="#FF0000" viewBox')
    black, coloured = (render_part(parse(number_sheet([svg])), x=100, y=100, side=9) for svg in (SQUARE, red))

    assert black != coloured


def test_declaration_and_ids_do_not_reach_the_sheet() -> None:
    """What an editor writes around a drawing is left out: the sheet stays one well-formed document."""
    svg = '<?xml version="1.0"?>\n' + wrap('<defs id="defs1"/><path id="a" d="M0 0H9"/>')
    sheet = number_sheet([svg, svg])

    assert sheet.count("<?xml") == 0
    assert not [element for element in parse(sheet).iter() if "id" in element.attrib]


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        pytest.param("<svg", "must be XML", id="not XML"),
        pytest.param("<g/>", "must be an <svg>", id="no svg"),
        pytest.param("<svg/>", "four numbers", id="no viewBox"),
        pytest.param('<svg viewBox="0 0 wide high"/>', "four numbers", id="viewBox of words"),
        pytest.param('<svg viewBox="0 0 0 9"/>', "a width and a height", id="empty viewBox"),
        pytest.param('<svg viewBox="0 0 nan 9"/>', "a width and a height", id="viewBox without measure"),
        pytest.param(f"<!DOCTYPE svg>{SQUARE}", "document type", id="document type"),
        pytest.param(wrap("<g>" * 900 + "</g>" * 900), "deeper than 32", id="nested too deep"),
        pytest.param(wrap("<text>1</text>"), "<text>", id="text"),
        pytest.param(wrap("<script>1</script>"), "<script>", id="script"),
        pytest.param(wrap('<image href="a.png"/>'), "<image>", id="image"),
        pytest.param(wrap('<x:a xmlns:x="urn:x"/>'), "{urn:x}a", id="foreign element"),
        pytest.param(wrap('<g onclick="a()"/>'), "onclick", id="handler"),
        pytest.param(wrap('<g href="#a"/>'), "href", id="link"),
        pytest.param(wrap('<g xmlns:l="http://www.w3.org/1999/xlink" l:href="#a"/>'), "href", id="xlink"),
        pytest.param(wrap('<rect fill="url(#a)"/>'), "url", id="reference"),
        pytest.param(wrap('<rect style="fill: URL (#a)"/>'), "style", id="reference in a style"),
    ],
)
def test_picture_that_is_not_plain_is_refused(svg: str, reason: str) -> None:
    """Neither a sheet nor the renderer takes what could reach outside the document, and both say why."""
    with pytest.raises(PictureError, match=reason):
        check_picture(svg)
    with pytest.raises(PictureError, match=f"^picture 2: .*{reason}"):
        number_sheet([SQUARE, svg])
    with pytest.raises(PictureError, match=reason):
        render_png(svg, width=96)


@pytest.mark.parametrize("count", [0, 21])
def test_sheet_refuses_a_number_of_pictures_it_cannot_hold(count: int) -> None:
    """A sheet holds one to twenty pictures."""
    with pytest.raises(PictureError, match=f"not {count}"):
        number_sheet([SQUARE] * count)


@pytest.mark.parametrize(("columns", "tile", "gap"), [(0, 240, 16), (3, 0, 16), (3, 240, -1)])
def test_sheet_refuses_impossible_measures(columns: int, tile: int, gap: int) -> None:
    """Columns and tiles are at least one, gaps at least nothing."""
    with pytest.raises(PictureError, match="cannot have"):
        number_sheet([SQUARE], columns=columns, tile=tile, gap=gap)


@pytest.mark.parametrize("width", [0, -1, 4097])
def test_render_refuses_a_width_out_of_range(width: int) -> None:
    """A width that makes no picture, or too large a one, is an error of the caller."""
    with pytest.raises(PictureError, match=f"cannot be {width} pixels wide"):
        render_png(SQUARE, width=width)


@pytest.mark.parametrize("view_box", ["0 0 1 1000000", "0 0 1 1e300", "0 0 1000000 1"])
def test_render_refuses_proportions_that_make_no_picture(view_box: str) -> None:
    """A file of one line must not make the renderer ask for all memory there is."""
    with pytest.raises(PictureError, match="cannot be 96 pixels wide"):
        render_png(SQUARE.replace("0 0 240 240", view_box), width=96)


def test_render_goes_by_the_view_box_alone() -> None:
    """A height written beside the viewBox does not stretch the PNG."""
    assert size(render_png(SQUARE.replace("viewBox", 'width="1" height="1000000" viewBox'), width=96)) == (
        96,
        96,
    )


def test_triangle_numbers_its_seven_zones_in_reading_order() -> None:
    """Top; two edges; the middle; left, between, right: as the buttons below it are laid out."""
    root = parse(triangle_sheet())
    zones = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in root.iter(f"{SVG}circle")]
    top, top_left, top_right, middle, left, bottom, right = zones

    assert size(render_png(triangle_sheet(), width=640)) == (640, 580)
    assert zones == sorted(zones, key=lambda zone: (zone[1], zone[0]))
    assert top_left == pytest.approx(((top[0] + left[0]) / 2, (top[1] + left[1]) / 2), abs=1)
    assert top_right == pytest.approx(((top[0] + right[0]) / 2, (top[1] + right[1]) / 2), abs=1)
    assert bottom == pytest.approx(((left[0] + right[0]) / 2, left[1]), abs=1)
    assert middle == pytest.approx((top[0], (top[1] + left[1] + right[1]) / 3), abs=1)
    assert len({render_part(root, x=int(x) - 60, y=int(y) - 60, side=120) for x, y in zones}) == len(zones)
