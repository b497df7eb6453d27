"""What all steps and questions have in common, and what reading an answer can come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from flows.inbound import Content
from flows.outbound import MessageKind, Option, Utterance
from flows.phrases import phrase
from flows.texts import Code, Text, choose_text
from flows.turn import AnswerStatus, InputMethod, Part

Allowance = Literal["not_applicable", "dont_know", "skip"]
Field = Literal["title", "share_with"]

ALLOWANCES: Mapping[Allowance, AnswerStatus] = {
    "not_applicable": "not_applicable",
    "dont_know": "dont_know",
    "skip": "skipped",
}
"""The ways around a question and the status each gives; three different answers, kept apart for ever."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a step needs to word itself: the language, the flow's languages, what was tapped so far."""

    language: str
    languages: Sequence[str]
    picked: tuple[str, ...] = ()

    def word(self, text: Mapping[str, str]) -> str:
        """The wording of a text in this setting."""
        return choose_text(text, self.language, self.languages)

    def say(self, key: str, **values: object) -> str:
        """One of the bot's own sentences in this setting."""
        return phrase(self.language, key, **values)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: its status, its parts and how it was given."""

    parts: tuple[Part, ...]
    input_method: InputMethod
    status: AnswerStatus = "answered"


@dataclass(frozen=True, slots=True)
class Partly:
    """Some options are picked, more may follow."""

    picked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explain:
    """The teller asks to read more before answering."""

    text: str


@dataclass(frozen=True, slots=True)
class Misread:
    """The answer was not understood; `says` is the sentence that tells what would be right."""

    says: str


Reading = Given | Partly | Explain | Misread


class Step(BaseModel):
    """One entry of a flow."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(Step):
    """A step that waits for an answer."""

    message_kind: ClassVar[MessageKind] = "text"

    ask: Code
    text: Text
    allow: tuple[Allowance, ...] = ()
    fills: Field | None = None

    @property
    def name(self) -> str:
        """The code of the question."""
        return self.ask

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """The answers to tap, in the order shown; none for an open question."""
        del setting
        return ()

    def render(self, setting: Setting) -> Utterance:
        """The question as one message."""
        extras = tuple(Option(code, setting.say(code)) for code in self.allow)
        return Utterance(
            text=setting.word(self.text),
            language=setting.language,
            kind=self.message_kind,
            step=self.ask,
            options=self.options_for(setting),
            extras=extras,
        )

    def read(self, content: Content, setting: Setting) -> Reading:
        """What a message means as an answer to this question."""
        del content, setting
        raise TypeError(f"{type(self).__name__} does not say how it is answered")


def offer(setting: Setting, key: str, code: str) -> Utterance:
    """One of the bot's own sentences with one thing to tap, outside any question."""
    option = Option(code, setting.say(code))
    return Utterance(setting.say(key), setting.language, kind="choice", options=(option,))


def read_allowance(question: Question, code: str, method: InputMethod) -> Given | None:
    """The answer that a way around the question is, when this code is one the question allows."""
    if code in question.allow:
        return Given(parts=(), input_method=method, status=ALLOWANCES[code])
    return None
