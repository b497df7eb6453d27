"""How many questions a flow asks at most, by what its audience has the patience for."""

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

from flows.checking.rules.answers import list_codes, may_be_missing, read_range
from flows.checking.rules.outline import Entry, Fault, Item, Outline, list_values
from flows.guards import TESTS

MOST_QUESTIONS: Mapping[str, int] = {"coach": 15, "resident": 9, "passer-by": 5}
"""Questions about a story that people answer before they leave: passers-by 3-5, volunteers 6-9, committed
people 10-15 (NarraFirma's guide, on writing questions about stories)."""

MOST_OTHERWISE = 15

_MOST_WAYS = 4096


def find_faults(outline: Outline) -> Iterator[Fault]:
    """A flow that asks more than its audience answers."""
    audience = outline.body.get("audience")
    most = MOST_QUESTIONS.get(audience, MOST_OTHERWISE) if isinstance(audience, str) else MOST_OTHERWISE
    count = count_questions(outline)
    if count > most:
        message = f"asks {count} questions, besides consent and the story; {most} is the most"
        yield ("steps",), f"{message} for {audience}, so leave some out or put some in a rotate"


def count_questions(outline: Outline) -> int:
    """The most questions one session can be asked, besides consent and the story.

    Exact over the answers that guards look at, as far as these are codes of a choice of one, places of a
    scale, yes or no, or the language; other guards are taken to hold.
    """
    counted = [entry for entry in outline.questions if entry.kind not in ("consent", "story")]
    looked_at = {guard.body.get("question") for entry in counted for guard in entry.guards}
    choices: dict[str, list[str]] = {"": list(outline.languages) or ["nl"]}
    for question in outline.questions:
        if question.code in looked_at and (values := _list_answers(question)):
            choices[question.code] = values
    while prod(len(values) for values in choices.values()) > _MOST_WAYS:
        del choices[max(choices, key=lambda code: len(choices[code]))]
    return max(
        _count_asked(outline, dict(zip(choices, way, strict=True))) for way in product(*choices.values())
    )


def _list_answers(question: Entry) -> list[str]:
    """All answers of a question with one answer of few; "" for none."""
    codes = list_codes(question)
    if question.kind == "stones" or (question.read_number("max", 1) or 1) > 1:
        return []
    values = list(codes or ())
    if question.kind == "scale":
        least, most = read_range(question)
        values = [] if least is None or most is None else list(map(str, range(int(least), int(most) + 1)))
    return [*values, ""] if may_be_missing(question) else values


def _count_asked(outline: Outline, way: dict[str, str]) -> int:
    """How many questions come on one way of answering."""
    total = 0
    drawn: dict[int, int] = {}
    for question in outline.questions:
        if not all(_may_hold(guard, way) for guard in question.guards):
            if question.code in way:
                way[question.code] = ""
            continue
        if question.kind in ("consent", "story"):
            continue
        if question.draw is not None:
            drawn[question.draw.index] = drawn.get(question.draw.index, 0) + 1
        else:
            total += 1
    picks = {entry.index: entry.read_number("pick", 1) or 1 for entry in outline.entries}
    return total + sum(min(count, picks[rotate]) for rotate, count in drawn.items())


def _may_hold(guard: Item, way: Mapping[str, str]) -> bool:
    """Whether a guard holds on this way; True where the way does not tell."""
    if "language" in guard.body:
        return "" not in way or way[""] in _listed(guard.body["language"])
    answer = way.get(str(guard.body.get("question")))
    if answer is None:
        return True
    test = next((each for each in TESTS if each in guard.body), "")
    wanted = guard.body.get(test)
    if test == "answered":
        return bool(answer) is wanted
    if not answer:
        return False
    match test:
        case "is" | "in":
            return answer in map(str, _listed(wanted))
        case "is_not":
            return answer not in map(str, _listed(wanted))
        case "at_least":
            return not isinstance(wanted, int | float) or not answer.isdigit() or int(answer) >= wanted
        case "at_most":
            return not isinstance(wanted, int | float) or not answer.isdigit() or int(answer) <= wanted
        case _:
            return True


def _listed(value: Any) -> list[Any]:
    return list_values(value) if isinstance(value, list) else [value]
