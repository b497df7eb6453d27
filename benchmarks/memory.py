"""Memory with very many versions and open sessions: a process holds the last few flows, and no session."""

import asyncio
import random
import resource
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg

from benchmarks.silence import SECRET, Silence, open_conversation, say
from benchmarks.table import Row
from bot.conversation import Conversation
from flows.engine import begin
from flows.file import read_catalogue, read_flow
from flows.flow import Flow
from flows.session import save_session
from flows.turn import World
from flows.values import replace
from storage import schema
from storage.database import Database
from storage.embedded.home import running_servers
from storage.flow_shelf import write_body
from storage.vault import Vault

VERSIONS = 10_000
SESSIONS = 100_000
MESSAGES = 4_000
WARMING = 1_000
"""Messages before memory is read for the first time: by then shelf, pools and allocators are full."""

FLOW = "wijkcoach.yaml"
_AT_ONCE = 16
_MEGABYTE = 1e6


def measure() -> list[Row]:
    """Memory of this process before and after messages to random sessions, and how fast those go."""
    with tempfile.TemporaryDirectory() as home, running_servers(Path(home)) as servers:
        schema.migrate(servers.database_url)
        fill_database(servers.database_url, versions=VERSIONS, sessions=SESSIONS)
        return asyncio.run(_measure(servers.database_url))


async def _measure(url: str) -> list[Row]:
    database = Database.connect(url, pool_size=_AT_ONCE)
    conversation = open_conversation(database)
    await talk_to_some(conversation, WARMING, sessions=SESSIONS, name="warm")
    before = read_memory()
    await talk_to_some(conversation, MESSAGES, sessions=SESSIONS, name="counted")
    after = read_memory()
    await database.close()
    what = (
        f"memory after {MESSAGES:,} messages to random ones of {SESSIONS:,} open sessions in {VERSIONS:,}"
        f" versions ({len(conversation.shelf)} in memory); floor before them; less is better"
    )
    return [Row(what, after / _MEGABYTE, before / _MEGABYTE, "MB")]


async def talk_to_some(conversation: Conversation, messages: int, *, sessions: int, name: str) -> None:
    """Let random ones of the sessions get a message, some at the same time, and wait for all answers."""
    lots = random.Random(name)
    chosen = iter([(number, lots.randrange(sessions)) for number in range(messages)])

    async def talk() -> None:
        for number, session in chosen:
            await say(conversation, write_address(session), f"{name} {number}", "?")

    await asyncio.gather(*(talk() for _ in range(_AT_ONCE)))


def write_address(session: int) -> str:
    """The address of the person in a session."""
    return f"person {session}"


def fill_database(url: str, *, versions: int, sessions: int) -> None:
    """Publish so many versions of one flow, and open so many sessions, spread over all of them."""
    source = read_catalogue()[FLOW]
    flow = read_flow(source, FLOW)
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        connection.execute(
            "insert into flows (flow, current_version) values (%s, %s)"
            " on conflict (flow) do update set current_version = excluded.current_version",
            (flow.flow, versions),
        )
        connection.execute(
            "insert into flow_versions (flow, version, source, body, fingerprint, origin)"
            " select %s, number, %s, %s, number::text, 'file' from generate_series(1, %s) as number"
            " on conflict do nothing",
            (flow.flow, source, write_body(flow), versions),
        )
        _open_sessions(connection, flow, versions, sessions)
        connection.commit()
        connection.autocommit = True
        connection.execute("analyze")


def _open_sessions(connection: psycopg.Connection, flow: Flow, versions: int, sessions: int) -> None:
    vault, channel = Vault([SECRET]), Silence().name
    now = datetime.now(UTC)
    state = begin(flow, 1, "nl", World(now, 0, "")).session
    states = [vault.seal(save_session(replace(state, version=each + 1))) for each in range(versions)]
    people = [(uuid4(), uuid4(), write_address(number)) for number in range(sessions)]
    with connection.cursor() as cursor:
        with cursor.copy("copy participants (id) from stdin") as copy:
            for participant, _, _ in people:
                copy.write_row((participant,))
        columns = "id, participant, channel, token, sealed"
        with cursor.copy(f"copy addresses ({columns}) from stdin") as copy:
            for participant, address, value in people:
                token = vault.find_token(channel, value)
                copy.write_row((address, participant, channel, token, vault.seal(value.encode())))
        columns = "id, address, participant, channel, flow, version, language, status, sealed_state, wake_at"
        with cursor.copy(f"copy sessions ({columns}) from stdin") as copy:
            for number, (participant, address, _) in enumerate(people):
                version = number % versions
                place = (uuid4(), address, participant, channel, flow.flow, version + 1, "nl", "open")
                copy.write_row((*place, states[version], now + timedelta(days=14)))


def read_memory() -> float:
    """Bytes of memory this process holds now; where that cannot be seen, the most it ever held."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
