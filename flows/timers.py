"""Time: when a session wants to be told that time has passed, and what the moment brings.

The engine never looks at a clock. `find_due` says the one moment for which a session asks; whoever keeps
the session sends `TimePassed` with that moment, late or twice as it may be. A moment that is not the one
the session asks for now is stale, and changes nothing.
"""

from datetime import UTC, datetime, timedelta

from flows.flow import Flow
from flows.keeping import keep_unfinished
from flows.kinds.step import offer
from flows.kinds.story import Story
from flows.session import Session, close
from flows.turn import Event, FollowUpDue, SessionEnded, Turn, World
from flows.values import replace
from flows.wording import set_up

PATIENCE = timedelta(seconds=20)
"""How long names are looked for before the teller hears that it takes a while: mostly it is done at once."""

_UNANSWERED = 2
"""Steps asked when only the consent was answered: it, and the first question."""


def find_due(flow: Flow, session: Session) -> datetime | None:
    """The moment at which a session wants a `TimePassed`; None when it waits for nothing."""
    after = _find_wait(flow, session)
    if after is None:
        return None
    due = session.touched + after.total_seconds()
    if is_search(flow, session):
        due = min(due, session.found.since + PATIENCE.total_seconds())
    return datetime.fromtimestamp(due, UTC)


def is_silence(flow: Flow, session: Session) -> bool:
    """Whether the moment a session asks for is the silence after which a story counts as told."""
    telling = session.status == "open" and session.at == flow.story_place and not session.paused
    return telling and not session.menu and bool(session.story.usable)


def is_search(flow: Flow, session: Session) -> bool:
    """Whether names are being looked for and the teller, who waits, was not told that it takes a while."""
    waits = session.status == "open" and session.at == flow.confirmation_place and not session.paused
    return waits and not session.menu and session.found.awaited and not session.found.told


def take_time(flow: Flow, session: Session, world: World) -> Turn:
    """The moment has come (and is no silence in a story): a nudge, the end, or another flow."""
    if session.status != "open":
        follow = flow.follow_up
        events: tuple[Event, ...] = (FollowUpDue(follow.flow),) if follow else ()
        return Turn(replace(session, follow=False), (), events)
    late = world.now.timestamp() - session.touched
    if _may_remind(flow, session) and late < flow.expire_after.total_seconds():
        words = replace(offer(set_up(flow, session, world), "reminder", "go_on"), purpose="reminder")
        # Nobody may have looked at the clock for a while: one nudge stands for all that are behind.
        behind = sum(after.total_seconds() <= late for after in flow.remind_after)
        return Turn(replace(session, reminded=max(session.reminded + 1, behind)), (words,))
    return _expire(flow, session, world)


def has_agreed(flow: Flow, session: Session) -> bool:
    """Whether the first consent was given: nothing is asked beyond it otherwise."""
    return session.reached > flow.first_question_place


def _find_wait(flow: Flow, session: Session) -> timedelta | None:
    if session.status != "open":
        return flow.follow_up.after if session.follow and flow.follow_up else None
    waits = [flow.expire_after]
    if _may_remind(flow, session):
        waits.append(flow.remind_after[session.reminded])
    if is_silence(flow, session):
        story = flow.walk[flow.story_place].step
        waits.append(story.pause if isinstance(story, Story) else flow.expire_after)
    return min(waits)


def _may_remind(flow: Flow, session: Session) -> bool:
    """Nobody is nudged who did not agree yet, or said stop."""
    more = session.reminded < len(flow.remind_after)
    return more and not session.paused and has_agreed(flow, session)


def _expire(flow: Flow, session: Session, world: World) -> Turn:
    """Time ran out: what was told is kept as unfinished, where the teller agreed."""
    ended = close(session, "expired")
    over = SessionEnded("expired")
    if not has_agreed(flow, session):
        return Turn(ended, (), (over,))
    # Who said stop wants no more messages; what was told is kept all the same, as it was said then.
    said = replace(offer(set_up(flow, session, world), "expired", "start"), purpose="expired")
    words = () if session.paused else (said,)
    told = session.story
    aside = replace(told, parts=told.previous, by_voice=False)
    if told.again and aside.text:  # it was to be told again, which did not come to an end
        told = aside
    answered = session.count > _UNANSWERED if flow.story_place < 0 else bool(told.text)
    if not answered:
        return Turn(ended, words, (over,))
    kept = keep_unfinished(flow, replace(session, story=told), world)
    return Turn(ended, words, (kept, over))
