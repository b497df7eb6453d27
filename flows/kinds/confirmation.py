"""The confirmation: the teller reads the story as it will be kept; keeps, changes, retells or discards it.

Not written in flow files: every flow with a story gets one, just before its last words.
"""

from dataclasses import dataclass

from flows.inbound import MOST_DOUBTS, Chose, Content, Said
from flows.kinds.step import Setting
from flows.outbound import Option, Utterance
from flows.phrases import find_reply
from flows.reading.replies import read_option
from flows.redaction import redact
from flows.session import Draft

KEEP, CHANGE, AGAIN, DISCARD = "keep", "change", "again", "discard"

NO = "no"
"""A bare no: the text is not right, but what is wanted instead is still to be asked."""

_MARK = ":confirm"
_LONGEST_CODE = 30


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The step at which the story of question `story` is shown and confirmed."""

    story: str

    @property
    def name(self) -> str:
        """A step code that no flow file can hold, for codes have no colon; as short as a code must be."""
        return self.story[: _LONGEST_CODE - len(_MARK)] + _MARK

    def render(self, draft: Draft, setting: Setting) -> tuple[Utterance, ...]:
        """The text as it will be kept and the question about it; or that it is still being written out."""
        asked = Utterance(
            text=setting.say("waiting" if draft.pending else "confirm"),
            language=setting.language,
            kind="confirm",
            step=self.name,
            options=self.offer(draft, setting),
        )
        if draft.pending:
            return (asked,)
        kept = redact(draft.text)
        intro = setting.say("review_redacted" if kept.found else "review_intro")
        return (
            Utterance(intro, setting.language),
            Utterance(kept.text, setting.language, kind="review", step=self.name, personal=True),
            *name_doubts(draft, kept.text, setting),
            asked,
        )

    def offer(self, draft: Draft, setting: Setting) -> tuple[Option, ...]:
        """What can be done with the text; while it is still to come, only that it is typed instead."""
        if draft.pending:
            return (Option(CHANGE, setting.say("retype")),)
        return tuple(Option(code, setting.say(code)) for code in (KEEP, CHANGE, AGAIN, DISCARD))

    def read(self, content: Content, draft: Draft, setting: Setting) -> str | None:
        """Which of the options a message means, or a bare no; None when it is none of what was offered."""
        offered = self.offer(draft, setting)
        match content:
            case Chose(codes=(code,)) if code in {option.code for option in offered}:
                return code
            case Said(text=text):
                replies = {} if draft.pending else {"yes": KEEP, "no": NO}
                named = read_option(text, offered, setting.language)
                named = named if isinstance(named, str) else None
                return named or replies.get(find_reply(setting.language, text) or "")
            case _:
                return None


def name_doubts(draft: Draft, shown: str, setting: Setting) -> tuple[Utterance, ...]:
    """One sentence that names what may have been misheard in the text that is `shown`; () for nothing."""
    doubts = [f"“{each}”" for each in draft.doubts if each in shown][:MOST_DOUBTS]
    if not doubts:
        return ()
    words = setting.say("review_doubts", words=", ".join(doubts))
    return (Utterance(words, setting.language, personal=True),)
