"""What a conversation would leave behind, in words: each event, and at the end all that is kept."""

from collections.abc import Sequence

from bot.terminal.search import write_kept
from flows.flow import Flow
from flows.kinds.date import DateQuestion
from flows.kinds.dyad import Dyad
from flows.kinds.number import Number
from flows.kinds.photo import Photo
from flows.kinds.step import Question, Setting
from flows.kinds.stones import OFF, Stones
from flows.kinds.triad import Triad
from flows.turn import (
    AnswerGiven,
    AnswerWithdrawn,
    ConsentAnswered,
    DataAsked,
    ErasureAsked,
    Event,
    FollowUpDue,
    Part,
    PhotoKept,
    RecordingKept,
    RecordingSpent,
    SessionEnded,
    StoryConfirmed,
    StoryTakenBack,
)

_STATUSES = {"not_applicable": "does not fit", "dont_know": "does not know", "skipped": "skipped"}
_METHODS = {"buttons7": "buttons", "canvas": "a point"}
_ENDS = {
    "finished": "finished",
    "declined": "declined: nothing is kept",
    "discarded": "thrown away: nothing is kept",
    "expired": "expired",
}


def describe_event(flow: Flow, event: Event, language: str) -> tuple[str, str]:
    """What an event is about, and what would be recorded."""
    match event:
        case ConsentAnswered():
            agreed = "agreed" if event.given else "refused"
            return event.question, f"{agreed} ({event.purpose}, version {event.version}, {event.language})"
        case AnswerGiven(question=code, status=status):
            method = _METHODS.get(event.input_method, event.input_method)
            return code, f"{_STATUSES.get(status) or write_answer(flow, event, language)} [{method}]"
        case AnswerWithdrawn(question=code):
            return code, "no longer counts"
        case RecordingKept() | RecordingSpent() | PhotoKept():
            return _describe_file(event)
        case StoryConfirmed():
            return f"story {event.code}", _describe_story(event)
        case StoryTakenBack() | ErasureAsked() | DataAsked():
            return _describe_right(event)
        case FollowUpDue(flow=code):
            return "follow-up", f"{code} begins"
        case SessionEnded(status=status):
            return "conversation", _ENDS.get(status, status)


def _describe_right(event: StoryTakenBack | ErasureAsked | DataAsked) -> tuple[str, str]:
    match event:
        case StoryTakenBack(code=code):
            return f"story {code}", "taken back: all of it is deleted"
        case ErasureAsked(stories_stay=stay):
            return (
                "erasure",
                f"{'all but the confirmed stories' if stay else 'all of this person'} is deleted",
            )
        case DataAsked():
            return "data file", "a file with all that is held is made and sent"


def _describe_file(event: RecordingKept | RecordingSpent | PhotoKept) -> tuple[str, str]:
    match event:
        case RecordingKept(seconds=seconds):
            return "recording", f"of {seconds:g} seconds" if seconds is not None else "kept"
        case RecordingSpent():
            return "recording", "deleted: its answer is there"
        case PhotoKept():
            return "photo", "kept; people look at it before others see it"


def list_kept(flow: Flow, events: Sequence[Event], language: str) -> list[tuple[str, str]]:
    """All that is kept of a conversation, in order: the last of each answer, without what was withdrawn."""
    kept: dict[str, tuple[str, str]] = {}
    for event in write_kept(events):
        name, words = describe_event(flow, event, language)
        match event:
            case AnswerWithdrawn():
                kept.pop(name, None)
            case StoryTakenBack() | SessionEnded(status="discarded"):
                consents = {each.question for each in events if isinstance(each, ConsentAnswered)}
                kept = {key: line for key, line in kept.items() if key in consents}
            case SessionEnded() | FollowUpDue() | DataAsked() | ErasureAsked():
                pass
            case RecordingKept(recording=recording):
                kept[f"recording {recording}"] = (name, words)
            case RecordingSpent(recording=recording):
                kept.pop(f"recording {recording}", None)
            case PhotoKept():
                kept[f"{name} {len(kept)}"] = (name, words)
            case ConsentAnswered() | AnswerGiven() | StoryConfirmed():
                kept[name] = (name, words)
    return list(kept.values())


def write_answer(flow: Flow, event: AnswerGiven, language: str) -> str:
    """An answer in words, by the labels of its question."""
    question = flow.asked[event.question]
    setting = Setting(language, flow.languages)
    return " · ".join(_write_part(question, part, setting) for part in event.parts)


def _write_part(question: Question, part: Part, setting: Setting) -> str:
    match question:
        case Triad():
            corners = (question.top, question.left, question.right)
            labels = {corner.code: setting.word(corner.label) for corner in corners}
            return f"{labels[part.part]} {part.number:g}"
        case Dyad():
            left, right = setting.word(question.left.label), setting.word(question.right.label)
            return f"{part.number:g} from 0 = {left} to 100 = {right}"
        case Stones():
            labels = {stone.code: setting.word(stone.label) for stone in question.stones}
            place = "does not belong" if part.code == OFF else f"x {part.x:g}, y {part.y:g}"
            return f"{labels[part.part]}: {place}"
        case Number() if part.number is not None:
            unit = f" {setting.word(question.unit)}" if question.unit is not None else ""
            return f"{part.number:g}{unit}"
        case Photo():
            return "a photo"
        case DateQuestion() if part.text is not None:
            return question.label(part.text, setting)
        case _ if part.number is not None:
            return f"{part.number:g}"
        case _ if part.code is not None:
            label = question.label(part.code, setting)
            return f"{label} ({part.text})" if part.text else label
        case _:
            return f"“{part.text}”"


def _describe_story(event: StoryConfirmed) -> str:
    facts = [f"{event.words} words", f"told by {event.told_by}"]
    facts += [f"shared with {event.share_with}"] if event.share_with else []
    facts += [] if event.complete else ["never confirmed, so readers do not see its text"]
    title = f"“{event.title}”, " if event.title else ""
    return f"{title}{', '.join(facts)}"
