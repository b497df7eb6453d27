"""Messages that people edit afterwards: what that changes as long as their question is open.

An edited message is never a command and starts nothing. Ids of messages are kept of the open question only.
"""

from typing import cast

from flows import commands, telling
from flows.answering import record
from flows.asking import ask, say_first
from flows.flow import Flow
from flows.inbound import Content, Corrected, Said
from flows.kinds.step import Given, Misread, Partly, Question
from flows.kinds.story import STORY_LIMIT
from flows.open_question import is_label, take_answer
from flows.outbound import Utterance
from flows.path import find_before
from flows.phrases import find_command
from flows.rights import SIDE_QUESTIONS
from flows.session import Session
from flows.turn import Turn, World
from flows.values import replace
from flows.wording import set_up, word_step

_TYPED = (Said, Corrected)
"""What a platform has a name for, and people can edit."""

MOST_MISSED = 3
"""Messages that gave nothing of which the ids are kept: who edits one, edits one of the latest."""


def take_correction(flow: Flow, session: Session, content: Corrected, world: World) -> Turn:
    """A message reads otherwise now: the part or entry it gave changes, or it is read as a new answer."""
    if session.status != "open" or session.paused:
        return Turn(session, (_say(flow, session, "correction_unused", world),))
    session = replace(session, touched=world.now.timestamp(), reminded=0)
    said = Said(content.text.strip(), content.id)
    parts = [part.message for part in session.story.parts] if session.at == flow.story_place else []
    if not content.id or content.id not in (*parts, *session.sources, *session.missed):
        return _leave_standing(flow, session, world)
    told = content.id in parts
    if not said.text or _is_command(flow, session, said, world, label=not told):
        return _show_again(flow, session, world)
    if told:
        return _correct_part(flow, replace(session, menu=""), parts.index(content.id), said.text, world)
    if content.id in session.sources:
        return _correct_entry(flow, replace(session, menu=""), said, world)
    if session.menu in SIDE_QUESTIONS:  # nothing is erased by what is edited afterwards
        return _leave_standing(flow, session, world)
    if session.menu:
        return commands.take_menu(flow, session, said, world)
    return take_answer(flow, session, said, world)


def keep_track(flow: Flow, before: Session, content: Content, turn: Turn) -> Turn:
    """Note of which message a turn came, as long as the question stays open; forget it all when it closes."""
    after = turn.session
    if after.at != before.at or after.status != "open":
        told = before.at == flow.story_place and any(part.message for part in after.story.parts)
        return replace(turn, session=_forget(after)) if told or after.sources or after.missed else turn
    missed = before.missed if after.menu == before.menu and not after.paused else ()
    if isinstance(content, _TYPED) and content.id and (missed or isinstance(content, Said)):
        gave = _gave(before, after)
        if gave and content.id in missed:
            missed = tuple(each for each in missed if each != content.id)
        elif not gave and isinstance(content, Said) and content.id not in missed:
            missed = (*missed, content.id)[-MOST_MISSED:]
    return turn if missed == after.missed else replace(turn, session=replace(after, missed=missed))


def _gave(before: Session, after: Session) -> bool:
    """Whether a message gave or opened anything, though the question stays open."""
    return (
        after.picked != before.picked
        or after.story.parts != before.story.parts
        or after.writing != before.writing
        or after.menu != before.menu
        or after.paused != before.paused
        or after.language != before.language
    )


def _forget(session: Session) -> Session:
    parts = tuple(replace(part, message="") if part.message else part for part in session.story.parts)
    return replace(session, sources=(), missed=(), story=replace(session.story, parts=parts))


def _correct_part(flow: Flow, session: Session, place: int, text: str, world: World) -> Turn:
    """A piece of the story that is being told."""
    draft, question = session.story, telling.find_question(flow)
    if draft.parts[place].text == text:  # platforms also call it an edit when a link gets its picture
        return Turn(session)
    setting = set_up(flow, session, world)
    parts = (*draft.parts[:place], replace(draft.parts[place], text=text), *draft.parts[place + 1 :])
    after = replace(draft, parts=parts)
    if len(after.text) > STORY_LIMIT:
        words = setting.say("story_too_long", limit=STORY_LIMIT)
        return Turn(session, (question.render_more(words, draft, setting),))
    words = question.render_more(setting.say("corrected"), after, setting)
    return Turn(replace(session, story=after), (words,))


def _correct_entry(flow: Flow, session: Session, said: Said, world: World) -> Turn:
    """What was picked or typed already of an answer that is not complete."""
    question = cast(Question, flow.walk[session.at].step)
    setting = set_up(flow, session, world)
    own = [place for place, source in enumerate(session.sources) if source == said.id]
    words = _say(flow, session, "corrected", world)
    match question.correct(said.text, own, setting):
        case Partly(picked, _, writing) as partly:
            if (picked, writing) == (session.picked, session.writing):
                return Turn(session)
            count = len(picked) - len(session.picked) + len(own)
            later = tuple(source for source in session.sources[own[0] :] if source != said.id)
            sources = (*session.sources[: own[0]], *(said.id for _ in range(count)), *later)
            after = replace(session, picked=picked, page=partly.page, writing=writing, sources=sources)
            return ask(flow, replace(after, misses=0), world, (words,))
        case Given() as given:
            turn = record(flow, session, question, given, setting, world)
            return replace(turn, says=(words, *turn.says))
        case Misread(says=says):
            return ask(flow, session, world, (Utterance(says, session.language),))
        case _:
            return ask(flow, session, world)


def _is_command(flow: Flow, session: Session, said: Said, world: World, *, label: bool) -> bool:
    """Whether words are a command and, where that can be, no `label` of an answer that is shown."""
    if find_command(session.language, said.text) is None:
        return False
    return not (label and session.at >= 0 and is_label(flow, session, said, world))


def _show_again(flow: Flow, session: Session, world: World) -> Turn:
    """The open question as it stands: an empty message and a command word correct nothing."""
    if session.menu:
        return Turn(session, (commands.show_menu(flow, session, world),))
    if session.at == flow.story_place and session.story.usable:
        setting = set_up(flow, session, world)
        words = telling.find_question(flow).render_more(setting.say("story_more"), session.story, setting)
        return Turn(session, (words,))
    return Turn(session, word_step(flow, session, world)[-1:])


def _leave_standing(flow: Flow, session: Session, world: World) -> Turn:
    """The question that was answered is closed: the answer stands, and how to change it after all."""
    nothing = session.at < 0 or find_before(flow, replace(session, at=session.reached)) is None
    key = "correction_unused" if nothing else "correction_late"
    if session.menu:
        return Turn(session, (_say(flow, session, key, world), commands.show_menu(flow, session, world)))
    asked = say_first(flow, session, world, key)
    return replace(asked, says=(asked.says[0], asked.says[-1]))  # no story is shown again


def _say(flow: Flow, session: Session, key: str, world: World) -> Utterance:
    return Utterance(set_up(flow, session, world).say(key), session.language)
