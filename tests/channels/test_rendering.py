"""Questions as plain text: what is numbered, what is only named, and both directions of reading."""

import pytest

from bot.channels.rendering import find_ends, find_seams, find_span, number_options, write_numbered
from channels.question_samples import EXTRAS, scale, word
from flows.outbound import Option, Progress, Utterance
from flows.values import replace

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("team", "Typ een getal van 1 tot 10.\nOf typ: Weet ik niet."),
        ("ruimte", "Typ een getal van 1 tot 7.\nOf typ: Past niet / Weet ik niet / Sla over."),
        ("foto", "Of typ: Sla over."),
        ("weken", "Of typ: Weet ik niet."),
        ("dag", "Of typ: Vandaag / Gisteren / Weet ik niet."),
        ("hulp", "Of typ: Sla over."),
    ],
)
def test_what_is_typed_is_the_answer(code: str, how: str) -> None:
    """A number typed at these questions is no place in a list, so nothing is numbered."""
    question = word(code)

    assert write_numbered(question) == f"{question.text}\n\n{how}"


def test_a_scale_without_ways_around() -> None:
    """Only its numbers are named; they need not begin at one."""
    assert write_numbered(scale(0, 10)) == "Hoe ging het?\n\nTyp een getal van 0 tot 10."
    assert list(find_span(scale(0, 10)) or ()) == list(range(11))
    assert find_span(word("oorzaak")) is None


def test_stones_are_numbered() -> None:
    """The nine places and that it does not belong are a list, its ways around go on counting."""
    lines = write_numbered(word("plek")).splitlines()

    assert lines[-13:] == [
        "1. linksboven",
        "2. boven",
        "3. rechtsboven",
        "4. links",
        "5. midden",
        "6. rechts",
        "7. linksonder",
        "8. onder",
        "9. rechtsonder",
        "10. Hoort er niet bij",
        "11. Sla over",
        "",
        "Antwoord met een nummer.",
    ]


def test_a_page_of_a_choice_ends_with_the_way_to_the_next() -> None:
    """What stands on other pages is not numbered: a number is one of what is seen."""
    lines = write_numbered(word("onderwerp")).splitlines()

    assert lines[2:8] == [
        "1. Geld",
        "2. Werk of school",
        "3. Wonen",
        "4. Thuis en gezin",
        "5. Meer antwoorden",
        "6. Sla over",
    ]


def test_entries_name_that_it_is_done() -> None:
    """After a first entry 'done' is named; a number would be an entry."""
    assert write_numbered(word("hulp", picked=("tijd",))).endswith("\n\nOf typ: Klaar.")


def test_from_right_to_left() -> None:
    """Our own line, numbers and labels keep their places in a text that runs the other way."""
    question = replace(word("oorzaak", "ar"), progress=Progress(4, 9))
    lines = write_numbered(question).splitlines()

    assert lines[0] == f"{FSI}الخطوة 4 من 9{PDI}"
    assert lines[3] == f"{RLM}1. {FSI}القواعد{PDI}"
    assert all(line.startswith(RLM) for line in lines[3:11])


def test_a_label_that_runs_the_other_way() -> None:
    """Among labels from left to right, one from right to left does not move its number."""
    labels = number_options((Option("nl", "Nederlands"), Option("ar", "العربية")), "nl")
    named = Utterance("Welke taal?", "nl", kind="text", extras=(Option("ar", "العربية"), EXTRAS[2]))

    assert labels == ["1. Nederlands", f"2. {FSI}العربية{PDI}"]
    assert write_numbered(named).endswith(f"Of typ: {FSI}العربية{PDI} / Sla over.")


def test_a_number_stays_with_its_label() -> None:
    """No text is cut between the number of an option and what it is called; behind a sentence it is."""
    text = f"Dat was in 2019. Kies nu.\n1. Ja\n{RLM}12. {FSI}العربية{PDI}"

    assert [text[:end].rsplit(maxsplit=1)[-1] for end in find_seams(text)] == ["2019.", "nu.", "Ja"]


@pytest.mark.parametrize(
    ("code", "ends"),
    [("team", ("helemaal niet", "heel erg")), ("ruimte", ("te weinig ruimte", "te veel ruimte"))],
)
def test_the_ends_of_a_scale(code: str, ends: tuple[str, str]) -> None:
    """What the lowest and the highest number mean is found in the question."""
    question = word(code)

    assert find_ends(question.text, [option.code for option in question.options]) == ends
    assert find_ends("Hoe ging het?", ["1", "5"]) == ("", "")
