"""Answers to ordinary questions: recorded, or asked for again in other words, in the end with help."""

from flows.asking import ask, clear, walk_on
from flows.flow import Flow
from flows.guards import write_code
from flows.inbound import Content, Pictured, Said
from flows.kinds.consent import Consent
from flows.kinds.date import DateQuestion
from flows.kinds.step import Explain, Given, Misread, Partly, Question, Setting, offer, read_allowance
from flows.outbound import Utterance
from flows.path import remember
from flows.phrases import find_reply
from flows.session import Session, close
from flows.turn import (
    AnswerGiven,
    AnswerWithdrawn,
    ConsentAnswered,
    Event,
    Part,
    PhotoKept,
    SessionEnded,
    Turn,
    World,
)
from flows.values import replace
from flows.wording import list_shown

_HELPED = 3
"""From which wrong answer in a row help comes with it."""


def take_answer(
    flow: Flow, session: Session, question: Question, content: Content, setting: Setting, world: World
) -> Turn:
    """A message as an answer to the open question."""
    match _read_around(session, question, content) or question.read(content, setting):
        case Given() as given:
            kept = (PhotoKept(content.photo),) if isinstance(content, Pictured) else ()
            return record(flow, session, question, given, setting, world, kept)
        case Partly(picked, page, writing):
            sources = _trace(session, picked, content)
            after = replace(session, picked=picked, page=page, writing=writing, misses=0, sources=sources)
            return ask(flow, after, world)
        case Explain(text):
            return ask(flow, session, world, (Utterance(text, session.language, step=question.ask),))
        case Misread() as misread:
            return _ask_again(flow, session, question, misread, setting, world)


def _read_around(session: Session, question: Question, content: Content) -> Given | None:
    """The way around a question that is meant by words of one's own, such as "geen idee"."""
    if not isinstance(content, Said) or not question.allow or session.picked or session.writing:
        return None
    reply = find_reply(session.language, content.text)
    return read_allowance(question, reply, "text") if reply is not None else None


def _ask_again(
    flow: Flow, session: Session, question: Question, misread: Misread, setting: Setting, world: World
) -> Turn:
    """Ask again: with what was wrong, then in other words, then with the ways out as well."""
    missed = replace(session, misses=min(session.misses + 1, _HELPED))
    words = [misread.says] if missed.misses == 1 or misread.plain else [question.retry(setting)]
    if missed.misses == _HELPED:
        words.append(setting.say("retry_help"))
        around = " / ".join(setting.say(way) for way in question.allow)
        words.extend([setting.say("or_type", words=around)] if around else [])
    return ask(flow, missed, world, (Utterance(" ".join(words), session.language),))


def _trace(session: Session, picked: tuple[str, ...], content: Content) -> tuple[str, ...]:
    """The ids of the messages in which all that is picked came; what is new came in this one."""
    message = content.id if isinstance(content, Said) else ""
    before = session.picked
    if not (message or session.sources) or picked[: len(before)] != before:
        return ()
    known = (*session.sources, *("" for _ in before[len(session.sources) :]))
    return (*known, *(message for _ in picked[len(before) :]))


def record(
    flow: Flow,
    session: Session,
    question: Question,
    given: Given,
    setting: Setting,
    world: World,
    kept: tuple[Event, ...] = (),
) -> Turn:
    """An answer counts, and the walk goes on; `kept` are other facts that came with it."""
    shown = list_shown(flow, session, flow.walk[session.at], world)
    answer = AnswerGiven(
        question.ask, question.message_kind, given.status, given.parts, given.input_method, shown
    )
    begun = session.picked or session.page or session.writing or session.misses
    after = clear(session) if begun else session
    own_words = any(part.text for part in given.parts) and not isinstance(question, DateQuestion)
    if own_words or after.found.of:  # what was found was found in other words
        after = replace(
            after, worded=after.worded or own_words, found=replace(after.found, of="", texts=None)
        )
    gone: tuple[str, ...] = ()
    if question.ask in flow.needed:
        after, gone = remember(flow, after, question.ask, _remember(given))
    events: tuple[Event, ...] = (answer, *kept, *(AnswerWithdrawn(each) for each in gone))
    if not isinstance(question, Consent):
        return walk_on(flow, after, world, events)
    agreed = given.parts[0].code == "yes"
    events = (
        ConsentAnswered(question.ask, question.purpose, question.version, setting.language, agreed),
        *events[1:],
    )
    if agreed or session.at != flow.first_question_place:
        return walk_on(flow, after, world, events)
    return Turn(
        close(after, "declined"), (offer(setting, "declined", "start"),), (*events, SessionEnded("declined"))
    )


def _remember(given: Given) -> tuple[str, ...]:
    """What later steps need of an answer: its codes, number or words; of stones those with a place."""
    if given.status != "answered":
        return ()
    return tuple(_write_part(part) for part in given.parts)


def _write_part(part: Part) -> str:
    if part.number is not None:
        return write_code(part.number)
    return part.code or part.text or part.part
