"""Voice notes at questions: awaited as answers, read as if typed once they are text, and said back.

A recording that answers a question is kept until it is text. Then its words are read as typed words are,
first as they are, then without the small words of speech around them. What was understood is said back,
with one tap to correct it; what was not is asked again with the words that were heard.
"""

from collections.abc import Callable, Sequence

from flows import commands, rights
from flows.asking import ask, clear, say_first
from flows.flow import Flow
from flows.hearing import ask_for_text
from flows.inbound import Content, Recorded, Said, TranscriptFailed, TranscriptReady
from flows.kinds.story import LONG_RECORDING
from flows.kinds.text import TextQuestion
from flows.outbound import Utterance
from flows.phrases import find_command, find_reply
from flows.reading.spoken import list_forms
from flows.saying_back import list_answers, say_back
from flows.session import Awaited, Session, StoryPart
from flows.telling import LONG, add_heard, take_confirmation
from flows.turn import (
    AnswerGiven,
    RecordingKept,
    RecordingSpent,
    Turn,
    World,
)
from flows.values import replace
from flows.wording import set_up

MOST_AWAITED = 3
"""Recordings that may wait to be read at once: people say an answer again when nothing comes."""

Take = Callable[[Flow, Session, Content, World], Turn]
"""The engine's own way of taking a message."""


def is_answer(flow: Flow, session: Session, content: Content) -> bool:
    """Whether a message is a voice note that answers a question, and is no part of the story."""
    if not isinstance(content, Recorded):
        return False
    if session.silent and (content.seconds or 0) >= LONG_RECORDING / 2:
        return False  # so much is said of a story, and it was taken as told
    return bool(session.menu) or session.at != flow.story_place


def listen(flow: Flow, session: Session, content: Recorded, world: World, *, nudged: bool) -> Turn:
    """Keep a voice note as the answer to the open question, which stays open meanwhile."""
    if any(each.recording == content.recording for each in session.listening):
        return Turn(session)
    setting, step = set_up(flow, session, world), _name_step(flow, session)
    if len(session.listening) >= MOST_AWAITED:
        return Turn(session, (Utterance(setting.say("listening_still"), session.language, step=step),))
    awaited = Awaited(content.recording, step, session.menu, nudged)
    return Turn(
        replace(session, listening=(*session.listening, awaited)),
        (Utterance(setting.say("listening"), session.language, step=step),),
        (RecordingKept(content.recording, content.seconds),),
        (ask_for_text(flow, session, content.recording, urgent=True),),
    )


def find_awaited(session: Session, content: TranscriptReady | TranscriptFailed) -> Awaited | None:
    """The answer that a recording is to become; None when it is none."""
    return next((each for each in session.listening if each.recording == content.recording), None)


def take_heard(
    flow: Flow,
    session: Session,
    awaited: Awaited,
    content: TranscriptReady | TranscriptFailed,
    world: World,
    take: Take,
) -> Turn:
    """A recording that is an answer became text, or did not; one that comes too late changes nothing."""
    others = tuple(each for each in session.listening if each != awaited)
    ready = replace(session, listening=others)
    spent = RecordingSpent(awaited.recording)
    if not _waits_for(flow, ready, awaited):
        return Turn(ready, (), (spent,))
    ready = replace(ready, menu=awaited.menu, reminded=max(ready.reminded, int(awaited.nudged)))
    words = content.text.strip() if isinstance(content, TranscriptReady) else ""
    if not words:
        problem = content.problem if isinstance(content, TranscriptFailed) else "empty"
        return _spend(_explain_failure(flow, ready, problem, world), spent)
    if _tells_on(flow, ready, words):
        part = StoryPart(text=words, recording=awaited.recording)
        return add_heard(flow, replace(clear(ready), menu="", silent=False), part, world)
    turn = _read(flow, ready, words, world, take)
    return turn if _keeps_sound(flow, ready, turn) else _spend(turn, spent)


def take_done(
    flow: Flow, session: Session, content: TranscriptReady, world: World, take: Take
) -> Turn | None:
    """The word that a story is all told, spoken in a note of its own; None when it is anything else."""
    if session.status != "open" or session.at != flow.story_place or session.paused or session.menu:
        return None
    parts = session.story.parts
    word = any(part.recording == content.recording and part.pending for part in parts) and any(
        find_command(session.language, form) == "done" for form in list_forms(content.text, session.language)
    )
    if not word:
        return None
    left = tuple(part for part in parts if part.recording != content.recording)
    told = replace(session, story=replace(session.story, parts=left))
    said = Said(set_up(flow, session, world).say("done"))
    return _spend(take(flow, told, said, world), RecordingSpent(content.recording))


def is_free(flow: Flow, session: Session) -> bool:
    """Whether the open question takes any words."""
    step = flow.walk[session.at].step if session.at >= 0 else None
    return not session.menu and (isinstance(step, TextQuestion) or bool(session.writing))


def correct(flow: Flow, session: Session, step: str | None, world: World) -> Turn:
    """What was understood is wrong: exactly that question is asked again."""
    place = session.spoken if step is None else flow.places.get(step, -1)
    woken = replace(session, paused=False, menu="", spoken=-1)
    if step is None and session.at == flow.confirmation_place:
        return take_confirmation(flow, woken, Said(set_up(flow, session, world).say("not_right")), world)
    if place < 0 or place > session.reached or place == flow.confirmation_place:
        return ask(flow, woken, world)
    if place == session.at:
        return say_first(flow, clear(woken), world, "answer_again")
    return commands.reopen(flow, woken, place, world)


def forget_spent(flow: Flow, content: Content, turn: Turn) -> Turn:
    """Of what is answered otherwise no recording is awaited, nor corrected, any longer."""
    session = turn.session
    if session.spoken >= 0 and not isinstance(content, TranscriptReady) and list_answers(turn.events):
        session = replace(session, spoken=-1)
    left = tuple(each for each in session.listening if _is_open(flow, session, each))
    if len(left) == len(session.listening):
        return turn if session is turn.session else replace(turn, session=session)
    gone = tuple(RecordingSpent(each.recording) for each in session.listening if each not in left)
    return replace(turn, session=replace(session, listening=left), events=(*turn.events, *gone))


def _name_step(flow: Flow, session: Session) -> str:
    return f":{session.menu.replace('_', '-')}" if session.menu else flow.walk[session.at].step.name


def _waits_for(flow: Flow, session: Session, awaited: Awaited) -> bool:
    """Whether the question that a recording answers is open; a side question beside it closes again."""
    return _is_open(flow, session, awaited) and not session.paused


def _is_open(flow: Flow, session: Session, awaited: Awaited) -> bool:
    if awaited.menu:
        return awaited.menu == session.menu
    return session.status == "open" and session.at >= 0 and flow.walk[session.at].step.name == awaited.step


def _tells_on(flow: Flow, session: Session, words: str) -> bool:
    """Whether somebody goes on telling: many words, while the story is or just was the question."""
    beside = session.at == flow.story_place and bool(session.menu)
    return (beside or session.silent) and len(words.split()) >= LONG


def _read(flow: Flow, session: Session, words: str, world: World, take: Take) -> Turn:
    """The turn that these words make: in the first of their forms that is understood."""
    setting = set_up(flow, session, world)
    turns = ((form, take(flow, session, Said(form), world)) for form in _list_forms(flow, session, words))
    first: Turn | None = None
    for form, turn in turns:
        if _is_understood(session, form, turn):
            return say_back(flow, session, _guard(flow, session, turn, world), setting)
        first = first or turn
    if first is None:  # there is always one form
        return ask(flow, session, world)
    heard = setting.say("heard_words", words=words)
    said = Utterance(f"{heard}\n{first.says[0].text}", session.language, personal=True)
    return (
        replace(first, says=(said, *first.says[1:]))
        if len(first.says) > 1
        else replace(first, says=(Utterance(heard, session.language, personal=True), *first.says))
    )


def _list_forms(flow: Flow, session: Session, words: str) -> Sequence[str]:
    """What was said, and the same without small words; an answer in free words is taken as it is."""
    forms = list_forms(words, session.language)
    if not is_free(flow, session):
        return forms
    around = ("dont_know", "not_applicable")
    language = session.language
    known = (form for form in forms if find_command(language, form) or find_reply(language, form) in around)
    return [next(known, words)]


def _is_understood(session: Session, form: str, turn: Turn) -> bool:
    """Whether anything came of some words: a fact, another place, or what a command word asks for."""
    after = replace(
        turn.session,
        misses=session.misses,
        touched=session.touched,
        reminded=session.reminded,
        silent=session.silent,
    )
    word = find_command(session.language, form) or (
        session.reminded and find_reply(session.language, form) in ("yes", "no")
    )
    return bool(turn.events) or after != session or bool(word)


def _guard(flow: Flow, session: Session, turn: Turn, world: World) -> Turn:
    """A story is not thrown away at a word that may be misheard: that is asked first."""
    at_text = session.at == flow.confirmation_place and not session.menu
    thrown = turn.session.status == "discarded" and at_text
    return rights.ask_take_back(flow, session, world) if thrown else turn


def _keeps_sound(flow: Flow, before: Session, turn: Turn) -> bool:
    """Whether the words of a recording are the teller's own, so that its sound stays like that of a story."""
    if not is_free(flow, before):
        return False
    answered = any(
        event.status == "answered" and event.input_method == "voice"
        for event in turn.events
        if isinstance(event, AnswerGiven)
    )
    return answered or len(turn.session.picked) > len(before.picked)


def _explain_failure(flow: Flow, session: Session, problem: str, world: World) -> Turn:
    setting = set_up(flow, session, world)
    text = f"{setting.say(f'transcript_{problem}')} {setting.say('answer_again')}"
    words = Utterance(text, session.language)
    if session.menu:
        return Turn(session, (words, commands.show_menu(flow, session, world)))
    asked = ask(flow, session, world)
    return replace(asked, says=(words, asked.says[-1]))  # no story is shown again


def _spend(turn: Turn, spent: RecordingSpent) -> Turn:
    return replace(turn, events=(*turn.events, spent))
