"""A web chat without the rest of the bot: real storage, real HTTP, and a keep that only remembers."""

import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.channel import Arrival, Inbound
from bot.channels.web import WebChat
from bot.chat_page import set_up_pages
from bot.page_rendering import Operator
from storage import chat_messages
from storage.database import Database
from storage.entries import add_entry
from storage.media import MediaStore
from storage.signals import Signals
from storage.vault import Vault

HEARTBEAT = 0.1
PATIENCE = 0.1
"""Seconds that a page waits for the next question, which does not come here."""
NOBODY = Operator()


@dataclass(slots=True)
class House:
    """A web chat that serves, and what it handed on."""

    chat: WebChat
    http: TestClient[web.Request, web.Application]
    kept: dict[str, Arrival]
    media: Path
    database: Database

    async def begin(self) -> dict[str, str]:
        """Open a conversation: the header that belongs to it."""
        answer = await self.http.post("/api/chat/sessions", json={})
        return {"Authorization": f"Bearer {(await answer.json())['token']}"}

    async def send(self, header: dict[str, str], body: object) -> tuple[int, dict[str, Any]]:
        """Post a message: status and answer."""
        async with self.http.post("/api/chat/messages", json=body, headers=header) as answer:
            return answer.status, await answer.json()

    async def upload(
        self, header: dict[str, str], name: str, data: bytes, **fields: str
    ) -> tuple[int, dict[str, Any]]:
        """Post a file: status and answer."""
        form = aiohttp.FormData()
        for key, value in fields.items():
            form.add_field(key, value)
        form.add_field(name, io.BytesIO(data), filename="note.ogg", content_type="audio/ogg")
        async with self.http.post("/api/chat/messages", data=form, headers=header) as answer:
            return answer.status, await answer.json()

    async def read(self, header: dict[str, str], after: int = 0) -> list[dict[str, Any]]:
        """The messages of a conversation."""
        async with self.http.get(f"/api/chat/messages?after={after}", headers=header) as answer:
            assert answer.status == 200
            return (await answer.json())["messages"]

    def parse_last(self) -> Inbound | None:
        """What the last arrival means."""
        return self.chat.parse(list(self.kept.values())[-1].raw)

    async def add_entry(self, code: str, flow: str = "inwoner", language: str | None = None) -> None:
        """Open an entry point of a flow of the catalogue."""
        async with self.database.transaction() as connection:
            await add_entry(connection, code=code, title="Op de markt", flow=flow, language=language)

    def find_address(self) -> str:
        """The address of the conversation opened last."""
        return list(self.kept.values())[-1].address

    def list_media(self) -> list[Path]:
        """The files in the media store."""
        return [path for path in self.media.rglob("*") if path.is_file()]


@asynccontextmanager
async def open_house(
    database: Database,
    vault: Vault,
    folder: Path,
    public_url: str = "http://127.0.0.1",
    operator: Operator = NOBODY,
    patience: float = PATIENCE,
) -> AsyncGenerator[House]:
    """A web chat on a real port; what it keeps is remembered, and nothing answers."""
    signals = Signals(database.url, (chat_messages.TOPIC,))
    await signals.start()
    media = MediaStore(folder / "media", vault)
    chat = WebChat(database=database, vault=vault, media=media, signals=signals, heartbeat=HEARTBEAT)
    kept: dict[str, Arrival] = {}

    async def keep(arrival: Arrival) -> bool:
        new = arrival.key not in kept
        kept.setdefault(arrival.key, arrival)
        return new

    async def settle(channel: str, address: str) -> None:
        assert channel == "web"
        assert address

    async def flows() -> Mapping[str, Sequence[str]]:
        return {"wijkcoach": ("nl", "en"), "bewoner": ("nl", "en", "tr", "ar", "pl")}

    app = web.Application()
    app.add_routes(chat.routes(keep, settle, flows))
    set_up_pages(app, chat, keep, settle, flows, public_url, operator, patience)
    async with TestClient(TestServer(app)) as http:
        yield House(chat, http, kept, media.folder, database)
    await signals.stop()
