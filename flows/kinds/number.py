"""`number`: how many, how long, how much."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Chose, Content, Said
from flows.kinds.step import Given, Misread, Question, Reading, Setting, read_allowance, read_name
from flows.outbound import MessageKind
from flows.reading.numbers import read_number
from flows.texts import Text
from flows.turn import Part

MOST = 100_000_000
"""What is kept has twelve digits, four of them behind the point."""


class Number(Question):
    """A number within limits, typed in digits or in words."""

    message_kind: ClassVar[MessageKind] = "number"

    kind: Literal["number"]
    min: int | None = PydanticField(
        default=None, ge=-MOST, le=MOST, description="The lowest number that fits."
    )
    max: int | None = PydanticField(
        default=None, ge=-MOST, le=MOST, description="The highest number that fits."
    )
    decimals: int = PydanticField(default=0, ge=0, le=2, description="Digits behind the point.")
    unit: Text | None = PydanticField(default=None, description="What is counted, for the codebook.")

    def read(self, content: Content, setting: Setting) -> Reading:
        """A number, or a way around it."""
        match content:
            case Chose(codes=(code,)) if given := read_allowance(self, code, "buttons"):
                return given
            case Said(text=text):
                number = read_number(text, setting.language)
                if number is not None:
                    return self._check(number, setting)
                named = read_name(text, self.show(setting).extras, setting)
                given = read_allowance(self, named, "text") if named else None
                return given or Misread(setting.say("misread_number"))
            case _:
                return Misread(setting.say("misread_number"))

    def retry(self, setting: Setting) -> str:
        """That one number is asked for, with an example that fits."""
        example = next(each for each in (self.min, self.max, 3) if each is not None)
        return setting.say("retry_number", example=example)

    def _check(self, number: Decimal, setting: Setting) -> Reading:
        least = -MOST if self.min is None else self.min
        most = MOST if self.max is None else self.max
        if not least <= number <= most:
            if self.min is None:
                return Misread(setting.say("misread_number_high", max=most), plain=True)
            if self.max is None:
                return Misread(setting.say("misread_number_low", min=least), plain=True)
            return Misread(setting.say("misread_scale", first=least, last=most), plain=True)
        if number != round(number, self.decimals):
            words = "misread_number_whole" if not self.decimals else "misread_number"
            return Misread(setting.say(words), plain=True)
        return Given((Part(number=float(number)),), "text")
