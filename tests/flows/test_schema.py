"""The JSON Schema that editors use: by it the catalogue is right and faults within an entry show."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from flows.checking.schema import write_schema
from flows.file import read_catalogue, read_flow
from flows.yaml_reader import load_plain
from planted_faults import FAULTS, GOOD, UNSEEN, find_problems

CATALOGUE = read_catalogue()

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
    assert find_problems(planted)


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
