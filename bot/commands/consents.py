"""`vertelbot consents`: the ledger of what people agreed to, without a way to reach them."""

import asyncio
import csv
import sys
from contextlib import aclosing
from dataclasses import astuple, fields
from pathlib import Path
from typing import IO

import click

from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage.consents import LedgerLine, read_ledger
from storage.database import Database
from storage.settings import read_storage_settings


@click.command()
@click.option("--out", default="-", show_default=True, help="The file to write; - is standard output.")
def consents(out: str) -> None:
    """Write as CSV who agreed to what, when and in which words, and since when it counts no more.

    People are random ids here. The words are those of the version of the flow in which they were read.
    """
    with provide_servers(read_environment()) as around:
        url = read_storage_settings(around.environ).database_url
        if out == "-":
            count = asyncio.run(_write(url, sys.stdout))
        else:
            try:
                with Path(out).open("w", encoding="utf-8", newline="") as file:
                    count = asyncio.run(_write(url, file))
            except OSError as error:
                raise click.ClickException(f"The file {out} cannot be written.") from error
    click.echo(f"{count} line{'s' if count != 1 else ''} written.", err=True)


async def _write(url: str, file: IO[str]) -> int:
    database = Database.connect(url, pool_size=1)
    count = 0
    try:
        async with database.reading() as connection, aclosing(read_ledger(connection)) as lines:
            writer = csv.writer(file)
            writer.writerow(field.name for field in fields(LedgerLine))
            async for line in lines:
                writer.writerow(_write_cell(value) for value in astuple(line))
                count += 1
    finally:
        await database.close()
    return count


def _write_cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return getattr(value, "isoformat", lambda: value)()
