"""Messages through inbox, engine and outbox, beside the floor: the same number of bare Postgres commits."""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from benchmarks.table import Row
from bot.channels.channel import Arrival, Inbound
from bot.commands.flows import publish_all
from bot.conversation import Conversation
from bot.delivery import Delivery
from flows.file import read_catalogue, read_flow
from flows.inbound import Said
from flows.outbound import Utterance
from storage import schema
from storage.database import Database
from storage.embedded.home import running_servers
from storage.vault import Vault

CHATS = 16
"""Conversations that go on at the same time."""

ROUNDS = 3

STORIES = 2
"""How often each of them goes through the script."""

SCRIPT = (
    "verhaal",
    "1",
    "2",
    "Het begon met een gesprek aan de keukentafel. " * 8,
    "klaar",
    "De nieuwe fiets",
    "1 en 4",
    "2",
    "3",
    "1",
)
"""A whole conversation of flow `wijkcoach`, typed."""


@dataclass(slots=True)
class _Silence:
    """A channel that takes every message at once, so that only our own work is measured."""

    name: str = "bench"
    sent: list[str] = field(default_factory=list[str])

    def parse(self, raw: Mapping[str, Any]) -> Inbound:
        """Read what the script says."""
        return Inbound(address=raw["address"], content=Said(raw["text"]))

    async def deliver(self, address: str, utterance: Utterance, reference: str) -> str:
        """Take a message."""
        del address, utterance
        self.sent.append(reference)
        return reference


def measure() -> list[Row]:
    """Messages a second of ours and of the floor, in turn on the same server, best of each."""
    with tempfile.TemporaryDirectory() as home, running_servers(Path(home)) as servers:
        schema.migrate(servers.database_url)
        return asyncio.run(_measure(servers.database_url))


async def _measure(url: str) -> list[Row]:
    await publish_all(url, [(read_flow(source, name), source) for name, source in read_catalogue().items()])
    database = Database.connect(url, pool_size=CHATS)
    async with database.transaction() as connection:
        await connection.execute(
            text("create table bench (id bigint generated always as identity, body text)")
        )
    ours: list[float] = []
    floor: list[float] = []
    await _converse(database, "warm", people=1)
    for number in range(ROUNDS):
        before = await _count_commits(database)
        ours.append(await _converse(database, f"round {number}"))
        commits = await _count_commits(database) - before
        floor.append(await _commit_only(database, commits))
    await database.close()
    return [Row("messages through inbox, engine and outbox", max(ours), max(floor), "messages/s")]


async def _converse(database: Database, name: str, people: int = CHATS) -> float:
    """Messages a second while some people go through the script at the same time, each twice."""
    vault = Vault(["a secret for benchmarks only, long enough"])
    channel = _Silence()
    channels = {channel.name: channel}
    conversation = Conversation(
        database=database,
        vault=vault,
        channels=channels,
        delivery=Delivery(database, vault, channels),
        ring=_ring_nobody,
        discard=_keep_nothing,
    )

    async def tell(person: int) -> None:
        address = f"{name} {person}"
        for place, words in enumerate(SCRIPT * STORIES):
            raw = {"address": address, "text": words}
            await conversation.keep(Arrival(channel.name, f"{address} {place}", address, raw))
            await conversation.settle(channel.name, address)

    begun = time.perf_counter()
    await asyncio.gather(*(tell(person) for person in range(people)))
    return people * len(SCRIPT) * STORIES / (time.perf_counter() - begun)


async def _commit_only(database: Database, commits: int) -> float:
    """Messages a second if a message cost nothing but its commits, each of one small row."""
    each = commits // CHATS

    async def commit() -> None:
        for _ in range(each):
            async with database.transaction() as connection:
                await connection.execute(text("insert into bench (body) values ('a row of a few words')"))

    begun = time.perf_counter()
    await asyncio.gather(*(commit() for _ in range(CHATS)))
    return CHATS * len(SCRIPT) * STORIES / (time.perf_counter() - begun)


async def _count_commits(database: Database) -> int:
    """Commits that wrote something: Postgres numbers those transactions."""
    async with database.reading() as connection:
        found = await connection.execute(text("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))
        return int(found.scalar_one())


def _keep_nothing(media: str) -> None:
    """No recordings are thrown away in the script."""


def _ring_nobody(queue: str, job: UUID) -> None:
    """No recordings are told in the script."""
