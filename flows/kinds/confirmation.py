"""The confirmation: the teller reads what they told as it will be kept; keeps, changes or discards it.

Not written in flow files: every flow that takes answers in own words gets one, just before its last words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.deidentification import Deidentification
from flows.inbound import MOST_DOUBTS, Chose, Content, Said
from flows.kinds.step import Question, Setting
from flows.outbound import Option, Utterance
from flows.phrases import find_command, find_reply
from flows.reading.replies import read_option
from flows.session import Draft

KEEP, NAMES, CHANGE, AGAIN, DISCARD = "keep", "names", "change", "again", "discard"

NO = "no"
"""A bare no: the text is not right, but what is wanted instead is still to be asked."""

_MARK = ":confirm"
_LONGEST_CODE = 30


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The step at which what was told is shown and confirmed: the story of question `story`.

    Without a story ("") it is the answers in own words, when there are any. `held` says that a facilitator
    reads it before readers do.
    """

    story: str
    held: bool = False

    @property
    def name(self) -> str:
        """A step code that no flow file can hold, for codes have no colon; as short as a code must be."""
        return self.story[: _LONGEST_CODE - len(_MARK)] + _MARK

    def render(
        self, draft: Draft, found: Deidentification, asked: Mapping[str, Question], setting: Setting
    ) -> tuple[Utterance, ...]:
        """What will be kept and the question about it; or what it still waits for.

        Of other answers in own words those are shown of which something was taken out; without a story all.
        """
        language = setting.language
        if draft.pending or found.texts is None:
            words = setting.say("waiting" if draft.pending else "names_waiting")
            return (Utterance(words, language, "confirm", self.name, self.offer(draft, found, setting)),)
        kept = {text.key: text.text for text in found.write()}
        says: list[Utterance] = []
        others: list[str] = []
        for text in found.texts:
            changed = kept[text.key] != text.text
            if not text.question:
                says.append(
                    Utterance(setting.say("review_redacted" if changed else "review_intro"), language)
                )
                says.append(Utterance(kept[text.key], language, "review", self.name, personal=True))
                says.extend(name_doubts(draft, kept[text.key], setting))
            elif changed or not self.story:
                question = asked[text.question].wording(setting).strip().splitlines()[-1]
                others.append(f"{question}\n{kept[text.key]}")
        if others:
            intro = setting.say("review_others" if self.story else "review_answers")
            says.append(Utterance(intro, language))
            says.append(Utterance("\n\n".join(others), language, personal=True))
        confirm = [*([setting.say("confirm_held")] if self.held else []), setting.say("confirm")]
        options = self.offer(draft, found, setting)
        return (*says, Utterance("\n".join(confirm), language, "confirm", self.name, options))

    def offer(self, draft: Draft, found: Deidentification, setting: Setting) -> tuple[Option, ...]:
        """What can be done with the text; while it is still to come, only that it is typed instead."""
        if draft.pending:
            return (Option(CHANGE, setting.say("retype")),)
        if found.texts is None:
            return ()
        words = {CHANGE: CHANGE if self.story else "change_answer"}
        offered = (KEEP, NAMES, CHANGE, AGAIN, DISCARD) if self.story else (KEEP, NAMES, CHANGE, DISCARD)
        return tuple(Option(code, setting.say(words.get(code, code))) for code in offered)

    def read(self, content: Content, draft: Draft, found: Deidentification, setting: Setting) -> str | None:
        """Which of the options a message means, or a bare no; None when it is none of what was offered."""
        offered = self.offer(draft, found, setting)
        match content:
            case Chose(codes=(code,)) if code in {option.code for option in offered}:
                return code
            case Said(text=text):
                replies = {"yes": KEEP, "no": NO} if len(offered) > 1 else {}
                named = read_option(text, offered, setting.language)
                named = named if isinstance(named, str) else None
                wrong = find_command(setting.language, text) == "wrong" and not draft.pending
                return named or (NO if wrong else replies.get(find_reply(setting.language, text) or ""))
            case _:
                return None


def name_doubts(draft: Draft, shown: str, setting: Setting) -> tuple[Utterance, ...]:
    """One sentence that names what may have been misheard in the text that is `shown`; () for nothing."""
    doubts = [f"“{each}”" for each in draft.doubts if each in shown][:MOST_DOUBTS]
    if not doubts:
        return ()
    words = setting.say("review_doubts", words=", ".join(doubts))
    return (Utterance(words, setting.language, personal=True),)
