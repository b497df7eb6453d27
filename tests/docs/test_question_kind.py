"""The recipe for a question kind holds a sketch that works as it stands there."""

import runpy
from pathlib import Path

import pytest

from flows.inbound import Chose, Content, Recorded, Said
from flows.kinds.step import Given, Misread, Question, Reading, Setting
from written_pages import find_blocks, read_page

PAGE = read_page("how-to/add-a-question-kind.md")


@pytest.fixture
def scale(tmp_path: Path) -> Question:
    """A question of the sketch's kind, from 0 to 10, that may be skipped."""
    [sketch] = find_blocks(PAGE, "python")
    module = tmp_path / "scale.py"
    module.write_text(sketch, encoding="utf-8")
    kind: type[Question] = runpy.run_path(str(module))["Scale"]
    return kind.model_validate(
        {"ask": "cijfer", "kind": "scale", "lowest": 0, "text": {"": "Welk cijfer?"}, "allow": ["skip"]}
    )


def read(question: Question, content: Content) -> Reading:
    """What a Dutch teller's message means to the question."""
    return question.read(content, Setting("nl", ("nl",)))


@pytest.mark.parametrize(
    ("content", "number"), [(Said("7"), 7), (Said("0"), 0), (Said("10."), 10), (Chose(("3",)), 3)]
)
def test_a_number_means_itself(scale: Question, content: Content, number: int) -> None:
    """As the page says, a label wins over the place in the list."""
    reading = read(scale, content)

    assert isinstance(reading, Given)
    assert [part.number for part in reading.parts] == [number]


@pytest.mark.parametrize("content", [Said("elf"), Said("13"), Chose(("11",)), Recorded("a")])
def test_what_is_no_number_is_misread(scale: Question, content: Content) -> None:
    """Anything else is asked again."""
    assert isinstance(read(scale, content), Misread)


def test_a_place_below_the_numbers_is_a_way_around(scale: Question) -> None:
    """A number that is no label is the place of what numbered lines show there."""
    reading = read(scale, Said("12"))

    assert isinstance(reading, Given)
    assert reading.status == "skipped"
