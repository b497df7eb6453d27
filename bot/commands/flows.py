"""`vertelbot flows`: check, publish and export flow files, and the JSON Schema of the format."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import click

from bot.settings import read_environment
from bot.surroundings import provide_servers
from flows.errors import FlowError, FlowFileError, Problem, UnknownFlowError
from flows.file import find_flow_files, read_catalogue, read_flow
from flows.flow import Flow
from storage.database import Database
from storage.published_flows import FlowShelf, Origin, Published, publish_flow, read_source
from storage.settings import read_storage_settings

_Paths = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group()
def flows() -> None:
    """Check, publish and export conversations."""


@flows.command()
@_Paths
def check(paths: tuple[Path, ...]) -> None:
    """Show every problem in every file, with its line and what to do; exit 1 if there is any."""
    read_all(paths)
    click.echo("No problems.")


@flows.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--catalogue", is_flag=True, help="Publish the flows that come along, but none over your own.")
def publish(paths: tuple[Path, ...], catalogue: bool) -> None:
    """Publish each file as a new version; one that is published already stays as it is."""
    if catalogue == bool(paths):
        raise click.UsageError("Name the files to publish, or use --catalogue.")
    read = _read_along() if catalogue else read_all(paths)
    with provide_servers(read_environment()) as around:
        url = read_storage_settings(around.environ).database_url
        for published in asyncio.run(publish_all(url, read, "catalogue" if catalogue else "file")):
            state = "is published" if published.new else "was published already"
            click.echo(f"{published.flow.flow} version {published.version} {state}.")


@flows.command("export")
@click.argument("flow")
def export_flow(flow: str) -> None:
    """Write the file of a flow's current version."""
    with provide_servers(read_environment()) as around:
        url = read_storage_settings(around.environ).database_url
        click.echo(asyncio.run(_find_source(url, flow)), nl=False)


@flows.command()
def schema() -> None:
    """Write the JSON Schema of flow files, by which editors complete and check them."""
    body = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Flow.model_json_schema()}
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def read_all(paths: Sequence[Path]) -> list[tuple[Flow, str]]:
    """Read all flow files (flow, source). Raises FlowFileError with the problems of all of them."""
    problems: list[Problem] = []
    read: list[tuple[Flow, str]] = []
    found = find_flow_files(paths)
    if not found:
        raise FlowError("There are no .yaml files at this path.")
    for path in found:
        try:
            source = path.read_text(encoding="utf-8")
            read.append((read_flow(source, str(path)), source))
        except FlowFileError as error:
            problems.extend(error.problems)
        except (OSError, UnicodeDecodeError):
            problems.append(Problem(str(path), 1, "file", "cannot be read as UTF-8 text; look at its path"))
    if problems:
        raise FlowFileError(tuple(problems))
    return read


def publish_catalogue(database_url: str) -> list[Published]:
    """Publish the flows that come along, but none over a version an admin published."""
    return asyncio.run(publish_all(database_url, _read_along(), "catalogue"))


def _read_along() -> list[tuple[Flow, str]]:
    return [(read_flow(source, name), source) for name, source in read_catalogue().items()]


async def publish_all(
    database_url: str, read: Sequence[tuple[Flow, str]], origin: Origin = "file"
) -> list[Published]:
    """Publish flows in one transaction."""
    database = Database.connect(database_url)
    try:
        async with database.transaction() as connection:
            return [await publish_flow(connection, flow, source, origin) for flow, source in read]
    finally:
        await database.close()


async def _find_source(database_url: str, flow: str) -> str:
    database = Database.connect(database_url)
    try:
        async with database.reading() as connection:
            source = await read_source(connection, flow)
            if source is None:
                current = await FlowShelf().list_current(connection)
                raise UnknownFlowError(flow, tuple(each.flow.flow for each in current))
            return source
    finally:
        await database.close()
