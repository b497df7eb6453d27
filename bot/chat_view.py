"""What the chat page shows of a conversation: its messages, the question that is open, how to answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.canvas_form import fill_placed
from bot.channels.rendering import find_ends
from bot.channels.web_messages import Message
from bot.page_texts import LANGUAGES, word
from flows.kinds.confirmation import CHANGE
from flows.kinds.story import DONE
from flows.outbound import Drawing
from flows.texts import RIGHT_TO_LEFT
from flows.values import read_value

_LAYOUTS: Final = {"triad": "triad", "scale": "scale", "dyad": "scale", "stones": "stones"}


@dataclass(frozen=True, slots=True)
class View:
    """A conversation as the page's templates read it.

    `shown` are the messages to put in the page, `question` the one that waits for an answer, `draft` a
    text to begin with, `language` the language of the page's own words.
    """

    shown: Sequence[Message]
    last: int
    question: Message | None
    progress: Mapping[str, int] | None
    draft: str
    language: str

    @property
    def kind(self) -> str:
        """The kind of the open question; empty when none is open."""
        return self.question["kind"] if self.question else ""

    @property
    def layout(self) -> str:
        """How the options are laid out."""
        options = self.question.get("options", ()) if self.question else ()
        if self.kind in _LAYOUTS:
            return _LAYOUTS[self.kind]
        return "pictures" if any("picture" in option for option in options) else "list"

    @property
    def ends(self) -> tuple[str, str]:
        """What the lowest and the highest number of a scale mean; empty where the question does not say."""
        if not self.question or self.layout != "scale":
            return "", ""
        codes = [option["code"] for option in self.question.get("options", ())]
        return find_ends(self.question["text"], codes) if codes else ("", "")

    @property
    def placed(self) -> Mapping[str, str]:
        """The fields of a drawing for what has its place already."""
        return fill_placed(read_value(Drawing, self.question["drawing"])) if self.question else {}

    @property
    def picking(self) -> bool:
        """Whether what is chosen is sent with a button of its own."""
        return self.several or self.layout == "scale"

    @property
    def several(self) -> bool:
        """Whether more than one option may be chosen at once."""
        return bool(self.question and self.question.get("max", 1) > 1)

    @property
    def rule(self) -> str:
        """How many to choose, in words."""
        if self.layout == "scale":
            return word(self.language, "choose_number")
        least, most = (self.question or {}).get("min", 1), (self.question or {}).get("max", 1)
        key = "choose_exactly" if least == most else "choose_or" if most == least + 1 else "choose_to"
        return word(self.language, key, min=least, max=most)

    @property
    def typing(self) -> str:
        """The key of the words above the text box."""
        question = self.question or {}
        codes = {*question.get("allow", ()), *(option["code"] for option in question.get("options", ()))}
        more = DONE in codes
        if self.kind == "story":
            return "type_change" if self.draft else "type_more" if more else "type_story"
        if self.kind == "text":
            return "type_more" if more else "type_text"
        if self.kind in ("number", "date"):
            return f"type_{self.kind}"
        if question.get("step") == ":names":
            return "type_names"
        # A button without a step only goes on or begins anew: no words could answer it.
        return "type_other" if "step" in question else "type_free"

    @property
    def keyboard(self) -> str:
        """The keys a phone shows for the text box, as `inputmode` names them."""
        return "decimal" if self.kind == "number" else "text"


def view_conversation(messages: Sequence[Message], language: str, after: int = 0) -> View:
    """Look at a whole conversation, of which messages above `after` are to be shown.

    `language` is that of the page's words until the conversation's own is known.
    """
    spoken = next((each["language"] for each in reversed(messages) if "language" in each), language)
    question = _find_question(messages)
    return View(
        shown=[message for message in messages if message["n"] > after],
        last=messages[-1]["n"] if messages else 0,
        question=question,
        progress=next((each["progress"] for each in reversed(messages) if "progress" in each), None),
        draft=_find_draft(messages) if question and question["kind"] == "story" else "",
        language=spoken if spoken in LANGUAGES else language,
    )


def text_direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def write_length(seconds: float) -> str:
    """A length of time as minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _find_question(messages: Sequence[Message]) -> Message | None:
    """The last question, unless the teller answered it; a voice note that is listened to leaves it open."""
    listening = ""
    for message in reversed(messages):
        if message["from"] == "teller":
            if not listening or message["kind"] != "voice":
                return None
        elif message["kind"] in ("say", "review"):
            listening = listening or message.get("step", "")
        elif not listening or message.get("step") == listening:
            return message
    return None


def _find_draft(messages: Sequence[Message]) -> str:
    """The text that was shown, when the last thing the teller did was asking to change it.

    Other words may stand between: an answer that was not understood is followed by the question alone.
    A text from before the story was last told is not the one to change.
    """
    told = next((at for at in reversed(range(len(messages))) if messages[at]["from"] == "teller"), None)
    if told is None or messages[told].get("codes") != [CHANGE]:
        return ""
    for message in reversed(messages[:told]):
        if message["kind"] in ("review", "story"):
            return message["text"] if message["kind"] == "review" else ""
    return ""
