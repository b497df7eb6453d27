"""Uploads at the web chat: recordings kept sealed, and everything else refused in a sentence."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.channel import PHOTO_LIMIT, Image, Inbound, Sound
from bot.channels.web_bodies import VOICE_LIMIT
from channels.web_house import House
from storage.vault import Vault


async def test_a_recording_is_kept_sealed(house: House, vault: Vault) -> None:
    """A voice note lies in the media store; the chat shows that there is one."""
    header = await house.begin()
    status, answer = await house.upload(header, "voice", b"sound" * 1000, id="v1", seconds="12.34")

    assert (status, answer) == (202, {"id": "v1", "new": True})
    inbound = house.parse_last()
    (file,) = house.list_media()
    assert inbound == Inbound(house.find_address(), sound=Sound("media", file.stem, 12.3, 5000))
    assert vault.open(file.read_bytes()) == b"sound" * 1000
    shown = {"n": 1, "from": "teller", "id": "v1", "kind": "voice", "text": "", "seconds": 12.3}
    assert await house.read(header) == [shown]


async def test_a_recording_sent_again_leaves_one_file(house: House) -> None:
    """The same id keeps the first recording and leaves no second one behind."""
    header = await house.begin()
    await house.upload(header, "voice", b"first", id="v1")
    (kept,) = house.list_media()
    status, answer = await house.upload(header, "voice", b"first", id="v1")

    assert (status, answer) == (202, {"id": "v1", "new": False})
    assert house.list_media() == [kept]


async def test_an_empty_recording(house: House) -> None:
    """No bytes are no recording."""
    header = await house.begin()
    status, answer = await house.upload(header, "voice", b"", id="v1")

    assert status == 400
    assert "empty" in answer["error"]
    assert len(house.kept) == 1


async def test_an_upload_of_too_many_parts(house: House) -> None:
    """An upload is read part by part, and a flood of parts ends early."""
    header = await house.begin()
    fields = {f"f{number}": "x" * 1000 for number in range(50)}
    status, answer = await house.upload(header, "voice", b"OggS", id="v1", **fields)

    assert (status, "parts" in answer["error"]) == (400, True)
    assert len(house.kept) == 1


async def test_bytes_that_are_no_sound(house: House) -> None:
    """What only the worker can find out is answered in the chat, later."""
    status, _ = await house.upload(await house.begin(), "voice", b"no sound", id="v1", seconds="lang")

    assert status == 202
    assert house.parse_last() == Inbound(
        house.find_address(), sound=Sound("media", house.list_media()[0].stem, None, 8)
    )


async def test_a_photo(house: House) -> None:
    """A photo lies sealed in the media store; the chat shows that there is one."""
    header = await house.begin()
    status, _ = await house.upload(header, "photo", b"\xff\xd8picture", id="p1")

    assert status == 202
    (file,) = house.list_media()
    assert house.parse_last() == Inbound(house.find_address(), image=Image("media", file.stem, 9))
    assert b"picture" not in file.read_bytes()
    assert await house.read(header) == [{"n": 1, "from": "teller", "id": "p1", "kind": "photo", "text": ""}]


@pytest.mark.parametrize(
    ("size", "status", "words"), [(0, 400, "is empty"), (PHOTO_LIMIT + 1, 413, "at most 10 MB")]
)
async def test_a_photo_of_the_wrong_size(house: House, size: int, status: int, words: str) -> None:
    """A photo of no bytes, or of too many, is refused in a sentence."""
    answered, answer = await house.upload(await house.begin(), "photo", bytes(size), id="p1")

    assert (answered, words in answer["error"]) == (status, True)
    assert house.list_media() == []


@pytest.mark.parametrize(
    ("name", "fields"), [("sound", {"id": "1"}), ("voice", {}), ("voice", {"id": "no spaces"})]
)
async def test_an_upload_of_the_wrong_shape(house: House, name: str, fields: dict[str, str]) -> None:
    """An upload without its parts is refused, and nothing is kept."""
    status, answer = await house.upload(await house.begin(), name, b"bytes", **fields)

    assert status == 400
    assert answer["error"].endswith(".")
    assert house.list_media() == []


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nbroken", b"--y\r\n\r\n--y--"])
async def test_an_upload_that_cannot_be_read(house: House, body: bytes) -> None:
    """A multipart body that is none is the client's mistake."""
    headers = await house.begin() | {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await house.http.post("/api/chat/messages", data=body, headers=headers)

    assert answer.status == 400
    assert "error" in await answer.json()


async def test_a_recording_without_end_is_refused_while_it_streams(house: House) -> None:
    """The limit is enforced while bytes come in: this recording would never end."""
    header = await house.begin()
    sent = 0

    async def record() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="voice"; filename="a"\r\n\r\n'
        while True:
            sent += 65_536
            yield bytes(65_536)
            await asyncio.sleep(0)

    headers = header | {"Content-Type": "multipart/form-data; boundary=x"}
    async with house.http.post("/api/chat/messages", data=record(), headers=headers) as answer:
        assert answer.status == 413
        assert "16 MB" in (await answer.json())["error"]
    assert sent > VOICE_LIMIT
    assert house.list_media() == []
    assert len(house.kept) == 1
