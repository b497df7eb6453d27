"""The web chat with real storage, and a `keep` that remembers."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from channels.web_house import House, open_house
from storage.database import Database
from storage.vault import Vault


@pytest.fixture
async def house(database: Database, vault: Vault, tmp_path: Path) -> AsyncGenerator[House]:
    """A web chat on a real port; what it keeps is remembered, and nothing answers."""
    async with open_house(database, vault, tmp_path) as opened:
        yield opened
