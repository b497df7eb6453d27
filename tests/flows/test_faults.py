"""Every fault that is planted in the files of `faulty/` is found at its line, and nothing else is."""

import re
from pathlib import Path

from flows.checking.check import check_sources
from flows.errors import Problem
from flows.file import read_catalogue

FAULTY = Path(__file__).parent / "faulty"
SOURCES = [
    (path.name, path.read_text(encoding="utf-8")) for path in sorted(FAULTY.glob("*.yaml"), reverse=True)
]

_MARK = re.compile(r"(?:#|\|) (fault|advice): (.*?)(?= \| (?:fault|advice): |$)")

_MENDING = re.compile(r"; |, so |, for |is no whole number|neither true nor false")


def _list_marks() -> list[tuple[str, int, bool, str]]:
    """File, line, whether it is advice, and a part of the message, of all that is planted."""
    return [
        (name, number, match[1] == "advice", match[2])
        for name, source in SOURCES
        for number, line in enumerate(source.splitlines(), start=1)
        for match in _MARK.finditer(line)
    ]


def _fits(problem: Problem, mark: tuple[str, int, bool, str]) -> bool:
    here = (problem.file, problem.line, problem.advice)
    return here == mark[:3] and mark[3] in problem.message


def test_every_planted_fault_is_found_and_nothing_else() -> None:
    """None is missed, none is told twice, none is told that is not there."""
    marks = _list_marks()
    found = check_sources(SOURCES)

    assert len([mark for mark in marks if not mark[2]]) >= 100
    assert [mark for mark in marks if sum(_fits(problem, mark) for problem in found) != 1] == []
    assert [str(problem) for problem in found if sum(_fits(problem, mark) for mark in marks) != 1] == []


def test_problems_are_told_file_by_file_in_the_order_of_the_lines() -> None:
    """Who mends from top to bottom finds the next one further down."""
    found = check_sources(SOURCES)
    files = [name for name, _ in SOURCES]

    assert found == sorted(found, key=lambda problem: (files.index(problem.file), problem.line))


def test_a_problem_says_its_step_also_deep_in_a_section() -> None:
    """The code of the innermost step stands in front, the field within it behind."""
    found = {str(problem) for problem in check_sources([each for each in SOURCES if each[0] == "form.yaml"])}
    told = [line for line in found if "options.oom.label" in line]

    assert [line.split(": ", 1)[1] for line in told] == ["diep: options.oom.label: is missing; add it"]


def test_every_message_says_how_to_mend_it() -> None:
    """What is wrong stands first, then what to do or what would be right; no message is without."""
    bare = [problem.message for problem in check_sources(SOURCES) if not _MENDING.search(problem.message)]

    assert bare == []


def test_the_catalogue_has_no_problem_and_needs_no_advice() -> None:
    """What comes along is what authors learn from."""
    assert [str(problem) for problem in check_sources(list(read_catalogue().items()))] == []
