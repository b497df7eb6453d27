"""What the terminal shows of each kind of question, at several widths."""

import re

import pytest

from bot.terminal.screen import Screen, count_columns, open_screen
from channels.question_samples import scale, word
from flows.outbound import Option, Progress, Utterance
from flows.values import replace

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def show(utterance: Utterance, width: int | None = None, *, colour: bool = False) -> list[str]:
    """The lines of an utterance."""
    lines: list[str] = []
    Screen(lines.append, width, colour).show(utterance)
    return "\n".join(lines).split("\n")


def test_options_are_numbered_and_pictures_named() -> None:
    """Each option has its number, its label and the file of its picture."""
    assert show(word("plaatje")) == [
        "",
        "Welk plaatje past?",
        "",
        "  1  De gids  (pictures/gids.svg)",
        "  2  De muur  (pictures/muur.svg)",
        "",
        "Antwoord met een nummer.",
    ]


def test_a_scale_is_a_line_between_its_ends() -> None:
    """What the ends mean stands beside the numbers, and no more in the text."""
    assert show(word("ruimte")) == [
        "",
        "Ik had in deze situatie …",
        "",
        "  te weinig ruimte   1 · 2 · 3 · 4 · 5 · 6 · 7   te veel ruimte",
        "Typ een getal van 1 tot 7.",
        "Of typ: Past niet / Weet ik niet / Sla over.",
    ]
    assert "  0 · 1 · 2 · 3" in show(scale(0, 3))


def test_a_scale_where_the_line_does_not_fit() -> None:
    """In a narrow terminal the ends stay in the text, and say which numbers there are."""
    lines = show(word("ruimte"), 40)

    assert lines[1:5] == [
        "Ik had in deze situatie …",
        "1 = te weinig ruimte",
        "7 = te veel ruimte",
        "Typ een getal van 1 tot 7.",
    ]


def test_stones_lie_as_they_will() -> None:
    """Nine places in three rows, that it does not belong below; one a line where there is no room."""
    lines = show(word("plek"), 80)

    assert lines[-7:] == [
        "  1 linksboven    2 boven         3 rechtsboven",
        "  4 links         5 midden        6 rechts",
        "  7 linksonder    8 onder         9 rechtsonder",
        "  10  Hoort er niet bij",
        "  11  Sla over",
        "",
        "Antwoord met een nummer.",
    ]
    assert "   9  rechtsonder" in show(word("plek"), 40)


def test_other_pages_are_told() -> None:
    """How many options stand on other pages is told."""
    assert "  (3 more on other pages)" in show(word("onderwerp"))


@pytest.mark.parametrize("width", [30, 60, 200])
def test_lines_are_wrapped(width: int) -> None:
    """Nothing is wider than the terminal, and nothing wider than can be read with ease."""
    long = "Dit is een lange vraag over wat er gebeurde en hoe dat ging. " * 5
    options = tuple(Option(str(n), f"Een antwoord met veel woorden erin, nummer {n}") for n in range(12))
    lines = show(Utterance(long, "nl", kind="choice", step="v", options=options), width)

    assert max(map(count_columns, lines)) <= min(width, 92)
    assert " ".join(" ".join(lines).split()).startswith(long.strip())
    assert any(line.startswith("      ") for line in lines) == (width < 60)


def test_without_a_terminal_lines_are_as_long_as_they_are() -> None:
    """What is piped is not wrapped."""
    long = "woord " * 100 + "einde"

    assert long in show(Utterance(long, "nl"))


def test_progress() -> None:
    """A terminal gets a bar, a pipe the words."""
    question = replace(word("weken"), progress=Progress(3, 6))

    assert show(question)[1] == "Stap 3 van 6"
    assert show(question, 80)[1] == "Stap 3 van 6  ━━━━━━━━━━──────────"


def test_the_story_as_it_is_kept() -> None:
    """A text read back is marked at its side."""
    lines = show(Utterance("Het begon.\n\nHet ging goed.", "nl", kind="review", step="v", personal=True))

    assert lines == ["", "│ Het begon.", "│", "│ Het ging goed."]


@pytest.mark.parametrize(
    ("environ", "terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_when_there_are_colours(environ: dict[str, str], terminal: bool, colour: bool) -> None:  # noqa: FBT001 - parameters of the test
    """Only a terminal that can and may has colours; only a terminal has a width."""
    screen = open_screen(environ, terminal=terminal, columns=70)

    assert (screen.colour, screen.width) == (colour, 70 if terminal else None)


def test_colours_change_no_word() -> None:
    """With colours it says the same."""
    for code in ("team", "plek", "onderwerp", "plaatje", "hulp"):
        coloured = show(word(code), 80, colour=True)

        assert any(COLOUR.search(line) for line in coloured)
        assert [COLOUR.sub("", line) for line in coloured] == show(word(code), 80)


@pytest.mark.parametrize(
    ("text", "columns"), [("één", 3), ("e\u0301e\u0301n", 3), ("\u2068nl\u2069", 2), ("話す", 4), ("", 0)]
)
def test_columns(text: str, columns: int) -> None:
    """Marks take no column, East Asian letters two."""
    assert count_columns(text) == columns
