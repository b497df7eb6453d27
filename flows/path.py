"""The way through a flow: which questions come, which are passed over, which are owed after a change."""

from collections.abc import Sequence

from flows.flow import Flow
from flows.guards import Known
from flows.session import Session
from flows.values import replace
from flows.walk import Place


def know(flow: Flow, session: Session) -> Known:
    """What guards may look at in this session."""
    return Known(session.remembered, session.language, flow.audience)


def holds(flow: Flow, session: Session, place: Place) -> bool:
    """Whether a step is asked or said, now that all before it was."""
    if not place.guards and place.draw is None:
        return True
    return place.holds(know(flow, session), session.seed) is True


def count_all(flow: Flow, session: Session) -> int:
    """How many steps that wait there may be, as far as can be told."""
    known = know(flow, session)
    return sum(place.counts and place.holds(known, session.seed) is not False for place in flow.walk)


def remember(
    flow: Flow, session: Session, question: str, value: tuple[str, ...]
) -> tuple[Session, tuple[str, ...]]:
    """Keep an answer that later steps need; answers also which questions' answers no longer count."""
    if question not in flow.needed or session.remembered.get(question) == value:
        return session, ()
    after = replace(session, remembered={**session.remembered, question: value})
    return settle(flow, session, after, flow.dependents.get(question, ()))


def settle(
    flow: Flow, before: Session, after: Session, places: Sequence[int]
) -> tuple[Session, tuple[str, ...]]:
    """Bring count, total and what is owed in line with a change that these places depend on."""
    if not places:
        return after, ()
    was, now = know(flow, before), know(flow, after)
    gone: list[str] = []
    open_again: list[str] = []
    for index in places:
        place = flow.walk[index]
        held, held_now = place.holds(was, before.seed), place.holds(now, after.seed)
        change = (held_now is not False) - (held is not False)
        after = replace(after, total=after.total + change) if change else after
        if index > after.reached or bool(held) is bool(held_now):
            continue
        if held_now:
            after = replace(after, count=after.count + 1, owed=tuple(sorted({*after.owed, index})))
            open_again.append(place.step.name)
        else:
            owed = tuple(each for each in after.owed if each != index)
            after = replace(after, count=after.count - 1, owed=owed)
            if index < after.reached:
                gone.append(place.step.name)
    for question in tuple(gone):
        after, more = remember(flow, after, question, ())
        gone.extend(more)
    for question in open_again:
        after, more = _forget(flow, after, question)
        gone.extend(more)
    return after, tuple(gone)


def _forget(flow: Flow, session: Session, question: str) -> tuple[Session, tuple[str, ...]]:
    """A question that was passed over is still to come: what hangs on its answer is open again."""
    if question not in session.remembered:
        return session, ()
    others = {each: value for each, value in session.remembered.items() if each != question}
    return settle(flow, session, replace(session, remembered=others), flow.dependents.get(question, ()))


def find_before(flow: Flow, session: Session) -> int | None:
    """The question asked before the one that is open; None when there is none."""
    return next(
        (
            index
            for index in range(session.at - 1, -1, -1)
            if flow.walk[index].waits and holds(flow, session, flow.walk[index])
        ),
        None,
    )


def count_at(flow: Flow, session: Session) -> int:
    """How many steps that wait have come up to and with the open one."""
    between = range(session.at + 1, session.reached + 1)
    later = sum(flow.walk[index].counts and holds(flow, session, flow.walk[index]) for index in between)
    return session.count - later
