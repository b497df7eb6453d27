"""How an utterance looks in Telegram: its pieces of text, its picture and its buttons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.channels.channel import write_tap
from bot.channels.delivery_errors import RefusedError
from bot.channels.rendering import find_span, number_options, split_text, write_text
from bot.pictures import render_png
from bot.sheets import LAST_NUMBER, grid_sheet, number_sheet, steps_sheet, triangle_sheet
from flows.kinds.choice import DONE, MORE
from flows.outbound import Option, Utterance
from flows.phrases import phrase

LONGEST_TEXT: Final = 4096
"""Code points; Telegram counts so for bots."""

LONGEST_CAPTION: Final = 1024
_LONGEST_DATA: Final = 64  # bytes
_MOST_BUTTONS: Final = 100
_MOST_IN_COLUMN: Final = 6
_HALF_ROW: Final = 18  # characters that can be read on a phone in a button of half the width
_THIRD_ROW: Final = 12
_LONGEST_IN_TRIANGLE: Final = 20  # Telegram cuts longer labels off when three stand in a row
_SHEET_WIDTH: Final = 1024  # pixels
_BLANK: Final = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"/>'
_TRIANGLE: Final = (1, 2, 1, 3)  # zones a row: top; the two upper edges; the middle; left, lower edge, right
_GRID: Final = (3, 3, 3, 1)  # places a row; last, that the stone does not belong
_LONGEST_PLACE: Final = 16  # characters of a place's name, so that three of them stay on one line
_ONE_ROW: Final = 7  # numbers that a thumb can tell apart beside each other
_TWO_ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what is read on it and what comes back when it is tapped, or the `page` that it opens."""

    label: str
    data: str = ""
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: a text (the caption, where `picture` says it stands under the picture) and buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture with numbers for the options.

    `what` it shows: the options' own `pictures` in order, the seven places of a triangle, the nine of a grid,
    or `count` steps in a row, numbered from `first`.
    """

    what: Literal["pictures", "triangle", "grid", "steps"]
    pictures: tuple[str | None, ...] = ()
    count: int = 0
    first: int = 1


def lay_out(utterance: Utterance, *, picture: bool, page: str | None = None) -> list[Piece]:
    """Lay an utterance out in one or more messages; buttons and picture come with the last one.

    `picture` says that its sheet can be shown, `page` where the question can be answered by touch.
    A text too long for a caption goes before the picture.

    Raises:
        RefusedError: Telegram would refuse it: no text, too many buttons, or a code that is too long.
    """
    sheet = find_sheet(utterance)
    labels, key = _choose_labels(utterance, sheet, picture=picture)
    text = "\n".join([write_text(utterance), *([""] if key else []), *key]).strip()
    touch = [(Button(phrase(utterance.language, "canvas_open"), page=page),)] if page else []
    rows = (*touch, *_arrange_options(utterance, labels), *_arrange_extras(utterance))
    _check_buttons(rows)
    if picture and len(text) <= LONGEST_CAPTION:
        return [Piece(text, rows, picture=True)]
    pieces = [Piece(piece) for piece in split_text(text, LONGEST_TEXT)]
    if picture:
        return [*pieces, Piece("", rows, picture=True)]
    if not pieces:
        raise RefusedError("no text")
    return [*pieces[:-1], Piece(pieces[-1].text, rows)]


def find_sheet(utterance: Utterance) -> Sheet | None:
    """Find the numbered picture that belongs to the options; None when there is none.

    A triad whose labels fit on the buttons needs none: the buttons stand as the triangle themselves.
    """
    if _is_triangle(utterance):
        long = any(len(option.label) > _LONGEST_IN_TRIANGLE for option in utterance.options)
        return Sheet("triangle") if long else None
    if _is_grid(utterance):
        return Sheet("grid")
    if span := find_span(utterance):
        drawn = span.start >= 0 and span[-1] <= LAST_NUMBER
        return Sheet("steps", count=len(span), first=span.start) if drawn else None
    pictures = [option.picture for option in utterance.options]
    while pictures and pictures[-1] is None:
        pictures.pop()
    return Sheet("pictures", tuple(pictures)) if pictures else None


def draw_sheet(sheet: Sheet, read_picture: Callable[[str], str]) -> bytes:
    """Draw the PNG file of a sheet; an option without a picture gets an empty numbered place.

    Raises:
        ValueError: a picture is not fit for a sheet; and whatever `read_picture` raises.
    """
    match sheet.what:
        case "triangle":
            drawing = triangle_sheet()
        case "grid":
            drawing = grid_sheet()
        case "steps":
            drawing = steps_sheet(sheet.count, first=sheet.first)
        case "pictures":
            drawing = number_sheet(
                [_BLANK if path is None else read_picture(path) for path in sheet.pictures]
            )
    return render_png(drawing, width=_SHEET_WIDTH)


def _is_triangle(utterance: Utterance) -> bool:
    """Tell whether its options are the seven zones of a triad: top, upper edges, middle, bottom row."""
    return utterance.kind == "triad" and len(utterance.options) == sum(_TRIANGLE)


def _is_grid(utterance: Utterance) -> bool:
    """Tell whether its options are the nine places of a stone in the order of reading, and none of them."""
    return utterance.kind == "stones" and len(utterance.options) == sum(_GRID)


def _choose_labels(
    utterance: Utterance, sheet: Sheet | None, *, picture: bool
) -> tuple[Sequence[str], Sequence[str]]:
    """What is read on the buttons of the options, and the lines that explain it below the text."""
    labels = [option.label for option in utterance.options]
    if find_span(utterance):
        return [option.code for option in utterance.options], ()  # the ends stand in the question
    if sheet is None or not (picture or sheet.what == "triangle"):
        return labels, ()
    numbers = [str(number) for number in range(1, len(labels) + 1)]
    if sheet.what == "triangle":
        return numbers, number_options(utterance.options, utterance.language)
    if sheet.what == "grid":
        return [*numbers[:-1], labels[-1]], _name_places(labels)
    numbered = [f"{number}. {label}" for number, label in zip(numbers, labels, strict=True)]
    return [
        option.label if option.code in (MORE, DONE) else label
        for option, label in zip(utterance.options, numbered, strict=True)
    ], ()


def _name_places(labels: Sequence[str]) -> Sequence[str]:
    """The names of the nine places as they lie, for who sees no picture; none where they are long."""
    named = [f"{number} {label}" for number, label in enumerate(labels[:-1], start=1)]
    if any(len(label) > _LONGEST_PLACE for label in labels[:-1]):
        return ()
    return [" · ".join(named[row : row + 3]) for row in (0, 3, 6)]


def _arrange_options(utterance: Utterance, labels: Sequence[str]) -> list[tuple[Button, ...]]:
    buttons = _make_buttons(utterance, utterance.options, labels)
    if _is_triangle(utterance):
        return _cut_rows(buttons, _TRIANGLE)
    if _is_grid(utterance):
        return _cut_rows(buttons, _GRID)
    if find_span(utterance):
        rows = 1 if len(buttons) <= _ONE_ROW else 2 if len(buttons) <= _TWO_ROWS else 3
        return _fill_rows(buttons, -(-len(buttons) // rows))
    answers = len(buttons)
    while answers and utterance.options[answers - 1].code in (MORE, DONE):
        answers -= 1
    long = any(len(label) > _HALF_ROW for label in labels[:answers])
    wide = 1 if long or answers > _MOST_IN_COLUMN else 2
    return [*_fill_rows(buttons[:answers], wide), *_fill_rows(buttons[answers:], 1)]


def _arrange_extras(utterance: Utterance) -> list[tuple[Button, ...]]:
    labels = [option.label for option in utterance.extras]
    longest = max(map(len, labels), default=0)
    wide = 3 if longest <= _THIRD_ROW else 2 if longest <= _HALF_ROW else 1
    return _fill_rows(_make_buttons(utterance, utterance.extras, labels), wide)


def _make_buttons(utterance: Utterance, options: Sequence[Option], labels: Sequence[str]) -> list[Button]:
    return [
        Button(label, write_tap(utterance.step, option.code))
        for option, label in zip(options, labels, strict=True)
    ]


def _fill_rows(buttons: Sequence[Button], wide: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + wide]) for at in range(0, len(buttons), wide)]


def _cut_rows(buttons: Sequence[Button], sizes: Sequence[int]) -> list[tuple[Button, ...]]:
    starts = [sum(sizes[:row]) for row in range(len(sizes))]
    return [tuple(buttons[at : at + wide]) for at, wide in zip(starts, sizes, strict=True)]


def _check_buttons(rows: Sequence[Sequence[Button]]) -> None:
    buttons = [button for row in rows for button in row]
    if len(buttons) > _MOST_BUTTONS:
        raise RefusedError("more than 100 buttons")
    if any(len(button.data.encode()) > _LONGEST_DATA for button in buttons):
        raise RefusedError("a step and code longer than 64 bytes")
