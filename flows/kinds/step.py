"""What all steps and questions have in common, and what reading an answer can come to."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from flows.guards import When
from flows.inbound import Chose, Content, Said
from flows.outbound import MessageKind, Option, Utterance
from flows.phrases import phrase
from flows.reading.numbers import read_number, read_ordinal
from flows.reading.replies import OneReading, Unsure, read_option
from flows.texts import Code, Text, choose_text
from flows.turn import AnswerStatus, InputMethod, Part
from flows.values import Value, replace

Allowance = Literal["not_applicable", "dont_know", "skip"]
Field = Literal["title", "share_with"]

ALLOWANCES: Mapping[Allowance, AnswerStatus] = {
    "not_applicable": "not_applicable",
    "dont_know": "dont_know",
    "skip": "skipped",
}
"""The ways around a question and the status each gives; three different answers, kept apart for ever."""


class Setting(Value):
    """What a step needs to word itself and to read an answer.

    The language, the flow's languages, what was given so far (`picked`), which page of options is shown,
    the option whose words are awaited (`writing`), and the day it is for the teller.
    """

    language: str
    languages: Sequence[str]
    picked: tuple[str, ...] = ()
    page: int = 0
    writing: str = ""
    today: date = date.min

    def word(self, text: Mapping[str, str]) -> str:
        """The wording of a text in this setting."""
        return choose_text(text, self.language, self.languages)

    def say(self, key: str, **values: object) -> str:
        """One of the bot's own sentences in this setting."""
        return phrase(self.language, key, **values)


class Given(Value):
    """An answer: its status, its parts and how it was given."""

    parts: tuple[Part, ...]
    input_method: InputMethod
    status: AnswerStatus = "answered"


class Partly(Value):
    """A part of the answer is there and more may follow, or another page is to be shown."""

    picked: tuple[str, ...]
    page: int = 0
    writing: str = ""


class Explain(Value):
    """The teller asks to read more before answering."""

    text: str


class Misread(Value):
    """The answer cannot be taken; `says` is the sentence that tells what would be right.

    `plain` is when it is clear what was meant, and why it does not do: then there are no better words for it.
    """

    says: str
    plain: bool = False


Reading = Given | Partly | Explain | Misread


class Picked(Value):
    """One option was tapped or named; None when a message was none of them."""

    code: str | None
    input_method: InputMethod


class Step(BaseModel):
    """One entry of a flow."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    when: When = ()


class Question(Step):
    """A step that waits for an answer."""

    message_kind: ClassVar[MessageKind] = "text"
    steady: ClassVar[bool] = True
    """Whether it looks the same every day."""

    ask: Code = PydanticField(description="The code under which the answer is kept; it never changes.")
    text: Text = PydanticField(description="The question as it is asked.")
    allow: tuple[Allowance, ...] = PydanticField(
        default=(), description="Ways around the question; three different answers, kept apart."
    )
    fills: Field | None = PydanticField(
        default=None, description="The field of the story that the answer fills as well."
    )

    @property
    def name(self) -> str:
        """The code of the question."""
        return self.ask

    @property
    def takes_words(self) -> bool:
        """Whether an answer can be in the teller's own words, which are searched for names."""
        return False

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """The answers to tap, in the order shown; none for an open question."""
        del setting
        return ()

    def wording(self, setting: Setting) -> str:
        """The words of the question."""
        return setting.word(self.text)

    def render(self, setting: Setting) -> Utterance:
        """The question as one message."""
        extras = tuple(Option(code, setting.say(code)) for code in self.allow)
        return Utterance(
            text=self.wording(setting),
            language=setting.language,
            kind=self.message_kind,
            step=self.ask,
            options=self.options_for(setting),
            extras=extras,
        )

    def show(self, setting: Setting) -> Utterance:
        """The question as it is asked here; worded once a language as long as nothing is given."""
        if setting.picked or setting.page or setting.writing or not self.steady:
            return self.render(setting)
        shown = self.kept_wordings.get(setting.language)
        if shown is None:
            shown = self.kept_wordings[setting.language] = self.render(setting)
        return shown

    @cached_property
    def kept_wordings(self) -> dict[str, Utterance]:
        """How it looks when first asked, by language."""
        return {}

    def read(self, content: Content, setting: Setting) -> Reading:
        """What a message means as an answer to this question."""
        del content, setting
        raise TypeError(f"{type(self).__name__} does not say how it is answered")

    def correct(self, words: str, own: Sequence[int], setting: Setting) -> Reading:
        """What is picked once the message that gave the entries at `own` reads otherwise.

        Entries have an order here, and a message gives one: what the words mean is what they would have
        meant then. They only change what is there: they do not answer the question another way.
        """
        earlier, later = setting.picked[: own[0]], setting.picked[own[0] + 1 :]
        read = self.read(Said(words), replace(setting, picked=earlier))
        if isinstance(read, Partly):
            return Partly((*read.picked, *later))
        return read if isinstance(read, Misread) else Misread(self.retry(setting))

    def find_named(self, text: str, setting: Setting) -> OneReading:
        """Which of its options words mean, the ways around it among them."""
        return read_option(text, self.show(setting).tappable, setting.language)

    def retry(self, setting: Setting) -> str:
        """What would be right, in other words, for whoever was not understood before."""
        return setting.say("retry_choice")

    def label(self, value: str, setting: Setting) -> str:
        """What a remembered value of this question reads as, within another text."""
        del setting
        return value


def pick_one(
    question: Question, content: Content, setting: Setting, tapped: InputMethod = "buttons"
) -> Picked | Given | Misread:
    """The one option a message taps or names; a way around is an answer, what is unclear is asked back."""
    code: OneReading = None
    method = tapped
    match content:
        case Chose(codes=(code,)):
            pass
        case Said(text=text):
            code, method = question.find_named(text, setting), "text"
        case _:
            pass
    if isinstance(code, Unsure):
        labels = {option.code: option.label for option in question.show(setting).tappable}
        return ask_back(setting, [labels[each] for each in code.codes])
    if code and not setting.picked and (given := read_allowance(question, code, method)):
        return given
    return Picked(code, method)


def ask_back(setting: Setting, labels: Sequence[str]) -> Misread:
    """A reply fits several answers: which one is meant is asked, never guessed."""
    or_word = setting.say("or")
    return Misread(setting.say("unsure", options=f" {or_word} ".join(labels)), plain=True)


def read_name(text: str, options: Sequence[Option], setting: Setting) -> str | None:
    """The option a reply names in words, where options have no numbers: a number or place names none."""
    language = setting.language
    if read_number(text, language) is not None or read_ordinal(text, language) is not None:
        return None
    named = read_option(text, options, language)
    return named if isinstance(named, str) else None


def offer(setting: Setting, key: str, tap: str, **values: object) -> Utterance:
    """One of the bot's own sentences, with its values, and one thing to tap, outside any question."""
    option = Option(tap, setting.say(tap))
    return Utterance(setting.say(key, **values), setting.language, kind="choice", options=(option,))


def read_allowance(question: Question, code: str, method: InputMethod) -> Given | None:
    """The answer that a way around the question is, when this code is one the question allows."""
    if code in question.allow:
        return Given(parts=(), input_method=method, status=ALLOWANCES[code])
    return None
