"""How an utterance looks in Telegram: its pieces of text, its picture and its buttons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.channels.channel import RefusedError, write_tap
from bot.channels.rendering import number_options, split_text, write_text
from bot.pictures import number_sheet, render_png, triangle_sheet
from flows.outbound import Option, Utterance

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


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what is read on it and what comes back when it is tapped."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: a text (the caption, where `picture` says it stands under the picture) and buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture with numbers for the options: their own pictures in order, or the seven places in a triad."""

    pictures: tuple[str | None, ...]
    triangle: bool = False


def lay_out(utterance: Utterance, *, picture: bool) -> list[Piece]:
    """Lay an utterance out in one or more messages; buttons and picture come with the last one.

    `picture` says that its sheet can be shown. A text too long for a
    caption goes before the picture.

    Raises:
        RefusedError: Telegram would refuse it: no text, too many buttons, or a code that is too long.
    """
    text = write_text(utterance).strip()
    labels = [option.label for option in utterance.options]
    sheet = find_sheet(utterance)
    if sheet is not None and sheet.triangle:
        text = "\n".join([text, "", *number_options(utterance.options)])
        labels = [str(number) for number in range(1, len(labels) + 1)]
    elif picture:
        labels = number_options(utterance.options)
    rows = (*_arrange_options(utterance, labels), *_arrange_extras(utterance))
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
        return Sheet((), triangle=True) if long else None
    pictures = [option.picture for option in utterance.options]
    while pictures and pictures[-1] is None:
        pictures.pop()
    return Sheet(tuple(pictures)) if pictures else None


def draw_sheet(sheet: Sheet, read_picture: Callable[[str], str]) -> bytes:
    """Draw the PNG file of a sheet; an option without a picture gets an empty numbered place.

    Raises:
        ValueError: a picture is not fit for a sheet; and whatever `read_picture` raises.
    """
    if sheet.triangle:
        return render_png(triangle_sheet(), width=_SHEET_WIDTH)
    drawings = [_BLANK if path is None else read_picture(path) for path in sheet.pictures]
    return render_png(number_sheet(drawings), width=_SHEET_WIDTH)


def _is_triangle(utterance: Utterance) -> bool:
    """Tell whether its options are the seven zones of a triad: top, upper edges, middle, bottom row."""
    return utterance.kind == "triad" and len(utterance.options) == sum(_TRIANGLE)


def _arrange_options(utterance: Utterance, labels: Sequence[str]) -> list[tuple[Button, ...]]:
    buttons = _make_buttons(utterance, utterance.options, labels)
    if _is_triangle(utterance):
        starts = [sum(_TRIANGLE[:row]) for row in range(len(_TRIANGLE))]
        return [tuple(buttons[at : at + wide]) for at, wide in zip(starts, _TRIANGLE, strict=True)]
    long = any(len(label) > _HALF_ROW for label in labels)
    return _fill_rows(buttons, 1 if long or len(buttons) > _MOST_IN_COLUMN else 2)


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


def _check_buttons(rows: Sequence[Sequence[Button]]) -> None:
    buttons = [button for row in rows for button in row]
    if len(buttons) > _MOST_BUTTONS:
        raise RefusedError("more than 100 buttons")
    if any(len(button.data.encode()) > _LONGEST_DATA for button in buttons):
        raise RefusedError("a step and code longer than 64 bytes")
