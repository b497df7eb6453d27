"""A message at the open question: an answer to it, or a word that is understood at every question."""

from collections.abc import Callable, Mapping
from typing import cast

from flows import aloud, answering, commands, listening, rights, telling
from flows.asking import ask, clear, say_first, walk_on
from flows.flow import Flow
from flows.inbound import Chose, Content, Pictured, Placed, PlacedAll, Said, Unreadable
from flows.kinds.choice import Choice
from flows.kinds.confirmation import CHANGE, Confirmation
from flows.kinds.photo import Photo
from flows.kinds.step import Question, offer
from flows.kinds.story import Story
from flows.kinds.text import TextQuestion
from flows.path import find_before
from flows.phrases import Command
from flows.reading.option_names import fold_lightly
from flows.session import Session
from flows.turn import Turn, World
from flows.values import replace
from flows.wording import set_up, word_step

OLD_OFFERS = (Chose(("go_on",)), Chose(("start",)))
"""Buttons of an earlier pause or end, tapped while a question is open: that question is asked."""


def obey(flow: Flow, session: Session, command: Command, world: World) -> Turn:
    """Do what a word asks for that is understood at every question."""
    return _DOERS[command](flow, session, world)


def take_answer(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """A message as an answer to the open question, whatever kind of question that is."""
    setting = set_up(flow, session, world)
    if content in OLD_OFFERS:
        return ask(flow, session, world)
    step = flow.walk[session.at].step
    if (
        isinstance(content, Chose | Placed | PlacedAll)
        and content.step is not None
        and content.step != step.name
    ):
        before = find_before(flow, session)
        just_left = None if before is None else flow.walk[before].step.name
        if content == Chose(("done",), just_left):  # said of the question before, which went on by itself
            return Turn(session)
        return say_first(flow, session, world, "old_question")
    if isinstance(content, Pictured) and not isinstance(step, Photo):
        content = Unreadable("photo")
    if isinstance(content, Unreadable):
        return say_first(flow, session, world, f"unreadable_{content.what}")
    if isinstance(step, Confirmation):
        return telling.take_confirmation(flow, session, content, world)
    if isinstance(step, Story):
        return telling.take_story(flow, session, content, world)
    return answering.take_answer(flow, session, cast(Question, step), content, setting, world)


def is_label(flow: Flow, session: Session, content: Content, world: World) -> bool:
    """Whether a word that is a command is also what one of the answers shown is called."""
    if not isinstance(content, Said) or session.status != "open":
        return False
    shown = word_step(flow, session, world)[-1].options
    return fold_lightly(content.text) in {fold_lightly(option.label) for option in shown}


def pause(flow: Flow, session: Session, world: World) -> Turn:
    """The conversation waits until the teller goes on; nobody is reminded of it."""
    return Turn(replace(session, paused=True), (offer(set_up(flow, session, world), "paused", "go_on"),))


def _help(flow: Flow, session: Session, world: World) -> Turn:
    return say_first(flow, session, world, "help_text")


def _go_on(flow: Flow, session: Session, world: World) -> Turn:
    """On from a question that was open again, its answer as it was; else the open question once more."""
    if session.reopened and session.at != flow.story_place:
        return walk_on(flow, clear(session), world)
    if session.reopened and not session.story.again:  # something may have been added to it
        return telling.leave_telling(flow, session, world)
    return ask(flow, session, world)


def _change(flow: Flow, session: Session, world: World) -> Turn:
    if session.at == flow.confirmation_place:
        return telling.take_confirmation(flow, session, Chose((CHANGE,)), world)
    return commands.ask_change(flow, session, world)


def _finish(flow: Flow, session: Session, world: World) -> Turn:
    return take_answer(flow, session, Said(set_up(flow, session, world).say("done")), world)


def _go_back(flow: Flow, session: Session, world: World) -> Turn:
    """The question before is asked again; its answer stays until there is another."""
    if session.story.again and session.at == flow.story_place:
        return telling.restore(flow, session, world)
    if session.picked or session.writing:
        return ask(flow, clear(session), world)
    before = find_before(flow, session)
    if before is None:
        return say_first(flow, session, world, "first_question")
    return commands.reopen(flow, session, before, world)


def _skip(flow: Flow, session: Session, world: World) -> Turn:
    step = flow.walk[session.at].step
    words = Said(set_up(flow, session, world).say("skip"))
    if session.writing:
        return take_answer(flow, session, words, world)
    if isinstance(step, Choice | TextQuestion) and len(session.picked) >= step.min:
        return _finish(flow, session, world)  # what was given is enough
    if isinstance(step, Question) and "skip" in step.allow:
        return take_answer(flow, clear(session), words, world)
    return say_first(flow, session, world, "cannot_skip")


_DOERS: Mapping[Command, Callable[[Flow, Session, World], Turn]] = {
    "stop": pause,
    "help": _help,
    "repeat": ask,
    "start": ask,
    "go_on": _go_on,
    "back": _go_back,
    "change": _change,
    "skip": _skip,
    "done": _finish,
    "language": commands.ask_language,
    "my_data": rights.tell_kept,
    "take_back": rights.ask_take_back,
    "erase": rights.ask_which,
    "wrong": lambda flow, session, world: listening.correct(flow, session, None, world),
    "read_aloud": aloud.begin_reading,
    "read_silently": aloud.end_reading,
}
"""What is done at a word that is understood at every question."""
