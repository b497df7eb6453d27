"""Following a web chat: events in order, resumed after a break, ended with client and server."""

import asyncio
import json
from typing import Any

import aiohttp

from channels.web_house import House


async def _read_events(answer: aiohttp.ClientResponse, count: int) -> list[tuple[int, dict[str, Any]]]:
    """The next events of a stream: (id, data)."""
    events: list[tuple[int, dict[str, Any]]] = []
    number = 0
    while len(events) < count:
        line = (await answer.content.readline()).decode().rstrip()
        if line.startswith("id: "):
            number = int(line.removeprefix("id: "))
        if line.startswith("data: "):
            events.append((number, json.loads(line.removeprefix("data: "))))
    return events


async def test_following_a_conversation(house: House) -> None:
    """A stream brings what is there, then what comes, in order and each once."""
    header = await house.begin()
    await house.send(header, {"id": "1", "text": "een"})
    await house.send(header, {"id": "2", "text": "twee"})
    async with house.http.get("/api/chat/events?after=1", headers=header) as answer:
        assert answer.content_type == "text/event-stream"
        (first,) = await _read_events(answer, 1)
        for number in range(3, 8):
            await house.send(header, {"id": str(number), "text": str(number)})
        later = await _read_events(answer, 5)

    assert [first[0], *[number for number, _ in later]] == [2, 3, 4, 5, 6, 7]
    assert first[1] == (await house.read(header))[1]


async def test_following_again_after_a_break(house: House) -> None:
    """A client that reconnects says what it had; nothing is lost and nothing comes twice."""
    header = await house.begin()
    for number in range(1, 5):
        await house.send(header, {"id": str(number), "text": str(number)})
    resumed = header | {"Last-Event-ID": "3"}
    async with house.http.get("/api/chat/events?after=0", headers=resumed) as answer:
        assert [number for number, _ in await _read_events(answer, 1)] == [4]


async def test_an_idle_stream_shows_that_it_lives(house: House) -> None:
    """Proxies cut silent connections, so there is a heartbeat."""
    async with house.http.get("/api/chat/events", headers=await house.begin()) as answer:
        assert (await answer.content.readline()).startswith(b":")


async def test_a_stream_ends_with_its_client(house: House) -> None:
    """When the client goes, its stream and its place among those who wait go too."""
    async with house.http.get("/api/chat/events", headers=await house.begin()) as answer:
        await answer.content.readline()
        assert house.chat.open_streams == 1
    while house.chat.open_streams:  # noqa: ASYNC110 - the server tells nobody that a stream ended
        await asyncio.sleep(0.01)


async def test_streams_end_when_the_server_stops(house: House) -> None:
    """A server that stops does not wait for its streams."""
    async with house.http.get("/api/chat/events", headers=await house.begin()) as answer:
        await answer.content.readline()
        house.chat.close()
        await answer.content.read()
