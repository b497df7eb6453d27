"""A touch page without the rest of the bot: a person at a question, and a keep that only remembers."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert

from bot.canvas_page import canvas_routes
from bot.canvas_tokens import write_path
from bot.channels.canvas import CanvasChannel
from bot.channels.channel import Arrival
from bot.commands.flows import publish_all, read_all
from bot.page_rendering import send_file, set_up_templates
from flows.file import read_flow_file
from flows.inbound import Content
from flows.kinds.step import Question
from flows.session import Session
from storage import inbox, participants, sessions
from storage.database import Database
from storage.flow_shelf import FlowShelf
from storage.participants import Address
from storage.tables import outbox
from storage.vault import Vault

FLOWS = Path(__file__).parent / "fixtures" / "flows"
FLOW = read_flow_file(FLOWS / "alle-soorten.yaml")
BOT_TOKEN = "123456:AAF-token-of-tests"
PERSON = 42
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class CanvasHouse:
    """A touch page that serves, somebody at a question of it, and what was handed on."""

    database: Database
    vault: Vault
    address: Address
    now: datetime = NOW
    kept: list[Arrival] = field(default_factory=list[Arrival])
    client: TestClient[web.Request, web.Application] | None = None

    @property
    def http(self) -> TestClient[web.Request, web.Application]:
        """Who looks at the page."""
        assert self.client is not None
        return self.client

    async def ask(self, step: str, language: str = "nl", picked: tuple[str, ...] = ()) -> str:
        """Put the person at a question, and write the message that asks it; answers the page's path."""
        at = next(n for n, each in enumerate(FLOW.walk) if _find_name(each.step) == step)
        state = Session(FLOW.flow, 1, language, at=at, reached=at, picked=picked)
        row = insert(outbox).values(address=self.address.id, step=step, state="sent").returning(outbox.c.id)
        async with self.database.transaction() as connection:
            await sessions.add_session(connection, self.vault, self.address, state)
            number = (await connection.execute(row)).scalar_one()
        return write_path(self.vault, number, self.now)

    async def end(self) -> None:
        """The conversation is over."""
        async with self.database.transaction() as connection:
            state = Session(FLOW.flow, 1, "nl", at=3, status="finished")
            await sessions.add_session(connection, self.vault, self.address, state)

    async def look(self, path: str) -> tuple[int, str]:
        """Fetch a page: status and text."""
        async with self.http.get(path) as answer:
            return answer.status, await answer.text()

    async def send(self, path: str, **fields: str) -> tuple[int, str]:
        """Post the form of a page: status and text."""
        async with self.http.post(path, data=fields) as answer:
            return answer.status, await answer.text()

    async def keep(self, arrival: Arrival) -> bool:
        """Keep an arrival as the conversation does; nothing wakes up."""
        assert arrival.chat is not None
        async with self.database.transaction() as connection:
            new = await inbox.keep_update(
                connection, self.vault, arrival.channel, arrival.key, arrival.chat, 0, arrival.raw
            )
        if new:
            self.kept.append(arrival)
        return new

    def parse_last(self) -> Content | None:
        """What the last arrival means."""
        inbound = CanvasChannel().parse(self.kept[-1].raw)
        assert inbound is not None
        assert inbound.address == self.address.value
        return inbound.content


@asynccontextmanager
async def open_canvas_house(
    database: Database, vault: Vault, channel: str = "telegram"
) -> AsyncGenerator[CanvasHouse]:
    """A touch page on a real port, and a person whom the channel's platform calls 42."""
    await publish_all(database.url, read_all([FLOWS]))
    async with database.transaction() as connection:
        address = await participants.add_address(connection, vault, channel, str(PERSON))
    house = CanvasHouse(database, vault, address)
    app = web.Application()
    set_up_templates(app)
    app.add_routes(
        canvas_routes(database, vault, FlowShelf(), house.keep, [BOT_TOKEN], clock=lambda: house.now)
    )
    app.add_routes([web.get("/chat/static/{name}", send_file)])
    async with TestClient(TestServer(app)) as client:
        house.client = client
        yield house


def _find_name(step: object) -> str:
    return step.name if isinstance(step, Question) else ""
