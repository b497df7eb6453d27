"""The web chat's API: every status and shape of its contract, with real storage and a keep that remembers."""

import json
from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.channels.channel import Inbound, ParseError, Start
from bot.channels.delivery_errors import RecipientGoneError
from bot.channels.web import WebChat
from bot.channels.web_bodies import TEXT_LIMIT
from bot.channels.web_requests import COOKIE
from channels.parcels import send_all
from channels.web_house import House
from flows.inbound import Chose, Placed, Said
from flows.outbound import Option, Progress, Utterance
from storage.tables import addresses
from storage.vault import Vault

FEELING = Utterance(
    "Hoe voelde je je?",
    "nl",
    kind="choice",
    step="gevoel",
    options=(Option("gids", "Gids", "pictures/gids.svg"), Option("mist", "Mist"), Option("muur", "Muur")),
    extras=(Option("skip", "Sla over"),),
    max=2,
    progress=Progress(5, 8),
)


async def test_a_session_begins_with_a_token(house: House) -> None:
    """A new conversation answers 201 and is kept as a start, known by a hash of the token only."""
    await house.add_entry("markt")
    body = {"flow": "bewoner", "entry": "markt", "language": "NL"}
    answer = await house.http.post("/api/chat/sessions", json=body)

    assert answer.status == 201
    token, messages = (await answer.json()).values()
    (arrival,) = house.kept.values()
    assert messages == []
    assert arrival.address == sha256(token.encode()).hexdigest()
    assert arrival.key == f"web:{arrival.address}/start"
    assert token not in json.dumps(arrival.raw)
    expected = Inbound(arrival.address, start=Start("bewoner", "markt", "nl"), language="nl")
    assert house.chat.parse(arrival.raw) == expected


async def test_a_session_answers_what_was_said(house: House) -> None:
    """The first messages come with the token when the bot has spoken by then."""
    header = await house.begin()
    await send_all(house.chat, house.find_address(), Utterance("Hoi!", "nl", step="groet"), reference="1")

    assert await house.read(header) == [
        {"n": 1, "from": "bot", "kind": "say", "text": "Hoi!", "step": "groet", "language": "nl"}
    ]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b'{"flow": "bestaat-niet"}', 404, "wijkcoach, bewoner"),
        (b'{"language": "nederlands"}', 400, "language"),
        (b'{"language": "n"}', 400, "language"),
        (b'{"flow": 5}', 400, "flow"),
        (b'{"entry": "a b"}', 400, "entry"),
        (b'{"entry": "bestaat-niet"}', 404, "entry point"),
        (b"[]", 400, "JSON object"),
        (b'"flow"', 400, "JSON object"),
        (b"{", 400, "JSON"),
        (b"", 400, "JSON"),
        (b"\xff\xfe", 400, "JSON"),
        (b"[" * 100_000, 400, "JSON"),
        (b'{"flow": "' + b"x" * 500_000 + b'"}', 413, "too long"),
    ],
)
async def test_a_start_of_the_wrong_shape(house: House, body: bytes, status: int, words: str) -> None:
    """What is wrong with a start is said in one sentence, and nothing is kept."""
    headers = {"Content-Type": "application/json"}
    answer = await house.http.post("/api/chat/sessions", data=body, headers=headers)

    assert answer.status == status
    assert words in (await answer.json())["error"]
    assert not house.kept


async def test_a_start_that_is_not_json(house: House) -> None:
    """A plain form is told to be JSON."""
    answer = await house.http.post("/api/chat/sessions", data={"flow": "wijkcoach"})

    assert answer.status == 415
    assert "JSON" in (await answer.json())["error"]


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer nope"}, {"Authorization": "Basic bm9wZQ=="}]
)
async def test_strangers_are_refused(house: House, header: dict[str, str]) -> None:
    """Without a token that is known there is nothing to read, send or follow."""
    sent = await house.http.post("/api/chat/messages", json={"id": "1", "text": "hoi"}, headers=header)
    read = await house.http.get("/api/chat/messages", headers=header)
    followed = await house.http.get("/api/chat/events", headers=header)

    assert [sent.status, read.status, followed.status] == [401, 401, 401]
    assert "Bearer" in (await read.json())["error"]


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"text": "Hoi\n👋"}, Said("Hoi\n👋")),
        ({"text": "nul\0 en half \ud83d"}, Said("nul en half ?")),
        ({"text": ""}, Said("")),
        ({"text": "x" * TEXT_LIMIT}, Said("x" * TEXT_LIMIT)),
        ({"choice": "yes"}, Chose(("yes",))),
        ({"choice": "yes", "step": "verhaal:confirm"}, Chose(("yes",), "verhaal:confirm")),
        ({"choices": ["gids", "mist", "gids"]}, Chose(("gids", "mist"))),
        ({"point": {"x": 20, "y": 33.5}}, Placed(20, 33.5)),
        ({"point": {"x": 0, "y": 100}, "step": "drijfveer"}, Placed(0, 100, "drijfveer")),
    ],
)
async def test_a_message_of_every_shape(house: House, body: dict[str, Any], content: object) -> None:
    """Each shape of the contract is taken with 202 and means what it says."""
    header = await house.begin()
    status, answer = await house.send(header, {"id": "a-1", **body})

    assert (status, answer) == (202, {"id": "a-1", "new": True})
    assert house.parse_last() == Inbound(house.find_address(), content)  # pyright: ignore[reportArgumentType]  # the table mixes kinds


@pytest.mark.parametrize(
    "body",
    [
        {"id": "1"},
        {"id": "1", "text": "a", "choice": "b"},
        {"text": "zonder id"},
        {"id": "", "text": "a"},
        {"id": "a b", "text": "a"},
        {"id": "x" * 101, "text": "a"},
        {"id": 1, "text": "a"},
        {"id": "1", "text": 5},
        {"id": "1", "choice": ["a"]},
        {"id": "1", "choice": ""},
        {"id": "1", "choices": "a"},
        {"id": "1", "choices": []},
        {"id": "1", "choices": [1]},
        {"id": "1", "choices": ["a"] * 51},
        {"id": "1", "point": [1, 2]},
        {"id": "1", "point": {"x": 1}},
        {"id": "1", "point": {"x": 101, "y": 0}},
        {"id": "1", "point": {"x": float("nan"), "y": 0}},
        {"id": "1", "point": {"x": True, "y": 0}},
        {"id": "1", "point": {"x": 10**400, "y": 0}},
        {"id": "1", "text": "a", "step": 5},
        ["id"],
    ],
)
async def test_a_message_of_the_wrong_shape(house: House, body: object) -> None:
    """What is wrong with a message is said in one sentence, and nothing is kept or shown."""
    header = await house.begin()
    status, answer = await house.send(header, body)

    assert status == 400
    assert answer["error"].endswith(".")
    assert len(house.kept) == 1
    assert await house.read(header) == []


async def test_a_body_that_breaks_off(house: House) -> None:
    """A body that is not what its headers promise is the client's mistake."""
    headers = await house.begin() | {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await house.http.post("/api/chat/messages", data=b"not compressed", headers=headers)

    assert answer.status == 400
    assert "error" in await answer.json()


async def test_a_text_that_is_too_long(house: House) -> None:
    """The sentence says the limit and the length, in the language asked for."""
    header = await house.begin()
    body = {"id": "1", "text": "x" * (TEXT_LIMIT + 1)}
    english = await house.send(header, body)
    dutch = await house.send({**header, "Accept-Language": "nl-NL,nl;q=0.9"}, body)
    _, huge = await house.send(header, {"id": "1", "text": "x" * 500_000})

    assert english[0] == dutch[0] == 413
    assert "20001 characters" in english[1]["error"]
    assert "20000" in english[1]["error"]
    assert "20001 tekens" in dutch[1]["error"]
    assert "20000" in huge["error"]
    assert await house.read(header) == []


async def test_the_same_id_is_the_same_message(house: House) -> None:
    """A message sent again is taken again, and kept and shown once."""
    header = await house.begin()
    first = await house.send(header, {"id": "1", "text": "hoi"})
    again = await house.send(header, {"id": "1", "text": "hoi"})
    elsewhere = await house.send(await house.begin(), {"id": "1", "text": "ander gesprek"})

    assert first == elsewhere == (202, {"id": "1", "new": True})
    assert again == (202, {"id": "1", "new": False})
    assert await house.read(header) == [{"n": 1, "from": "teller", "id": "1", "kind": "text", "text": "hoi"}]


async def test_a_question_as_the_contract_has_it(house: House) -> None:
    """A delivered question has every key that applies and none that does not; the same is put once."""
    header = await house.begin()
    for _ in range(2):
        assert await send_all(house.chat, house.find_address(), FEELING, reference="7") is None

    assert await house.read(header) == [
        {
            "n": 1,
            "from": "bot",
            "step": "gevoel",
            "kind": "choice",
            "text": "Hoe voelde je je?",
            "options": [
                {"code": "gids", "label": "Gids", "picture": "/pictures/gids.svg"},
                {"code": "mist", "label": "Mist"},
                {"code": "muur", "label": "Muur"},
            ],
            "min": 1,
            "max": 2,
            "allow": ["skip"],
            "labels": {"skip": "Sla over"},
            "progress": {"at": 5, "of": 8},
            "language": "nl",
        }
    ]


async def test_nobody_is_there(house: House) -> None:
    """A conversation that was erased gets no more messages."""
    with pytest.raises(RecipientGoneError):
        await send_all(house.chat, "0" * 64, FEELING)


@pytest.mark.parametrize(
    ("body", "codes", "text"),
    [
        ({"choice": "gids"}, ("gids",), "Gids"),
        ({"choice": "skip"}, ("skip",), "Sla over"),
        ({"choices": ["gids"]}, ("gids", "done"), "Gids"),
        ({"choices": ["gids", "muur"]}, ("gids", "muur"), "Gids, Muur"),
        ({"choices": ["skip"]}, ("skip",), "Sla over"),
        ({"choices": ["gids"], "step": "anders"}, ("gids",), "gids"),
        ({"choice": "weg"}, ("weg",), "weg"),
    ],
)
async def test_what_was_tapped(house: House, body: dict[str, Any], codes: tuple[str, ...], text: str) -> None:
    """`choices` is the whole answer, so that fewer than the most end it; the chat shows the labels."""
    header = await house.begin()
    await send_all(house.chat, house.find_address(), FEELING, reference="1")
    await house.send(header, {"id": "1", **body})

    inbound = house.parse_last()
    assert inbound is not None
    assert inbound.content == Chose(codes, body.get("step"))
    assert (await house.read(header))[-1]["text"] == text


async def test_reading_on(house: House) -> None:
    """`after` leaves out what one has, and must be a number."""
    header = await house.begin()
    for number in range(3):
        await house.send(header, {"id": str(number), "text": f"bericht {number}"})
    bad = [
        await house.http.get(f"/api/chat/messages?after={text}", headers=header)
        for text in ("-1", "x", "1.5", "9" * 30, "٣")
    ]

    assert [message["n"] for message in await house.read(header)] == [1, 2, 3]
    assert [message["n"] for message in await house.read(header, after=2)] == [3]
    assert [answer.status for answer in bad] == [400] * 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({}, 403),
    ],
)
async def test_the_cookie_works_from_our_own_page_only(
    house: House, headers: dict[str, str], status: int
) -> None:
    """The page's cookie posts only with a sign that our own page sent it; reading needs none."""
    token = (await house.begin())["Authorization"].removeprefix("Bearer ")
    cookie = {"Cookie": f"{COOKIE}={token}"}
    sent = await house.http.post(
        "/api/chat/messages", json={"id": "1", "text": "hoi"}, headers=headers | cookie
    )
    read = await house.http.get("/api/chat/messages", headers=cookie)

    assert sent.status == status
    assert read.status == 200


async def test_our_own_origin(house: House) -> None:
    """Browsers without Sec-Fetch-Site name the page's origin."""
    token = (await house.begin())["Authorization"].removeprefix("Bearer ")
    origin = f"http://{house.http.host}:{house.http.port}"
    headers = {"Cookie": f"{COOKIE}={token}", "Origin": origin}
    answer = await house.http.post("/api/chat/messages", json={"id": "1", "text": "hoi"}, headers=headers)

    assert answer.status == 202


async def test_no_token_is_stored(house: House, vault: Vault) -> None:
    """The database holds no way to get into a conversation."""
    token = (await house.begin())["Authorization"].removeprefix("Bearer ")
    async with house.database.reading() as connection:
        row = (await connection.execute(select(addresses.c.token, addresses.c.sealed))).one()

    assert row.token != token
    assert vault.open(row.sealed).decode() == sha256(token.encode()).hexdigest()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("address", "id", "step", "text", "codes", "point", "photo", "media", "size", "seconds", "start")


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), JSON, max_size=8))
def test_parse_reads_or_refuses(raw: dict[str, Any]) -> None:
    """Whatever lies in the inbox is read or refused, never a crash."""
    chat = WebChat.__new__(WebChat)  # parsing is pure: it needs none of the chat's parts
    with suppress(ParseError):
        inbound = chat.parse(raw)
        assert inbound is not None
        assert inbound.address == raw["address"]


@pytest.mark.parametrize(
    "raw",
    [{}, {"address": 5, "text": "a"}, {"address": "a", "media": "m", "size": float("inf")}, {"address": "a"}],
)
def test_parse_refuses_what_lacks_parts(raw: dict[str, Any]) -> None:
    """A row that is none of ours becomes a dead letter that tells no content."""
    with pytest.raises(ParseError, match="without its parts"):
        WebChat.__new__(WebChat).parse(raw)
