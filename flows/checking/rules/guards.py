"""Guards: each looks back at one question that everyone passed, and asks of it what it can answer."""

from collections.abc import Iterator
from typing import Any

from flows.checking.rules.answers import list_codes, read_range
from flows.checking.rules.contradictions import can_hold
from flows.checking.rules.outline import Entry, Fault, Item, Outline, list_values
from flows.guards import TESTS

_NUMBERS = frozenset({"is", "is_not", "in", "at_least", "at_most", "answered"})
_CODES = frozenset({"is", "is_not", "in", "answered"})

FITTING: dict[str, frozenset[str]] = {
    "consent": _CODES,
    "choice": _CODES,
    "stones": _CODES,
    "scale": _NUMBERS,
    "number": _NUMBERS,
    "dyad": frozenset({"at_least", "at_most", "answered"}),
    "story": frozenset({"words_below"}),
}
"""What a guard can ask of a question, by its kind; of all others only whether it was answered."""

_ANSWERED = frozenset({"answered"})


def find_faults(outline: Outline) -> Iterator[Fault]:
    """Faults of each guard by itself; where there are none, guards that can never hold together."""
    faulty: set[int] = set()
    for entry in outline.entries:
        for guard in entry.when:
            for fault in _check_guard(guard, entry.index, outline):
                faulty.add(id(guard))
                yield fault
    for guard in outline.ending:
        yield from _check_guard(guard, len(outline.entries), outline)
    for entry in outline.entries:
        if entry.when and not any(id(guard) in faulty for guard in entry.guards):
            if can_hold(entry.guards, outline) or not can_hold(entry.inherited, outline):
                continue
            message = "can never be true together with what else must hold; this step would never come"
            yield entry.when[-1].location, message


def _check_guard(guard: Item, index: int, outline: Outline) -> Iterator[Fault]:
    tests = [test for test in TESTS if test in guard.body]
    subjects = [subject for subject in ("question", "language", "audience") if subject in guard.body]
    if len(subjects) > 1:
        yield guard.location, f"looks at {' and '.join(subjects)}; write two guards, in a list"
        return
    if not subjects:
        missing = "has no question; add `question: ` with its code" if tests else "says nothing; remove it"
        yield guard.location, missing
        return
    if "question" not in guard.body:
        if tests:
            yield (*guard.location, tests[0]), "needs a question; add `question: ` with its code"
            return
        yield from _check_surroundings(guard, outline)
        return
    if len(tests) != 1:
        listed = ", ".join(f"`{test}`" for test in TESTS)
        found = f"has {len(tests)} tests" if tests else "has no test"
        yield guard.location, f"{found}; write one of {listed} in each guard"
        return
    yield from _check_question(guard, tests[0], index, outline)


def _check_surroundings(guard: Item, outline: Outline) -> Iterator[Fault]:
    """Guards of the language and the audience."""
    for key, known in (("language", outline.languages), ("audience", (outline.body.get("audience"),))):
        if key not in guard.body:
            continue
        value = guard.body[key]
        wanted = list_values(value) if isinstance(value, list) else [value]
        location = (*guard.location, key)
        if key == "audience":
            if known[0] in wanted:
                yield location, f"always holds, for the flow is for '{known[0]}'; remove it"
            else:
                yield location, f"can never be true, for the flow is for '{known[0]}'"
            continue
        strange = [each for each in wanted if isinstance(each, str) and each not in known]
        for each in strange:
            yield location, f"'{each}' is no language of this flow; it has {', '.join(outline.languages)}"
        if not strange and set(known) <= set(wanted):
            yield location, "always holds, for these are all languages of the flow; remove it"


def _check_question(guard: Item, test: str, index: int, outline: Outline) -> Iterator[Fault]:
    code = guard.body["question"]
    location = (*guard.location, "question")
    if not isinstance(code, str):
        return
    question = outline.asked.get(code)
    if question is None:
        said = any(entry.code == code for entry in outline.entries)
        reason = f"'{code}' is no question" if said else f"there is no question '{code}'"
        yield location, f"{reason}; look at its spelling"
    elif question.index >= index:
        yield location, f"'{code}' is asked here or later; a guard looks at an earlier question"
    elif question.draw is not None:
        yield location, f"'{code}' stands in a rotate and may not be asked; look at another question"
    elif question.kind in FITTING or question.kind:
        yield from _check_test(guard, test, question)


def _check_test(guard: Item, test: str, question: Entry) -> Iterator[Fault]:
    fitting = FITTING.get(question.kind, _ANSWERED)
    location = (*guard.location, test)
    if test not in fitting:
        listed = ", ".join(f"`{each}`" for each in TESTS if each in fitting)
        yield location, f"does not go with a question of kind {question.kind}; use {listed}"
        return
    value = guard.body[test]
    if test == "answered":
        return
    if test == "words_below":
        if isinstance(value, int) and value < 1:
            yield location, "can never be true; a story has no fewer than 0 words"
        return
    for each in list_values(value) if isinstance(value, list) else [value]:
        yield from ((location, message) for message in _check_value(each, question))


def _check_value(value: Any, question: Entry) -> Iterator[str]:
    if isinstance(value, bool):
        written = str(value).lower()
        yield f"`{written}` is no code; codes and numbers can be compared, and `answered` takes true or false"
        return
    codes = list_codes(question)
    if codes is not None:
        if isinstance(value, str | int | float) and str(value) not in codes:
            yield f"'{value}' is no answer of '{question.code}'; it has {', '.join(codes)}"
        return
    least, most = read_range(question)
    if isinstance(value, str):
        yield f"'{value}' is no number; '{question.code}' is answered with a number"
    elif isinstance(value, int | float):
        if (least is not None and value < least) or (most is not None and value > most):
            yield f"{value} lies outside what '{question.code}' can be; use {_describe(least, most)}"
        elif question.kind == "scale" and value != int(value):
            yield f"{value} is no place of '{question.code}'; it has whole numbers"


def _describe(least: float | None, most: float | None) -> str:
    if least is None:
        return f"{most} at most"
    return f"{least} at least" if most is None else f"{least} to {most}"
