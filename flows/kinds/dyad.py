"""`dyad`: where between two ends does it lie; by seven buttons or a point on the line."""

from collections.abc import Mapping
from math import isfinite
from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Content, Placed
from flows.kinds.step import Given, Misread, Picked, Question, Reading, Setting, pick_one, read_name
from flows.kinds.triad import Corner
from flows.outbound import Drawing, MessageKind, Option, Utterance
from flows.reading.places import Degree, read_ends, read_sides
from flows.reading.replies import OneReading, Unsure, read_option
from flows.turn import Part
from flows.values import replace

STEPS = 7

POSITIONS: Mapping[str, float] = {
    str(step): round((step - 0.5) / STEPS * 100, 2) for step in range(1, STEPS + 1)
}
"""What is kept for each button: the middle of its seventh of the line; 0 is the left end, 100 the right."""


_DEGREES: Mapping[Degree, int] = {"fully": 1, "toward": 2, "slightly": 3}
"""How many steps from an end something lies, by how far it is said to lie towards it."""


class Dyad(Question):
    """Two ends, equally good or bad; the teller says where it lies between them."""

    message_kind: ClassVar[MessageKind] = "dyad"

    kind: Literal["dyad"]
    left: Corner = PydanticField(description="The end that is kept as 0.")
    right: Corner = PydanticField(description="The end that is kept as 100.")

    def wording(self, setting: Setting) -> str:
        """The question with what the ends mean below it."""
        left, right = setting.word(self.left.label), setting.word(self.right.label)
        return f"{setting.word(self.text)}\n1 = {left}\n{STEPS} = {right}"

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """The seven steps; the first and the last bear the labels of the ends."""
        ends = {1: setting.word(self.left.label), STEPS: setting.word(self.right.label)}
        return tuple(
            Option(str(step), f"{step}: {ends[step]}" if step in ends else str(step))
            for step in range(1, STEPS + 1)
        )

    def render(self, setting: Setting) -> Utterance:
        """The question with what its ends mean."""
        drawing = Drawing(setting.word(self.left.label), setting.word(self.right.label))
        return replace(super().render(setting), drawing=drawing)

    def read(self, content: Content, setting: Setting) -> Reading:
        """A step tapped or named, or a point whose x is the place on the line."""
        if isinstance(content, Placed) and isfinite(content.x):
            return Given((Part(number=round(min(max(content.x, 0.0), 100.0), 2)),), "canvas")
        match pick_one(self, content, setting, "buttons7"):
            case Picked(str() as code, method) if code in POSITIONS:
                return Given((Part(number=POSITIONS[code]),), method)
            case Picked():
                return Misread(setting.say("misread_scale", first=1, last=STEPS))
            case reading:
                return reading

    def find_named(self, text: str, setting: Setting) -> OneReading:
        """A step by its number or its label; the ways around it have no number."""
        steps = self._name_steps(setting)
        ends = read_ends(text, (steps[0], steps[-1]), setting.language)
        if ends is not None:
            return _count_step("left" if ends[0] == "1" else "right", ends[1])
        named = read_option(text, steps, setting.language)
        named = named or read_name(text, self.show(setting).extras, setting)
        return named or self._find_side(text, setting)

    def _find_side(self, text: str, setting: Setting) -> OneReading:
        """A step by where it lies; just "links" is asked back: it can be any step there."""
        sides = read_sides(text, setting.language)
        if sides is None or len(sides[0]) != 1:
            return None
        side, degree = next(iter(sides[0])), sides[1]
        if side == "middle":
            return str((1 + STEPS) // 2)
        if side not in ("left", "right"):
            return None
        if not degree:
            return Unsure(tuple(_count_step(side, each) for each in _DEGREES))
        return _count_step(side, degree)

    def _name_steps(self, setting: Setting) -> tuple[Option, ...]:
        """The steps by what people call them: the ends by their labels alone."""
        ends = {"1": setting.word(self.left.label), str(STEPS): setting.word(self.right.label)}
        return tuple(Option(step, ends.get(step, step)) for step in POSITIONS)

    def retry(self, setting: Setting) -> str:
        """Between which numbers it lies, with an example."""
        return setting.say("retry_scale", first=1, last=STEPS, example=(1 + STEPS) // 2)


def _count_step(side: str, degree: Degree) -> str:
    """The step so far towards an end."""
    from_end = _DEGREES[degree]
    return str(from_end if side == "left" else STEPS + 1 - from_end)
