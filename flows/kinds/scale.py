"""`scale`: a whole number between two ends."""

from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Chose, Content, Recorded, Said
from flows.kinds.step import (
    Given,
    Misread,
    Question,
    Reading,
    Setting,
    ask_back,
    read_allowance,
    read_name,
)
from flows.outbound import MessageKind, Option
from flows.reading.numbers import read_number
from flows.reading.replies import Unsure, read_option
from flows.texts import Text
from flows.turn import InputMethod, Part
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
        method: InputMethod = "buttons"
        code: str | Unsure | None = None
        match content:
            case Chose(codes=(code,)):
                pass
            case Said(text=text):
                method = "text"
                number = read_number(text, setting.language)
                code = read_option(text, self._name_places(setting), setting.language)
                code = code or read_name(text, self.show(setting).extras, setting)
                code = code if number is None else f"{number.normalize():f}"
            case Recorded():
                return Misread(setting.say("voice_not_here"), plain=True)
            case _:
                pass
        if isinstance(code, Unsure):
            labels = {option.code: option.label for option in self.show(setting).tappable}
            return ask_back(setting, [labels[each] for each in code.codes])
        if code and (given := read_allowance(self, code, method)):
            return given
        if code not in {option.code for option in self.options_for(setting)}:
            return Misread(setting.say("misread_scale", first=self.first, last=self.last))
        return Given((Part(number=float(code)),), method)

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
