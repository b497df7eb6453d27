"""The walk itself: ask the open question, or go on to the next one; or to the end."""

from collections.abc import Sequence

from flows.deidentification import sign_words
from flows.flow import Flow
from flows.keeping import is_followed, keep_story
from flows.kinds.step import offer
from flows.outbound import Utterance
from flows.path import holds, remember
from flows.session import Draft, Session, close
from flows.turn import Deidentify, Event, SessionEnded, StoryConfirmed, Turn, World
from flows.values import replace
from flows.wording import fill_in, render_plain, set_up, word_step


def ask(flow: Flow, session: Session, world: World, before: Sequence[Utterance] = ()) -> Turn:
    """Ask the question the session is at (again), after some other words."""
    if session.at == flow.confirmation_place and session.story.again:  # an answer was changed in between
        session = replace(session, at=flow.story_place)
    elif (
        session.at == flow.confirmation_place and flow.story_place >= 0 and not session.story.usable
    ):  # its recordings all failed
        session = return_to_telling(flow, session)
        words = set_up(flow, session, world).say("story_lost")
        before = (*before, Utterance(words, session.language))
    if session.at == flow.confirmation_place and not session.story.pending:
        if not session.found.covers(session.story.text):
            return _search(session, world, before)
        if session.found.texts == ():  # every answer in own words was withdrawn
            return _end(flow, session, world, list(before), ())
    return Turn(session, (*before, *word_step(flow, session, world)))


def walk_on(flow: Flow, session: Session, world: World, events: tuple[Event, ...] = ()) -> Turn:
    """Say what comes, up to and with the next question; or up to the end, which ends the session.

    From a question that was open again it goes to what is owed after the change, else back to where the
    teller was.
    """
    if session.at < session.reached:
        owed = tuple(place for place in session.owed if place != session.at)
        session = replace(session, owed=owed, at=min((*owed, session.reached)))
        if session.at < session.reached or holds(flow, session, flow.walk[session.at]):
            return replace(ask(flow, session, world), events=events)
        session, _ = remember(flow, session, flow.walk[session.at].step.name, ())
    says: list[Utterance] = []
    for index in range(session.at + 1, len(flow.walk)):
        place = flow.walk[index]
        if index == flow.confirmation_place and flow.story_place < 0 and not session.worded:
            continue
        if not holds(flow, session, place):
            session, _ = remember(flow, session, place.step.name, ())
        elif place.waits:
            count = session.count + place.counts
            asked = ask(flow, replace(session, at=index, reached=index, count=count), world, says)
            return replace(asked, events=events)
        else:
            says.append(_say(flow, session, index, world))
    return _end(flow, session, world, says, events)


def _search(session: Session, world: World, before: Sequence[Utterance]) -> Turn:
    """Have names and numbers found in all that was told; what was found is shown in the next turn."""
    found, story = session.found, session.story.text
    after = replace(
        found,
        number=found.number + 1,
        of=sign_words(story),
        since=world.now.timestamp(),
        told=False,
        texts=None,
    )
    work = (Deidentify(after.number, story),)
    return Turn(replace(session, found=after), tuple(before), (), work)


def say_first(flow: Flow, session: Session, world: World, key: str, **values: object) -> Turn:
    """Say one of the bot's own sentences, then ask the open question."""
    words = set_up(flow, session, world).say(key, **values)
    return ask(flow, session, world, (Utterance(words, session.language),))


def leave_menu(flow: Flow, session: Session, world: World) -> Turn:
    """Back from a side question to the open question, or to the end that was."""
    if session.status != "open":
        return Turn(session, (offer(set_up(flow, session, world), session.status, "start"),))
    return walk_on(flow, session, world) if session.at < 0 else ask(flow, session, world)


def clear(session: Session) -> Session:
    """The session with nothing given yet to the question it is at."""
    return replace(session, picked=(), page=0, writing="", misses=0, sources=(), missed=())


def return_to_telling(flow: Flow, session: Session) -> Session:
    """Back from the confirmation to the story, of which no words are left; what was put aside stays there."""
    draft = session.story
    fresh = Draft(previous=draft.previous, again="tell", nudged=True, heard=draft.heard)
    return replace(session, at=flow.story_place, story=fresh)


def _say(flow: Flow, session: Session, index: int, world: World) -> Utterance:
    words = render_plain(flow, session, flow.walk[index], world)
    if "{" not in words.text:
        return words
    return fill_in(flow, session, words, {"code": world.story_code, "shared": str(world.shared)})


def _end(
    flow: Flow, session: Session, world: World, says: list[Utterance], events: tuple[Event, ...]
) -> Turn:
    """The last words; nothing of what was told stays in the session."""
    if not any(isinstance(event, StoryConfirmed) for event in events):  # there was nothing to read back
        events = (*events, keep_story(flow, session, world))
    ended = replace(close(session, "finished"), follow=is_followed(flow, session))
    another = offer(set_up(flow, ended, world), "finished", "start")
    last = replace(says.pop(), kind="choice", step=None, options=another.options) if says else another
    return Turn(ended, (*says, last), (*events, SessionEnded("finished")))
