"""What is kept of a story when the conversation is over."""

from flows.flow import Flow
from flows.guards import all_hold
from flows.path import know
from flows.redaction import redact
from flows.session import Session
from flows.turn import StoryConfirmed, World


def keep_story(flow: Flow, session: Session, world: World, *, complete: bool = True) -> StoryConfirmed:
    """The story as it is kept: without contact details, with what fills its title and who may read it.

    What is not complete was not read back by the teller. A flow without a story keeps an empty one, to
    which its answers belong.
    """
    text = redact(session.story.text).text
    return StoryConfirmed(
        code=world.story_code,
        text=text,
        title=_find_field(flow, session, "title"),
        share_with=_find_field(flow, session, "share_with"),
        told_by="voice" if session.story.spoken else "text",
        words=len(text.split()),
        complete=complete,
    )


def is_followed(flow: Flow, session: Session) -> bool:
    """Whether another flow follows, now that this one is finished."""
    return flow.follow_up is not None and all_hold(flow.follow_up.when, know(flow, session)) is True


def _find_field(flow: Flow, session: Session, field: str) -> str | None:
    question = next((ask for fills, ask in flow.filling.items() if fills == field), "")
    values = session.remembered.get(question, ())
    return values[0] if values else None
