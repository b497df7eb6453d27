"""How a story is told, awaited, read back and confirmed: the engine's part for story and confirmation."""

from typing import cast

from flows import commands, names
from flows.asking import ask, clear, say_first, walk_on
from flows.flow import Flow
from flows.hearing import ask_for_text
from flows.inbound import (
    Chose,
    Content,
    Deidentified,
    Recorded,
    Said,
)
from flows.keeping import keep_story
from flows.kinds.confirmation import AGAIN, CHANGE, DISCARD, NAMES, NO, Confirmation
from flows.kinds.step import Setting, offer
from flows.kinds.story import BACK, DONE, LONG_RECORDING, STORY_LIMIT, Story
from flows.outbound import Utterance
from flows.path import remember
from flows.phrases import find_command
from flows.reading.missing import find_missing
from flows.reading.replies import read_exactly
from flows.session import Draft, Session, StoryPart, close
from flows.turn import AnswerWithdrawn, RecordingKept, SessionEnded, Turn, World
from flows.values import replace
from flows.wording import set_up

MOST_RECORDINGS = 30
"""Recordings one story may have, the ones told again included: the workers are there for everyone."""

SPLIT_LENGTH = 3_500
"""Characters from which a text may be the first part of more: platforms cut long messages in pieces."""

LONG = 12
"""Words from which a message is no short answer."""

MOST_MISSING = 2
"""Missing parts of a story that are asked for: more would be an interrogation."""


def take_story(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """A message while the story is being told: a part of it, or that it is all."""
    question = find_question(flow)
    setting = set_up(flow, session, world)
    match content:
        case Recorded(recording, seconds):
            return _add_recording(flow, session, recording, seconds, question, setting)
        case Chose(codes=(code,)):
            tapped: str | None = code
        case Said(text=text):
            tapped = _find_tapped(text, question, session, setting)
            if tapped is None and text.strip():
                part = StoryPart(text=text.strip(), message=content.id)
                return _add_words(flow, session, part, question, setting, world)
        case _:
            tapped = None
    if tapped == BACK and session.story.previous:
        return restore(flow, session, world)
    if tapped == DONE:
        return _finish_telling(flow, session, setting, world)
    return say_first(flow, session, world, "misread_confirm" if session.story.usable else "story_empty")


def leave_telling(flow: Flow, session: Session, world: World) -> Turn:
    """On to what comes after the story; to the confirmation, when it was only changed."""
    # What was put aside stays there: should the new recordings all fail, it is the way back.
    told = replace(session, story=replace(session.story, again=""))
    after, gone = remember(flow, told, find_question(flow).ask, count_words(told.story))
    return walk_on(flow, after, world, tuple(AnswerWithdrawn(question) for question in gone))


def go_on_after_silence(flow: Flow, session: Session, world: World) -> Turn:
    """Nothing came for a while: the story counts as told, and the teller hears how to add to it."""
    setting = set_up(flow, session, world)
    turn = _finish_telling(flow, session, setting, world)
    if turn.session.at == flow.story_place:  # something is missing, and was asked for
        return turn
    words = Utterance(setting.say("story_pause"), session.language)
    return replace(turn, session=replace(turn.session, silent=True), says=(words, *turn.says))


def end_silence(flow: Flow, session: Session, content: Content, *, by_word: bool) -> Session:
    """The first message after a silence: back in the story when it is the rest of that, and no answer."""
    if not session.silent:
        return session
    heard = replace(session, silent=False)
    long = isinstance(content, Said) and not by_word and len(content.text.split()) >= LONG
    goes_on = long or isinstance(content, Recorded)
    return replace(clear(heard), at=flow.story_place) if goes_on else heard


def take_confirmation(flow: Flow, session: Session, content: Content, world: World) -> Turn:
    """A message while the text is shown or awaited: keep it, change it by typing, tell it again."""
    step = cast(Confirmation, flow.walk[session.at].step)
    setting = set_up(flow, session, world)
    choice = step.read(content, session.story, session.found, setting)
    if choice is None or choice == NO:
        key = "waiting_choice" if session.story.pending else "misread_confirm"
        if choice == NO:
            key = "confirm_no" if step.story else "confirm_no_answers"
        words = Utterance(setting.say(key), session.language)
        if not session.story.pending and session.found.awaited:
            return ask(flow, session, world)
        asked = ask(flow, session, world)
        return replace(asked, says=(words, asked.says[-1]))  # the whole story was just shown
    if choice == DISCARD:
        return Turn(
            close(session, "discarded"), (offer(setting, "discarded", "start"),), (SessionEnded("discarded"),)
        )
    if choice == NAMES:
        return names.ask_names(flow, session, world)
    if choice == CHANGE and not step.story:
        return commands.ask_change(flow, session, world)
    if choice in (CHANGE, AGAIN):
        draft = session.story
        again = "type" if choice == CHANGE else "tell"
        voice = draft.spoken and choice == CHANGE and not draft.pending
        fresh = Draft(previous=draft.parts, again=again, nudged=True, heard=draft.heard, by_voice=voice)
        return ask(flow, replace(session, at=flow.story_place, story=fresh), world)
    return walk_on(flow, session, world, (keep_story(flow, session, world),))


def take_found(flow: Flow, session: Session, content: Deidentified, world: World) -> Turn:
    """The system's word on names and numbers; of words that have changed since it says nothing."""
    found = session.found
    if session.status != "open" or content.number != found.number or not found.awaited:
        return Turn(session)
    texts = tuple(sorted(content.texts, key=lambda text: flow.places.get(text.question, -1)))
    after = replace(session, found=replace(found, texts=texts))
    if after.at != flow.confirmation_place or after.paused or after.menu or after.story.pending:
        return Turn(after)
    return ask(flow, after, world)


def restore(flow: Flow, session: Session, world: World) -> Turn:
    """Back to the text as it was before the teller set out to change it."""
    before = replace(session.story, parts=session.story.previous, previous=(), again="")
    return walk_on(flow, replace(session, story=before), world)


def _find_tapped(text: str, question: Story, session: Session, setting: Setting) -> str | None:
    """What a text names of that which can be tapped, and of nothing but that: a story is told in words."""
    if find_command(session.language, text) == "done":
        return DONE
    return read_exactly(text, question.offer(session.story, setting), session.language)


def _add_words(
    flow: Flow, session: Session, part: StoryPart, question: Story, setting: Setting, world: World
) -> Turn:
    draft = session.story
    after = replace(draft, parts=(*draft.usable, part))  # what failed counts as told again by this
    if len(after.text) > STORY_LIMIT:
        words = question.render_more(setting.say("story_too_long", limit=STORY_LIMIT), draft, setting)
        return Turn(session, (words,))
    if draft.again == "type" and len(part.text or "") < SPLIT_LENGTH:  # the whole text, changed and sent
        return leave_telling(flow, replace(session, story=after), world)
    words = question.render_more(setting.say("story_more"), after, setting)
    return Turn(replace(session, story=after), (words,))


def _add_recording(
    flow: Flow, session: Session, recording: str, seconds: float | None, question: Story, setting: Setting
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
        parts=(*draft.usable, StoryPart(recording=recording)),
        announced=draft.announced or long,
        heard=(*draft.heard, recording),
    )
    words = question.render_more(setting.say("story_voice_long" if long else "story_voice"), after, setting)
    return Turn(
        replace(session, story=after),
        (words,),
        (RecordingKept(recording, seconds),),
        (ask_for_text(flow, session, recording, seconds),),
    )


def add_heard(flow: Flow, session: Session, part: StoryPart, world: World) -> Turn:
    """Words spoken elsewhere that go on with the story: they belong to it, with their recording."""
    draft, question = session.story, find_question(flow)
    after = replace(draft, parts=(*draft.parts, part), heard=(*draft.heard, part.recording or ""))
    setting = set_up(flow, session, world)
    words = question.render_more(setting.say("story_more"), after, setting)
    return Turn(replace(session, at=flow.story_place, story=after), (words,))


def _finish_telling(flow: Flow, session: Session, setting: Setting, world: World) -> Turn:
    question = find_question(flow)
    draft = session.story
    if not draft.usable:
        return say_first(flow, session, world, "story_empty")
    if question.nudge and question.wants_nudge(draft):
        missing = find_missing(draft.text, session.language)[:MOST_MISSING]
        asked = [setting.say(f"missing_{part}") for part in missing]
        text = "\n".join([setting.word(question.nudge.text), *asked])
        words = question.render_more(text, draft, setting, done="this_is_all")
        return Turn(replace(session, story=replace(draft, nudged=True)), (words,))
    return leave_telling(flow, session, world)


def count_words(draft: Draft) -> tuple[str, ...]:
    """What guards may know of a story: its number of words, "" as long as a recording is not yet text."""
    return ("" if draft.pending else str(len(draft.text.split())),)


def find_question(flow: Flow) -> Story:
    """The story question of a flow that has one."""
    return cast(Story, flow.walk[flow.story_place].step)
