"""Places in the web chat's API: what a question's drawing says, and all stones put down at once."""

import json
from typing import Any

import pytest

from bot.channels.web_messages import write_bot_message
from channels.question_samples import word
from channels.web_house import House
from flows.inbound import PlacedAll
from flows.outbound import Utterance


def read_drawing(utterance: Utterance) -> dict[str, Any] | None:
    """The drawing as a client of the API reads it."""
    return json.loads(json.dumps(write_bot_message(utterance))).get("drawing")


@pytest.mark.parametrize(
    ("code", "drawing"),
    [
        ("oorzaak", {"left": "Kennis", "right": "Gevoel", "top": "Regels"}),
        ("ruimte", {"left": "te weinig ruimte", "right": "te veel ruimte"}),
        (
            "plek",
            {
                "left": "weinig invloed",
                "right": "veel invloed",
                "top": "deed veel",
                "bottom": "deed weinig",
                "stones": ["de inwoner", "het team"],
            },
        ),
    ],
)
def test_what_the_places_mean(code: str, drawing: dict[str, Any]) -> None:
    """A client can draw the question without reading its text."""
    assert read_drawing(word(code)) == drawing


@pytest.mark.parametrize(("place", "point"), [("3", [83.33, 83.33]), ("12,5", [12, 5]), ("off", None)])
def test_what_lies_already(place: str, point: list[float] | None) -> None:
    """After the first stone the drawing says where it lies."""
    drawing = read_drawing(word("plek", picked=(place,)))

    assert drawing is not None
    assert drawing["placed"] == [point]


def test_a_question_without_places() -> None:
    """Nothing is drawn where nothing can be pointed at."""
    assert read_drawing(word("team")) is None


async def test_all_stones_at_once(house: House) -> None:
    """One message holds them all; it is shown in the chat as it was put."""
    header = await house.begin()
    body = {"id": "1", "step": "plek", "points": [[20, 70.5], None]}
    status, _ = await house.send(header, body)
    inbound = house.parse_last()

    assert status == 202
    assert inbound is not None
    assert inbound.content == PlacedAll(((20, 70.5), None), "plek")
    assert (await house.read(header))[-1] == {
        "n": 1,
        "from": "teller",
        "id": "1",
        "step": "plek",
        "kind": "point",
        "text": "",
        "points": [[20, 70.5], None],
    }


@pytest.mark.parametrize(
    "points",
    [
        [],
        "1,2",
        {},
        [[1]],
        [[1, 2, 3]],
        [["1", 2]],
        [[1, 101]],
        [[-1, 1]],
        [[True, 1]],
        [None] * 7,
        [[]],
        [7],
    ],
)
async def test_what_are_no_points(house: House, points: object) -> None:
    """Refused with what would be right; nothing is kept."""
    header = await house.begin()
    status, answer = await house.send(header, {"id": "1", "points": points})

    assert (status, len(house.kept)) == (400, 1)
    assert "for each stone `[x, y]`" in answer["error"]
