"""`scale`: a whole number between two ends."""

from functools import cached_property
from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Content
from flows.kinds.step import Given, Misread, Picked, Question, Reading, Setting, pick_one, read_name
from flows.outbound import MessageKind, Option
from flows.reading.numbers import read_number
from flows.reading.places import read_score, read_sides
from flows.reading.replies import OneReading, read_option
from flows.texts import Text
from flows.turn import Part
from flows.values import replace

MOST_STEPS = 11
"""Places a scale can have: 0 to 10; more cannot be told apart, nor shown in one row."""


class Scale(Question):
    """How much, by a number; the ends may have a label."""

    message_kind: ClassVar[MessageKind] = "scale"

    kind: Literal["scale"]
    first: int = PydanticField(alias="from", description="The lowest number.")
    last: int = PydanticField(alias="to", description="The highest number; at most ten more than the lowest.")
    low: Text | None = PydanticField(default=None, description="What the lowest number means.")
    high: Text | None = PydanticField(default=None, description="What the highest number means.")

    def wording(self, setting: Setting) -> str:
        """The question with what the ends mean below it."""
        ends = [
            f"{number} = {setting.word(label)}"
            for number, label in ((self.first, self.low), (self.last, self.high))
            if label is not None
        ]
        return "\n".join([setting.word(self.text), *ends])

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """Its numbers."""
        del setting
        return tuple(Option(str(number), str(number)) for number in range(self.first, self.last + 1))

    def read(self, content: Content, setting: Setting) -> Reading:
        """A number tapped or named."""
        match pick_one(self, content, setting):
            case Picked(str() as code, method) if code in self.numbers:
                return Given((Part(number=float(code)),), method)
            case Picked():
                return Misread(setting.say("misread_scale", first=self.first, last=self.last))
            case reading:
                return reading

    def find_named(self, text: str, setting: Setting) -> OneReading:
        """A number, or what an end means; the ways around it have no number."""
        number = read_number(text, setting.language)
        if number is not None:
            return f"{number.normalize():f}"
        score = read_score(text, setting.language, self.last)
        if score is not None:
            return str(score)
        named = read_option(text, self._name_places(setting), setting.language)
        named = named or read_name(text, self.show(setting).extras, setting)
        middle, odd = divmod(self.first + self.last, 2)
        halfway = not odd and read_sides(text, setting.language) == (frozenset(("middle",)), "")
        return named or (str(middle) if halfway else None)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The codes of its places."""
        return frozenset(str(number) for number in range(self.first, self.last + 1))

    def _name_places(self, setting: Setting) -> tuple[Option, ...]:
        """The numbers, the ends by what they mean."""
        ends = {str(self.first): self.low, str(self.last): self.high}
        return tuple(
            replace(option, label=setting.word(label)) if (label := ends.get(option.code)) else option
            for option in self.options_for(setting)
        )

    def retry(self, setting: Setting) -> str:
        """Between which numbers it lies, with an example."""
        middle = (self.first + self.last) // 2
        return setting.say("retry_scale", first=self.first, last=self.last, example=middle)
