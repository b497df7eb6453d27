"""`consent`: does the teller agree to take part; yes, no, or first read more."""

from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Chose, Content, Said
from flows.kinds.step import Explain, Given, Misread, Question, Reading, Setting, ask_back
from flows.outbound import MessageKind, Option
from flows.phrases import find_reply
from flows.reading.replies import Unsure, read_option
from flows.texts import Text
from flows.turn import Part


class Consent(Question):
    """Asks for agreement; the version of the text goes into the ledger with the answer."""

    message_kind: ClassVar[MessageKind] = "consent"

    kind: Literal["consent"]
    version: str = PydanticField(
        min_length=1, description="Version of the consent text, kept with every answer."
    )
    purpose: str = PydanticField(
        default="share", description="What is agreed to; one line in the ledger each."
    )
    yes: Text = PydanticField(description="The answer that agrees.")
    no: Text = PydanticField(description="The answer that does not; to the first consent it ends the flow.")
    more: Text | None = PydanticField(default=None, description="The longer explanation, on request.")

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """Yes, read more (where there is more), no."""
        more = (Option("more", setting.say("more")),) if self.more else ()
        return (Option("yes", setting.word(self.yes)), *more, Option("no", setting.word(self.no)))

    def read(self, content: Content, setting: Setting) -> Reading:
        """Yes and no are answers; everything else is not agreement and is asked again."""
        options = self.show(setting).options
        chosen: str | None = None
        method = "buttons"
        match content:
            case Chose(codes=(code,)) if code in {option.code for option in options}:
                chosen = code
            case Said(text=text):
                method = "text"
                named = find_reply(setting.language, text) or read_option(text, options, setting.language)
                if isinstance(named, Unsure):  # agreement is never guessed
                    labels = {option.code: option.label for option in options}
                    return ask_back(setting, [labels[code] for code in named.codes])
                chosen = named
            case _:
                pass
        if chosen == "more" and self.more:
            return Explain(setting.word(self.more))
        if chosen is None:
            return Misread(setting.say("misread_choice"))
        return Given((Part(code=chosen),), method)
