"""`triad`: where between three corners does it lie; by seven buttons or a point."""

from math import isfinite
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from flows.inbound import Content, Placed
from flows.kinds.step import Given, Misread, Picked, Question, Reading, Setting, pick_one
from flows.outbound import Drawing, MessageKind, Option, Utterance
from flows.reading.places import read_corners, read_sides
from flows.reading.replies import OneReading, Unsure
from flows.texts import Code, Text
from flows.turn import Part
from flows.values import replace

ZONES: dict[str, tuple[float, float, float]] = {
    "top": (80, 10, 10),
    "top-left": (45, 45, 10),
    "top-right": (45, 10, 45),
    "middle": (33.34, 33.33, 33.33),
    "left": (10, 80, 10),
    "left-right": (10, 45, 45),
    "right": (10, 10, 80),
}
"""The seven buttons and the shares (top, left, right; together exactly 100) stored for each.

Zone centres, not the corners themselves: on measured data that halves the error of a button.
"""


_EDGES: dict[frozenset[str], str] = {
    frozenset(("top",)): "top",
    frozenset(("left",)): "left",
    frozenset(("right",)): "right",
    frozenset(("top", "left")): "top-left",
    frozenset(("top", "right")): "top-right",
    frozenset(("left", "right")): "left-right",
    frozenset(("top", "left", "right")): "middle",
}
"""The zone between these corners."""

_SIDES: dict[frozenset[str], str] = {
    **{sides: zone for sides, zone in _EDGES.items() if len(sides) < len("123")},
    frozenset(("left", "bottom")): "left",
    frozenset(("right", "bottom")): "right",
    frozenset(("bottom",)): "left-right",
    frozenset(("bottom", "middle")): "left-right",
    frozenset(("middle",)): "middle",
    frozenset(("all",)): "middle",
}
"""The zone at these sides of the triangle, whose left and right corner lie at the bottom."""

_TOWARD: dict[str, tuple[str, ...]] = {
    "left": ("top-left", "left", "left-right"),
    "right": ("top-right", "left-right", "right"),
    "top": ("top", "top-left", "top-right"),
}
"""The zones that "more to the left" can mean."""


class Corner(BaseModel):
    """One corner of a triad."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code = PydanticField(description="What is kept; it never changes.")
    label: Text = PydanticField(description="What is read.")


class Triad(Question):
    """Three corners, all fitting; the teller says how much of each."""

    message_kind: ClassVar[MessageKind] = "triad"

    kind: Literal["triad"]
    top: Corner = PydanticField(description="The corner at the top.")
    left: Corner = PydanticField(description="The corner at the left bottom.")
    right: Corner = PydanticField(description="The corner at the right bottom.")

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """The seven zones, in the order of `ZONES`."""
        top, left, right = (setting.word(corner.label) for corner in (self.top, self.left, self.right))
        labels = (
            top,
            _word_between(setting, top, left),
            _word_between(setting, top, right),
            setting.say("all_three"),
            left,
            _word_between(setting, left, right),
            right,
        )
        return tuple(Option(zone, label) for zone, label in zip(ZONES, labels, strict=True))

    def render(self, setting: Setting) -> Utterance:
        """The question with what its corners mean."""
        top, left, right = (setting.word(corner.label) for corner in (self.top, self.left, self.right))
        return replace(super().render(setting), drawing=Drawing(left, right, top))

    def read(self, content: Content, setting: Setting) -> Reading:
        """A zone tapped or named, or a point."""
        if isinstance(content, Placed) and isfinite(content.x) and isfinite(content.y):
            return Given(self._name_parts(share_point(content.x, content.y)), "canvas")
        match pick_one(self, content, setting, "buttons7"):
            case Picked(str() as zone, method) if zone in ZONES:
                return Given(self._name_parts(ZONES[zone]), method)
            case Picked():
                return Misread(setting.say("misread_choice"))
            case reading:
                return reading

    def find_named(self, text: str, setting: Setting) -> OneReading:
        """A zone by its label or number, by the corners it lies between, or by where it lies."""
        corners = [
            Option(place, setting.word(corner.label))
            for place, corner in (("top", self.top), ("left", self.left), ("right", self.right))
        ]
        named = read_corners(text, corners, setting.language)
        if len(named) > 1:
            return _EDGES[frozenset(named)]
        found = super().find_named(text, setting)
        if found is not None:
            return found
        if named:
            return named[0]
        sides = read_sides(text, setting.language)
        if sides is None:
            return None
        where, degree = sides
        if degree in ("toward", "slightly") and len(where) == 1:
            zones = _TOWARD.get(next(iter(where)), ())
            return Unsure(zones) if zones else None
        return _SIDES.get(frozenset(where))

    def _name_parts(self, shares: tuple[float, float, float]) -> tuple[Part, ...]:
        corners = (self.top, self.left, self.right)
        return tuple(
            Part(part=corner.code, number=share) for corner, share in zip(corners, shares, strict=True)
        )


def _word_between(setting: Setting, one: str, other: str) -> str:
    """The label of a zone between two corners; their labels go on as words within the sentence."""
    return setting.say("between", a=_lower_first(one), b=_lower_first(other))


def _lower_first(label: str) -> str:
    """A label without its capital, unless it begins with an abbreviation such as GGZ."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def share_point(x: float, y: float) -> tuple[float, float, float]:
    """The shares (top, left, right) of a point, two decimals, together exactly 100.

    x and y run from 0 to 100 with the origin at the left bottom and the triangle's height as 100, so that
    top = y and right = x - y/2. A point outside is drawn to the nearest shares that are not negative.
    """
    top = min(max(y, 0.0), 100.0)
    right = min(max(x - top / 2, 0.0), 100.0 - top)
    hundredths_top, hundredths_right = round(top * 100), round(right * 100)
    hundredths_left = max(0, 10_000 - hundredths_top - hundredths_right)
    return hundredths_top / 100, hundredths_left / 100, (10_000 - hundredths_top - hundredths_left) / 100
