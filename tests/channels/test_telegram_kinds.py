"""How Telegram shows each kind of question: rows of buttons, and the pictures their numbers stand on."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.telegram_messages import Piece, Sheet, find_sheet, lay_out
from channels.parcels import send_all
from channels.question_samples import scale, word
from channels.telegram_server import TOKEN, TelegramServer
from flows.file import read_picture
from flows.outbound import Utterance

CODES = ("team", "ruimte", "oorzaak", "plek", "foto", "weken", "dag", "hulp", "onderwerp", "plaatje")


@pytest_asyncio.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[Telegram]:
    """The channel, talking to the fake, with the pictures of the catalogue."""
    async with Telegram(TelegramSettings(TOKEN, ("secret",), telegram.url), read_picture) as channel:
        yield channel


def lay(utterance: Utterance) -> Piece:
    """The one message a question becomes, with its picture where it has one."""
    (piece,) = lay_out(utterance, picture=find_sheet(utterance) is not None)
    return piece


def read_labels(piece: Piece) -> list[list[str]]:
    """What is read on its buttons, row by row."""
    return [[button.label for button in row] for row in piece.rows]


def test_a_dyad_is_one_row() -> None:
    """Seven numbers in one row under the picture of the steps; what they mean stands in the text."""
    piece = lay(word("ruimte"))

    assert find_sheet(word("ruimte")) == Sheet("steps", count=7, first=1)
    assert read_labels(piece) == [
        ["1", "2", "3", "4", "5", "6", "7"],
        ["Past niet", "Weet ik niet", "Sla over"],
    ]
    assert piece.rows[0][6].data == "ruimte|7"
    assert piece.text == "Ik had in deze situatie …\n1 = te weinig ruimte\n7 = te veel ruimte"
    assert piece.picture


@pytest.mark.parametrize(
    ("first", "last", "rows"),
    [
        pytest.param(1, 2, [2], id="two"),
        pytest.param(1, 5, [5], id="five"),
        pytest.param(1, 7, [7], id="seven"),
        pytest.param(1, 8, [4, 4], id="eight"),
        pytest.param(1, 9, [5, 4], id="nine"),
        pytest.param(1, 10, [5, 5], id="ten"),
        pytest.param(0, 10, [4, 4, 3], id="eleven"),
    ],
)
def test_rows_of_a_scale(first: int, last: int, rows: list[int]) -> None:
    """The numbers of a scale stand in rows of much the same length, in their order."""
    piece = lay(scale(first, last))

    assert [len(row) for row in piece.rows] == rows
    assert [button.label for row in piece.rows for button in row] == [str(n) for n in range(first, last + 1)]
    assert find_sheet(scale(first, last)) == Sheet("steps", count=last - first + 1, first=first)


@pytest.mark.parametrize(("first", "last"), [(-5, 5), (95, 100)])
def test_a_scale_that_no_picture_can_show(first: int, last: int) -> None:
    """Numbers below 0 and of three digits are not drawn; the buttons show them."""
    assert find_sheet(scale(first, last)) is None
    assert lay(scale(first, last)).rows[0][0].label == str(first)


def test_a_stone() -> None:
    """The nine places as they lie, that it does not belong below them; the names stand under the text."""
    piece = lay(word("plek"))

    assert read_labels(piece) == [
        ["1", "2", "3"],
        ["4", "5", "6"],
        ["7", "8", "9"],
        ["Hoort er niet bij"],
        ["Sla over"],
    ]
    assert [button.data for button in piece.rows[3]] == ["plek|off"]
    assert piece.text.splitlines()[-4:] == [
        "",
        "1 linksboven · 2 boven · 3 rechtsboven",
        "4 links · 5 midden · 6 rechts",
        "7 linksonder · 8 onder · 9 rechtsonder",
    ]
    assert read_labels(lay(word("plek", picked=("1",))))[3:] == [["Hoort er niet bij"]]


def test_a_stone_without_its_picture() -> None:
    """Where the picture cannot be drawn the buttons say where they lie."""
    (piece,) = lay_out(word("plek"), picture=False)

    assert read_labels(piece)[:2] == [["linksboven", "boven", "rechtsboven"], ["links", "midden", "rechts"]]
    assert "·" not in piece.text


def test_a_page_of_a_choice() -> None:
    """A page as its author wrote it; the way to the next one and that it is done have rows of their own."""
    first = lay(word("onderwerp"))
    second = lay(word("onderwerp", picked=("geld",), page=1))

    assert read_labels(first) == [
        ["Geld", "Werk of school"],
        ["Wonen", "Thuis en gezin"],
        ["Meer antwoorden"],
        ["Sla over"],
    ]
    assert read_labels(second)[-2:] == [["Meer antwoorden"], ["Klaar"]]


def test_pictures_with_a_way_on() -> None:
    """What has no number on the sheet has none on its button."""
    piece = lay(
        Utterance(
            "Wie?",
            "nl",
            kind="choice",
            step="wie",
            options=(*word("plaatje").options, *word("onderwerp").options[-1:]),
        )
    )

    assert [label for row in read_labels(piece) for label in row] == [
        "1. De gids",
        "2. De muur",
        "Meer antwoorden",
    ]


@pytest.mark.parametrize("code", ["ruimte", "oorzaak", "plek"])
def test_from_right_to_left_nothing_is_mirrored(code: str) -> None:
    """Left stays left: buttons come in the same order whatever the language."""
    data = [[button.data for button in row] for row in lay(word(code)).rows]

    assert [[button.data for button in row] for row in lay(word(code, "ar")).rows] == data


@pytest.mark.parametrize("code", CODES)
async def test_every_kind_is_taken(telegram: TelegramServer, channel: Telegram, code: str) -> None:
    """Telegram takes each of them, in both directions of reading, and every button is there."""
    for language in ("nl", "ar"):
        question = word(code, language)
        await send_all(channel, "700100", question, reference=f"{code}-{language}")

        message = telegram.sent[-1]
        taps = [f"{question.step}|{option.code}" for option in question.tappable]
        assert [data for row in message.buttons for _, data in row] == taps
        assert bool(message.photo or message.file_id) == (find_sheet(question) is not None)
        assert question.text in message.words
