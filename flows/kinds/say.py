"""`say`: the bot says something and goes on."""

from pydantic import Field as PydanticField

from flows.kinds.step import Setting, Step
from flows.outbound import Utterance
from flows.texts import Code, Text


class Say(Step):
    """A text without an answer."""

    say: Code = PydanticField(description="The code of the step.")
    text: Text = PydanticField(description="What is said.")

    @property
    def name(self) -> str:
        """The code of the step."""
        return self.say

    def render(self, setting: Setting) -> Utterance:
        """The text as one message."""
        return Utterance(setting.word(self.text), setting.language, step=self.say)
