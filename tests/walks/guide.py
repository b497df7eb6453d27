"""What a teller knows of a flow: which question some words ask, and what its answers are called."""

import re
from collections.abc import Iterator
from datetime import date

from flows.flow import Flow
from flows.kinds.choice import Choice
from flows.kinds.confirmation import Confirmation
from flows.kinds.say import Say
from flows.kinds.step import Question, Setting
from flows.kinds.stones import Stones
from flows.phrases import name_language, phrase

LANGUAGE = ":language"
"""The question which language it shall be, before all others."""

_GO_ON = (
    "another",
    "another_needed",
    "another_entry",
    "another_entry_needed",
    "own_words",
    "story_more",
    "story_voice",
)
"""The bot's own sentences that ask more of the question that is open."""

_TROUBLES = (
    "misread_choice",
    "misread_confirm",
    "misread_number",
    "misread_date",
    "misread_stones",
    "retry_choice",
    "retry_text",
    "old_question",
    "story_empty",
    "story_lost",
    "text_empty",
    "unknown_flow",
    "unreadable_other",
    "unreadable_photo",
    "listening_still",
)
_TODAY = date(2026, 11, 22)
_UNSEEN = re.compile("[\u200e\u200f\u2066-\u2069]")
_PLAIN = str.maketrans({"…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "\u00a0": " "})
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def flatten(text: str) -> str:
    """A text on one line, in plain signs, without marks that are not seen: what can be compared."""
    return " ".join(_UNSEEN.sub("", text).translate(_PLAIN).split())


class Guide:
    """One flow in one language, for whoever walks through it."""

    def __init__(self, flow: Flow, language: str) -> None:
        self.flow = flow
        self.language = language
        self.code = flow.flow
        self._questions = {
            each.step.name: each.step for each in flow.walk if isinstance(each.step, Question | Confirmation)
        }
        self._signs = [(flatten(words), step) for words, step in self._list_signs()]
        self.troubles = tuple(flatten(phrase(language, key)) for key in _TROUBLES)
        """The bot's own sentences by which it says that it understood something wrong."""
        says = [each.step for each in flow.walk if isinstance(each.step, Say)]
        self.last = self._cut(self._set_up().word(says[-1].text))
        """What is read at the very end."""

    def find_step(self, text: str) -> str | None:
        """The question that a flat text asks, the last one of several.

        "" when it asks more of the question that is open anyway; None when it asks nothing.
        """
        found = [
            (text.rfind(sign) + len(sign), len(sign), step) for sign, step in self._signs if sign in text
        ]
        return max(found)[2] if found else None

    def find_label(self, step: str, code: str) -> str:
        """What an answer, or a way around its question, is called."""
        if step == LANGUAGE:
            return name_language(code)
        question = self._questions[step]
        if isinstance(question, Question):
            asked = question.show(self._set_up())
            for option in (*asked.tappable, *asked.beyond):
                if option.code == code:
                    return option.label
        return phrase(self.language, "more_options" if code == "more" else code)

    def takes_several(self, step: str) -> bool:
        """Whether more than one answer can be chosen at once."""
        question = self._questions.get(step)
        return isinstance(question, Choice) and question.max > 1

    def find_kind(self, step: str) -> str:
        """The kind of a question."""
        question = self._questions.get(step)
        return question.message_kind if isinstance(question, Question) else ""

    def _list_signs(self) -> Iterator[tuple[str, str]]:
        for key in _GO_ON:
            yield phrase(self.language, key), ""
        lines = dict.fromkeys(phrase(language, "choose_language") for language in self.flow.languages)
        yield "\n".join(lines), LANGUAGE
        for name, question in self._questions.items():
            if isinstance(question, Confirmation):
                yield phrase(self.language, "confirm"), name
                continue
            stones = len(question.stones) if isinstance(question, Stones) else 1
            for turn in range(stones):
                yield self._cut(question.show(self._set_up(("1",) * turn)).text), name

    def _set_up(self, picked: tuple[str, ...] = ()) -> Setting:
        return Setting(self.language, self.flow.languages, picked, today=_TODAY)

    def _cut(self, text: str) -> str:
        """The longest piece of a text that reads the same for everyone."""
        return max((flatten(piece) for piece in _PLACEHOLDER.split(text)), key=len)
