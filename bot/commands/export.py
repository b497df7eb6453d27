"""`vertelbot export`: the reader views as files that open without repair in Excel, R and Python."""

import asyncio
import csv
import json
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Literal
from uuid import UUID

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage.database import Database
from storage.errors import StorageError
from storage.exports import QUERIES, Cell, read_rows
from storage.settings import read_storage_settings

Format = Literal["csv", "csv-nl", "json"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
"""A text cell that begins so is run as a formula by spreadsheets; it gets a ' in front (ASVS 1.2.10)."""


@click.command()
@click.argument("what", type=click.Choice(list(QUERIES)))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "csv-nl", "json"]),
    default="csv",
    show_default=True,
    help="csv-nl has ; between cells and a decimal comma, for a Dutch Excel.",
)
@click.option("--out", required=True, help="The file to write; - is standard output.")
def export(what: str, form: Format, out: str) -> None:
    """Write the stories, their answers or the codebook that readers may see."""
    with provide_servers(read_environment()) as around:
        url = read_storage_settings(around.environ).database_url
        if out == "-":
            count = asyncio.run(_write(url, what, form, sys.stdout))
        else:
            encoding = "utf-8-sig" if form == "csv-nl" else "utf-8"
            try:
                with Path(out).open("w", encoding=encoding, newline="") as file:
                    count = asyncio.run(_write(url, what, form, file))
            except OSError as error:
                raise click.ClickException(f"The file {out} cannot be written.") from error
    click.echo(f"{count} row{'s' if count != 1 else ''} written.", err=True)


async def _write(url: str, what: str, form: Format, file: IO[str]) -> int:
    database = Database.connect(url)
    try:
        async with aclosing(read_rows(database, what)) as rows:
            return await (_write_json(rows, file) if form == "json" else _write_csv(rows, file, form))
    except SQLAlchemyError as error:
        raise StorageError("The database cannot be read; run `vertelbot migrate` first.") from error
    finally:
        await database.close()


async def _write_csv(rows: AsyncGenerator[list[Cell]], file: IO[str], form: Format) -> int:
    dutch = form == "csv-nl"
    writer = csv.writer(file, delimiter=";" if dutch else ",", lineterminator="\r\n")
    write_cell: Callable[[Cell], str] = _write_dutch_cell if dutch else _write_cell
    count = -1
    async for row in rows:
        writer.writerow([write_cell(cell) for cell in row])
        count += 1
    return count


async def _write_json(rows: AsyncGenerator[list[Cell]], file: IO[str]) -> int:
    names: list[str] = []
    count = 0
    file.write("[")
    async for row in rows:
        if not names:
            names = [str(cell) for cell in row]
            continue
        body = {name: _write_json_cell(cell) for name, cell in zip(names, row, strict=True)}
        file.write(("\n" if count == 0 else ",\n") + json.dumps(body, ensure_ascii=False))
        count += 1
    file.write("\n]\n")
    return count


def _write_cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal() | float():
            return f"{cell.normalize():f}" if isinstance(cell, Decimal) else repr(cell)
        case list():
            return " ".join(cell)
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
        case _:
            return str(cell)


def _write_dutch_cell(cell: Cell) -> str:
    written = _write_cell(cell)
    return written.replace(".", ",") if isinstance(cell, Decimal | float) else written


def _write_json_cell(cell: Cell) -> str | int | float | bool | list[str] | None:
    match cell:
        case Decimal():
            return float(cell)
        case date() | UUID():
            return str(cell)
        case _:
            return cell
