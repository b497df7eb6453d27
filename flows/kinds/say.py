"""`say`: the bot says something and goes on."""

from flows.kinds.step import Setting, Step
from flows.outbound import Utterance
from flows.texts import Code, Text


class Say(Step):
    """A text without an answer."""

    say: Code
    text: Text

    @property
    def name(self) -> str:
        """The code of the step."""
        return self.say

    def render(self, setting: Setting) -> Utterance:
        """The text as one message."""
        return Utterance(setting.word(self.text), setting.language, step=self.say)
