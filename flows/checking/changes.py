"""What a new version of a flow would break for those who read its answers beside those of the one before.

Codes are kept with every answer and never change their meaning. New questions and codes break nothing, and
wording may change; what stands here makes answers of two versions look the same while they are not.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from flows.checking.placing import place_problem
from flows.checking.rules.outline import Fault, Location, draw_outline
from flows.errors import Problem
from flows.flow import Flow
from flows.kinds.choice import Choice
from flows.kinds.consent import Consent
from flows.kinds.dyad import Dyad
from flows.kinds.number import Number
from flows.kinds.scale import Scale
from flows.kinds.step import Question
from flows.kinds.stones import Stones
from flows.kinds.text import TextQuestion
from flows.kinds.triad import Triad
from flows.yaml_reader import load_marked

Texts = Mapping[str, str]
Change = tuple[tuple[str, ...], str]
"""The field of a question, and what changed there."""


def find_changes(old: Flow, new: Flow, source: str, name: str) -> tuple[Problem, ...]:
    """Everything that would break when `new` takes the place of `old`, with lines in `source`.

    `source` is the YAML text of `new`, `name` its file's name in problems.
    """
    body = cast(Mapping[str, Any], load_marked(source).body)
    places = {code: entry.location for code, entry in draw_outline(body).asked.items()}
    faults = [*_compare_questions(old, new, places), *_compare_fills(old, new, places)]
    problems = (place_problem(location, message, body, name) for location, message in faults)
    return tuple(sorted(problems, key=lambda problem: problem.line))


def _compare_questions(old: Flow, new: Flow, places: Mapping[str, Location]) -> Iterator[Fault]:
    for question in old.questions:
        now = new.asked.get(question.ask)
        if now is None:
            message = f"the question '{question.ask}' is gone; keep it, or give the flow a new code"
            yield ("steps",), message
        elif type(now) is not type(question):
            message = f"'{question.ask}' was of kind {question.message_kind}; ask this under a new code"
            yield (*places[now.ask], "kind"), message
        else:
            for field, message in _compare(question, now):
                yield (*places[now.ask], *field), message


def _compare_fills(old: Flow, new: Flow, places: Mapping[str, Location]) -> Iterator[Fault]:
    for field, question in old.filling.items():
        now = new.filling.get(field)
        if now != question and (now or question) in places:
            message = f"'{field}' was filled by '{question}'; let that question fill it again"
            yield (*places[now or question], *(("fills",) if now else ())), message


def _compare(old: Question, new: Question) -> Iterator[Change]:
    """What changed in one question; both are of one kind."""
    match old, new:
        case Consent(), Consent():
            yield from _compare_consent(old, new)
        case Choice(), Choice():
            was = {option.code: option.label for option in old.options}
            now = {option.code: option.label for option in new.options}
            yield from _compare_codes(was, now, ("options",))
            yield from _compare_counts(old.max, new.max)
        case TextQuestion(), TextQuestion():
            yield from _compare_counts(old.max, new.max)
        case Triad(), Triad():
            yield from _compare_corners(old, new, ("top", "left", "right"))
        case Dyad(), Dyad():
            yield from _compare_corners(old, new, ("left", "right"))
        case Stones(), Stones():
            was = {stone.code: stone.label for stone in old.stones}
            now = {stone.code: stone.label for stone in new.stones}
            yield from _compare_codes(was, now, ("stones",))
            for one, other in (("left", "right"), ("bottom", "top")):
                yield from _find_swapped_ends(old, new, one, other)
        case _:
            yield from _compare_numbers(old, new)


def _compare_numbers(old: Question, new: Question) -> Iterator[Change]:
    match old, new:
        case Scale(), Scale():
            yield from _compare_scale(old, new)
        case Number(), Number():
            for key in ("min", "max", "decimals"):
                before, after = getattr(old, key), getattr(new, key)
                if before != after:
                    yield _place(new, key), _describe_number(key, before, after)
        case _:
            return


def _compare_consent(old: Consent, new: Consent) -> Iterator[Change]:
    if old.purpose != new.purpose:
        message = f"agreement was to '{old.purpose}'; ask for another purpose under a new code"
        yield _place(new, "purpose"), message
    changed = any(
        _differ(before, after)
        for before, after in (
            (old.text, new.text),
            (old.yes, new.yes),
            (old.no, new.no),
            (old.more or {}, new.more or {}),
        )
    )
    if changed and old.version == new.version:
        yield (
            ("version",),
            f"people agreed to other words under version '{old.version}'; give it a new version",
        )


def _differ(old: Texts, new: Texts) -> bool:
    """Whether a wording changed; a language that was added or taken away changes nothing for others."""
    return bool(old) is not bool(new) or any(old[each] != new[each] for each in old.keys() & new.keys())


def _compare_counts(old: int, new: int) -> Iterator[Change]:
    if old == 1 < new:
        yield ("max",), f"one answer became up to {new}, which are kept otherwise; use a new code"


def _compare_scale(old: Scale, new: Scale) -> Iterator[Change]:
    for key, before, after in (("from", old.first, new.first), ("to", old.last, new.last)):
        if before != after:
            yield (key,), f"was {before}; a number would mean something else, so use a new code"
    if old.low and old.high and new.low and new.high:
        yield from _find_swapped_ends(old, new, "low", "high")


def _describe_number(key: str, before: int | None, after: int | None) -> str:
    was = "was not there" if before is None else f"was {before}"
    return f"{key} {was}, and {'is gone' if after is None else f'is {after}'}; use a new code"


def _compare_corners(old: Triad | Dyad, new: Triad | Dyad, sides: Sequence[str]) -> Iterator[Change]:
    was = {getattr(old, side).code: side for side in sides}
    labels = {getattr(old, side).code: getattr(old, side).label for side in sides}
    now = {getattr(new, side).code: getattr(new, side).label for side in sides}
    for side in sides:
        code = getattr(new, side).code
        if was.get(code, side) != side:
            yield (side, "code"), f"'{code}' stood at {was[code]}; put it back there"
    yield from _compare_codes(labels, now, ())


def _compare_codes(
    old: Mapping[str, Texts], new: Mapping[str, Texts], field: tuple[str, ...]
) -> Iterator[Change]:
    """Codes that are gone, and codes that now bear the label of another."""
    for code in old:
        if code not in new:
            yield field, f"the code '{code}' is gone; keep it, answers hold it"
    for code, texts in new.items():
        for other, before in old.items():
            languages = [each for each in texts.keys() & before.keys() if texts[each] == before[each]]
            if code == other or code not in old or not languages:
                continue
            if any(old[code].get(each) != texts[each] for each in languages):
                message = (
                    f"the code '{code}' has the label that '{other}' had; labels must stay with their codes"
                )
                yield field, message


def _find_swapped_ends(old: Question, new: Question, one: str, other: str) -> Iterator[Change]:
    first, last = cast(Texts, getattr(new, one)), cast(Texts, getattr(new, other))
    was_first, was_last = cast(Texts, getattr(old, one)), cast(Texts, getattr(old, other))
    for language in first.keys() & last.keys() & was_first.keys() & was_last.keys():
        moved = first[language] == was_last[language] and last[language] == was_first[language]
        if moved and first[language] != last[language]:
            yield (one,), f"{one} and {other} changed places; turn them back"
            return


def _place(question: Question, key: str) -> tuple[str, ...]:
    """The field, or the question itself when the field was left out."""
    return (key,) if key in question.model_fields_set else ()
