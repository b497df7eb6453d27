"""docs/flow-format.md is what the code writes about itself, and its examples are true."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from flows.checking.reference import COMMON, MODELS, write_reference
from flows.checking.rules.length import MOST_OTHERWISE, MOST_QUESTIONS
from flows.entries import KINDS
from flows.errors import FlowFileError
from flows.file import read_flow
from flows.flow import Flow
from flows.kinds.choice import RESERVED
from flows.kinds.step import Allowance, Field, Question
from flows.kinds.triad import ZONES
from flows.texts import PLACEHOLDERS
from flows.yaml_reader import load_plain
from written_pages import (
    find_blocks,
    list_headings,
    names_in_first_cells,
    read_page,
    read_section,
    read_tables,
)

PAGE = read_page("flow-format.md")
EXAMPLE, *PIECES = find_blocks(PAGE, "yaml")

HEAD = """\
format: 1
flow: proef
title: Proef
audience: coach
languages: [nl, en]
steps:
  - {ask: toestemming, kind: consent, version: "1", text: Doe je mee?, "yes": Ja, "no": Nee}
  - ask: rol
    kind: choice
    text: Wat deed je?
    options:
      - {code: verbinden, label: Verbinden}
      - {code: luisteren, label: Luisteren}
      - {code: regelen, label: Regelen}
"""
"""What a piece stands behind: a consent, and a question for guards to look at."""


def _name_pieces() -> Iterator[str]:
    for piece in PIECES:
        (step,) = load_plain(piece)
        yield str(step.get("kind") or next(iter(step)))


def test_the_page_is_what_the_code_writes() -> None:
    """`vertelbot flows reference > docs/flow-format.md` changes nothing."""
    assert write_reference() == PAGE


def test_the_page_begins_with_a_whole_small_example() -> None:
    """Who reads only the beginning has a flow that works."""
    assert read_flow(EXAMPLE, "example").questions[0].ask == "toestemming"
    assert PAGE.index(EXAMPLE) < 500


@pytest.mark.parametrize("piece", PIECES, ids=list(_name_pieces()))
def test_every_piece_is_right(piece: str) -> None:
    """Put in a flow, each short example reads without problems."""
    steps = "".join(f"  {line}\n" for line in piece.splitlines())

    assert read_flow(HEAD + steps, "piece").walk


def test_every_kind_has_an_example() -> None:
    """Each kind of question, and each other step, is shown once at least."""
    assert {*KINDS, "say", "section", "rotate"} <= set(_name_pieces())


def test_the_broken_example_has_the_problems_it_shows() -> None:
    """`flows check` says of the broken example exactly what the page says, and as many as it says."""
    [example] = find_blocks(PAGE, "yaml broken")
    [said] = find_blocks(PAGE, "text")

    with pytest.raises(FlowFileError) as caught:
        read_flow(example, "stuk.yaml")

    assert str(caught.value) == said.strip()
    assert ("one", "two", "three", "four", "five")[len(said.strip().splitlines()) - 1] in PAGE


def _list_names(model: type[BaseModel], left_out: frozenset[str]) -> set[str]:
    fields = model.model_fields.items()
    return {field.alias or name for name, field in fields if name not in left_out}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_field_has_its_row_with_words(name: str) -> None:
    """Each model's table has a row for each field, and each row says what it means."""
    model = MODELS[name]
    heading = {"file": "The file"}.get(name, f"kind {name}" if name in KINDS else name)
    inner = model is not Question and issubclass(model, Question)
    expected = _list_names(model, COMMON if inner else frozenset())
    expected |= {"kind"} if model is Question else set()
    tables = read_tables(read_section(PAGE, heading))
    rows = [row for table in tables if table[0][0] == "field" for row in table[1:]]

    written = names_in_first_cells(read_section(PAGE, heading), "field")
    assert {each for each in written if "." not in each} == expected
    assert all(len(row[2]) > len("Text.") and row[1] in ("yes", "no") for row in rows)


def test_every_model_of_the_format_is_on_the_page() -> None:
    """No kind, no group and no field of them was forgotten in the list of tables."""
    described: set[Any] = {*MODELS.values()}

    assert {
        model for model in Question.__subclasses__() if model.__module__.startswith("flows.")
    } <= described
    assert Flow in described


def test_every_kind_has_its_section() -> None:
    """The headings name the kinds that a file may use, in the order of the code."""
    written = [
        heading.removeprefix("kind ") for heading in list_headings(PAGE) if heading.startswith("kind ")
    ]

    assert written == list(KINDS)


def test_fixed_words_are_on_the_page() -> None:
    """Ways around a question, fields to fill, placeholders, reserved codes and limits are all named."""
    for word in (*get_args(Allowance), *get_args(Field), *RESERVED):
        assert f"`{word}`" in PAGE
    for word in PLACEHOLDERS:
        assert f"`{{{word}}}`" in PAGE
    counts = ", ".join(f"a {audience} {most}" for audience, most in list(MOST_QUESTIONS.items())[1:])
    first, most = next(iter(MOST_QUESTIONS.items()))
    assert f"A {first} is asked {most} questions at most, {counts}, all others {MOST_OTHERWISE}." in PAGE


def test_the_shares_of_the_buttons_are_true() -> None:
    """The table of a triad's seven buttons holds what is stored for each."""
    tables = read_tables(read_section(PAGE, "kind triad"))
    [buttons] = [table for table in tables if table[0][0] == "button"]

    written = [tuple(float(share) for share in row[1].split(",")) for row in buttons[1:]]
    assert written == list(ZONES.values())
