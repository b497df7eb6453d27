"""How a story is told, awaited, read back and confirmed: the engine's part for story and confirmation.

The functions take the engine's own `ask` and `walk_on` as arguments, so that the walk stays in one place.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, cast

from flows.flow import Flow
from flows.inbound import (
    Chose,
    Content,
    Recorded,
    Said,
    TranscriptFailed,
    TranscriptProblem,
    TranscriptReady,
)
from flows.kinds.confirmation import AGAIN, CHANGE, DISCARD, NO, Confirmation
from flows.kinds.step import Setting, offer
from flows.kinds.story import BACK, DONE, LONG_RECORDING, STORY_LIMIT, Story
from flows.outbound import Utterance
from flows.phrases import find_command
from flows.redaction import redact
from flows.replies import read_option
from flows.session import Draft, Session, StoryPart
from flows.turn import Event, RecordingKept, SessionEnded, StoryConfirmed, Transcribe, Turn, World

MOST_RECORDINGS = 30
"""Recordings one story may have, the ones told again included: the workers are there for everyone."""

SPLIT_LENGTH = 3_500
"""Characters from which a text may be the first part of more: platforms cut long messages in pieces."""


class Ask(Protocol):
    """Ask the question the session is at."""

    def __call__(self, flow: Flow, session: Session, before: Sequence[Utterance] = ()) -> Turn:
        """Say some words and ask."""
        ...


class WalkOn(Protocol):
    """Go on to the next question."""

    def __call__(self, flow: Flow, session: Session, world: World, *, events: tuple[Event, ...] = ()) -> Turn:
        """Say what comes, up to and with the next question."""
        ...


def take_story(
    flow: Flow, session: Session, content: Content, world: World, ask: Ask, walk_on: WalkOn
) -> Turn:
    """A message while the story is being told: a part of it, or that it is all."""
    question = cast(Story, flow.walk[flow.story_place])
    setting = Setting(session.language, flow.languages)
    match content:
        case Recorded(recording, seconds):
            return _add_recording(session, recording, seconds, question, setting)
        case Chose(codes=(code,)):
            tapped: str | None = code
        case Said(text=text):
            tapped = read_option(text, question.offer(session.story, setting))
            if find_command(session.language, text) == "done":
                tapped = DONE
            elif tapped is None and text.strip():
                return _add_words(flow, session, text.strip(), question, ask)
        case _:
            tapped = None
    if tapped == BACK and session.story.previous:
        return _restore(flow, session, ask)
    if tapped == DONE:
        return _finish_telling(flow, session, world, ask, walk_on)
    key = "misread_confirm" if session.story.usable else "story_empty"
    return ask(flow, session, before=(Utterance(setting.say(key), session.language),))


def take_confirmation(
    flow: Flow, session: Session, content: Content, world: World, ask: Ask, walk_on: WalkOn
) -> Turn:
    """A message while the text is shown or awaited: keep it, change it by typing, tell it again."""
    step = cast(Confirmation, flow.walk[session.at])
    setting = Setting(session.language, flow.languages)
    choice = step.read(content, session.story, setting)
    if choice is None or choice == NO:
        key = "waiting_choice" if session.story.pending else "misread_confirm"
        key = "confirm_no" if choice == NO else key
        words = Utterance(setting.say(key), session.language)
        asked = ask(flow, session)
        return replace(asked, says=(words, asked.says[-1]))  # the whole story was just shown
    if choice == DISCARD:
        ended = replace(session, status="discarded", remembered={}, story=Draft())
        return Turn(ended, (offer(setting, "discarded", "start"),), (SessionEnded("discarded"),))
    if choice in (CHANGE, AGAIN):
        draft = session.story
        again = "type" if choice == CHANGE else "tell"
        voice = draft.spoken and choice == CHANGE and not draft.pending
        fresh = Draft(previous=draft.parts, again=again, nudged=True, heard=draft.heard, by_voice=voice)
        return ask(flow, replace(session, at=flow.story_place, story=fresh))
    return walk_on(flow, session, world, events=(_confirm(flow, session, world),))


def take_transcript(
    flow: Flow, session: Session, content: TranscriptReady | TranscriptFailed, ask: Ask
) -> Turn:
    """The system's word on a recording; a part put aside or gone meanwhile changes nothing that is shown."""
    if session.status != "open":
        return Turn(session)
    if isinstance(content, TranscriptReady) and not content.text.strip():
        content = TranscriptFailed(content.recording, "empty")
    draft = session.story
    waiting = any(part.recording == content.recording and part.pending for part in draft.parts)
    after = replace(
        session,
        story=replace(draft, parts=_settle(draft.parts, content), previous=_settle(draft.previous, content)),
    )
    if not waiting or session.paused:
        return Turn(after)
    at_confirmation = session.at == flow.confirmation_place
    if isinstance(content, TranscriptFailed):
        words = _explain_failure(flow, after, content.problem)
        if session.at == flow.story_place or (at_confirmation and after.story.pending):
            return Turn(after, (words,))
        return ask(flow, after, before=(words,))
    if at_confirmation:
        return Turn(after) if after.story.pending else ask(flow, after)
    if draft.announced and not after.story.pending:
        setting = Setting(session.language, flow.languages)
        return Turn(after, (Utterance(setting.say("transcript_ready"), session.language),))
    return Turn(after)


def return_to_telling(flow: Flow, session: Session) -> Session:
    """Back from the confirmation to the story, of which no words are left; what was put aside stays there."""
    draft = session.story
    fresh = Draft(previous=draft.previous, again="tell", nudged=True, heard=draft.heard)
    return replace(session, at=flow.story_place, story=fresh)


def _explain_failure(flow: Flow, session: Session, problem: TranscriptProblem) -> Utterance:
    """What went wrong with a recording and what to do: now, or later when another question is open."""
    setting = Setting(session.language, flow.languages)
    after = {"too_large": "transcript_smaller", "too_long": "transcript_smaller"}
    key = after.get(problem, "transcript_retry")
    if session.at != flow.story_place:
        key = "transcript_later" if session.at != flow.confirmation_place else ""
    words = [setting.say(f"transcript_{problem}"), *([setting.say(key)] if key else [])]
    return Utterance(" ".join(words), session.language)


def _settle(
    parts: tuple[StoryPart, ...], content: TranscriptReady | TranscriptFailed
) -> tuple[StoryPart, ...]:
    def settle(part: StoryPart) -> StoryPart:
        if part.recording != content.recording or not part.pending:
            return part
        return (
            replace(part, text=content.text.strip())
            if isinstance(content, TranscriptReady)
            else replace(part, failed=True)
        )

    return tuple(settle(part) for part in parts)


def _add_words(flow: Flow, session: Session, text: str, question: Story, ask: Ask) -> Turn:
    setting = Setting(session.language, flow.languages)
    draft = session.story
    after = replace(draft, parts=(*draft.parts, StoryPart(text=text)))
    if len(after.text) > STORY_LIMIT:
        words = question.render_more(setting.say("story_too_long", limit=STORY_LIMIT), draft, setting)
        return Turn(session, (words,))
    if draft.again == "type" and len(text) < SPLIT_LENGTH:  # the whole text, changed and sent
        changed = replace(session, at=flow.confirmation_place, story=replace(after, again=""))
        return ask(flow, changed)
    words = question.render_more(setting.say("story_more"), after, setting)
    return Turn(replace(session, story=after), (words,))


def _add_recording(
    session: Session, recording: str, seconds: float | None, question: Story, setting: Setting
) -> Turn:
    draft = session.story
    if recording in draft.heard:
        return Turn(session)
    if len(draft.heard) >= MOST_RECORDINGS:
        words = setting.say("too_many_recordings", limit=MOST_RECORDINGS)
        return Turn(session, (question.render_more(words, draft, setting),))
    long = seconds is not None and seconds >= LONG_RECORDING
    after = replace(
        draft,
        parts=(*draft.parts, StoryPart(recording=recording)),
        announced=draft.announced or long,
        heard=(*draft.heard, recording),
    )
    words = question.render_more(setting.say("story_voice_long" if long else "story_voice"), after, setting)
    return Turn(
        replace(session, story=after),
        (words,),
        (RecordingKept(recording, seconds),),
        (Transcribe(recording, session.language),),
    )


def _finish_telling(flow: Flow, session: Session, world: World, ask: Ask, walk_on: WalkOn) -> Turn:
    question = cast(Story, flow.walk[flow.story_place])
    setting = Setting(session.language, flow.languages)
    draft = session.story
    if not draft.usable:
        return ask(flow, session, before=(Utterance(setting.say("story_empty"), session.language),))
    if question.nudge and question.wants_nudge(draft):
        words = question.render_more(setting.word(question.nudge.text), draft, setting, done="this_is_all")
        return Turn(replace(session, story=replace(draft, nudged=True)), (words,))
    if draft.again:
        # What was put aside stays there: should the new recordings all fail, it is the way back.
        return ask(flow, replace(session, at=flow.confirmation_place, story=replace(draft, again="")))
    return walk_on(flow, session, world)


def _restore(flow: Flow, session: Session, ask: Ask) -> Turn:
    """Back to the text as it was before the teller set out to change it."""
    before = replace(session.story, parts=session.story.previous, previous=(), again="")
    return ask(flow, replace(session, at=flow.confirmation_place, story=before))


def _confirm(flow: Flow, session: Session, world: World) -> StoryConfirmed:
    text = redact(session.story.text).text
    title = flow.filling.get("title")
    share_with = flow.filling.get("share_with")
    return StoryConfirmed(
        code=world.story_code,
        text=text,
        title=session.remembered.get(title) if title else None,
        share_with=session.remembered.get(share_with) if share_with else None,
        told_by="voice" if session.story.spoken else "text",
        words=len(text.split()),
    )
