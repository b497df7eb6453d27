"""The walk through a flow: `begin` a session, `resume` it with each message; both only decide.

Nothing here stores, sends, waits, reads the clock or rolls dice: what the engine may know of the outside
comes in as `World`, and what it decides goes out as a `Turn`. A message the teller got wrong is a Turn
that asks again, never an error; an error raised here is ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from flows import telling
from flows.flow import Flow
from flows.inbound import (
    Chose,
    Content,
    Placed,
    Said,
    TranscriptFailed,
    TranscriptReady,
    Unreadable,
)
from flows.kinds.confirmation import Confirmation
from flows.kinds.consent import Consent
from flows.kinds.say import Say
from flows.kinds.step import Explain, Given, Misread, Partly, Question, Setting, offer
from flows.kinds.story import Story
from flows.outbound import Progress, Utterance
from flows.phrases import find_command
from flows.session import Session
from flows.texts import fill_text
from flows.turn import AnswerGiven, ConsentAnswered, Event, SessionEnded, Turn, World

_OLD_OFFERS = (Chose(("go_on",)), Chose(("start",)))
"""Buttons of an earlier pause or end, tapped while a question is open: that question is asked."""


def begin(flow: Flow, version: int, language: str, world: World) -> Turn:
    """Start a session: everything that is said up to and with the first question."""
    spoken = language if language in flow.languages else flow.languages[0]
    return _walk_on(flow, Session(flow.flow, version, spoken, at=-1), world)


def resume(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """Take one message: what it means here, what is recorded, and what comes next."""
    setting = set_up(flow, session)
    if isinstance(content, TranscriptReady | TranscriptFailed):
        return telling.take_transcript(flow, session, content, ask)
    if session.status != "open":
        return Turn(session, (offer(setting, session.status, "start"),))
    command = find_command(session.language, content.text) if isinstance(content, Said) else None
    if session.paused and (command == "go_on" or content == Chose(("go_on",))):
        return ask(flow, replace(session, paused=False))
    if session.paused and not isinstance(content, Said):
        session = replace(session, paused=False)  # whoever taps or talks wants to go on
    if session.paused:
        return Turn(session, (offer(setting, "still_paused", "go_on"),))
    if command == "stop":
        return Turn(replace(session, paused=True), (offer(setting, "paused", "go_on"),))
    if content in _OLD_OFFERS:
        return ask(flow, session)
    if command in ("help", "repeat", "go_on", "start"):
        help_first = (Utterance(setting.say("help_text"), session.language),) if command == "help" else ()
        return ask(flow, session, before=help_first)
    if _is_about_another_question(flow, session, content):
        return ask(flow, session, before=(Utterance(setting.say("old_question"), session.language),))
    return _take_answer(flow, session, content, world)


def wants_count(flow: Flow, session: Session) -> bool:
    """Whether the next turn may speak of the number of stories shared, so that only then it is counted."""
    return session.at >= flow.confirmation_place - 1


def set_up(flow: Flow, session: Session) -> Setting:
    """The setting in which this session's steps are worded."""
    return Setting(session.language, flow.languages, session.picked)


def ask(flow: Flow, session: Session, before: Sequence[Utterance] = ()) -> Turn:
    """Ask the question the session is at (again), after some other words."""
    setting = set_up(flow, session)
    if session.at == flow.confirmation_place and not session.story.usable:  # its recordings all failed
        session = telling.return_to_telling(flow, session)
        before = (*before, Utterance(setting.say("story_lost"), session.language))
    step = flow.walk[session.at]
    match step:
        case Confirmation():
            said = step.render(session.story, setting)
        case Story():
            said = (step.render_draft(session.story, setting),)
        case Question():
            said = (step.render(setting),)
        case Say():
            said = (step.render(setting),)
    numbered = (*said[:-1], _count_progress(flow, session, said[-1]))
    return Turn(session, (*before, *numbered))


def _is_about_another_question(flow: Flow, session: Session, content: Content) -> bool:
    """Whether a tapped button belongs to a question other than the one that is open."""
    if not isinstance(content, Chose | Placed) or content.step is None:
        return False
    return content.step != flow.walk[session.at].name


def _take_answer(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    step = flow.walk[session.at]
    setting = set_up(flow, session)
    if isinstance(content, Unreadable):
        words = Utterance(setting.say(f"unreadable_{content.what}"), session.language)
        return ask(flow, session, before=(words,))
    if isinstance(step, Confirmation):
        return telling.take_confirmation(flow, session, content, world, ask, _walk_on)
    if isinstance(step, Story):
        return telling.take_story(flow, session, content, world, ask, _walk_on)
    question = cast(Question, step)  # the walk never waits at a Say
    match question.read(content, setting):
        case Given() as given:
            return _record_answer(flow, session, question, given, world)
        case Partly(picked):
            return ask(flow, replace(session, picked=picked, misses=0))
        case Explain(text):
            return ask(flow, session, before=(Utterance(text, session.language, step=question.ask),))
        case Misread(says):
            missed = replace(session, misses=session.misses + 1)
            if missed.misses > 1 and question.options_for(setting):
                says = setting.say("misread_choice_again")
            return ask(flow, missed, before=(Utterance(says, session.language),))


def _record_answer(flow: Flow, session: Session, question: Question, given: Given, world: World) -> Turn:
    shown = tuple(option.code for option in question.options_for(replace(set_up(flow, session), picked=())))
    answer = AnswerGiven(
        question.ask, question.message_kind, given.status, given.parts, given.input_method, shown
    )
    events: tuple[Event, ...] = (answer,)
    after = replace(session, picked=(), misses=0)
    if question.fills and given.status == "answered":
        value = given.parts[0].code or given.parts[0].text or ""
        after = replace(after, remembered={**session.remembered, question.ask: value})
    if isinstance(question, Consent):
        agreed = given.parts[0].code == "yes"
        events = (
            ConsentAnswered(question.ask, question.purpose, question.version, session.language, agreed),
        )
        if not agreed:
            ended = replace(after, status="declined")
            words = offer(set_up(flow, session), "declined", "start")
            return Turn(ended, (words,), (*events, SessionEnded("declined")))
    return _walk_on(flow, after, world, events=events)


def _walk_on(flow: Flow, session: Session, world: World, *, events: tuple[Event, ...] = ()) -> Turn:
    """Say what comes, up to and with the next question; or up to the end, which ends the session."""
    says: list[Utterance] = []
    values = {"code": world.story_code, "shared": str(world.shared)}
    for place in range(session.at + 1, len(flow.walk)):
        here = replace(session, at=place)
        step = flow.walk[place]
        if not isinstance(step, Say):
            turn = ask(flow, here, before=says)
            return replace(turn, events=(*events, *turn.events))
        words = step.render(set_up(flow, here))
        text = fill_text(words.text, values)
        says.append(replace(words, text=text, personal=text != words.text))
    ended = replace(session, at=len(flow.walk) - 1, status="finished")
    another = offer(set_up(flow, ended), "finished", "start")
    last = replace(says.pop(), kind="choice", step=None, options=another.options) if says else another
    return Turn(ended, (*says, last), (*events, SessionEnded("finished")))


def _count_progress(flow: Flow, session: Session, utterance: Utterance) -> Utterance:
    # Whoever changes the story at its confirmation does not go back to the beginning.
    place = flow.confirmation_place if session.story.again else session.at
    return replace(utterance, progress=Progress(flow.counted[place], flow.counted[-1]))
