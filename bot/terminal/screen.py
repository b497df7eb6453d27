"""What the terminal shows: lines wrapped at its width, colours where it has them, questions laid out."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import click

from bot.channels.rendering import OPEN, find_ends, find_span, runs_right_to_left, write_rule
from flows.outbound import Option, Progress, Utterance
from flows.phrases import phrase
from flows.texts import isolate

WIDEST: Final = 92
"""Columns that are used of a wide terminal: longer lines are hard to read."""

_NARROWEST: Final = 24
_BAR: Final = 20  # columns
_ROW_OF_PLACES: Final = 3
_GRID: Final = 9


@dataclass(frozen=True, slots=True)
class Screen:
    """Where lines are written.

    `width` is that of the terminal in columns, None where there is none: lines are then as long as they are.
    """

    write: Callable[[str], None]
    width: int | None = None
    colour: bool = False

    def tell(self, text: str = "") -> None:
        """Something of the terminal client itself, told apart from what the bot says."""
        self._put(text, indent="  ", dim=True)

    def head(self, text: str) -> None:
        """A line above others."""
        self._put(text, bold=True)

    def item(self, name: str, text: str) -> None:
        """One line of a list, with the name of what it is about."""
        self._put(f"{name}: {text}", indent="  ", hang="    ")

    def show(self, utterance: Utterance) -> None:
        """One message of the bot."""
        self.write("")
        if utterance.progress is not None:
            self._put(self._write_progress(utterance.progress, utterance.language), dim=True)
        line = self._lay_scale(utterance)
        text = _leave_out_ends(utterance) if line else utterance.text
        if utterance.kind == "review":
            self._put(text, indent="│ ")
        else:
            self._put(text, bold=utterance.kind != "say")
        if line:
            self.write(f"\n  {self._style(line, fg='cyan')}")
        self._list_options(utterance)
        if rule := write_rule(utterance):
            self._put(rule, dim=True)

    def show_all(self, says: Sequence[Utterance]) -> None:
        """All messages of a turn, and room below them."""
        for utterance in says:
            self.show(utterance)
        self.write("")

    def _list_options(self, utterance: Utterance) -> None:
        options = utterance.tappable
        if not options or find_span(utterance) or utterance.kind in OPEN:
            return
        self.write("")
        wide = len(str(len(options)))
        first = 1
        if utterance.kind == "stones" and (rows := self._lay_grid(options[:_GRID])):
            for row in rows:
                self.write(row)
            first = _GRID + 1
        for number, option in enumerate(options[first - 1 :], start=first):
            label = isolate(option.label) if runs_right_to_left(option.label) else option.label
            picture = f"  ({option.picture})" if option.picture else ""
            front = f"  {number:>{wide}}  "
            self._put(f"{label}{picture}", indent=front, hang=" " * len(front))
        if utterance.beyond:
            self.tell(f"({len(utterance.beyond)} more on other pages)")
        self.write("")

    def _lay_grid(self, places: Sequence[Option]) -> list[str]:
        """Nine places as they lie; empty where they do not fit beside each other."""
        named = [f"{number} {option.label}" for number, option in enumerate(places, start=1)]
        wide = max(map(count_columns, named)) + 3
        if len(places) != _GRID or (self.width is not None and _ROW_OF_PLACES * wide > self.width):
            return []
        cells = [f"{name}{' ' * (wide - count_columns(name))}" for name in named]
        return [f"  {''.join(cells[row : row + _ROW_OF_PLACES]).rstrip()}" for row in (0, 3, 6)]

    def _lay_scale(self, utterance: Utterance) -> str:
        """A scale as one line with what its ends mean; empty where it does not fit, or is no scale."""
        span = find_span(utterance)
        if span is None:
            return ""
        low, high = find_ends(utterance.text, (str(span.start), str(span[-1])))
        line = "   ".join([*([low] if low else []), " · ".join(map(str, span)), *([high] if high else [])])
        return line if self.width is None or count_columns(line) + 2 <= self.width else ""

    def _write_progress(self, progress: Progress, language: str) -> str:
        words = phrase(language, "progress", at=progress.at, of=progress.of)
        if self.width is None:
            return words
        done = min(_BAR, round(_BAR * progress.at / max(progress.of, 1)))
        return f"{words}  {'━' * done}{'─' * (_BAR - done)}"

    def _put(self, text: str, *, indent: str = "", hang: str | None = None, **style: Any) -> None:
        for line in text.split("\n"):
            for at, piece in enumerate(_wrap(line, self._room(indent))):
                front = indent if at == 0 or hang is None else hang
                self.write(f"{front}{self._style(piece, **style) if piece else ''}".rstrip())
            indent = hang or indent

    def _room(self, indent: str) -> int | None:
        if self.width is None:
            return None
        return max(_NARROWEST, min(self.width, WIDEST) - len(indent))

    def _style(self, text: str, **style: Any) -> str:
        return click.style(text, **style) if self.colour and style else text


def open_screen(environ: Mapping[str, str], *, terminal: bool, columns: int) -> Screen:
    """The screen of this process: plain where its output is no terminal, or colours are not wanted.

    `NO_COLOR`, set to anything, asks for no colours (no-color.org); so does a terminal called `dumb`.
    """
    colour = terminal and not environ.get("NO_COLOR") and environ.get("TERM", "") != "dumb"
    return Screen(_echo, width=columns if terminal else None, colour=colour)


def count_columns(text: str) -> int:
    """How many columns a text takes: marks take none, and East Asian letters two."""
    return sum(_count_letter(letter) for letter in text)


def _count_letter(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _echo(line: str) -> None:
    click.echo(line, color=True)  # whether there are colours was decided before


def _leave_out_ends(utterance: Utterance) -> str:
    """The text of a scale without the lines that say what its ends mean: they stand beside the numbers."""
    span = find_span(utterance) or range(1)
    fronts = tuple(f"{number} = " for number in (span.start, span[-1]))
    return "\n".join(line for line in utterance.text.splitlines() if not line.startswith(fronts))


def _wrap(line: str, width: int | None) -> list[str]:
    """A line in pieces of at most `width` columns, cut at spaces; a longer word stays whole."""
    if width is None or count_columns(line) <= width:
        return [line]
    pieces: list[str] = []
    for word in line.split(" "):
        if pieces and count_columns(f"{pieces[-1]} {word}") <= width:
            pieces[-1] = f"{pieces[-1]} {word}"
        else:
            pieces.append(word)
    return pieces
