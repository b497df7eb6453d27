"""Checking flow files for their authors: every problem of every file, between files, and advice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from flows.checking.placing import place_problem
from flows.checking.plain_language import find_advice as find_hard_texts
from flows.checking.rules import across, find_advice
from flows.checking.rules.outline import draw_outline
from flows.errors import Problem
from flows.file import Reading, inspect_flow, read_catalogue
from flows.yaml_reader import load_plain


def check_sources(
    sources: Sequence[tuple[str, str]], known: Collection[str] = (), *, advise: bool = True
) -> list[Problem]:
    """Everything to say about these files (name, YAML text), file by file, in the order of their lines.

    `known` are codes of flows that exist beside these files and those of the catalogue.
    """
    readings = [inspect_flow(source, name) for name, source in sources]
    between = _compare_files([name for name, _ in sources], readings, known)
    found: list[Problem] = []
    for index, ((name, _), reading) in enumerate(zip(sources, readings, strict=True)):
        problems = [*reading.problems, *between.get(index, ())]
        if advise:
            problems.extend(_list_advice(reading.body, name))
        found.extend(sorted(problems, key=lambda problem: problem.line))
    return found


def _compare_files(
    names: Sequence[str], readings: Sequence[Reading], known: Collection[str]
) -> Mapping[int, list[Problem]]:
    bodies = [(name, reading.body) for name, reading in zip(names, readings, strict=True)]
    follows = any("follow_up" in reading.body for reading in readings)
    exist = {*known, *(_list_catalogue() if follows else ())}
    found: dict[int, list[Problem]] = {}
    for index, (location, message) in across.find_faults(bodies, exist):
        name, body = bodies[index]
        found.setdefault(index, []).append(place_problem(location, message, body, name))
    return found


def _list_catalogue() -> Iterator[str]:
    for source in read_catalogue().values():
        yield str(load_plain(source).get("flow"))


def _list_advice(body: Mapping[str, Any], name: str) -> Iterator[Problem]:
    for location, message in (*find_advice(body), *find_hard_texts(draw_outline(body))):
        yield place_problem(location, message, body, name, advice=True)
