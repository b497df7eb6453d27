"""Tests of the numbered sheets sent into a chat."""

from itertools import pairwise
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from bot.pictures import PictureError, render_png
from bot.sheets import grid_sheet, number_sheet, steps_sheet, triangle_sheet
from drawings import SQUARE, SVG, parse, read_drawing, render_part, size, wrap

NINE: Final = (
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


def list_places(sheet: str) -> list[tuple[float, float, float]]:
    """Read where the numbers stand in a sheet, in their order: x, y and radius."""
    discs = parse(sheet).iter(f"{SVG}circle")
    return [(float(c.get("cx", "")), float(c.get("cy", "")), float(c.get("r", ""))) for c in discs]


def list_strokes(sheet: str) -> list[list[str]]:
    """Read which strokes, one a digit, stand at each place of a sheet."""
    groups = parse(sheet).findall(f"{SVG}g[@transform]")
    return [[path.get("d", "") for path in group] for group in groups]


def cover_digits(sheet: str) -> ET.Element:
    """Parse a sheet and take its digits away, so that places can be compared."""
    root = parse(sheet)
    for group in root.findall(f"{SVG}g[@transform]"):
        root.remove(group)
    return root


def test_nine_pictures_make_three_rows_of_three() -> None:
    """The sheet of the nine is three tiles and four gaps wide and high."""
    sheet = number_sheet([read_drawing(name) for name in NINE])

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
        number_sheet([read_drawing(name) for name in names]) for names in (("gids", "mist"), ("mist", "mist"))
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


def test_sheet_names_the_picture_that_is_not_plain() -> None:
    """Which of the pictures is wrong is said by its number."""
    with pytest.raises(PictureError, match=r"^picture 2: .*<text>"):
        number_sheet([SQUARE, wrap("<text>1</text>")])


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


def test_grid_numbers_its_nine_places_in_reading_order() -> None:
    """Three rows of three, numbered from the top left, equally far apart and around the middle."""
    places = list_places(grid_sheet())
    columns, rows = [x for x, _, _ in places[:3]], [y for _, y, _ in places[::3]]

    assert size(render_png(grid_sheet(), width=640)) == (640, 640)
    assert places == [(x, y, 52) for y in rows for x in columns]
    assert columns == rows == sorted(rows)
    assert columns[1] == 320
    assert columns[1] - columns[0] == columns[2] - columns[1]


def test_grid_favours_no_place() -> None:
    """The digits apart, what is drawn around each place is the same; with them, all nine differ."""
    places = [(int(x) - 60, int(y) - 60) for x, y, _ in list_places(grid_sheet())]

    assert len({render_part(cover_digits(grid_sheet()), x=x, y=y, side=120) for x, y in places}) == 1
    assert len({render_part(parse(grid_sheet()), x=x, y=y, side=120) for x, y in places}) == 9


@pytest.mark.parametrize("count", range(2, 12))
def test_row_of_steps_stands_on_one_line_around_the_middle(count: int) -> None:
    """Places are equally far apart, do not touch, and leave as much at the left as at the right."""
    places = list_places(steps_sheet(count))
    across = [x for x, _, _ in places]
    radius = places[0][2]

    assert size(render_png(steps_sheet(count), width=640)) == (640, 320)
    assert {(y, r) for _, y, r in places} == {(160, radius)}
    steps = [b - a for a, b in pairwise(across)]
    assert steps == pytest.approx([steps[0]] * (count - 1), abs=0.01)
    assert steps[0] > 2.2 * radius
    assert across[0] + across[-1] == pytest.approx(640, abs=0.01)
    assert radius < across[0]


@pytest.mark.parametrize("count", [2, 7, 11])
def test_numbers_of_steps_can_be_read_on_a_phone(count: int) -> None:
    """On a phone a chat shows a picture some 300 pixels wide; a disc is then at least 22 across."""
    assert 2 * list_places(steps_sheet(count))[0][2] * 300 / 640 >= 22


def test_row_of_steps_favours_no_end() -> None:
    """The digits apart, the row is its own mirror image: paper, band, line and discs alike."""
    root = cover_digits(steps_sheet(7))
    spans = [(float(rect.get("x", 0)), float(rect.get("width", ""))) for rect in root.findall(f"{SVG}rect")]
    (line,) = root.findall(f"{SVG}path")
    start, end = (float(number) for number in line.get("d", "").replace("M", "").split(" 160H"))

    assert [2 * x + width for x, width in spans] == [640, 640]
    assert start + end == pytest.approx(640, abs=0.01)
    assert (start, end) == pytest.approx([list_places(steps_sheet(7))[at][0] for at in (0, -1)], abs=0.01)


@pytest.mark.parametrize(("count", "first"), [(7, 1), (10, 1), (11, 0), (2, 98)])
def test_steps_are_numbered_on_from_the_first(count: int, first: int) -> None:
    """Each place shows its own number, in strokes that stand for the same digit wherever they are."""
    digits = {
        strokes: number for number in range(10) for strokes in list_strokes(steps_sheet(2, first=number))[0]
    }
    numbers = [
        int("".join(str(digits[strokes]) for strokes in place))
        for place in list_strokes(steps_sheet(count, first=first))
    ]

    assert len(digits) == 10
    assert numbers == list(range(first, first + count))


@pytest.mark.parametrize(
    ("count", "first", "reason"),
    [(1, 1, "not 1"), (12, 1, "not 12"), (7, -1, "not at -1"), (7, 94, "0 to 93, not at 94")],
)
def test_steps_refuse_what_cannot_be_drawn(count: int, first: int, reason: str) -> None:
    """A row has 2 to 11 places, with numbers of one or two digits."""
    with pytest.raises(PictureError, match=reason):
        steps_sheet(count, first=first)
