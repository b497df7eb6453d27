"""What was taken out of the text, and what the teller makes of it: put back, or take out more words."""

from collections.abc import Sequence
from typing import Final

from flows.asking import ask
from flows.flow import Flow
from flows.inbound import Chose, Content, Said
from flows.kinds.step import Setting
from flows.outbound import Option, Utterance
from flows.phrases import find_command
from flows.reading.replies import read_exactly
from flows.session import Session
from flows.texts import shorten
from flows.turn import Turn, World
from flows.values import replace
from flows.wording import set_up

STEP: Final = ":names"
DONE: Final = "done"
MORE: Final = "more"

PAGE: Final = 7
"""Marks shown at once: with the two ways on, within the ten rows that WhatsApp has."""

_LONGEST: Final = 80


def ask_names(flow: Flow, session: Session, world: World) -> Turn:
    """Show each mark with the words it stands for, and offer to put them back."""
    return _ask(flow, replace(session, menu="names", page=0), world)


def take_names(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """A mark to turn over, words to take out, or that it is good so."""
    options = _list_options(session, set_up(flow, session, world))
    match content:
        case Chose(codes=(code,)):
            named: str | None = code if code in {option.code for option in options} else None
        case Said(text=text) if find_command(session.language, text) == "done":
            named = DONE
        case Said(text=text):
            named = read_exactly(text, options, session.language)
            if named is None:
                return _take_out(flow, session, text, world)
        case _:
            named = None
    if named is None:
        return _ask(flow, session, world, "misread_choice")
    if named == DONE:
        return ask(flow, replace(session, menu="", page=0), world)
    if named == MORE:
        return _ask(flow, replace(session, page=session.page + 1), world)
    mark = next(mark for mark in session.found.marks if _name(mark) == named)
    after = session.found.turn_over(mark)
    key = "names_put_back" if mark in after.marks_put_back else "names_taken_out"
    words = _join_words(session.found.marks[mark])
    return _ask(flow, replace(session, found=after), world, key, words)


def _take_out(flow: Flow, session: Session, text: str, world: World) -> Turn:
    after = session.found.take_out(text)
    if after is None:
        return _ask(flow, session, world, "names_not_found")
    return _ask(flow, replace(session, found=after), world, "names_taken_out", " ".join(text.split()))


def _ask(flow: Flow, session: Session, world: World, first: str = "", words: str = "") -> Turn:
    setting = set_up(flow, session, world)
    found = session.found
    marks, put_back = found.marks, found.marks_put_back
    lines = [
        setting.say(
            "names_back" if mark in put_back else "names_out", mark=mark, words=_join_words(marks[mark])
        )
        for mark in _list_page(session)
    ]
    asked = setting.say("names_ask" if marks else "names_ask_none")
    says = [Utterance(setting.say(first, words=words), session.language, personal=True)] if first else []
    if lines:
        says.append(Utterance("\n".join(lines), session.language, personal=True))
    options = _list_options(session, setting)
    # Personal, though it holds no words of theirs: no two stories have the same marks to be kept as buttons.
    says.append(Utterance(asked, session.language, "choice", STEP, options, personal=True))
    return Turn(session, tuple(says))


def _list_options(session: Session, setting: Setting) -> tuple[Option, ...]:
    marks = tuple(Option(_name(mark), mark) for mark in _list_page(session))
    more = (Option(MORE, setting.say("more_options")),) if len(session.found.marks) > PAGE else ()
    return (*marks, *more, Option(DONE, setting.say("done")))


def _list_page(session: Session) -> list[str]:
    marks = list(session.found.marks)
    start = session.page * PAGE % (-(-len(marks) // PAGE) * PAGE) if marks else 0
    return marks[start : start + PAGE]


def _name(mark: str) -> str:
    """The code of a mark: `persoon-1` for `[persoon 1]`."""
    return mark.strip("[]").replace(" ", "-")


def _join_words(words: Sequence[str]) -> str:
    return shorten(", ".join(words), _LONGEST)
