"""`story`: the experience, in as many typed and spoken messages as it takes, until the teller is done."""

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from flows.durations import Duration
from flows.kinds.step import Question, Setting
from flows.outbound import MessageKind, Option, Utterance
from flows.session import Draft
from flows.texts import Text

STORY_LIMIT = 20_000
"""Characters a story may have in all; about two hours of talking."""

LONG_RECORDING = 60.0
"""Seconds from which a recording is called long and its transcription is announced."""

DONE = "done"
BACK = "back"


PAUSE = timedelta(minutes=10)
"""Silence after which a story counts as told, unless the flow says otherwise."""


class Nudge(BaseModel):
    """One encouragement for a thin story; it also asks for what is missing, when something is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    below_words: int = PydanticField(ge=1, description="A story with fewer words is thin.")
    text: Text = PydanticField(
        description="What is said first; then at most two of the missing parts are asked."
    )


class Story(Question):
    """Asks for the story; the engine collects its parts in the session's draft."""

    message_kind: ClassVar[MessageKind] = "story"

    kind: Literal["story"]
    nudge: Nudge | None = PydanticField(default=None, description="One encouragement for a thin story.")
    pause: Duration = PydanticField(
        default=PAUSE, description="Silence after which the bot goes on as if the teller said 'done'."
    )

    @property
    def takes_words(self) -> bool:
        """A story is all words."""
        return True

    def offer(self, draft: Draft, setting: Setting, *, done: str = "done") -> tuple[Option, ...]:
        """What can be tapped: that it is all, once something was told; until then the way back, if any."""
        if draft.usable:
            return (Option(DONE, setting.say(done)),)
        return (Option(BACK, setting.say("back_to_text")),) if draft.again and draft.previous else ()

    def render_draft(self, draft: Draft, setting: Setting) -> Utterance:
        """The question, or how to change or retell the story; with what can be tapped by now."""
        if not draft.again:
            return self.render_more(setting.word(self.text), draft, setting)
        return self.render_more(
            setting.say("change_how" if draft.again == "type" else "again_how"), draft, setting
        )

    def render_more(self, text: str, draft: Draft, setting: Setting, *, done: str = "done") -> Utterance:
        """Some words while the story is being told, with what can be tapped by now."""
        options = self.offer(draft, setting, done=done)
        return Utterance(text, setting.language, kind="story", step=self.ask, options=options)

    def wants_nudge(self, draft: Draft) -> bool:
        """Whether the story is thin as far as can be told, and not yet encouraged."""
        if self.nudge is None or draft.nudged or draft.pending or draft.again:
            return False
        return len(draft.text.split()) < self.nudge.below_words
