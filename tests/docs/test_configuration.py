"""docs/configuration.md names every setting that is read, and none that is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from flows.yaml_reader import load_plain
from written_pages import ROOT, names_in_first_cells, read_page, read_section

_SETTING = re.compile(r"DATABASE_URL|REDIS_URL|(?:VERTELBOT|TELEGRAM|TWILIO|WHISPER)_[A-Z][A-Z_]*[A-Z]")
_ROOMS = ("bot", "workers", "storage", "flows")
_COMPOSE = sorted({*ROOT.glob("docker-compose*.yml")} - {ROOT / "docker-compose.readers.yml"})
"""The compose files that give our services settings; the one for readers opens a port and nothing else."""


def read_by_code() -> set[str]:
    """The settings that stand as a whole word between quotes in our modules: that is how all are read."""
    return {
        node.value
        for room in _ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _SETTING.fullmatch(node.value)
        and not node.value.endswith("_FILE")
    }


def set_by_compose(path: Path) -> Iterator[str]:
    """The settings of ours that a compose file gives its services or asks its user for."""
    source = path.read_text(encoding="utf-8")
    yield from re.findall(r"\$\{([A-Z_]+)", source)
    body = cast(dict[str, Any], load_plain(source))
    for part in (*body.values(), *body.get("services", {}).values()):
        given = cast(dict[str, Any], part).get("environment") if isinstance(part, dict) else None
        yield from (name.removesuffix("_FILE") for name in cast(dict[str, Any], given or {}))
    yield from (name.removesuffix("_FILE") for name in body.get("x-settings", {}))


def documented() -> list[str]:
    """The settings that have a row on the page."""
    return names_in_first_cells(read_page("configuration.md"), "setting")


def test_settings_are_found() -> None:
    """The search finds settings in each of the ways in which modules read them."""
    assert {"VERTELBOT_PORT", "TWILIO_ACCOUNT_SID", "WHISPER_MODEL", "DATABASE_URL"} <= read_by_code()
    assert "VERTELBOT_READER_PASSWORD" in read_by_code()


def test_every_setting_is_documented_once() -> None:
    """The page has one row for each setting that the code reads, and for nothing else."""
    assert sorted(documented()) == sorted(read_by_code())


@pytest.mark.parametrize("path", _COMPOSE, ids=lambda path: path.name)
def test_compose_gives_settings_that_exist(path: Path) -> None:
    """What a compose file sets for our services, or takes from .env, is a documented setting."""
    ours = {name for name in set_by_compose(path) if _SETTING.fullmatch(name)}

    assert ours, "no settings found"
    assert ours - set(documented()) == set()


def test_what_compose_asks_for_is_on_the_page() -> None:
    """Every name that a compose file takes from .env stands in the part about compose, or has a row."""
    section = read_section(read_page("configuration.md"), "Compose")
    asked = {
        name for path in _COMPOSE for name in re.findall(r"\$\{([A-Z_]+)", path.read_text(encoding="utf-8"))
    }

    assert "TRANSCRIPTION_WORKERS" in asked
    assert {name for name in asked if f"`{name}`" not in section} <= set(documented())
