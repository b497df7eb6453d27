"""What is kept of a story when the conversation is over."""

from flows.flow import Flow
from flows.guards import all_hold
from flows.kinds.step import Field
from flows.path import know
from flows.session import Session
from flows.turn import StoryConfirmed, World
from flows.values import replace


def keep_story(flow: Flow, session: Session, world: World) -> StoryConfirmed:
    """What its teller read and agreed to, without what was taken out of it.

    A flow without a story keeps an empty one, to which its answers belong. A title that was not searched
    for names is not kept.
    """
    texts = session.found.write()
    kept = {text.question: text.text for text in texts}
    titled = flow.filling.get("title")
    return replace(
        keep_unfinished(flow, session, world),
        text=kept.get("", ""),
        title=kept.get(titled) if titled else None,
        complete=True,
        texts=tuple(text for text in texts if text.question),
        findings=session.found.list_findings(),
    )


def keep_unfinished(flow: Flow, session: Session, world: World) -> StoryConfirmed:
    """What was told when time ran out: nobody read it back, and names still stand in it."""
    return StoryConfirmed(
        code=world.story_code,
        text=session.story.text,
        title=_find_field(flow, session, "title"),
        share_with=_find_field(flow, session, "share_with"),
        told_by="voice" if session.story.spoken else "text",
        words=len(session.story.text.split()),
        complete=False,
    )


def is_followed(flow: Flow, session: Session) -> bool:
    """Whether another flow follows, now that this one is finished."""
    return flow.follow_up is not None and all_hold(flow.follow_up.when, know(flow, session)) is True


def _find_field(flow: Flow, session: Session, field: Field) -> str | None:
    values = session.remembered.get(flow.filling.get(field, ""), ())
    return values[0] if values else None
