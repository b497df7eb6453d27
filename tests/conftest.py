"""What all tests share: real Postgres and Valkey, a fresh migrated database each, the bot as processes."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import pytest

from bot.children import count_cores
from bot.commands.flows import publish_all
from channels.telegram_server import TelegramServer
from flows.file import read_catalogue, read_flow
from flows.flow import Flow
from fresh_database import open_fresh_database
from running_bot import RunningBot, wipe_valkey
from storage import schema
from storage.database import Database
from storage.embedded.home import Servers, running_servers
from storage.vault import Vault
from tellers import FLOW
from workers.weights import find_weights

SECRET = "a-secret-for-tests-only-and-long-enough"
VOICE = Path(__file__).parent / "fixtures" / "voice"

for name in list(os.environ):
    if name.startswith(("VERTELBOT_", "TELEGRAM_", "TWILIO_", "WHISPER_", "DATABASE_", "REDIS_")) and (
        name != "VERTELBOT_TEST_TOOLS"
    ):
        del os.environ[name]  # a developer's own bot must not be reached from a test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest, which say so by a time limit of their own."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_xdist_auto_num_workers() -> int:
    """One test process more than there are cores: many tests wait for a lease or a clock."""
    return count_cores() + 1


def pytest_collection_finish() -> None:
    """Let the collector pass over what is there for good: opening a sound asks for a whole collection."""
    gc.collect()
    gc.freeze()


def _find_memory() -> str | None:
    """Files that are in memory only, where there is room: every test copies a database of ten megabytes."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30 else None


@pytest.fixture(scope="session")
def servers() -> Generator[Servers]:
    """Real servers for this test process; fsync off, since nothing here outlives a power cut."""
    with (
        tempfile.TemporaryDirectory(prefix="vertelbot-tests-", dir=_find_memory()) as home,
        running_servers(Path(home), fsync=False) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def template_database(servers: Servers) -> str:
    """The name of the database that tests copy: migrated, the catalogue and their own flow published."""
    schema.migrate(servers.database_url)
    asyncio.run(publish_all(servers.database_url, [*_read_catalogue(), _read_own_flow()]))
    return "vertelbot"


@pytest.fixture
def database_url(servers: Servers, template_database: str) -> Generator[str]:
    """The address of a fresh database, gone after the test."""
    with open_fresh_database(servers, template_database) as url:
        yield url


@pytest.fixture
def valkey_url(servers: Servers) -> str:
    """The address of an empty Valkey."""
    wipe_valkey(servers.redis_url)
    return servers.redis_url


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """A fresh database, opened."""
    opened = Database.connect(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def vault() -> Vault:
    """The vault of tests."""
    return Vault([SECRET])


@pytest.fixture(scope="session")
def whisper_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged speech model, joined once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return find_weights("base", cache=shared / "models", report=None)


@pytest.fixture
async def telegram() -> AsyncGenerator[TelegramServer]:
    """A fake Telegram."""
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def make_bot(database_url: str, valkey_url: str, tmp_path: Path) -> Generator[Callable[..., RunningBot]]:
    """A function that makes a bot with some settings of its own; all are ended after the test."""
    made: list[RunningBot] = []

    def make(**environ: str) -> RunningBot:
        settings = {
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey_url,
            "VERTELBOT_SECRET_KEY": SECRET,
            "VERTELBOT_HOME": str(tmp_path / "home"),
        }
        bot = RunningBot({**settings, **environ}, tmp_path / f"bot-{len(made)}.log")
        made.append(bot)
        return bot

    yield make
    for bot in made:
        bot.stop()


@pytest.fixture
def bot(make_bot: Callable[..., RunningBot]) -> RunningBot:
    """A running server with the web chat on, and its worker on words; no other until a test starts one."""
    running = make_bot()
    running.start()
    return running


@pytest.fixture
def idle_bot(make_bot: Callable[..., RunningBot]) -> RunningBot:
    """A bot of which nothing runs: what commands need that work on its stores."""
    return make_bot()


def _read_own_flow() -> tuple[Flow, str]:
    source = (Path(__file__).parent / "conversations" / "flows" / f"{FLOW}.yaml").read_text(encoding="utf-8")
    return read_flow(source, FLOW), source


def _read_catalogue() -> Generator[tuple[Flow, str]]:
    for name, source in read_catalogue().items():
        yield read_flow(source, name), source
