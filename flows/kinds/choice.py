"""`choice`: one or several of a list, with words or pictures."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from flows.inbound import Chose, Content, Recorded, Said
from flows.kinds.step import ALLOWANCES, Given, Misread, Partly, Question, Reading, Setting, read_allowance
from flows.outbound import MessageKind, Option, Utterance
from flows.replies import read_options
from flows.texts import Code, Text
from flows.turn import InputMethod, Part

DONE = "done"
"""The code by which a teller says that no more options follow."""

RESERVED = frozenset({DONE, *ALLOWANCES})
"""Codes that no option can have."""


class ChoiceOption(BaseModel):
    """One thing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    label: Text
    picture: str | None = PydanticField(default=None, pattern=r"^pictures/[a-z0-9-]+\.svg$")


class Choice(Question):
    """A question with a list of answers, of which `min` to `max` are chosen."""

    message_kind: ClassVar[MessageKind] = "choice"

    kind: Literal["choice"]
    min: int = PydanticField(default=1, ge=1)
    max: int = PydanticField(default=1, ge=1)
    options: tuple[ChoiceOption, ...] = PydanticField(min_length=2, max_length=20)

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """What can still be chosen; after a first pick also that it is done."""
        left = tuple(
            Option(option.code, setting.word(option.label), option.picture)
            for option in self.options
            if option.code not in setting.picked
        )
        done = (Option(DONE, setting.say("done")),) if len(setting.picked) >= self.min else ()
        return (*left, *done)

    def render(self, setting: Setting) -> Utterance:
        """The question, or after a first pick the question whether there is one more."""
        utterance = super().render(setting)
        text = setting.say("another") if setting.picked else utterance.text
        return Utterance(
            text=text,
            language=utterance.language,
            kind=utterance.kind,
            step=utterance.step,
            options=utterance.options,
            extras=() if setting.picked else utterance.extras,
            min=max(1, self.min - len(setting.picked)),
            max=self.max - len(setting.picked),
        )

    def read(self, content: Content, setting: Setting) -> Reading:
        """Codes tapped or named; one at a time, or several at once."""
        shown = self.render(setting)
        method: InputMethod = "buttons"
        match content:
            case Chose(codes=codes):
                named: tuple[str, ...] | None = tuple(dict.fromkeys(codes))
            case Said(text=text):
                named, method = read_options(text, shown.tappable), "text"
            case Recorded():
                return Misread(setting.say("voice_not_here"))
            case _:
                named = None
        if not named:
            return Misread(setting.say("misread_choice"))
        if len(named) == 1 and (given := read_allowance(self, named[0], method)):
            return given
        finished = DONE in named
        new = tuple(code for code in named if code != DONE and code not in setting.picked)
        if not set(new) <= {option.code for option in self.options}:
            return Misread(setting.say("misread_choice"))
        picked = (*setting.picked, *new)
        if len(picked) > self.max:
            return Misread(setting.say("misread_too_many", max=self.max))
        several = len(named) > 1 and len(picked) >= self.min
        if len(picked) == self.max or several or (finished and len(picked) >= self.min):
            return Given(tuple(Part(part=code, code=code) for code in picked), method)
        return Partly(picked) if picked else Misread(setting.say("misread_choice"))
