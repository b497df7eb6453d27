"""`vertelbot privacy`: what is taken out of texts and why, and stories that wait for a facilitator."""

from typing import TextIO

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.letters import in_transaction
from bot.settings import read_environment
from flows.deidentification import KeptFinding
from storage import releases, searches
from storage.releases import KeptStory
from storage.vault import Vault
from workers.settings import read_municipality


@click.group()
def privacy() -> None:
    """Look at what is taken out of texts so that nobody can be recognised."""


@privacy.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@click.option("--language", default="nl", show_default=True, help="The language of the text.")
def look(file: TextIO, language: str) -> None:
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
    found = Deidentifier.load(municipality, load_frequencies()).deidentify(text, language)
    click.echo(found.text.rstrip("\n"))
    for replaced in found.replaced:
        finding = replaced.finding
        words = " ".join(text[finding.start : finding.end].split())
        source = f", {finding.source}" if finding.source else ""
        click.echo(f"{replaced.mark} {words}: {finding.rule}{source}", err=True)


@privacy.command()
@click.argument("code")
def explain(code: str) -> None:
    """Say for each mark in the story with this CODE which rule and which list put it there.

    The words themselves are kept nowhere. A mark that the teller put back does not stand in the text.
    """

    async def read(connection: AsyncConnection, _: Vault) -> list[str]:
        story = await _find(connection, code)
        return [
            "\t".join((each.mark, each.question or "story", _write_rule(each)))
            for each in await searches.list_findings(connection, story.session)
        ]

    lines = in_transaction(read)
    for line in lines or ["Nothing was taken out of this story."]:
        click.echo(line)


@privacy.command()
def held() -> None:
    """List the stories that wait for a facilitator: code, day, flow, number of words."""
    waiting = in_transaction(lambda connection, _: releases.list_held(connection))
    for story in waiting:
        click.echo(f"{story.code}\t{story.told_on}\t{story.flow}\t{story.words}")
    if not waiting:
        click.echo("No story waits.", err=True)


@privacy.command()
@click.argument("code")
def show(code: str) -> None:
    """Show all words of the story with this CODE as they are kept."""

    async def read(connection: AsyncConnection, _: Vault) -> list[tuple[str, str]]:
        story = await _find(connection, code)
        return [(text.question, text.text) for text in await releases.read_texts(connection, story.session)]

    for question, text in in_transaction(read):
        click.echo(f"{question}:\n{text}\n")


@privacy.command("take-out")
@click.argument("code")
@click.argument("words")
def take_out(code: str, words: str) -> None:
    """Put a mark in the place of WORDS wherever they stand in the story with this CODE."""

    async def do(connection: AsyncConnection, _: Vault) -> bool:
        story = await _find(connection, code)
        return await releases.take_out(connection, story.session, words)

    if not in_transaction(do):
        raise click.ClickException("Those words do not stand in this story. `privacy show` shows it.")
    click.echo("They are taken out. Copies that readers made before are theirs to change.")


@privacy.command()
@click.argument("code")
def release(code: str) -> None:
    """Let readers see the story with this CODE, which waited for a facilitator."""

    async def do(connection: AsyncConnection, _: Vault) -> bool:
        story = await _find(connection, code)
        return await releases.release(connection, story.session)

    click.echo("Readers see it now." if in_transaction(do) else "Readers saw it already.")


async def _find(connection: AsyncConnection, code: str) -> KeptStory:
    story = await releases.find_story(connection, code)
    if story is None:
        raise click.ClickException("There is no confirmed story with this code.")
    return story


def _write_rule(finding: KeptFinding) -> str:
    source = f", {finding.source}" if finding.source else ""
    back = "; the teller put it back" if finding.state == "put_back" else ""
    return f"{finding.rule}{source}{back}"
