"""`vertelbot recordings`: recordings that are not text, and another try for them."""

import json
from datetime import UTC
from uuid import UUID

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.letters import as_json, in_transaction
from storage import jobs, pieces
from storage.recordings import TroubledRecording, list_troubled
from workers.queue import TRANSCRIPTION

MENDABLE = ("delayed", "unavailable")
"""Problems that another try may mend; what cannot be heard stays so."""

_MEANINGS = {
    "delayed": "it did not become text yet; it is tried again by itself, for a day",
    "unavailable": "it was given up; its sound is still there unless its platform has forgotten it",
}


@click.group()
def recordings() -> None:
    """Look at recordings that did not become text; try them again."""


@recordings.command("list")
@as_json
def list_recordings(as_json: bool) -> None:
    """List recordings that another try may mend: since when, and what happens with them."""
    found = in_transaction(lambda connection, _: list_troubled(connection, MENDABLE))
    if as_json:
        click.echo(json.dumps([_describe(each) for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each.id}  since {each.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
        click.echo(f"    {_MEANINGS[each.problem]}")
    click.echo(f"{_count(len(found))}." if found else "There are no such recordings.")


@recordings.command("retry")
@click.argument("ids", metavar="ID...", nargs=-1, type=click.UUID)
@click.option("--all", "everything", is_flag=True, help="All that `list` shows.")
@as_json
def retry(ids: tuple[UUID, ...], everything: bool, as_json: bool) -> None:
    """Make text of recordings after all: as if they came in just now."""
    if everything == bool(ids):
        raise click.UsageError("Name the ids, or use --all.")

    async def begin(connection: AsyncConnection) -> list[UUID]:
        there = [each.id for each in await list_troubled(connection, MENDABLE)]
        if unknown := set(ids) - set(there):
            raise click.UsageError(f"{min(unknown)} is no recording that another try may mend.")
        return [each for each in (ids or there) if await _begin_anew(connection, each)]

    done = in_transaction(lambda connection, _: begin(connection))
    if as_json:
        click.echo(json.dumps({"put_back": [str(each) for each in done]}))
    else:
        after = "a worker takes it within seconds" if len(done) == 1 else "workers take them within seconds"
        click.echo(f"{_count(len(done))} put back; {after}." if done else "Nothing to put back.")


async def _begin_anew(connection: AsyncConnection, recording: UUID) -> bool:
    await pieces.forget_pieces(connection, recording)
    return await jobs.begin_anew(connection, TRANSCRIPTION, recording)


def _count(number: int) -> str:
    return f"{number} recording{'' if number == 1 else 's'}"


def _describe(recording: TroubledRecording) -> dict[str, object]:
    return {
        "id": str(recording.id),
        "problem": recording.problem,
        "since": recording.created_at.astimezone(UTC).isoformat(),
        "seconds": recording.seconds,
        "meaning": _MEANINGS[recording.problem],
    }
