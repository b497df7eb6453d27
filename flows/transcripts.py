"""Recordings that become text, or do not: what that means wherever the conversation is by then."""

from flows.asking import ask
from flows.flow import Flow
from flows.inbound import TranscriptFailed, TranscriptProblem, TranscriptReady
from flows.outbound import Utterance
from flows.path import holds, settle
from flows.session import Session, StoryPart
from flows.telling import count_words, find_question
from flows.turn import Turn, World
from flows.values import replace
from flows.wording import set_up


def take_transcript(
    flow: Flow, session: Session, content: TranscriptReady | TranscriptFailed, world: World
) -> Turn:
    """The system's word on a recording; a part put aside or gone meanwhile changes nothing that is shown."""
    if session.status != "open" or not _knows(session, content.recording):
        return Turn(session)
    if isinstance(content, TranscriptReady) and not content.text.strip():
        content = TranscriptFailed(content.recording, "empty")
    draft = session.story
    part = next((part for part in draft.parts if part.recording == content.recording), None)
    late = part is not None and part.failed and isinstance(content, TranscriptReady)
    waiting = late or (part is not None and part.pending)
    after = replace(
        session,
        story=replace(draft, parts=_settle(draft.parts, content), previous=_settle(draft.previous, content)),
    )
    after = _recount(flow, after)
    if not waiting or session.paused or (session.menu and isinstance(content, TranscriptReady)):
        return Turn(after)
    at_confirmation = session.at == flow.confirmation_place
    if late:
        return _take_late(flow, after, world)
    if isinstance(content, TranscriptFailed):
        words = _explain_failure(flow, after, content.problem, world)
        if session.menu or session.at == flow.story_place or (at_confirmation and after.story.pending):
            return Turn(after, (words,))
        return ask(flow, after, world, (words,))
    if at_confirmation:
        return Turn(after) if after.story.pending else ask(flow, after, world)
    if draft.announced and not after.story.pending:
        words = Utterance(set_up(flow, session, world).say("transcript_ready"), session.language)
        return Turn(after, (words,))
    return Turn(after)


def _take_late(flow: Flow, session: Session, world: World) -> Turn:
    """Text of a recording that was said to have failed: it took its place in the story, and is read back."""
    setting = set_up(flow, session, world)
    said = setting.say("transcript_late")
    words = Utterance(said, session.language)
    if session.at == flow.confirmation_place and not session.story.pending:
        return ask(flow, session, world, (words,))
    if session.at == flow.story_place:
        words = find_question(flow).render_more(said, session.story, setting)
    return Turn(session, (words,))


def _knows(session: Session, recording: str) -> bool:
    """Whether a recording belongs to the story, as it is or as it was put aside."""
    return recording in session.story.heard


def _explain_failure(flow: Flow, session: Session, problem: TranscriptProblem, world: World) -> Utterance:
    """What went wrong with a recording and what to do: now, or later when another question is open."""
    setting = set_up(flow, session, world)
    after = {
        "too_large": "transcript_smaller",
        "too_long": "transcript_smaller",
        "delayed": "transcript_wait",
    }
    key = after.get(problem, "transcript_retry")
    if session.at != flow.story_place:
        key = "transcript_later" if session.at != flow.confirmation_place else ""
    words = [setting.say(f"transcript_{problem}"), *([setting.say(key)] if key else [])]
    return Utterance(" ".join(words), session.language)


def _settle(
    parts: tuple[StoryPart, ...], content: TranscriptReady | TranscriptFailed
) -> tuple[StoryPart, ...]:
    def settle(part: StoryPart) -> StoryPart:
        if part.recording != content.recording or part.text is not None:
            return part
        return (
            replace(part, text=content.text.strip(), failed=False, doubts=content.doubts)
            if isinstance(content, TranscriptReady)
            else replace(part, failed=True)
        )

    return tuple(settle(part) for part in parts)


def _recount(flow: Flow, session: Session) -> Session:
    """Count the words anew once a recording is text, unless a question was passed over for want of them.

    That question stays passed over: it would look as if it had been asked.
    """
    ask_code = find_question(flow).ask
    if session.reached <= flow.story_place or ask_code not in session.remembered:
        return session
    after = replace(session, remembered={**session.remembered, ask_code: count_words(session.story)})
    places = flow.dependents.get(ask_code, ())
    passed = (flow.walk[place] for place in places if place <= session.reached)
    if any(holds(flow, session, place) is not holds(flow, after, place) for place in passed):
        return session
    after, _ = settle(flow, session, after, places)
    return after
