"""`stones`: several things placed in one square, one stone a turn, on nine numbered places."""

from collections.abc import Mapping, Sequence
from itertools import chain
from math import isfinite
from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Content, Placed, PlacedAll
from flows.kinds.step import Given, Misread, Partly, Picked, Question, Reading, Setting, pick_one
from flows.kinds.triad import Corner
from flows.outbound import Drawing, MessageKind, Option, Utterance
from flows.reading.places import read_sides
from flows.reading.replies import OneReading
from flows.texts import Text
from flows.turn import InputMethod, Part
from flows.values import replace

OFF = "off"
"""The code for a stone that does not belong."""

_WORDS = (
    "place_top_left",
    "place_top",
    "place_top_right",
    "place_left",
    "place_middle",
    "place_right",
    "place_bottom_left",
    "place_bottom",
    "place_bottom_right",
)

_THIRDS = (16.67, 50.0, 83.33)

PLACES: Mapping[str, tuple[float, float]] = {
    str(number + 1): (_THIRDS[number % 3], _THIRDS[2 - number // 3]) for number in range(9)
}
"""What is kept for each place: x and y of its middle, 0 to 100 from the left bottom."""


_SIDES: Mapping[frozenset[str], str] = {
    frozenset(sides): str(number)
    for number, sides in enumerate(
        (
            ("top", "left"),
            ("top",),
            ("top", "right"),
            ("left",),
            (),
            ("right",),
            ("bottom", "left"),
            ("bottom",),
            ("bottom", "right"),
        ),
        start=1,
    )
}
"""The place at these sides of the square; the middle is at none."""


class Stones(Question):
    """Things to place between left and right, bottom and top; each may also not belong."""

    message_kind: ClassVar[MessageKind] = "stones"

    kind: Literal["stones"]
    stones: tuple[Corner, ...] = PydanticField(min_length=1, max_length=6, description="What is placed.")
    left: Text = PydanticField(description="What the left means.")
    right: Text = PydanticField(description="What the right means.")
    bottom: Text = PydanticField(description="What the bottom means.")
    top: Text = PydanticField(description="What the top means.")

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """The nine places, numbered in the order of reading, and that it does not belong."""
        places = (Option(code, setting.say(word)) for code, word in zip(PLACES, _WORDS, strict=True))
        return (*places, Option(OFF, setting.say("stone_off")))

    def render(self, setting: Setting) -> Utterance:
        """The question for the stone whose turn it is, with what left, right, bottom and top mean."""
        utterance = super().render(setting)
        stone = setting.word(self.stones[min(len(setting.picked), len(self.stones) - 1)].label)
        where = setting.say("stone_where", stone=stone)
        ends = {name: setting.word(getattr(self, name)) for name in ("left", "right", "bottom", "top")}
        axes = setting.say("stone_axes", **ends)
        labels = tuple(setting.word(stone.label) for stone in self.stones)
        placed = tuple(None if place == OFF else _find_point(place) for place in setting.picked)
        drawing = Drawing(**ends, stones=labels, placed=placed)
        if setting.picked:
            return replace(utterance, text=f"{axes}\n\n{where}", extras=(), drawing=drawing)
        return replace(utterance, text=f"{utterance.text}\n{axes}\n\n{where}", drawing=drawing)

    def read(self, content: Content, setting: Setting) -> Reading:
        """A place tapped or named, or a point; after the last stone the answer is there. Or all at once."""
        if isinstance(content, PlacedAll):
            return self._put_all(content.points, setting)
        if isinstance(content, Placed) and isfinite(content.x) and isfinite(content.y):
            return self._put(_write_point(content.x, content.y), "canvas", setting)
        match pick_one(self, content, setting):
            case Picked(str() as code, method) if code in PLACES or code == OFF:
                return self._put(code, method, setting)
            case Picked():
                return Misread(setting.say("misread_stones"))
            case reading:
                return reading

    def find_named(self, text: str, setting: Setting) -> OneReading:
        """A place by its number or name, or by the sides it lies at."""
        named = super().find_named(text, setting)
        if isinstance(named, str):
            return named
        sides = read_sides(text, setting.language)
        place = _SIDES.get(frozenset(sides[0] - {"middle"})) if sides and not sides[1] else None
        return place or named

    def retry(self, setting: Setting) -> str:
        """That a number from the picture is asked for."""
        return setting.say("retry_stones")

    def _put_all(self, points: Sequence[tuple[float, float] | None], setting: Setting) -> Reading:
        """Every stone its point, whatever was placed before; a point for each, or it is asked again."""
        if len(points) != len(self.stones) or not all(map(isfinite, chain(*filter(None, points)))):
            return Misread(setting.say("misread_stones"))
        places = (_write_point(*point) if point else OFF for point in points)
        parts = (_write_part(stone.code, place) for stone, place in zip(self.stones, places, strict=True))
        return Given(tuple(parts), "canvas")

    def _put(self, code: str, method: InputMethod, setting: Setting) -> Reading:
        placed = (*setting.picked, code)
        if len(placed) < len(self.stones):
            return Partly(placed)
        parts = tuple(_write_part(stone.code, each) for stone, each in zip(self.stones, placed, strict=True))
        return Given(parts, method)


def _write_part(stone: str, place: str) -> Part:
    if place == OFF:
        return Part(part=stone, code=OFF)
    x, y = _find_point(place)
    return Part(part=stone, x=x, y=y)


def _find_point(place: str) -> tuple[float, float]:
    """Where a place lies, by its number or written as `x,y`."""
    if place in PLACES:
        return PLACES[place]
    x, _, y = place.partition(",")
    return float(x), float(y)


def _write_point(x: float, y: float) -> str:
    """A point as it is remembered until every stone has its place."""
    return f"{_hold(x):g},{_hold(y):g}"


def _hold(share: float) -> float:
    return round(min(max(share, 0.0), 100.0), 2)
