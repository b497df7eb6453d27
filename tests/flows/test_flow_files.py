"""Flow files: the catalogue is right and fits the channels; every fault of an author is found in place."""

from typing import Any

import pytest

from flows.errors import FlowFileError
from flows.file import (
    find_flow_files,
    has_picture,
    load_flow,
    read_catalogue,
    read_flow,
    read_flow_file,
    read_picture,
)
from flows.kinds.choice import Choice
from planted_faults import FAULTS, GOOD, find_problems

CATALOGUE = read_catalogue()


def _replace_options(source: str, by: str) -> str:
    start, end = source.index("    options:\n"), source.index("  - ask: driehoek")
    return source[:start] + by + source[end:]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_catalogue_is_right(name: str) -> None:
    """Every flow of the catalogue reads without problems, under the name of its file."""
    assert read_flow(CATALOGUE[name], name).flow == name.removesuffix(".yaml")


def test_no_texts_are_asked_in_what_is_no_language() -> None:
    """A language that is none is told once, and not again at every text that lacks it."""
    (problem,) = find_problems(GOOD.replace("[nl, en]", "[nl, en, Turks]"))
    assert problem.line == 5
    assert problem.message == "languages.3: is no language code; use two letters such as nl or en"


def test_the_file_in_which_faults_are_planted_is_right() -> None:
    """Without a planted fault there is no problem."""
    assert read_flow(GOOD, "proef.yaml").flow == "proef"


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_planted_fault_is_found_in_its_place(name: str) -> None:
    """Each fault is told with its line, its step and what to do about it."""
    before, planted, line, step, message = FAULTS[name]
    assert GOOD.count(before) >= 1
    problems = find_problems(GOOD.replace(before, planted, 1))

    found = [problem for problem in problems if message in problem.message]
    assert [(problem.line, problem.step) for problem in found] == [(line, step)]
    assert str(found[0]).startswith(f"proef.yaml:{line}: {step}: ")


def test_empty_options_are_found() -> None:
    """A choice has at least two options."""
    (problem,) = find_problems(_replace_options(GOOD, "    options: []\n"))

    assert (problem.line, problem.step) == (28, "gevoel")
    assert problem.message == "options: has too few entries; there must be at least 2"


def test_a_choice_of_several_fills_nothing() -> None:
    """A field of the story holds one value."""
    source = GOOD.replace("    fills: title\n", "").replace("    min: 1\n", "    fills: share_with\n")
    (problem,) = find_problems(source)

    assert (problem.line, problem.step) == (24, "gevoel")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "is no flow"),
        ("# niets\n", "is no flow"),
        ("- format: 1\n", "is no flow"),
        ("zomaar tekst", "is no flow"),
        ("a: b: c", "is no YAML"),
        ("[" * 20_000, "is no YAML"),
        ("a: \0", "is no YAML"),
    ],
)
def test_what_is_no_flow_at_all_is_told(source: str, message: str) -> None:
    """An empty file, a list, broken YAML: one clear line each."""
    (problem,) = find_problems(source)

    assert (problem.line, problem.step) == (1, "file")
    assert message in problem.message


def test_steps_that_are_no_list_are_told() -> None:
    """A mapping where the steps should be is one clear line, beside what is missing without them."""
    problems = find_problems(GOOD[: GOOD.index("steps:")] + "steps: {mee: verhaal}\n")

    assert {(problem.line, problem.step) for problem in problems} == {(6, "flow")}
    assert any("is no list" in problem.message for problem in problems)


def test_all_faults_are_found_at_once() -> None:
    """Faults of every sort, planted together, are all found in one run, in the order of the file."""
    planted = [name for name, fault in FAULTS.items() if fault[3] not in ("file", "flow")]
    together = [
        "unknown key", "text lacks the first language", "unknown kind", "option code twice", "min above max",
        "picture that is not there", "corner code twice", "version as date", "nudge lacks a language",
    ]  # fmt: skip
    source = GOOD
    for name in together:
        before, after, *_ = FAULTS[name]
        source = source.replace(before, after, 1)
    problems = find_problems(source)

    for name in together:
        assert any(FAULTS[name][4] in problem.message for problem in problems), name
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert len(planted) > 20


def test_faults_of_several_steps_do_not_hide_each_other() -> None:
    """A code that stands twice is found also when another step has a fault of its own."""
    source = GOOD.replace("kind: text", "kind: tekst").replace("ask: driehoek", "ask: gevoel")

    assert {(problem.line, problem.step) for problem in find_problems(source)} >= {
        (19, "naam"),
        (34, "gevoel"),
    }


def test_a_file_that_cannot_be_read_is_told(tmp_path: Any) -> None:
    """A path without a file, and a file that is no UTF-8, are problems like others."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"title: caf\xe9")

    for path, message in ((tmp_path / "weg.yaml", "cannot be read"), (latin, "is not UTF-8 text")):
        with pytest.raises(FlowFileError) as caught:
            read_flow_file(path)
        assert [message in problem.message for problem in caught.value.problems] == [True]
    assert find_flow_files([tmp_path]) == [latin]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_pictures_of_the_catalogue_exist(name: str) -> None:
    """Every picture a flow names is there and is an SVG."""
    flow = read_flow(CATALOGUE[name], name)
    pictures = [
        option.picture for step in flow.questions if isinstance(step, Choice) for option in step.options
    ]

    for picture in filter(None, pictures):
        assert has_picture(picture)
        assert "<svg" in read_picture(picture)


def test_a_published_flow_is_loaded_by_its_form_alone() -> None:
    """Rules that came later do not take away a version that people are in; what is no flow is refused."""
    source = GOOD.replace("max: 2", "max: 3")

    assert load_flow(source, "proef").flow == "proef"
    with pytest.raises(FlowFileError):
        read_flow(source, "proef")
    with pytest.raises(FlowFileError):
        load_flow("format: 1", "proef")


def test_names_of_the_code_are_no_keys_of_a_file() -> None:
    """`equals` and `first` are what the code calls `is` and `from`; a file has one spelling."""
    (problem,) = find_problems(
        GOOD.replace("kind: text", 'kind: text\n    when: {question: mee, is: "yes", equals: "yes"}')
    )

    assert (problem.line, problem.step) == (21, "naam")
    assert problem.message.startswith("when.equals: is not a known key here")
