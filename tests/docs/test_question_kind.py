"""The recipe for a question kind holds a sketch that works as it stands there."""

import runpy
from pathlib import Path

import pytest

from flows.inbound import Chose, Content, Recorded, Said
from flows.kinds.step import Given, Misread, Question, Reading, Setting
from written_pages import find_blocks, read_page

PAGE = read_page("how-to/add-a-question-kind.md")


@pytest.fixture
def stars(tmp_path: Path) -> Question:
    """A question of the sketch's kind, of five stars, that may be skipped."""
    [sketch] = find_blocks(PAGE, "python")
    module = tmp_path / "stars.py"
    module.write_text(sketch, encoding="utf-8")
    kind: type[Question] = runpy.run_path(str(module))["Stars"]
    return kind.model_validate(
        {"ask": "sterren", "kind": "stars", "text": {"": "Hoeveel sterren?"}, "allow": ["skip"]}
    )


def read(question: Question, content: Content) -> Reading:
    """What a Dutch teller's message means to the question."""
    return question.read(content, Setting("nl", ("nl",)))


@pytest.mark.parametrize(
    ("content", "number"), [(Said("4"), 4), (Said("vier"), 4), (Said("★★"), 2), (Chose(("3",)), 3)]
)
def test_stars_mean_their_number(stars: Question, content: Content, number: int) -> None:
    """Tapped, typed as a number or a word, or as the label."""
    reading = read(stars, content)

    assert isinstance(reading, Given)
    assert [part.number for part in reading.parts] == [number]


@pytest.mark.parametrize("content", [Said("elf"), Said("13"), Chose(("11",)), Recorded("a")])
def test_what_is_none_of_them_is_misread(stars: Question, content: Content) -> None:
    """Anything else is asked again, and the second time in other words."""
    assert isinstance(read(stars, content), Misread)
    assert "4" in stars.retry(Setting("nl", ("nl",)))


def test_a_place_below_the_stars_is_a_way_around(stars: Question) -> None:
    """A number that is no label is the place of what numbered lines show there."""
    reading = read(stars, Said("6"))

    assert isinstance(reading, Given)
    assert reading.status == "skipped"
