"""`vertelbot flows`: check, publish and export flow files; the schema and the reference of the format."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from bot.settings import read_environment
from bot.surroundings import provide_servers
from flows.checking.changes import find_changes
from flows.checking.check import check_sources
from flows.checking.reference import write_reference
from flows.checking.schema import write_schema
from flows.errors import ChangedFlowError, FlowError, FlowFileError, Problem, UnknownFlowError
from flows.file import find_flow_files, inspect_flow, load_flow, read_catalogue, read_flow, read_source
from flows.flow import Flow
from storage.database import Database
from storage.published_flows import Origin, Published, list_current, publish_flow
from storage.published_flows import read_source as read_published
from storage.settings import read_storage_settings

_Paths = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_Old = click.option(
    "--against", type=click.Path(path_type=Path), help="Tell what would break after this older file."
)
_Published = click.option(
    "--published", is_flag=True, help="Tell what would break after the versions that are published now."
)
_Accept = click.option(
    "--accept-changes", is_flag=True, help="Publish although answers before and after are not the same."
)


@click.group()
def flows() -> None:
    """Check, publish and export conversations."""


@flows.command()
@_Paths
@_Old
@_Published
@click.pass_context
def check(context: click.Context, paths: tuple[Path, ...], against: Path | None, published: bool) -> None:
    """Show every problem in every file, with its line and what to do; exit 1 if there is any.

    Advice is shown too: what works, but reads or looks better another way.
    """
    sources, problems = read_sources(paths)
    known: Mapping[str, str] = {}
    if published:
        with provide_servers(read_environment()) as around:
            known = asyncio.run(_read_current(read_storage_settings(around.environ).database_url))
    problems.extend(check_sources(sources, known))
    if against is not None:
        old = load_flow(read_source(against), str(against))
        if len(sources) != 1:
            raise click.UsageError("--against compares one file with an older one; name one file.")
        problems.extend(_compare(sources, {old.flow: old}))
    problems.extend(_compare(sources, {code: load_flow(source, code) for code, source in known.items()}))
    for problem in problems:
        click.echo(str(problem), err=not problem.advice)
    click.echo(count_problems(problems))
    context.exit(1 if any(not problem.advice for problem in problems) else 0)


@flows.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--catalogue", is_flag=True, help="Publish the flows that come along, but none over your own.")
@_Accept
def publish(paths: tuple[Path, ...], catalogue: bool, accept_changes: bool) -> None:
    """Publish each file as a new version; one that is published already stays as it is."""
    if catalogue == bool(paths):
        raise click.UsageError("Name the files to publish, or use --catalogue.")
    read = _read_along() if catalogue else read_all(paths)
    origin: Origin = "catalogue" if catalogue else "file"
    with provide_servers(read_environment()) as around:
        url = read_storage_settings(around.environ).database_url
        if not catalogue:
            _refuse_faults(paths, asyncio.run(_read_current(url)))
        try:
            done = asyncio.run(publish_all(url, read, origin, accept_changes=accept_changes))
        except ChangedFlowError as error:
            raise _name_files(error, paths, read) from error
        for published in done:
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
    click.echo(json.dumps(write_schema(), indent=2, ensure_ascii=False))


@flows.command()
def reference() -> None:
    """Write the description of flow files, with every field of every kind."""
    click.echo(write_reference(), nl=False)


def read_sources(paths: Sequence[Path]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The texts of all files at these paths (name, YAML text), and those that cannot be read."""
    found = find_flow_files(paths)
    if not found:
        raise FlowError("There are no .yaml files at this path.")
    sources: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in found:
        try:
            sources.append((str(path), read_source(path)))
        except FlowFileError as error:
            problems.extend(error.problems)
    return sources, problems


def read_all(paths: Sequence[Path]) -> list[tuple[Flow, str]]:
    """Read all flow files (flow, source). Raises FlowFileError with the problems of all of them."""
    sources, problems = read_sources(paths)
    read: list[tuple[Flow, str]] = []
    for name, source in sources:
        try:
            read.append((read_flow(source, name), source))
        except FlowFileError as error:
            problems.extend(error.problems)
    if problems:
        raise FlowFileError(tuple(problems))
    return read


def count_problems(problems: Sequence[Problem]) -> str:
    """One line that says how many problems there are, and how much advice."""
    advice = sum(problem.advice for problem in problems)
    count = len(problems) - advice
    found = f"{count or 'No'} problem{'' if count == 1 else 's'}"
    pieces = f", {advice} {'piece' if advice == 1 else 'pieces'} of advice" if advice else ""
    return f"{found}{pieces}."


def publish_catalogue(database_url: str) -> list[Published]:
    """Publish the flows that come along, but none over a version an admin published."""
    return asyncio.run(publish_all(database_url, _read_along(), "catalogue"))


async def publish_all(
    database_url: str,
    read: Sequence[tuple[Flow, str]],
    origin: Origin = "file",
    *,
    accept_changes: bool = False,
) -> list[Published]:
    """Publish flows in one transaction: all of them, or none. Raises ChangedFlowError with all changes."""
    done: list[Published] = []
    changes: list[Problem] = []
    database = Database.connect(database_url)
    try:
        async with database.transaction() as connection:
            for flow, source in read:
                try:
                    done.append(
                        await publish_flow(connection, flow, source, origin, accept_changes=accept_changes)
                    )
                except ChangedFlowError as error:
                    changes.extend(error.problems)
            if changes:
                raise ChangedFlowError(tuple(changes))
        return done
    finally:
        await database.close()


def _read_along() -> list[tuple[Flow, str]]:
    return [(read_flow(source, name), source) for name, source in read_catalogue().items()]


def _compare(sources: Sequence[tuple[str, str]], before: Mapping[str, Flow]) -> list[Problem]:
    """What would break after these older versions (by code), for the files that can be read."""
    problems: list[Problem] = []
    for name, source in sources:
        flow = inspect_flow(source, name).flow
        if flow is not None and flow.flow in before:
            problems.extend(find_changes(before[flow.flow], flow, source, name))
    return problems


def _refuse_faults(paths: Sequence[Path], known: Mapping[str, str]) -> None:
    """What is wrong between files, or with a flow that should follow and is not there."""
    sources, _ = read_sources(paths)
    if problems := check_sources(sources, known, advise=False):
        raise FlowFileError(tuple(problems))


def _name_files(
    error: ChangedFlowError, paths: Sequence[Path], read: Sequence[tuple[Flow, str]]
) -> ChangedFlowError:
    """The same error with the paths of the files as they were given, where storage knows only codes."""
    given = {
        f"{flow.flow}.yaml": str(path) for path, (flow, _) in zip(find_flow_files(paths), read, strict=True)
    }
    return ChangedFlowError(
        tuple(replace(problem, file=given.get(problem.file, problem.file)) for problem in error.problems)
    )


async def _read_current(database_url: str) -> dict[str, str]:
    """The file of the current version of every flow, by its code."""
    database = Database.connect(database_url)
    try:
        async with database.reading() as connection:
            codes = [each.flow for each in await list_current(connection)]
            return {code: await read_published(connection, code) or "" for code in codes}
    finally:
        await database.close()


async def _find_source(database_url: str, flow: str) -> str:
    database = Database.connect(database_url)
    try:
        async with database.reading() as connection:
            source = await read_published(connection, flow)
            if source is None:
                raise UnknownFlowError(flow, tuple(each.flow for each in await list_current(connection)))
            return source
    finally:
        await database.close()
