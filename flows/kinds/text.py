"""`text`: a short open answer in the teller's own words."""

from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Chose, Content, Recorded, Said
from flows.kinds.step import Given, Misread, Question, Reading, Setting, read_allowance
from flows.outbound import MessageKind
from flows.redaction import redact
from flows.replies import read_option
from flows.turn import Part

TEXT_LIMIT = 2_000
"""Characters a short answer may have unless the flow says less."""


class TextQuestion(Question):
    """An open question; what people must not read is taken out before it is kept."""

    message_kind: ClassVar[MessageKind] = "text"

    kind: Literal["text"]
    max_length: int = PydanticField(default=TEXT_LIMIT, ge=1, le=TEXT_LIMIT)

    def read(self, content: Content, setting: Setting) -> Reading:
        """Any words are an answer, up to the limit."""
        extras = self.render(setting).extras
        match content:
            case Chose(codes=(code,)) if given := read_allowance(self, code, "buttons"):
                return given
            case Said(text=text):
                words = text.strip()
                named = read_option(words, extras) if not words.isdigit() else None
                if named and (given := read_allowance(self, named, "text")):
                    return given
                if not words:
                    return Misread(setting.say("text_empty"))
                if len(words) > self.max_length:
                    return Misread(setting.say("text_too_long", limit=self.max_length))
                return Given((Part(text=redact(words).text),), "text")
            case Recorded():
                return Misread(setting.say("voice_not_here_open"))
            case _:
                return Misread(setting.say("text_empty"))
