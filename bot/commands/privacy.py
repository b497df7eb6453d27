"""`vertelbot privacy`: what is taken out of a text, and why."""

from typing import TextIO

import click

from bot.settings import read_environment
from workers.settings import read_municipality


@click.group()
def privacy() -> None:
    """Look at what is taken out of texts so that nobody can be recognised."""


@privacy.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
def look(file: TextIO) -> None:
    """Show the text in FILE (or on standard input) without names, and for each mark the rule behind it.

    Nothing is kept. With VERTELBOT_MUNICIPALITY the names of another municipality are taken out.
    """
    from workers.deidentification.deidentify import Deidentifier  # noqa: PLC0415 - loads lists of names
    from workers.deidentification.frequencies import load_frequencies  # noqa: PLC0415

    municipality = read_municipality(read_environment())
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise click.ClickException("This is no text in UTF-8.") from error
    found = Deidentifier.load(municipality, load_frequencies()).deidentify(text)
    click.echo(found.text.rstrip("\n"))
    for replaced in found.replaced:
        finding = replaced.finding
        words = " ".join(text[finding.start : finding.end].split())
        source = f", {finding.source}" if finding.source else ""
        click.echo(f"{replaced.mark} {words}: {finding.rule}{source}", err=True)
