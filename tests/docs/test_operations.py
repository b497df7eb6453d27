"""docs/how-to/run-in-production.md names the figures that /metrics has, and runs no made-up SQL."""

import re
from typing import Any, Final, cast

import psycopg
import pytest
from prometheus_client import CollectorRegistry
from ruamel.yaml import YAML

from bot.gate import Gate
from bot.metrics import KINDS, STATES, Meters, write_figures
from storage.database import Database
from storage.figures import read_channel_figures, read_figures
from written_pages import find_blocks, names_in_first_cells, read_page, read_section

PAGE: Final = read_page("how-to/run-in-production.md")
SECTION: Final = read_section(PAGE, "What to watch")
(RULES,) = find_blocks(PAGE, "yaml")


@pytest.fixture
async def registries(database: Database) -> list[CollectorRegistry]:
    """All figures of a server with one channel."""
    async with database.reading() as connection:
        figures, by_channel = await read_figures(connection), await read_channel_figures(connection)
    return [write_figures(figures, by_channel, 0, ["web"]), Meters(["web"], Gate()).registry]


def list_samples(registries: list[CollectorRegistry]) -> set[str]:
    """The names that Prometheus keeps."""
    return {
        sample.name
        for registry in registries
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_every_figure_is_explained(registries: list[CollectorRegistry]) -> None:
    """The tables have one row for each figure, and none for a figure that is not there."""
    families = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for registry in registries
        for family in registry.collect()
    }

    rows = names_in_first_cells(SECTION, "figure")
    assert set(rows) == families
    assert len(rows) == len(families)


def test_every_label_is_explained() -> None:
    """Classes of errors, states and directions."""
    named = set(re.findall(r"`(\w+)`", SECTION))

    assert {*KINDS, *STATES, "in", "out", "channel", "kind", "state", "direction"} <= named


def test_rules_ask_for_figures_that_are_there(registries: list[CollectorRegistry]) -> None:
    """Prometheus would take a misspelt name without a word, and never ring."""
    asked = set(re.findall(r"vertelbot_\w+", RULES))

    assert asked
    assert asked <= list_samples(registries)


def test_rules_are_written_as_prometheus_reads_them() -> None:
    """Each has a name of its own, what it asks, and a sentence for who is rung."""
    loaded = cast(Any, YAML(typ="safe", pure=True)).load(RULES)
    rules = [rule for group in loaded["groups"] for rule in group["rules"]]

    assert len({rule["alert"] for rule in rules}) == len(rules)
    assert all(set(rule) <= {"alert", "expr", "for", "annotations"} for rule in rules)
    assert all(rule["expr"].count("(") == rule["expr"].count(")") for rule in rules)
    assert all(rule["annotations"]["summary"].endswith((".", "?")) for rule in rules)


def test_the_sql_fits_the_tables(database_url: str) -> None:
    """What operators are told to type runs on the schema as it is."""
    blocks = find_blocks(PAGE, "sql")

    assert blocks
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        for block in blocks:
            connection.execute(block.encode())
