"""The words that always work and ask something back: another language, another answer; and side questions."""

from collections.abc import Callable, Mapping

from flows import names, rights
from flows.asking import ask, clear, leave_menu, say_first, walk_on
from flows.flow import Flow
from flows.inbound import Chose, Content, Said
from flows.kinds.step import Question
from flows.outbound import Option, Utterance
from flows.path import find_before, holds, remember, settle
from flows.phrases import find_language, find_reply, name_language, phrase
from flows.reading.replies import read_option
from flows.session import Menu, Session
from flows.texts import shorten
from flows.turn import AnswerWithdrawn, Turn, World
from flows.values import replace
from flows.wording import set_up

MOST_TO_CHANGE = 8
"""Earlier answers offered to be changed, the latest first: as many as one list shows."""

_LONGEST_LABEL = 70
_NOTHING = ":nothing"
"""The code for leaving all answers as they are; no question can have it, for codes have no colon."""


def ask_language(flow: Flow, session: Session, world: World) -> Turn:
    """Offer the languages of the flow, each by its own name, the question in all of them."""
    if len(flow.languages) == 1:
        only = name_language(flow.languages[0])
        if session.status == "open":
            return say_first(flow, session, world, "one_language", language=only)
        return Turn(
            session, (Utterance(phrase(session.language, "one_language", language=only), session.language),)
        )
    lines = dict.fromkeys(phrase(language, "choose_language") for language in flow.languages)
    options = tuple(Option(language, name_language(language)) for language in flow.languages)
    words = Utterance("\n".join(lines), session.language, "choice", ":language", options)
    return Turn(replace(session, menu="language"), (words,))


def ask_change(flow: Flow, session: Session, world: World) -> Turn:
    """Offer the answers given so far, the latest first."""
    options = _list_answered(flow, session, world)
    if not options:
        return say_first(flow, session, world, "nothing_to_change")
    setting = set_up(flow, session, world)
    nothing = Option(_NOTHING, setting.say("change_nothing"))
    words = Utterance(
        setting.say("choose_change"), session.language, "choice", ":change", (*options, nothing)
    )
    return Turn(replace(session, menu="change"), (words,))


def take_menu(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """A message while one of these side questions is open: an answer to it, or to the question beside it."""
    if session.menu == "names" and not (
        isinstance(content, Chose) and content.step not in (None, names.STEP)
    ):
        return names.take_names(flow, session, content, world)
    closed = replace(session, menu="", page=0, erasing="")
    shown = show_menu(flow, session, world)
    step = shown.step
    if isinstance(content, Chose) and (content.step not in (None, step)):
        return leave_menu(flow, closed, world)
    code = _read(content, shown, session.language)
    if code is None and session.menu == "erase" and isinstance(content, Said):
        code = rights.find_story(content.text, world)
    if code is None and isinstance(content, Said) and find_reply(session.language, content.text) == "no":
        return leave_menu(flow, closed, world)
    if code is None:
        words = set_up(flow, session, world).say("misread_choice")
        return Turn(session, (Utterance(words, session.language), shown))
    match session.menu:
        case "language":
            return _switch(flow, closed, code, world)
        case "change" if code == _NOTHING:
            return leave_menu(flow, closed, world)
        case "change":
            return reopen(flow, closed, flow.places[code], world)
        case _:
            return rights.take_choice(flow, session, code, world)


def reopen(flow: Flow, session: Session, place: int, world: World) -> Turn:
    """Ask an earlier question again; its answer stays until there is another."""
    return say_first(flow, replace(clear(session), at=place), world, "reopened")


def show_menu(flow: Flow, session: Session, world: World) -> Utterance:
    """The side question that is open."""
    return _SHOWN[session.menu](flow, session, world).says[-1]


def _read(content: Content, shown: Utterance, language: str) -> str | None:
    codes = {option.code for option in shown.options}
    match content:
        case Chose(codes=(code,)):
            return code if code in codes else None
        case Said(text=text):
            replied = find_reply(language, text) or find_language(text)
            named = replied if replied in codes else read_option(text, shown.options, language)
            return named if isinstance(named, str) else None
        case _:
            return None


def _switch(flow: Flow, session: Session, language: str, world: World) -> Turn:
    """Go on in another language: with a question that is only there in it, without those that are not."""
    other = replace(session, language=language)
    after, gone = settle(flow, session, other, flow.dependents.get("", ()))
    events = tuple(AnswerWithdrawn(question) for question in gone)
    if session.status != "open" or session.at < 0:
        return leave_menu(flow, after, world)
    if not holds(flow, after, flow.walk[after.at]):
        after, _ = remember(flow, clear(after), flow.walk[after.at].step.name, ())
        return walk_on(flow, after, world, events)
    if after.owed and not after.story.again:
        after = replace(clear(after), at=min(after.owed))
    turn = ask(flow, after, world)
    return replace(turn, events=events)


def _list_answered(flow: Flow, session: Session, world: World) -> tuple[Option, ...]:
    setting = set_up(flow, session, world)
    options: list[Option] = []
    here = replace(session, at=session.reached)
    while len(options) < MOST_TO_CHANGE and (before := find_before(flow, here)) is not None:
        step = flow.walk[before].step
        if isinstance(step, Question) and before not in session.owed:
            options.append(Option(step.ask, _label(setting.word(step.text))))
        here = replace(here, at=before)
    return tuple(options)


def _label(text: str) -> str:
    """The first line of a question, short enough for a button."""
    return shorten(text.strip().splitlines()[0], _LONGEST_LABEL)


_SHOWN: Mapping[Menu, Callable[[Flow, Session, World], Turn]] = {
    "language": ask_language,
    "change": ask_change,
    "names": names.ask_names,
    "take_back": rights.ask_take_back,
    "erase": rights.ask_which,
    "erase_story": rights.ask_story,
    "erase_all": rights.ask_how,
}
