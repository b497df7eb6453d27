"""`vertelbot chat`: walk a flow in the terminal with the same engine; nothing is stored."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.channels.rendering import write_numbered
from flows.engine import begin, resume
from flows.errors import UnknownFlowError
from flows.file import read_catalogue, read_flow, read_flow_file
from flows.flow import Flow
from flows.inbound import Content, Said
from flows.outbound import Utterance
from flows.turn import Turn, World


@click.command()
@click.argument("flow")
@click.option("--language", default=None, help="Two letters; the flow's first language if left out.")
def chat(flow: str, language: str | None) -> None:
    """Walk through FLOW (a code from the catalogue, or a file) in the terminal; nothing is stored."""
    found = _find_flow(flow)
    if language is not None and language not in found.languages:
        raise click.ClickException(f"This flow speaks {', '.join(found.languages)}; not '{language}'.")
    turn = begin(found, 1, language or found.languages[0], _look_around())
    _show(turn)
    while turn.session.status == "open":
        content = _listen()
        if content is None:
            break
        turn = resume(found, turn.session, content, _look_around())
        _show(turn)


def _find_flow(name: str) -> Flow:
    if name.endswith((".yaml", ".yml")):
        return read_flow_file(Path(name))
    catalogue = {file.removesuffix(".yaml"): source for file, source in read_catalogue().items()}
    if name not in catalogue:
        raise UnknownFlowError(name, tuple(catalogue))
    return read_flow(catalogue[name], f"{name}.yaml")


def _listen() -> Content | None:
    """The next line typed; None at the end of input."""
    try:
        line: str = click.prompt(
            click.style("›", fg="cyan"), prompt_suffix=" ", default="", show_default=False
        )
    except click.Abort:
        click.echo()
        return None
    return Said(line)


def _show(turn: Turn) -> None:
    for utterance in turn.says:
        click.echo()
        click.echo(click.style(write_numbered(utterance), bold=bool(utterance.tappable)))
        _describe_pictures(utterance)
    click.echo()


def _describe_pictures(utterance: Utterance) -> None:
    pictures = [option.picture for option in utterance.options if option.picture]
    if pictures:
        click.echo(click.style(f"({len(pictures)} pictures: {', '.join(pictures)})", dim=True))


def _look_around() -> World:
    return World(datetime.now(UTC), shared=1, story_code="TERMINAL")
