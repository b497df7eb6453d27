"""docs/how-to/run-in-production.md names the figures that /metrics has, and runs no made-up SQL."""

import psycopg

from storage.database import Database
from storage.figures import read_figures
from written_pages import find_blocks, names_in_first_cells, read_page, read_section

PAGE = read_page("how-to/run-in-production.md")
RINGS = "vertelbot_queue_rings"


async def test_every_figure_is_explained(database: Database) -> None:
    """The table has one row for each figure, and none for a figure that is not there."""
    async with database.reading() as connection:
        figures = {f"vertelbot_{figure.what}" for figure in await read_figures(connection)}

    assert set(names_in_first_cells(read_section(PAGE, "What to watch"), "figure")) == figures | {RINGS}


def test_the_sql_fits_the_tables(database_url: str) -> None:
    """What operators are told to type runs on the schema as it is."""
    blocks = find_blocks(PAGE, "sql")

    assert blocks
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        for block in blocks:
            connection.execute(block.encode())
