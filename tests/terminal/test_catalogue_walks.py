"""Every flow that comes along can be walked to its end in the terminal, in each of its languages."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.channels.rendering import OPEN
from bot.terminal.conversation import CODE, Conversation
from bot.terminal.screen import Screen
from flows.file import read_catalogue, read_flow
from flows.outbound import Utterance

FLOWS = {name.removesuffix(".yaml"): read_flow(source, name) for name, source in read_catalogue().items()}
WORDS = "Het begon op een dag met veel regen en daarna ging het stap voor stap beter met ons. " * 2
MOST_LINES = 150


class Watching(Screen):
    """A screen that remembers the last question."""

    last: list[Utterance] = []  # noqa: RUF012 - a slot for all; each test empties it

    def show_all(self, says: Sequence[Utterance]) -> None:
        """Remember what was said, and show it."""
        self.last[:] = says[-1:] or self.last
        super().show_all(says)


def answer(question: Utterance) -> str:
    """What somebody would type at a question: the first thing that is right, and soon that it is done."""
    done = next((option.label for option in question.tappable if option.code == "done"), None)
    match question.kind:
        case _ if done is not None:
            return done
        case "story":
            return WORDS
        case "photo":
            return "/photo"
        case "number":
            return "3"
        case "date":
            return question.options[0].label
        case "scale" | "dyad":
            return question.options[-1].code
        case kind if kind in OPEN:
            return "Iets anders"
        case _:
            return "1"


@pytest.mark.parametrize(
    ("code", "language"), [(code, language) for code, flow in FLOWS.items() for language in flow.languages]
)
def test_to_the_end(code: str, language: str) -> None:
    """It ends as finished, and what is kept is told; no line but ours is in the way."""
    lines: list[str] = []
    screen = Watching(lines.append, 80)
    screen.last.clear()
    talk = Conversation(
        FLOWS[code],
        screen,
        find_flow=FLOWS.get,
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        municipality="enschede",
        seed=7,
    )
    talk.begin(language)
    typed = 0
    while "What would be kept:" not in lines:
        assert talk.answer(answer(screen.last[-1]))
        typed += 1
        assert typed < MOST_LINES, "\n".join(lines[-60:])

    assert any(CODE in line for line in lines)
    assert max(map(len, lines)) <= 92
    assert not any(line.startswith("  There is no /") for line in lines)
