"""Reading aloud: that everything said comes as a voice note as well, from the word for it until the other."""

from flows.asking import ask
from flows.flow import Flow
from flows.outbound import Utterance
from flows.session import Session
from flows.turn import Turn, World
from flows.values import replace
from flows.wording import set_up


def begin_reading(flow: Flow, session: Session, world: World) -> Turn:
    """From now on all is read aloud; where that cannot be, the teller hears so."""
    if not world.reads_aloud:
        return _say(flow, session, world, "aloud_not_here")
    return _say(flow, replace(session, aloud=True), world, "aloud_on")


def end_reading(flow: Flow, session: Session, world: World) -> Turn:
    """From now on nothing is read aloud."""
    return _say(flow, replace(session, aloud=False), world, "aloud_off")


def mark_aloud(turn: Turn) -> Turn:
    """The turn, all it says marked to be heard as well when the session is read aloud."""
    if not turn.session.aloud or not turn.says:
        return turn
    return replace(turn, says=tuple(replace(said, aloud=True) for said in turn.says))


def _say(flow: Flow, session: Session, world: World, key: str) -> Turn:
    words = Utterance(set_up(flow, session, world).say(key), session.language)
    if session.status != "open" or session.at < 0:
        return Turn(session, (words,))
    return ask(flow, session, world, (words,))
