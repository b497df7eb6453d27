"""The walk through a flow: `begin` a session, `resume` it with each message; both only decide.

Nothing here stores, sends, waits, reads the clock or rolls dice: what the engine may know of the outside
comes in as `World`, and what it decides goes out as a `Turn`. A message the teller got wrong is a Turn
that asks again, never an error; an error raised here is ours.
"""

from collections.abc import Callable, Mapping
from typing import cast

from flows import answering, commands, telling, timers, transcripts
from flows.asking import ask, clear, say_first, walk_on
from flows.flow import Flow
from flows.inbound import (
    Chose,
    Content,
    Pictured,
    Placed,
    Recorded,
    Said,
    TimePassed,
    TranscriptFailed,
    TranscriptReady,
    Unreadable,
)
from flows.kinds.choice import Choice
from flows.kinds.confirmation import CHANGE, Confirmation
from flows.kinds.photo import Photo
from flows.kinds.step import Question, offer
from flows.kinds.story import Story
from flows.kinds.text import TextQuestion
from flows.outbound import Utterance
from flows.path import count_all, find_before
from flows.phrases import Command, find_command, find_reply
from flows.reading.option_names import fold_lightly
from flows.session import Session
from flows.turn import Turn, World
from flows.values import replace
from flows.wording import set_up, word_step

_OLD_OFFERS = (Chose(("go_on",)), Chose(("start",)))
"""Buttons of an earlier pause or end, tapped while a question is open: that question is asked."""
_ANYTIME: frozenset[Command] = frozenset({"language", "my_data", "take_back"})
"""Words that are understood even when the conversation has ended."""


def begin(flow: Flow, version: int, language: str | None, world: World) -> Turn:
    """Start a session: everything that is said up to and with the first question.

    Without a language (or with one the flow does not speak) it is the flow's first; a flow that asks for
    the language then asks that before anything else.
    """
    spoken = language if language in flow.languages else flow.languages[0]
    session = Session(flow.flow, version, spoken, seed=world.seed, touched=world.now.timestamp())
    session = replace(session, total=count_all(flow, session))
    if flow.ask_language and language not in flow.languages and len(flow.languages) > 1:
        return commands.ask_language(flow, session, world)
    return walk_on(flow, session, world)


def resume(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """Take one message: what it means here, what is recorded, and what comes next."""
    if isinstance(content, TranscriptReady | TranscriptFailed):
        return transcripts.take_transcript(flow, session, content, world)
    if isinstance(content, TimePassed):
        return _take_time(flow, session, content, world)
    command = _read_command(session, content)
    # What is said after the end does not put off the flow that follows.
    touched = world.now.timestamp() if session.status == "open" else session.touched
    session = replace(session, touched=touched, reminded=0)
    if session.menu and session.at >= 0 and (command or _is_beside_menu(content)):
        session = replace(session, menu="")
    if session.status != "open" and command not in _ANYTIME and not session.menu:
        return Turn(session, (offer(set_up(flow, session, world), session.status, "start"),))
    if session.at < 0 and session.status == "open":
        return _take_first(flow, session, content, command, world)
    if session.paused:
        return _take_paused(flow, session, content, command, world)
    if session.menu:
        return commands.take_menu(flow, session, content, world)
    session = telling.end_silence(flow, session, content, by_word=command is not None)
    if command is not None and not _is_label(flow, session, content, world):
        return _DOERS[command](flow, session, world)
    return _take_answer(flow, session, content, world)


def wants_count(flow: Flow, session: Session) -> bool:
    """Whether the next turn may speak of the number of stories shared, so that only then it is counted."""
    return session.reached >= flow.last_certain_place


def wants_kept(session: Session, content: Content) -> bool:
    """Whether the next turn may speak of the stories this participant has kept."""
    if isinstance(content, Said):
        return session.menu == "take_back" or find_command(session.language, content.text) in _ANYTIME
    return session.menu == "take_back" and isinstance(content, Chose)


def _take_time(flow: Flow, session: Session, content: TimePassed, world: World) -> Turn:
    if content.due != timers.find_due(flow, session):
        return Turn(session)
    if not timers.is_silence(flow, session):
        return timers.take_time(flow, session, world)
    # From here the silence counts anew: a nudge, too, is given time to be answered.
    return telling.go_on_after_silence(flow, replace(session, touched=world.now.timestamp()), world)


def _take_first(
    flow: Flow, session: Session, content: Content, command: Command | None, world: World
) -> Turn:
    """A message while the language is asked, before anything else: nothing but that can be answered yet."""
    asked = commands.ask_language(flow, replace(session, paused=False), world)
    if command == "stop":
        return _pause(flow, session, world)
    if session.paused:
        return asked
    if command == "help":
        words = Utterance(set_up(flow, session, world).say("help_text"), session.language)
        return replace(asked, says=(words, *asked.says))
    return asked if command is not None else commands.take_menu(flow, session, content, world)


def _take_paused(
    flow: Flow, session: Session, content: Content, command: Command | None, world: World
) -> Turn:
    woken = replace(session, paused=False)
    if command in ("go_on", "start") or content in _OLD_OFFERS:
        return ask(flow, woken, world)
    if not isinstance(content, Said):  # whoever taps or talks wants to go on
        return resume(flow, woken, content, world)
    if command in ("take_back", "my_data", "language", "back", "change"):
        return _DOERS[command](flow, woken, world)
    return Turn(session, (offer(set_up(flow, session, world), "still_paused", "go_on"),))


def _pause(flow: Flow, session: Session, world: World) -> Turn:
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
    return _take_answer(flow, session, Said(set_up(flow, session, world).say("done")), world)


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
        return _take_answer(flow, session, words, world)
    if isinstance(step, Choice | TextQuestion) and len(session.picked) >= step.min:
        return _finish(flow, session, world)  # what was given is enough
    if isinstance(step, Question) and "skip" in step.allow:
        return _take_answer(flow, clear(session), words, world)
    return say_first(flow, session, world, "cannot_skip")


_DOERS: Mapping[Command, Callable[[Flow, Session, World], Turn]] = {
    "stop": _pause,
    "help": _help,
    "repeat": ask,
    "start": ask,
    "go_on": _go_on,
    "back": _go_back,
    "change": _change,
    "skip": _skip,
    "done": _finish,
    "language": commands.ask_language,
    "my_data": commands.tell_kept,
    "take_back": commands.ask_take_back,
}
"""What is done at a word that is understood at every question."""


def _take_answer(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    setting = set_up(flow, session, world)
    if content in _OLD_OFFERS:
        return ask(flow, session, world)
    step = flow.walk[session.at].step
    if isinstance(content, Chose | Placed) and content.step is not None and content.step != step.name:
        if content == Chose(("done",), content.step):  # said of a question that went on by itself
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


def _read_command(session: Session, content: Content) -> Command | None:
    """The word in a message that is understood at every question; yes and no are such words after a nudge."""
    if not isinstance(content, Said):
        return None
    command = find_command(session.language, content.text)
    if command is None and session.reminded and session.status == "open":
        nudged: Mapping[str | None, Command] = {"yes": "go_on", "no": "stop"}
        return nudged.get(find_reply(session.language, content.text))
    return command


def _is_beside_menu(content: Content) -> bool:
    """Whether a message cannot be meant for a side question: a recording, a button of another one.

    The steps of side questions begin with a colon.
    """
    if content in _OLD_OFFERS or isinstance(content, Recorded | Pictured):
        return True
    return isinstance(content, Chose | Placed) and content.step is not None and content.step[:1] != ":"


def _is_label(flow: Flow, session: Session, content: Content, world: World) -> bool:
    """Whether a word that is a command is also what one of the answers shown is called."""
    if not isinstance(content, Said) or session.status != "open":
        return False
    shown = word_step(flow, session, world)[-1].options
    return fold_lightly(content.text) in {fold_lightly(option.label) for option in shown}
