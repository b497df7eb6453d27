"""Flow files: the catalogue is right and fits the channels; every fault of an author is found in place."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from flows.checking.schema import write_schema
from flows.errors import FlowFileError, Problem
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
from flows.yaml_reader import load_plain

CATALOGUE = read_catalogue()

GOOD = """\
format: 1
flow: proef
title: {nl: Proef, en: Trial}
audience: coach
languages: [nl, en]
steps:
  - ask: mee
    kind: consent
    version: "1"
    text: {nl: Doe je mee?, en: Will you join?}
    yes: {nl: Ja, en: "Yes"}
    no: {nl: Nee, en: "No"}
  - ask: verhaal
    kind: story
    text: {nl: Vertel., en: Tell.}
    nudge:
      below_words: 5
      text: {nl: En toen?, en: And then?}
  - ask: naam
    kind: text
    text: {nl: Hoe heet het?, en: What is it called?}
    fills: title
  - ask: gevoel
    kind: choice
    min: 1
    max: 2
    text: {nl: Hoe was het?, en: How was it?}
    options:
      - code: gids
        label: {nl: Zeker, en: Sure}
        picture: pictures/gids.svg
      - code: mist
        label: {nl: Onzeker, en: Unsure}
  - ask: driehoek
    kind: triad
    text: {nl: Waardoor?, en: Why?}
    top: {code: regels, label: {nl: Regels, en: Rules}}
    left: {code: vak, label: {nl: Vak, en: Skill}}
    right: {code: hart, label: {nl: Hart, en: Heart}}
  - say: dank
    text: {nl: "Dank, {code}.", en: "Thanks, {code}."}
"""

# What stands in the file, what is planted in its place, the line and step at which it is found, what is said.
FAULTS: dict[str, tuple[str, str, int, str, str]] = {
    "wrong format": ("format: 1", "format: 2", 1, "flow", "format: is not known here; it must be 1"),
    "no format": ("format: 1\n", "", 1, "flow", "format: is missing"),
    "flow code with capitals": ("flow: proef", "flow: Proef", 2, "flow", "flow: is no code"),
    "unknown key": (
        "audience: coach",
        "audience: coach\nauthor: Jan",
        5,
        "flow",
        "author: is not a known key",
    ),
    "no languages": ("[nl, en]", "[]", 5, "flow", "languages: has too few entries"),
    "languages no list": ("[nl, en]", "nl", 5, "flow", "languages: is no list"),
    "language in capitals": ("[nl, en]", "[nl, en, DE]", 5, "flow", "is no language code"),
    "language unknown in texts": (
        "title: {nl: Proef,",
        "title: {Nederlands: Proef,",
        3,
        "flow",
        "no language code",
    ),
    "title lacks a language": (
        "title: {nl: Proef, en: Trial}",
        "title: {nl: Proef}",
        3,
        "flow",
        "no text in 'en'",
    ),
    "unknown kind": ("kind: text", "kind: tekst", 19, "naam", "no known kind"),
    "no kind": ("    kind: text\n", "", 19, "naam", "no known kind"),
    "missing text": (
        "    text: {nl: Hoe heet het?, en: What is it called?}\n",
        "",
        19,
        "naam",
        "text: is missing",
    ),
    "text lacks a language": (", en: What is it called?", "", 21, "naam", "text: has no text in 'en'"),
    "text lacks the first language": ("nl: Vertel., ", "", 15, "verhaal", "text: has no text in 'nl'"),
    "nudge lacks a language": (
        "{nl: En toen?, en: And then?}",
        "{en: And?}",
        18,
        "verhaal",
        "nudge.text: has no",
    ),
    "label lacks a language": (
        "{nl: Onzeker, en: Unsure}",
        "{nl: Onzeker}",
        33,
        "gevoel",
        "options.mist.label: has",
    ),
    "corner lacks a language": (
        "{nl: Hart, en: Heart}",
        "{nl: Hart}",
        39,
        "driehoek",
        "right.label: has no text",
    ),
    "empty text": ("nl: Hoe heet het?", 'nl: " "', 21, "naam", "the text in 'nl' is empty"),
    "number as text": (
        "nl: Hoe heet het?",
        "nl: 5",
        21,
        "naam",
        "text.nl: is no text; put it between quotes",
    ),
    "number as all texts": ("{nl: Vertel., en: Tell.}", "5", 15, "verhaal", "text: is no text"),
    "unknown placeholder": ("nl: Vertel.", "nl: 'Vertel {wat}.'", 15, "verhaal", "{wat} is no placeholder"),
    "placeholder too early": (
        "nl: Vertel.",
        "nl: 'Vertel {shared}.'",
        15,
        "verhaal",
        "after the last question",
    ),
    "version as date": ('version: "1"', "version: 2026-11-01", 9, "mee", "version: is no text"),
    "empty version": ('version: "1"', 'version: ""', 9, "mee", "version: is empty"),
    "step code twice": ("ask: gevoel", "ask: naam", 23, "naam", "the code 'naam' stands at two steps"),
    "step code with a space": ("ask: gevoel", "ask: mijn gevoel", 23, "mijn gevoel", "ask: is no code"),
    "step code too long": ("ask: gevoel", "ask: " + "g" * 31, 23, "g" * 31, "ask: is no code"),
    "step code ends in a dash": ("ask: gevoel", "ask: gevoel-", 23, "gevoel-", "ask: is no code"),
    "no consent first": (
        "kind: consent",
        "kind: text",
        8,
        "mee",
        "the first question must be of kind consent",
    ),
    "two stories": ("kind: text", "kind: story", 20, "naam", "there is a question of kind story already"),
    "fills twice": ("    min: 1\n    max: 2\n", "    fills: title\n", 25, "gevoel", "fills 'title' already"),
    "fills by a triad": (
        "kind: triad",
        "kind: triad\n    fills: share_with",
        36,
        "driehoek",
        "can fill a field",
    ),
    "fills something else": ("fills: title", "fills: titel", 22, "naam", "fills: is not known here"),
    "way around consent": (
        'version: "1"',
        'version: "1"\n    allow: [skip]',
        10,
        "mee",
        "no way around a consent",
    ),
    "unknown way around": ("fills: title", "allow: [overslaan]", 22, "naam", "allow.1: is not known here"),
    "min above max": ("min: 1", "min: 3", 25, "gevoel", "min 3 is more than max 2"),
    "max above the options": ("max: 2", "max: 3", 26, "gevoel", "max 3 is more than the 2 options"),
    "max no number": ("max: 2", "max: twee", 26, "gevoel", "max: is no whole number"),
    "min zero": ("min: 1", "min: 0", 25, "gevoel", "min: is too small"),
    "option code twice": ("code: mist", "code: gids", 32, "gevoel", "the code 'gids' stands at two options"),
    "option code reserved": ("code: mist", "code: skip", 32, "gevoel", "the code 'skip' has a fixed meaning"),
    "option code with capitals": ("code: mist", "code: Mist", 32, "gevoel", "options.Mist.code: is no code"),
    "option without a label": (
        "        label: {nl: Onzeker, en: Unsure}\n",
        "",
        32,
        "gevoel",
        "label: is missing",
    ),
    "picture of the wrong form": (
        "pictures/gids.svg",
        "gids.png",
        31,
        "gevoel",
        "is no picture of the catalogue",
    ),
    "picture that is not there": ("gids.svg", "giraf.svg", 31, "gevoel", "there is no such picture"),
    "corner code twice": ("code: hart", "code: vak", 39, "driehoek", "the code 'vak' stands at two corners"),
    "corner missing": (
        "    top: {code: regels, label: {nl: Regels, en: Rules}}\n",
        "",
        34,
        "driehoek",
        "top: is miss",
    ),
    "corner of the wrong form": (
        "{code: vak, label: {nl: Vak, en: Skill}}",
        "vak",
        38,
        "driehoek",
        "has no entries",
    ),
    "tab as indent": ("    kind: text\n", "\tkind: text\n", 20, "file", "is no YAML: there is a tab"),
    "quote not closed": ('version: "1"', 'version: "1', 11, "file", "is no YAML: there are words after"),
    "key twice": ("    kind: text\n", "    kind: text\n    kind: text\n", 21, "naam", "kind: stands twice"),
    "dash forgotten": ("  - ask: gevoel", "    ask: gevoel", 23, "naam", "begin a new step with a dash"),
}


UNSEEN = {
    *("title lacks a language", "text lacks a language", "two stories", "no consent first"),
    *("text lacks the first language", "nudge lacks a language", "label lacks a language"),
    *("corner lacks a language", "unknown placeholder", "placeholder too early", "step code twice"),
    *("fills twice", "min above max", "max above the options"),
    *("option code twice", "option code reserved", "picture that is not there", "corner code twice"),
    *("tab as indent", "quote not closed", "key twice", "dash forgotten"),
}
"""Faults between several entries, or of what is no YAML: a schema cannot see those."""

GUARDS = (
    '{question: mee, is: "yes"}',
    "{question: gevoel, in: [gids, 3]}",
    "[{question: mee, answered: true}, {language: nl}, {audience: [coach, team]}]",
    "{question: verhaal, words_below: 20}",
)
WRONG_GUARDS = (
    "{}",
    "mee",
    "{question: mee}",
    "{question: mee, is: a, is_not: b}",
    "{is: a}",
    "{question: mee, equals: a}",
    "{question: mee, language: nl}",
    "{question: mee, is: }",
    "{question: mee, answered: ja}",
    "{question: mee, is: {a: b}}",
)


def _find_problems(source: str) -> tuple[Problem, ...]:
    with pytest.raises(FlowFileError) as caught:
        read_flow(source, "proef.yaml")
    return caught.value.problems


def _replace_options(source: str, by: str) -> str:
    start, end = source.index("    options:\n"), source.index("  - ask: driehoek")
    return source[:start] + by + source[end:]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_catalogue_is_right(name: str) -> None:
    """Every flow of the catalogue reads without problems, under the name of its file."""
    assert read_flow(CATALOGUE[name], name).flow == name.removesuffix(".yaml")


def test_no_texts_are_asked_in_what_is_no_language() -> None:
    """A language that is none is told once, and not again at every text that lacks it."""
    (problem,) = _find_problems(GOOD.replace("[nl, en]", "[nl, en, Turks]"))
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
    problems = _find_problems(GOOD.replace(before, planted, 1))

    found = [problem for problem in problems if message in problem.message]
    assert [(problem.line, problem.step) for problem in found] == [(line, step)]
    assert str(found[0]).startswith(f"proef.yaml:{line}: {step}: ")


def test_empty_options_are_found() -> None:
    """A choice has at least two options."""
    (problem,) = _find_problems(_replace_options(GOOD, "    options: []\n"))

    assert (problem.line, problem.step) == (28, "gevoel")
    assert problem.message == "options: has too few entries; there must be at least 2"


def test_a_choice_of_several_fills_nothing() -> None:
    """A field of the story holds one value."""
    source = GOOD.replace("    fills: title\n", "").replace("    min: 1\n", "    fills: share_with\n")
    (problem,) = _find_problems(source)

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
    (problem,) = _find_problems(source)

    assert (problem.line, problem.step) == (1, "file")
    assert message in problem.message


def test_steps_that_are_no_list_are_told() -> None:
    """A mapping where the steps should be is one clear line, beside what is missing without them."""
    problems = _find_problems(GOOD[: GOOD.index("steps:")] + "steps: {mee: verhaal}\n")

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
    problems = _find_problems(source)

    for name in together:
        assert any(FAULTS[name][4] in problem.message for problem in problems), name
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert len(planted) > 20


def test_faults_of_several_steps_do_not_hide_each_other() -> None:
    """A code that stands twice is found also when another step has a fault of its own."""
    source = GOOD.replace("kind: text", "kind: tekst").replace("ask: driehoek", "ask: gevoel")

    assert {(problem.line, problem.step) for problem in _find_problems(source)} >= {
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


@lru_cache
def _make_validator() -> Any:
    schema = json.loads(json.dumps(write_schema()))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_schema_accepts_the_catalogue(name: str) -> None:
    """The JSON Schema is one, and by it the catalogue is right."""
    _make_validator().validate(load_plain(CATALOGUE[name]))


def test_the_schema_accepts_a_text_for_all_languages() -> None:
    """A bare text stands for all languages, in the schema as in the reader."""
    body = cast(dict[str, Any], load_plain(GOOD))
    body["title"] = "Proef"

    _make_validator().validate(body)
    assert read_flow(GOOD.replace("{nl: Proef, en: Trial}", "Proef"), "proef.yaml").title == {"": "Proef"}


@pytest.mark.parametrize("when", GUARDS)
def test_the_schema_knows_guards(when: str) -> None:
    """One guard or a list, of a question, the language or the audience."""
    before = "    kind: text\n"
    planted = GOOD.replace(before, f"{before}    when: {when}\n")

    _make_validator().validate(load_plain(planted))


@pytest.mark.parametrize("when", WRONG_GUARDS)
def test_the_schema_refuses_guards_that_ask_nothing_or_too_much(when: str) -> None:
    """Exactly one test of a question, and no key that is unknown."""
    before = "    kind: text\n"
    planted = GOOD.replace(before, f"{before}    when: {when}\n")

    assert not _make_validator().is_valid(load_plain(planted))
    assert _find_problems(planted)


SEEN = sorted(name for name in FAULTS if name not in UNSEEN)


@pytest.mark.parametrize("name", SEEN)
def test_the_schema_refuses_what_an_editor_can_see(name: str) -> None:
    """Faults within one entry are also faults by the schema, so that an editor shows them."""
    before, planted, *_ = FAULTS[name]

    assert not _make_validator().is_valid(load_plain(GOOD.replace(before, planted, 1)))


def _list_objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        body = cast(dict[str, Any], value)
        if body.get("type") == "object":
            yield path, body
        for key, item in body.items():
            yield from _list_objects(item, f"{path}/{key}")
    elif isinstance(value, list):
        for place, item in enumerate(cast(list[Any], value)):
            yield from _list_objects(item, f"{path}/{place}")


def test_the_schema_has_no_holes_and_explains_every_field() -> None:
    """No object takes keys that are not described; every field says what it is for; nothing may be null."""
    objects = list(_list_objects(write_schema()))

    assert len(objects) > 15
    assert [path for path, body in objects if body.get("additionalProperties", True) in (True, {})] == []
    for path, body in objects:
        for name, field in body.get("properties", {}).items():
            assert field.get("description"), f"{path}/{name}"
    assert '"null"' not in json.dumps(write_schema())


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
    (problem,) = _find_problems(
        GOOD.replace("kind: text", 'kind: text\n    when: {question: mee, is: "yes", equals: "yes"}')
    )

    assert (problem.line, problem.step) == (21, "naam")
    assert problem.message.startswith("when.equals: is not a known key here")
