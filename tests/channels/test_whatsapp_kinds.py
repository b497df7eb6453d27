"""How WhatsApp shows each kind: lists of at most ten with the picture in front, or typed numbers."""

from typing import Any

import pytest

from bot.channels.whatsapp_messages import Piece, lay_out
from channels.question_samples import EXTRAS, scale, word
from channels.twilio_limits import check_content

SITE = "https://vertel.example"
CODES = ("team", "ruimte", "oorzaak", "plek", "foto", "weken", "dag", "hulp", "onderwerp", "plaatje")


def read_items(piece: Piece) -> list[str]:
    """What is read in a list."""
    assert piece.content is not None
    shape: dict[str, Any] = piece.content["twilio/list-picker"]
    return [item["item"] for item in shape["items"]]


def test_a_dyad_is_a_list_of_its_steps() -> None:
    """The picture goes in front with the question; seven steps and the ways around are ten rows."""
    picture, choose = lay_out(word("ruimte"), site=SITE)

    assert picture == Piece(word("ruimte").text, media=f"{SITE}/pictures/steps.png?of=7&first=1")
    assert read_items(choose) == [
        "1: te weinig ruimte",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7: te veel ruimte",
        "Past niet",
        "Weet ik niet",
        "Sla over",
    ]


def test_a_scale_that_fits_in_a_list() -> None:
    """Ten numbers fit, with nothing beside them; its picture begins where the scale does."""
    picture, choose = lay_out(scale(0, 9), site=SITE)

    assert picture.media == f"{SITE}/pictures/steps.png?of=10&first=0"
    assert read_items(choose) == [str(number) for number in range(10)]


def test_a_scale_with_more_than_a_list_holds() -> None:
    """Eleven rows are no list: the number is typed, the picture stays in front."""
    picture, choose = lay_out(word("team"), site=SITE)

    assert picture.media == f"{SITE}/pictures/steps.png?of=10&first=1"
    assert picture.text == word("team").text
    assert choose == Piece("Typ een getal van 1 tot 10.\nOf typ: Weet ik niet.")


def test_a_scale_of_two() -> None:
    """What fits on three buttons is buttons."""
    (_, choose) = lay_out(scale(1, 2, EXTRAS[2:]), site=SITE)

    assert choose.content is not None
    assert [action["title"] for action in choose.content["twilio/quick-reply"]["actions"]] == [
        "1",
        "2",
        "Sla over",
    ]


@pytest.mark.parametrize(("first", "last"), [(-2, 2), (96, 100)])
def test_a_scale_that_no_picture_can_show(first: int, last: int) -> None:
    """Numbers below 0 and of three digits are not drawn; the list shows them."""
    (piece,) = lay_out(scale(first, last), site=SITE)

    assert read_items(piece)[0] == str(first)


def test_a_stone() -> None:
    """The second stone is the grid and a list of ten; the first has ways around, so its number is typed."""
    picture, typed = lay_out(word("plek"), site=SITE)
    again, choose = lay_out(word("plek", picked=("1",)), site=SITE)

    assert picture == Piece(word("plek").text, media=f"{SITE}/pictures/grid.png")
    assert typed.text.splitlines()[:2] == ["1. linksboven", "2. boven"]
    assert typed.text.splitlines()[9:] == [
        "10. Hoort er niet bij",
        "11. Sla over",
        "",
        "Antwoord met een nummer.",
    ]
    assert again.media == f"{SITE}/pictures/grid.png"
    assert [read_items(choose)[0], *read_items(choose)[8:]] == [
        "1. linksboven",
        "9. rechtsonder",
        "10. Hoort er niet bij",
    ]


def test_a_page_of_a_choice_is_a_list() -> None:
    """The options of the page, the way to the next one, and the way around."""
    (piece,) = lay_out(word("onderwerp"), site=SITE)

    assert read_items(piece) == [
        "Geld",
        "Werk of school",
        "Wonen",
        "Thuis en gezin",
        "Meer antwoorden",
        "Sla over",
    ]


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("code", CODES)
def test_every_kind_is_taken(code: str, language: str) -> None:
    """Each is within Twilio's limits, also as plain text, which differs in its pictures and its end."""
    question = word(code, language)
    pieces, plain = lay_out(question, site=SITE), lay_out(question, site=SITE, plain=True)

    assert [piece.text for piece in pieces[:-1]] == [piece.text for piece in plain[: len(pieces) - 1]]
    assert not any(piece.media for piece in plain)
    for piece in (*pieces, *plain):
        assert 0 < len(piece.text) <= 1600
        assert not piece.content or check_content({"language": language, "types": piece.content}) is None
    assert all(piece.content is None for piece in plain)
