"""docs/flow-format.md describes the format as the models have it, and its examples are true."""

from typing import get_args

import pytest
from pydantic import BaseModel

from flows.errors import FlowFileError
from flows.file import has_picture, read_flow
from flows.flow import KINDS, Flow
from flows.kinds.choice import RESERVED, Choice, ChoiceOption
from flows.kinds.consent import Consent
from flows.kinds.say import Say
from flows.kinds.step import Allowance, Field, Question
from flows.kinds.story import Nudge, Story
from flows.kinds.text import TextQuestion
from flows.kinds.triad import ZONES, Corner, Triad
from flows.texts import PLACEHOLDERS
from written_pages import (
    find_blocks,
    list_headings,
    names_in_first_cells,
    read_page,
    read_section,
    read_tables,
)

PAGE = read_page("flow-format.md")
COMMON = {*Question.model_fields, "kind"}


def nested(front: str, model: type[BaseModel]) -> set[str]:
    """The fields of a model inside a field, as the page writes them."""
    return {f"{front}.{name}" for name in model.model_fields}


def test_the_example_is_a_flow() -> None:
    """The complete example reads without problems, uses every kind, and names pictures that exist."""
    [example] = find_blocks(PAGE, "yaml")
    flow = read_flow(example, "example")

    assert {question.model_dump()["kind"] for question in flow.questions} == set(KINDS)
    choices = [question for question in flow.questions if isinstance(question, Choice)]
    pictures = [option.picture for choice in choices for option in choice.options if option.picture]
    assert pictures
    assert all(has_picture(picture) for picture in pictures)


def test_the_broken_example_has_the_problems_it_shows() -> None:
    """`flows check` says of the broken example exactly what the page says."""
    [example] = find_blocks(PAGE, "yaml broken")
    [said] = find_blocks(PAGE, "text")

    with pytest.raises(FlowFileError) as caught:
        read_flow(example, "stuk.yaml")

    assert str(caught.value) == said.strip()


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("The file", set(Flow.model_fields)),
        ("say", set(Say.model_fields)),
        ("ask", COMMON),
        ("kind consent", set(Consent.model_fields) - COMMON),
        ("kind story", (set(Story.model_fields) - COMMON) | nested("nudge", Nudge)),
        ("kind text", set(TextQuestion.model_fields) - COMMON),
        ("kind choice", (set(Choice.model_fields) - COMMON) | nested("options", ChoiceOption)),
        (
            "kind triad",
            (set(Triad.model_fields) - COMMON)
            | nested("top", Corner)
            | nested("left", Corner)
            | nested("right", Corner),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_field_has_its_row(heading: str, fields: set[str]) -> None:
    """Each section's table has one row for each field of its model, and no other."""
    written = names_in_first_cells(read_section(PAGE, heading), "field")

    assert sorted(written) == sorted(fields)


def test_every_kind_has_its_section() -> None:
    """The headings name the kinds that a file may use, in the order of the code."""
    written = [
        heading.removeprefix("kind ") for heading in list_headings(PAGE) if heading.startswith("kind ")
    ]

    assert written == list(KINDS)


def test_fixed_words_are_on_the_page() -> None:
    """Ways around a question, fields to fill, placeholders and reserved codes are all named."""
    for word in (*get_args(Allowance), *get_args(Field), *RESERVED):
        assert f"`{word}`" in PAGE
    for word in PLACEHOLDERS:
        assert f"`{{{word}}}`" in PAGE


def test_the_shares_of_the_buttons_are_true() -> None:
    """The table of a triad's seven buttons holds what is stored for each."""
    tables = read_tables(read_section(PAGE, "kind triad"))
    [buttons] = [table for table in tables if table[0][0] == "button"]

    written = [tuple(float(share) for share in row[1].split(",")) for row in buttons[1:]]
    assert written == list(ZONES.values())
