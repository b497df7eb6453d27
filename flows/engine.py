"""The walk through a flow: `begin` a session, `resume` it with each message; both only decide.

Nothing here stores, sends, waits, reads the clock or rolls dice: what the engine may know of the outside
comes in as `World`, and what it decides goes out as a `Turn`. A message the teller got wrong is a Turn
that asks again, never an error; an error raised here is ours.
"""

from collections.abc import Mapping

from flows import commands, corrections, listening, rights, telling, timers, transcripts
from flows.aloud import mark_aloud
from flows.asking import ask, walk_on
from flows.crisis import show_numbers
from flows.flow import Flow
from flows.inbound import (
    Chose,
    Content,
    Corrected,
    DataReady,
    Deidentified,
    Pictured,
    Placed,
    PlacedAll,
    Recorded,
    Said,
    TimePassed,
    TranscriptFailed,
    TranscriptReady,
)
from flows.kinds.step import offer
from flows.open_question import OLD_OFFERS, is_label, obey, pause, take_answer
from flows.outbound import Utterance
from flows.path import count_all
from flows.phrases import Command, find_command, find_reply
from flows.saying_back import WRONG
from flows.session import Session
from flows.turn import Turn, World
from flows.values import replace
from flows.wording import set_up

_ANYTIME: frozenset[Command] = frozenset({"language", "my_data", "take_back", "erase"})
"""Words that are understood even when the conversation has ended."""

_WHILE_PAUSED: frozenset[Command] = frozenset(
    {"take_back", "erase", "my_data", "language", "back", "change", "read_aloud", "read_silently"}
)
"""Words that are obeyed on pause, without first going on."""


def begin(flow: Flow, version: int, language: str | None, world: World, *, aloud: bool = False) -> Turn:
    """Start a session: everything that is said up to and with the first question.

    Without a language (or with one the flow does not speak) it is the flow's first; a flow that asks for
    the language then asks that before anything else. `aloud` when all is to be read aloud, where it can be.
    """
    spoken = language if language in flow.languages else flow.languages[0]
    session = Session(flow.flow, version, spoken, seed=world.seed, touched=world.now.timestamp())
    session = replace(session, aloud=aloud and world.reads_aloud)
    session = replace(session, total=count_all(flow, session))
    if flow.ask_language and language not in flow.languages and len(flow.languages) > 1:
        return mark_aloud(commands.ask_language(flow, session, world))
    return mark_aloud(walk_on(flow, session, world))


def resume(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """Take one message: what it means here, what is recorded, and what comes next."""
    turn = corrections.keep_track(flow, session, content, _take(flow, session, content, world))
    turn = listening.forget_spent(flow, content, turn)
    return mark_aloud(show_numbers(flow, session, content, turn))


def _take(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    match content:
        case TranscriptReady() | TranscriptFailed():
            return _take_transcript(flow, session, content, world)
        case Deidentified():
            return telling.take_found(flow, session, content, world)
        case DataReady():
            return rights.bring_data(flow, session, content, world)
        case TimePassed():
            return _take_time(flow, session, content, world)
        case Corrected():
            return corrections.take_correction(flow, session, content, world)
        case _:
            return _take_from_person(flow, session, content, world)


def _take_from_person(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    command = _read_command(flow, session, content)
    # What is said after the end does not put off the flow that follows.
    touched = world.now.timestamp() if session.status == "open" else session.touched
    nudged = session.reminded > 0
    session = replace(session, touched=touched, reminded=0)
    if session.menu and session.at >= 0 and (_leaves_menu(session, command) or _is_beside_menu(content)):
        session = replace(session, menu="", erasing="")
    if session.status != "open" and command not in _ANYTIME and not session.menu:
        return Turn(session, (offer(set_up(flow, session, world), session.status, "start"),))
    if (heard := _listen(flow, session, content, world, nudged=nudged)) is not None:
        return heard
    if session.at < 0 and session.status == "open":
        return _take_first(flow, session, content, command, world)
    if session.paused:
        return _take_paused(flow, session, content, command, world)
    if session.menu:
        return commands.take_menu(flow, session, content, world)
    session = telling.end_silence(flow, session, content, by_word=command is not None)
    if command is not None and not is_label(flow, session, content, world):
        return obey(flow, session, command, world)
    return take_answer(flow, session, content, world)


def wants_count(flow: Flow, session: Session) -> bool:
    """Whether the next turn may speak of the number of stories shared, so that only then it is counted."""
    return flow.tells_count and session.reached >= flow.last_certain_place


def wants_kept(session: Session, content: Content) -> bool:
    """Whether the next turn may speak of the stories this participant has kept."""
    if isinstance(content, Said):
        asked = find_command(session.language, content.text) in _ANYTIME
        return asked or session.menu in rights.SIDE_QUESTIONS
    if isinstance(content, TranscriptReady):
        return bool(session.listening)
    return session.menu in rights.SIDE_QUESTIONS and isinstance(content, Chose)


def wants_aloud(session: Session, content: Content) -> bool:
    """Whether the next turn may ask for reading aloud, so that only then it is found out if that can be."""
    if isinstance(content, Said):
        return find_command(session.language, content.text) == "read_aloud"
    return isinstance(content, TranscriptReady) and bool(session.listening)


def _take_time(flow: Flow, session: Session, content: TimePassed, world: World) -> Turn:
    if content.due != timers.find_due(flow, session):
        return Turn(session)
    if timers.is_search(flow, session):
        told = replace(session, found=replace(session.found, told=True))
        later = timers.find_due(flow, told)
        if later != content.due and (later is None or world.now < later):
            return ask(flow, told, world)
        session = told  # nobody looked at the clock for a while
    if not timers.is_silence(flow, session):
        return timers.take_time(flow, session, world)
    # From here the silence counts anew: a nudge, too, is given time to be answered.
    return telling.go_on_after_silence(flow, replace(session, touched=world.now.timestamp()), world)


def _listen(flow: Flow, session: Session, content: Content, world: World, *, nudged: bool) -> Turn | None:
    """What a voice note that answers does, and the tap that says it was misheard; None for all else."""
    if isinstance(content, Recorded) and listening.is_answer(flow, session, content):
        return listening.listen(flow, replace(session, paused=False), content, world, nudged=nudged)
    if isinstance(content, Chose) and content.codes == (WRONG,) and session.status == "open":
        return listening.correct(flow, session, content.step, world)
    return None


def _take_transcript(
    flow: Flow, session: Session, content: TranscriptReady | TranscriptFailed, world: World
) -> Turn:
    """A recording became text, or did not: an answer, the word that all is told, or part of the story."""
    awaited = listening.find_awaited(session, content)
    if awaited is not None:
        return listening.take_heard(flow, session, awaited, content, world, _take)
    done = None
    if isinstance(content, TranscriptReady):
        done = listening.take_done(flow, session, content, world, _take)
    return done or transcripts.take_transcript(flow, session, content, world)


def _take_first(
    flow: Flow, session: Session, content: Content, command: Command | None, world: World
) -> Turn:
    """A message while the language is asked, before anything else: nothing but that can be answered yet."""
    asked = commands.ask_language(flow, replace(session, paused=False), world)
    if command == "stop":
        return pause(flow, session, world)
    if command in ("erase", "my_data"):
        return obey(flow, replace(session, paused=False), command, world)
    if session.paused:
        return asked
    if command in ("read_aloud", "read_silently"):
        told = obey(flow, replace(session, paused=False), command, world)
        asked = commands.ask_language(flow, told.session, world)
        return replace(asked, says=(*told.says, *asked.says))
    if command == "help":
        words = Utterance(set_up(flow, session, world).say("help_text"), session.language)
        return replace(asked, says=(words, *asked.says))
    return asked if command is not None else commands.take_menu(flow, session, content, world)


def _take_paused(
    flow: Flow, session: Session, content: Content, command: Command | None, world: World
) -> Turn:
    woken = replace(session, paused=False)
    if command in ("go_on", "start") or content in OLD_OFFERS:
        return ask(flow, woken, world)
    if not isinstance(content, Said):  # whoever taps or talks wants to go on
        return resume(flow, woken, content, world)
    if command in _WHILE_PAUSED:
        return obey(flow, woken, command, world)
    return Turn(session, (offer(set_up(flow, session, world), "still_paused", "go_on"),))


def _read_command(flow: Flow, session: Session, content: Content) -> Command | None:
    """The word in a message that is understood at every question; yes and no are such words after a nudge."""
    if not isinstance(content, Said):
        return None
    command = find_command(session.language, content.text)
    if command == "wrong" and session.spoken < 0 and listening.is_free(flow, session):
        return None  # there is nothing it could correct
    if command is None and session.reminded and session.status == "open":
        nudged: Mapping[str | None, Command] = {"yes": "go_on", "no": "stop"}
        return nudged.get(find_reply(session.language, content.text))
    return command


def _leaves_menu(session: Session, command: Command | None) -> bool:
    """Whether a word ends the side question; "done" is how that about names is answered."""
    return command is not None and not (session.menu == "names" and command == "done")


def _is_beside_menu(content: Content) -> bool:
    """Whether a message cannot be meant for a side question: a photo, a button of another one.

    The steps of side questions begin with a colon.
    """
    if content in OLD_OFFERS or isinstance(content, Pictured):
        return True
    return (
        isinstance(content, Chose | Placed | PlacedAll)
        and content.step is not None
        and content.step[:1] != ":"
    )
