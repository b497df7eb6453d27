"""Tests of the pictures sent into a chat, and of those in the catalogue: archetypes, faces and photos."""

from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from bot.pictures import PictureError, check_picture, render_png
from drawings import SQUARE, SVG, parse, read_drawing, render_part, size, wrap

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
FACES: Final = (
    "gezicht-blij",
    "gezicht-trots",
    "gezicht-rustig",
    "gezicht-opgelucht",
    "gezicht-boos",
    "gezicht-bang",
    "gezicht-verdrietig",
    "gezicht-alleen",
)
PHOTOS: Final = (
    "foto-deur",
    "foto-tafel",
    "foto-brug",
    "foto-bankje",
    "foto-straat",
    "foto-papier",
    "foto-water",
    "foto-pad",
    "foto-handen",
)
CATALOGUE: Final = (*ARCHETYPES, *FACES, *PHOTOS)


def take_background(name: str) -> ET.Element:
    """Read a catalogue picture without what is drawn on its background."""
    background = parse(read_drawing(name))
    for child in background[3:]:
        background.remove(child)
    return background


def render_strip(root: ET.Element, view_box: str) -> bytes:
    """Render what of a document lies within four numbers: left, top, width, height."""
    root.attrib |= {"viewBox": view_box}
    return render_png(ET.tostring(root, encoding="unicode"), width=120)


def test_catalogue_holds_the_three_families_and_nothing_else() -> None:
    """Every file in the folder belongs to a family, so that each is covered by the tests below."""
    folder = files("flows") / "catalogue" / "pictures"

    assert sorted(f"{name}.svg" for name in CATALOGUE) == sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("name", CATALOGUE)
def test_drawing_is_plain_small_and_described(name: str) -> None:
    """A catalogue picture is a small square of shapes: title, description, background, what is drawn."""
    svg = read_drawing(name)
    root = parse(svg)
    background = f"{SVG}g" if name in PHOTOS else f"{SVG}rect"

    check_picture(svg)
    assert len(svg.encode()) <= 4000
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 240 240"
    assert [child.tag for child in root[:3]] == [f"{SVG}title", f"{SVG}desc", background]
    assert all((child.text or "").strip() for child in root[:2])
    assert not [element for element in root.iter() if "id" in element.attrib]


@pytest.mark.parametrize("name", CATALOGUE)
def test_drawing_keeps_its_corner_free_for_the_number(name: str) -> None:
    """The top left 44 × 44 units show the background only."""
    whole, background = parse(read_drawing(name)), take_background(name)

    assert render_part(background, x=0, y=0, side=44) == render_part(whole, x=0, y=0, side=44)


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("strip", ["0 0 240 14", "0 0 14 240", "226 0 14 240", "0 204 240 36"])
def test_photo_stays_within_its_white_border(name: str, strip: str) -> None:
    """What makes it look like a photo is the border around the scene, which nothing is drawn over."""
    assert render_strip(take_background(name), strip) == render_strip(parse(read_drawing(name)), strip)


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("width", [96, 480])
def test_drawing_renders_at_the_width_asked(name: str, width: int) -> None:
    """A square picture gives a square PNG."""
    assert (width, width) == size(render_png(read_drawing(name), width=width))


def test_drawings_differ() -> None:
    """No two of the catalogue are the same picture, nor have the same title."""
    assert len({render_png(read_drawing(name), width=96) for name in CATALOGUE}) == len(CATALOGUE)
    assert len({parse(read_drawing(name))[0].text for name in CATALOGUE}) == len(CATALOGUE)


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
    """Neither check nor renderer takes what could reach outside the document, and both say why."""
    with pytest.raises(PictureError, match=reason):
        check_picture(svg)
    with pytest.raises(PictureError, match=reason):
        render_png(svg, width=96)


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
