"""`vertelbot chat`: walk a flow in the terminal with the same engine; nothing is stored."""

import importlib
import secrets
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.settings import read_environment
from bot.terminal.conversation import Conversation
from bot.terminal.screen import Screen, open_screen
from flows.checking.check import check_sources
from flows.errors import FlowFileError, UnknownFlowError
from flows.file import read_catalogue, read_flow, read_source
from flows.flow import Flow
from workers.settings import read_municipality

_MOST_SEEDS = 2**31


@click.command()
@click.argument("flow")
@click.option("--language", default=None, help="A language code; the flow's first if left out.")
@click.option(
    "--seed", type=click.IntRange(0, _MOST_SEEDS - 1), help="Decides what is drawn; by chance if left out."
)
def chat(flow: str, language: str | None, seed: int | None) -> None:
    """Walk through FLOW (a code from the catalogue, or a file) in the terminal; nothing is stored.

    Type /help for what more can be done: send a recording, let time pass, look at what is recorded.
    """
    columns = shutil.get_terminal_size().columns
    screen = open_screen(read_environment(), terminal=sys.stdout.isatty(), columns=columns)
    name, source, beside = _find_source(flow)
    found = _check(name, source, beside, screen)
    if language is not None and language not in found.languages:
        raise click.ClickException(f"This flow speaks {', '.join(found.languages)}; not '{language}'.")
    conversation = Conversation(
        found,
        screen,
        find_flow=lambda code: _read_beside(code, beside),
        now=lambda: datetime.now(UTC).astimezone(),
        municipality=read_municipality(read_environment()),
        seed=secrets.randbelow(_MOST_SEEDS) if seed is None else seed,
    )
    screen.tell("Nothing is stored here. /help shows what you can do; Ctrl-D ends.")
    conversation.begin(language)
    while (line := _listen(screen)) is not None and conversation.answer(line):
        pass
    conversation.close()


def _find_source(flow: str) -> tuple[str, str, Mapping[str, str]]:
    """The name of a flow's file, its text, and the texts of the flows beside it by the stems of their names.

    Raises UnknownFlowError, or FlowFileError when it cannot be read.
    """
    if flow.endswith((".yaml", ".yml")):
        path = Path(flow)
        others = sorted({*path.parent.glob("*.yaml"), *path.parent.glob("*.yml")} - {path})
        return flow, read_source(path), {each.stem: _read_quietly(each) for each in others}
    catalogue = {Path(file).stem: source for file, source in read_catalogue().items()}
    if flow not in catalogue:
        raise UnknownFlowError(flow, tuple(catalogue))
    return f"{flow}.yaml", catalogue[flow], catalogue


def _read_quietly(path: Path) -> str:
    """The text of a file that may follow; what cannot be read is said when it is needed."""
    try:
        return read_source(path)
    except FlowFileError:
        return ""


def _check(name: str, source: str, beside: Mapping[str, str], screen: Screen) -> Flow:
    """The flow, after its advice was shown. Raises FlowFileError with its problems."""
    found = check_sources([(name, source)], known=beside)
    problems = tuple(problem for problem in found if not problem.advice)
    if problems:
        raise FlowFileError(problems)
    for problem in found:
        screen.tell(str(problem))
    return read_flow(source, name)


def _read_beside(code: str, beside: Mapping[str, str]) -> Flow | None:
    """A flow that follows, beside this one or in the catalogue; None where it is not there or wrong."""
    catalogue = {Path(file).stem: source for file, source in read_catalogue().items()}
    source = beside.get(code) or catalogue.get(code)
    try:
        return read_flow(source, f"{code}.yaml") if source else None
    except FlowFileError:
        return None


def _listen(screen: Screen) -> str | None:
    """The next line typed; None at the end of input. What does not come from a keyboard is shown as well."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        with suppress(ImportError):  # not there on every system
            importlib.import_module("readline")  # by being there it lets `input` edit lines
        try:
            return input("› ")
        except EOFError:
            screen.write("")
            return None
    line = sys.stdin.readline()
    if not line:
        return None
    screen.write(f"› {line.rstrip()}")
    return line.rstrip("\n")
