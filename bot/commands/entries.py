"""`vertelbot entries`: make, list, open and close entry points; their QR codes as files for a printer."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.entry_links import MOST_WIDTH, Reach, draw_pdf, draw_png, draw_svg, write_address
from bot.settings import read_bot_settings, read_environment
from bot.surroundings import provide_servers
from storage.database import Database
from storage.entries import Entry, add_entry, get_entry, list_entries, set_active

T = TypeVar("T")

_KINDS: Final[dict[str, Callable[[str], bytes]]] = {
    ".svg": draw_svg,
    ".png": lambda address: draw_png(address, MOST_WIDTH // 2),
    ".pdf": draw_pdf,
}


@click.group()
def entries() -> None:
    """Make entry points: a code per poster, team or meeting, with its own page and QR code."""


@entries.command()
@click.argument("code", required=False)
@click.option("--title", required=True, help="What stands above the page and on the poster.")
@click.option("--flow", required=True, help="The flow that it begins.")
@click.option("--language", help="The language that it begins in; else that of the teller.")
@click.option("--team", help="Label for readers: whose entry point it is.")
@click.option("--neighbourhood", help="Label for readers: where it is.")
def add(
    code: str | None,
    title: str,
    flow: str,
    language: str | None,
    team: str | None,
    neighbourhood: str | None,
) -> None:
    """Add an entry point; without CODE, one is made that is easy to copy."""
    with _open_storage() as storage:
        entry = storage.change(
            lambda connection: add_entry(
                connection,
                code=code,
                title=title,
                flow=flow,
                language=language,
                team=team,
                neighbourhood=neighbourhood,
            )
        )
        click.echo(f"The entry point {entry.code} is open: {write_address(storage.reach, entry.code)}")


@entries.command("list")
def list_all() -> None:
    """Show all entry points, the oldest first."""
    with _open_storage() as storage:
        found = storage.read(list_entries)
        for entry in found:
            click.echo(_describe(entry, write_address(storage.reach, entry.code)))
        if not found:
            click.echo("There are no entry points yet; `vertelbot entries add` makes one.")


@entries.command("open")
@click.argument("code")
def open_again(code: str) -> None:
    """Open an entry point that was closed."""
    with _open_storage() as storage:
        entry = storage.change(lambda connection: set_active(connection, code, active=True))
        click.echo(f"The entry point {entry.code} is open: {write_address(storage.reach, entry.code)}")


@entries.command()
@click.argument("code")
def close(code: str) -> None:
    """Close an entry point: it begins nothing more. Stories told by it keep its labels."""
    with _open_storage() as storage:
        entry = storage.change(lambda connection: set_active(connection, code, active=False))
        click.echo(f"The entry point {entry.code} is closed.")


@entries.command()
@click.argument("code")
@click.option(
    "--out", required=True, help="The file to write: .svg, .png or .pdf; - is SVG on standard output."
)
def qr(code: str, out: str) -> None:
    """Write the QR code of an entry point's page."""
    draw = _KINDS.get(".svg" if out == "-" else Path(out).suffix.lower())
    if draw is None:
        raise click.ClickException("The name of the file must end in .svg, .png or .pdf.")
    with _open_storage() as storage:
        entry = storage.read(lambda connection: get_entry(connection, code))
        address = write_address(storage.reach, entry.code)
    drawn = draw(address)
    if out == "-":
        sys.stdout.buffer.write(drawn)
    else:
        try:
            Path(out).write_bytes(drawn)
        except OSError as error:
            raise click.ClickException(f"The file {out} cannot be written.") from error
    click.echo(f"The QR code leads to {address}", err=True)


@dataclass(frozen=True, slots=True)
class _Storage:
    """The database that a command works with, and where people reach the bot."""

    url: str
    reach: Reach

    def read(self, look: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What one look at the database finds."""
        return asyncio.run(self._use(look, write=False))

    def change(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What a change comes to, once it is committed."""
        return asyncio.run(self._use(change, write=True))

    async def _use(self, do: Callable[[AsyncConnection], Awaitable[T]], *, write: bool) -> T:
        database = Database.connect(self.url)
        try:
            async with database.transaction() if write else database.reading() as connection:
                return await do(connection)
        finally:
            await database.close()


@contextmanager
def _open_storage() -> Generator[_Storage]:
    with provide_servers(read_environment()) as around:
        settings = read_bot_settings(around.environ)
        yield _Storage(settings.storage.database_url, Reach(settings.public_url))


def _describe(entry: Entry, address: str) -> str:
    """An entry point on one line, what it has not left out."""
    labels = (entry.flow, entry.language, entry.team, entry.neighbourhood)
    told = ", ".join(label for label in labels if label)
    return f"{entry.code}  {'open' if entry.active else 'closed'}  {entry.title} ({told})  {address}"
