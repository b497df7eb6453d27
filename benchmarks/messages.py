"""Messages through inbox, engine and outbox, beside the floor: the same number of bare Postgres commits."""

import asyncio
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from benchmarks.silence import open_conversation, say
from benchmarks.table import Row
from bot.commands.flows import publish_all
from flows.file import read_catalogue, read_flow
from storage import schema
from storage.database import Database
from storage.embedded.home import running_servers

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
    conversation = open_conversation(database)

    async def tell(person: int) -> None:
        address = f"{name} {person}"
        for place, words in enumerate(SCRIPT * STORIES):
            await say(conversation, address, f"{address} {place}", words)

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
