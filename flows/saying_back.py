"""What was understood of a voice note, said back in the words of its question, with a way to correct it."""

from collections.abc import Sequence
from datetime import date

from flows.flow import Flow
from flows.kinds.choice import Choice
from flows.kinds.confirmation import Confirmation
from flows.kinds.consent import Consent
from flows.kinds.date import DateQuestion
from flows.kinds.dyad import POSITIONS, STEPS, Dyad
from flows.kinds.step import ALLOWANCES, Question, Setting
from flows.kinds.stones import OFF, PLACES, Stones
from flows.kinds.triad import ZONES, Triad
from flows.outbound import Option, Utterance
from flows.reading.dates import write_date
from flows.session import Session
from flows.turn import AnswerGiven, ConsentAnswered, Event, Part, StoryConfirmed, Turn
from flows.values import replace

WRONG = ":wrong"
"""The code by which what was understood is corrected; no option can have it, for codes have no colon."""

_AROUND = {status: way for way, status in ALLOWANCES.items()}


def say_back(flow: Flow, before: Session, turn: Turn, setting: Setting) -> Turn:
    """The turn with what was understood in front, and a way to correct it; each answer marked as spoken."""
    events = tuple(
        replace(event, input_method="voice")
        if isinstance(event, AnswerGiven) and event.input_method == "text"
        else event
        for event in turn.events
    )
    said = _word_understood(flow, before, turn, setting)
    after = turn.session
    if said is None:
        return replace(turn, events=events)
    if said.options:
        after = replace(after, spoken=before.at)
    return replace(turn, session=after, says=(said, *turn.says), events=events)


def _word_understood(flow: Flow, before: Session, turn: Turn, setting: Setting) -> Utterance | None:
    """What was understood as an answer, in words; None of what shows by itself."""
    if before.at < 0 or before.menu:
        return None
    step = flow.walk[before.at].step
    if isinstance(step, Confirmation):
        kept = any(isinstance(event, StoryConfirmed) for event in turn.events)
        return _write(setting, setting.say("keep"), step.name) if kept else None
    after = turn.session
    answers = list_answers(turn.events)
    if answers:
        text, personal = _describe_answer(flow, answers[0], setting)
    elif after.at == before.at and len(after.picked) > len(before.picked):
        text, personal = _describe_picked(flow, before.at, after.picked[len(before.picked) :], setting)
    else:
        return None
    said = _write(setting, text, step.name, personal=personal)
    if after.status != "open":
        return said
    return replace(said, options=(Option(WRONG, setting.say("not_right")),))


def _write(setting: Setting, text: str, step: str, *, personal: bool = False) -> Utterance:
    words = setting.say("heard_answer", answer=text)
    return Utterance(words, setting.language, step=step, personal=personal)


def list_answers(events: Sequence[Event]) -> list[AnswerGiven | ConsentAnswered]:
    """The answers among the facts of a turn."""
    return [event for event in events if isinstance(event, AnswerGiven | ConsentAnswered)]


def _describe_answer(flow: Flow, answer: AnswerGiven | ConsentAnswered, setting: Setting) -> tuple[str, bool]:
    """The words of an answer, and whether they are the teller's own."""
    question = flow.asked[answer.question]
    if isinstance(answer, ConsentAnswered):
        labels = _label(question, setting)
        return labels["yes" if answer.given else "no"], False
    if answer.status != "answered":
        return setting.say(_AROUND[answer.status]), False
    return _describe(question, answer.parts, setting)


def _describe_picked(flow: Flow, at: int, picked: Sequence[str], setting: Setting) -> tuple[str, bool]:
    """The words of what was given so far of an answer, and whether they are the teller's own."""
    question = flow.walk[at].step
    if not isinstance(question, Question):
        return ", ".join(picked), True
    labels = _label(question, setting)
    return ", ".join(labels.get(code, code) for code in picked), not isinstance(question, Choice | Stones)


def _describe(question: Question, parts: Sequence[Part], setting: Setting) -> tuple[str, bool]:
    labels = _label(question, setting)
    match question:
        case Choice():
            named = [_name(part, labels) for part in parts]
            return ", ".join(named), any(part.text for part in parts)
        case Dyad():
            return _describe_dyad(question, parts[0].number, setting), False
        case Triad():
            shares = tuple(part.number for part in parts)
            zone = next((zone for zone, known in ZONES.items() if known == shares), "middle")
            return labels[zone], False
        case Stones():
            return ", ".join(_describe_stone(question, part, labels, setting) for part in parts), False
        case DateQuestion():
            return write_date(date.fromisoformat(parts[0].text or ""), setting.language), True
        case Consent():
            return ", ".join(labels[part.code or ""] for part in parts), False
        case _ if parts[0].number is not None:
            return _write_number(parts[0].number, setting), True
        case _:
            return " / ".join(part.text or "" for part in parts), True


def _describe_dyad(question: Dyad, number: float | None, setting: Setting) -> str:
    step = next((step for step, place in POSITIONS.items() if place == number), "")
    left, right = setting.word(question.left.label), setting.word(question.right.label)
    ends = {"1": left, str(STEPS): right}
    return ends.get(step) or setting.say("between_ends", number=step, left=left, last=STEPS, right=right)


def _describe_stone(question: Stones, part: Part, labels: dict[str, str], setting: Setting) -> str:
    named = {stone.code: setting.word(stone.label) for stone in question.stones}
    places = {point: code for code, point in PLACES.items()}
    place = OFF if part.code == OFF or part.x is None or part.y is None else places[part.x, part.y]
    return f"{named[part.part]}: {labels[place]}"


def _name(part: Part, labels: dict[str, str]) -> str:
    label = labels.get(part.code or "", part.code or "")
    return f"{label}: {part.text}" if part.text else label


def _label(question: Question, setting: Setting) -> dict[str, str]:
    shown = question.show(Setting(setting.language, setting.languages, today=setting.today))
    return {option.code: option.label for option in (*shown.options, *shown.extras, *shown.beyond)}


def _write_number(number: float, setting: Setting) -> str:
    text = f"{number:f}".rstrip("0").rstrip(".")
    return text if setting.language == "en" else text.replace(".", ",")
