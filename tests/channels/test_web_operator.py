"""Who runs the bot: the two settings, and what the first page tells of them."""

from pathlib import Path

import pytest

from bot.page_rendering import Operator
from bot.settings import read_bot_settings
from channels.web_house import open_house
from storage.database import Database
from storage.errors import SettingsError
from storage.vault import Vault

ENVIRON = {
    "DATABASE_URL": "postgresql://127.0.0.1/vertelbot",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "VERTELBOT_SECRET_KEY": "a-secret-that-is-only-for-tests-and-long",
}
PRIVACY = "https://vertelpunt.example/privacy?taal=nl&versie=2"


@pytest.mark.parametrize(
    ("language", "words", "question"),
    [
        ("nl", "Dit is van Buurt &amp; Co.<", "Wat doen we met je verhaal?"),
        ("en", "This is run by Buurt &amp; Co.<", "What do we do with your story?"),
    ],
)
async def test_the_first_page_tells(
    database: Database, vault: Vault, tmp_path: Path, language: str, words: str, question: str
) -> None:
    """The first page names who runs the bot, and links to what happens with a story."""
    operator = Operator("Buurt & Co.", PRIVACY)
    async with open_house(database, vault, tmp_path, operator=operator) as house:
        page = await (await house.http.get(f"/chat?language={language}")).text()

        assert words in page
        assert f'<a href="{PRIVACY.replace("&", "&amp;")}">{question}</a>' in page


async def test_the_first_page_without(database: Database, vault: Vault, tmp_path: Path) -> None:
    """Without the settings the first page does not speak of them."""
    async with open_house(database, vault, tmp_path) as house:
        page = await (await house.http.get("/chat")).text()

        assert "Dit is van" not in page
        assert "Wat doen we" not in page


def test_the_settings() -> None:
    """Both are optional; white space around and within a name does not count."""
    none = read_bot_settings(ENVIRON)
    both = read_bot_settings(
        {**ENVIRON, "VERTELBOT_ORGANISATION": " Buurt\n & Co. ", "VERTELBOT_PRIVACY_URL": PRIVACY}
    )

    assert (none.organisation, none.privacy_url) == (None, None)
    assert (both.organisation, both.privacy_url) == ("Buurt & Co.", PRIVACY)


@pytest.mark.parametrize(
    "address",
    [
        "http://vertelpunt.example",
        "javascript:alert(1)",
        "vertelpunt.example",
        "https://",
        "https://[",
        "https://a b",
    ],
)
def test_an_address_that_is_refused(address: str) -> None:
    """Only a page behind https is linked to."""
    with pytest.raises(SettingsError, match="VERTELBOT_PRIVACY_URL"):
        read_bot_settings({**ENVIRON, "VERTELBOT_PRIVACY_URL": address})
