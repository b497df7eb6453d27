"""The codebook of a published version: its questions and the codes answers can hold, as they are worded."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.flow import Flow
from flows.kinds.choice import Choice
from flows.kinds.consent import Consent
from flows.kinds.dyad import Dyad
from flows.kinds.scale import Scale
from flows.kinds.step import Question, Setting
from flows.kinds.stones import OFF, Stones
from flows.kinds.triad import Triad
from storage.tables import flow_options, flow_questions

_AXES = ("left", "right", "bottom", "top")


async def write_codebook(connection: AsyncConnection, flow: Flow, version: int) -> None:
    """Keep how the questions and options of a version are worded, in each of its languages."""
    questions: list[dict[str, object]] = []
    options: list[dict[str, object]] = []
    for language in flow.languages:
        setting = Setting(language, flow.languages)
        here = {"flow": flow.flow, "version": version, "language": language}
        for place, question in enumerate(flow.questions, start=1):
            questions.append(
                {
                    **here,
                    "question": question.ask,
                    "place": place,
                    "kind": question.message_kind,
                    "wording": setting.word(question.text),
                    "allow": list(question.allow),
                }
            )
            options.extend(
                {**here, "question": question.ask, "place": number, "code": code, "label": label}
                for number, (code, label) in enumerate(list_codes(question, setting).items(), start=1)
            )
    await connection.execute(insert(flow_questions), questions)
    if options:
        await connection.execute(insert(flow_options), options)


def list_codes(question: Question, setting: Setting) -> dict[str, str]:
    """What an answer can hold, with its wording, in the order shown.

    Options of a choice, corners of a triad, ends of a dyad (left, right) and of a scale (by their number),
    stones; of a consent `yes` and `no`. The ends of the stones' axes are `axis:left` and so on, which no
    code of an author can be.
    """
    match question:
        case Choice():
            return {option.code: setting.word(option.label) for option in question.options}
        case Triad(top=top, left=left, right=right):
            return {corner.code: setting.word(corner.label) for corner in (top, left, right)}
        case Dyad(left=left, right=right):
            return {end.code: setting.word(end.label) for end in (left, right)}
        case Scale(first=first, last=last, low=low, high=high):
            ends = ((first, low), (last, high))
            return {str(number): setting.word(label) for number, label in ends if label is not None}
        case Stones(stones=stones):
            placed = {stone.code: setting.word(stone.label) for stone in stones}
            axes = {f"axis:{side}": setting.word(getattr(question, side)) for side in _AXES}
            return {**placed, OFF: setting.say("stone_off"), **axes}
        case Consent(yes=yes, no=no):
            return {"yes": setting.word(yes), "no": setting.word(no)}
        case _:
            return {}
