"""What Telegram is told about the bot: the menu in every language, within Telegram's limits and our words."""

import re

import pytest

from bot.channels.telegram_connecting import list_commands
from flows.phrases import LANGUAGES, find_command

LATIN = tuple(language for language in LANGUAGES if language != "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_is_within_telegrams_limits(language: str) -> None:
    """At most 100 commands of 1 to 32 of a-z, 0-9 and _, each with 1 to 256 characters beside it."""
    menu = list_commands(language)

    assert 0 < len(menu) <= 100
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in menu)
    assert all(1 <= len(description) <= 256 for description in menu.values())


@pytest.mark.parametrize("language", LATIN)
def test_every_command_is_understood_in_its_language(language: str) -> None:
    """What a tap on the menu sends is one of the words that always work."""
    assert [name for name in list_commands(language) if find_command(language, name) is None] == []


def test_every_menu_has_the_same_commands() -> None:
    """In each language the menu asks for the same things, in the same order."""
    asked = {
        language: [
            find_command(language if language in LATIN else "en", name) for name in list_commands(language)
        ]
        for language in LANGUAGES
    }

    assert set(map(tuple, asked.values())) == {tuple(asked["nl"])}
    assert len(set(asked["nl"])) == len(asked["nl"])
