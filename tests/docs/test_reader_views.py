"""docs/reader-views.md names the columns that the views have, and its examples run as the reader."""

import json
import re

import psycopg
import pytest

from storage.exports import QUERIES
from storage.schema import READER, VIEWS
from written_pages import find_blocks, names_in_first_cells, read_page, read_section, read_tables

PAGE = read_page("reader-views.md")
ANSWER_STATUSES = ["answered", "not_applicable", "dont_know", "skipped"]


def connect_as_reader(database_url: str) -> psycopg.Connection:
    """Log in as the page tells to: the same address, with the reader's name."""
    change = re.search(r'\.replace\(("[^"]+"), ("[^"]+")\)', find_blocks(PAGE, "sh")[1])
    assert change is not None
    old, new = (str(json.loads(part)) for part in change.groups())
    return psycopg.connect(database_url.replace(old, new))


@pytest.mark.parametrize("view", VIEWS)
def test_columns_are_those_of_the_view(view: str, database_url: str) -> None:
    """The page lists each view's columns with their types, in the order the view has them."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        found = connection.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = %s::regclass and attnum > 0 order by attnum",
            (f"reader.{view}",),
        ).fetchall()
    [columns] = [table for table in read_tables(read_section(PAGE, view)) if table[0][0] == "column"]

    assert [(row[0].strip("`"), row[1]) for row in columns[1:]] == found


def test_the_four_statuses_are_told_apart() -> None:
    """The page explains each status an answer can have."""
    assert names_in_first_cells(read_section(PAGE, "answers_v1"), "status") == ANSWER_STATUSES


def test_the_reader_logs_in_as_the_page_says(database_url: str) -> None:
    """The address made by the page's own recipe is the reader's, who writes nothing."""
    with connect_as_reader(database_url) as reader:
        assert reader.execute("select current_user").fetchone() == (READER,)
        with pytest.raises(psycopg.Error):
            reader.execute("create table mine (id int)")


@pytest.mark.parametrize("number", range(len(find_blocks(PAGE, "sql"))))
def test_examples_run_as_the_reader(number: int, database_url: str) -> None:
    """Every SQL example of the page is one that the reader may run."""
    with connect_as_reader(database_url) as reader:
        statement = find_blocks(PAGE, "sql")[number]
        assert reader.execute(statement.encode()).description


def test_exports_are_named() -> None:
    """The page and the README name what can be exported."""
    for what in QUERIES:
        assert f"`{what}`" in read_section(PAGE, "Exports")
