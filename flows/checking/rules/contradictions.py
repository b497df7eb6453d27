"""Whether guards can hold together: over the answers a question can have, and what these take for granted."""

from collections.abc import Iterable, Sequence
from math import ceil, floor, inf, isfinite
from typing import Any

from flows.checking.rules.answers import list_codes, may_be_missing, read_range
from flows.checking.rules.outline import Entry, Item, Outline, list_values
from flows.guards import TESTS

Test = tuple[str, Any]


def can_hold(guards: Sequence[Item], outline: Outline) -> bool:
    """Whether there is any way through the flow on which all these guards hold."""
    everything = take_for_granted(guards, outline)
    for subject in ("language", "audience"):
        wanted = [
            set(map(str, _listed(guard.body[subject]))) for guard in everything if subject in guard.body
        ]
        if wanted and not wanted[0].intersection(*wanted[1:]):
            return False
    for code, question in outline.asked.items():
        tests = _list_tests(everything, code)
        if tests and not _can_answer(question, tests):
            return False
        if ("answered", False) in tests and _is_certain(question, everything):
            return False
    return True


def take_for_granted(guards: Sequence[Item], outline: Outline) -> list[Item]:
    """The guards, and those of every question that must have been answered for them to hold."""
    everything = list(guards)
    seen: set[str] = set()
    for guard in everything:  # grows while it is read: what is granted has guards of its own
        code = guard.body.get("question")
        if isinstance(code, str) and code not in seen and guard.body.get("answered") is not False:
            seen.add(code)
            question = outline.asked.get(code)
            everything.extend(question.guards if question else ())
    return everything


def ensure_answer(guards: Sequence[Item], question: Entry, outline: Outline) -> bool:
    """Whether a step with these guards only comes when the question has an answer."""
    granted = take_for_granted(guards, outline)
    if any(
        guard.body.get("question") == question.code and guard.body.get("answered") is not False
        for guard in granted
    ):
        return True
    return _is_certain(question, granted)


def _is_certain(question: Entry, granted: Sequence[Item]) -> bool:
    """Whether a question is asked and answered wherever these guards hold, guard by guard the same."""
    if question.ways_around or question.draw is not None:
        return False
    return all(any(guard.body == own.body for guard in granted) for own in question.guards)


def _list_tests(guards: Iterable[Item], code: str) -> list[Test]:
    return [
        (test, guard.body[test])
        for guard in guards
        if guard.body.get("question") == code
        for test in TESTS
        if test in guard.body
    ]


def _can_answer(question: Entry, tests: Sequence[Test]) -> bool:
    """Whether a question can be answered, or passed over, so that all tests hold."""
    answered = [value for test, value in tests if test == "answered"]
    others = [test for test in tests if test[0] != "answered"]
    if False in answered:
        return may_be_missing(question) and not others and True not in answered
    codes = list_codes(question)
    if codes is not None:
        several = question.kind == "stones" or (question.read_number("max", 1) or 1) > 1
        return _fits_several(question, codes, others) if several else _fits_one(codes, others)
    return _fits_number(question, others)


def _fits_one(values: Iterable[str], tests: Sequence[Test]) -> bool:
    return any(all(_holds_code({value}, test) for test in tests) for value in values)


def _holds_code(chosen: set[str], test: Test) -> bool:
    name, value = test
    wanted = set(map(str, _listed(value)))
    return not wanted & chosen if name == "is_not" else bool(wanted & chosen)


def _fits_several(question: Entry, codes: Sequence[str], tests: Sequence[Test]) -> bool:
    """A choice of several: what must be chosen, what must not, and how many there can be."""
    needed = {str(value) for name, value in tests if name == "is"}
    barred = {str(value) for name, value in tests if name == "is_not"}
    left = set(codes) - barred
    groups = [set(map(str, _listed(value))) & left for name, value in tests if name == "in"]
    least, most = question.read_number("min", 1) or 1, question.read_number("max", 1) or 1
    if question.kind == "stones":
        return not needed & barred
    if needed & barred or len(needed) > most or len(left) < least or not all(groups):
        return False
    return len(needed) < most or all(group & needed for group in groups)


def _fits_number(question: Entry, tests: Sequence[Test]) -> bool:
    least, most = read_range(question)
    lows = [] if least is None else [float(least)]
    highs = [] if most is None else [float(most)]
    lows += [number for name, value in tests if name == "at_least" for number in _list_numbers(value)]
    highs += [number for name, value in tests if name == "at_most" for number in _list_numbers(value)]
    low, high = max(lows, default=-inf), min(highs, default=inf)
    barred = {number for name, value in tests if name == "is_not" for number in _list_numbers(value)}
    wanted = [set(_list_numbers(value)) for name, value in tests if name in ("is", "in")]
    if question.kind == "scale" and isfinite(low) and isfinite(high):
        wanted.append({float(number) for number in range(ceil(low), floor(high) + 1)})
    if wanted:
        left = wanted[0].intersection(*wanted[1:]) - barred
        return any(low <= number <= high for number in left)
    return low < high or (low == high and low not in barred)


def _list_numbers(value: Any) -> list[float]:
    return [float(each) for each in _listed(value) if isinstance(each, int | float)]


def _listed(value: Any) -> list[Any]:
    return list_values(value) if isinstance(value, list) else [value]
