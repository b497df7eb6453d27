"""What `vertelbot inbox` and `vertelbot outbox` share: how dead letters are found, shown and counted."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.explanations import explain, mask
from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage.database import Database
from storage.dead_letters import Box, DeadLetter, drop_letters, find_letter, list_letters, open_letter
from storage.settings import read_storage_settings
from storage.vault import Vault

_T = TypeVar("_T")

_NAMES: dict[Box, str] = {"inbox": "update", "outbox": "message"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400

as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")
in_channel = click.option("--channel", default=None, help="Only those of this channel, such as telegram.")
several = click.argument("numbers", metavar="ID...", nargs=-1, type=int)
really = click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")


def in_transaction(work: Callable[[AsyncConnection, Vault], Awaitable[_T]]) -> _T:
    """Do some work on the stores of the settings, in one transaction."""

    async def do(database: Database, vault: Vault) -> _T:
        try:
            async with database.transaction() as connection:
                return await work(connection, vault)
        finally:
            await database.close()

    with provide_servers(read_environment()) as around:
        settings = read_storage_settings(around.environ)
        return asyncio.run(do(Database.connect(settings.database_url, pool_size=1), Vault(settings.secrets)))


def show_list(box: Box, channel: str | None, *, machine: bool) -> None:
    """Print all dead letters of a box, each with what it means and what to do."""
    letters = in_transaction(lambda connection, _: list_letters(connection, box, channel))
    if machine:
        click.echo(json.dumps([_describe(box, letter) for letter in letters], indent=2))
        return
    for letter in letters:
        _print(box, letter)
    click.echo(f"{count(box, len(letters), 'dead ').capitalize()}." if letters else _say_none(box))


def show_one(box: Box, number: int, *, reveal: bool, machine: bool) -> None:
    """Print one dead letter and the shape of its content, or with `reveal` all that was sent or said."""

    async def read(connection: AsyncConnection, vault: Vault) -> tuple[DeadLetter, object]:
        letter = await find_letter(connection, box, number)
        content = await open_letter(connection, vault, box, number) if letter.kept else None
        return letter, content if reveal else mask(content)

    letter, content = in_transaction(read)
    if machine:
        click.echo(json.dumps({**_describe(box, letter), "content": content}, indent=2, ensure_ascii=False))
        return
    _print(box, letter)
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))
    if not reveal:
        click.echo("This is its shape; --reveal shows what a person sent or was told.", err=True)


def drop(box: Box, numbers: Sequence[int], *, yes: bool, machine: bool) -> None:
    """Throw dead letters away, after asking."""
    if not numbers:
        raise click.UsageError("Name the numbers of what is to go; `list` shows them.")
    if not yes:
        what = count(box, len(set(numbers)))
        raise click.UsageError(f"This throws away {what} for ever. Add --yes if that is meant.")
    in_transaction(lambda connection, _: drop_letters(connection, box, numbers))
    if machine:
        click.echo(json.dumps({"dropped": sorted(set(numbers))}))
    else:
        click.echo(f"{count(box, len(set(numbers))).capitalize()} thrown away.")


async def choose(
    connection: AsyncConnection, box: Box, numbers: Sequence[int], channel: str | None, *, everything: bool
) -> tuple[list[int], list[int]]:
    """Which letters are to be put back, and which of all cannot be. Raises UsageError."""
    if everything == bool(numbers):
        raise click.UsageError("Name the numbers, or use --all.")
    if channel is not None and not everything:
        raise click.UsageError("--channel goes with --all.")
    if not everything:
        return sorted(set(numbers)), []
    letters = await list_letters(connection, box, channel)
    return [each.id for each in letters if each.returnable], [
        each.id for each in letters if not each.returnable
    ]


def say_put_back(box: Box, done: Sequence[int], left: Sequence[int], after: str, *, machine: bool) -> None:
    """Print what was put back; `after` says what happens now."""
    if machine:
        click.echo(json.dumps({"put_back": list(done), "left": list(left)}))
        return
    click.echo(f"{count(box, len(done)).capitalize()} put back; {after}" if done else "Nothing to put back.")
    if left:
        click.echo(f"{count(box, len(left)).capitalize()} cannot be put back; `list` says why.")


def count(box: Box, number: int, kind: str = "") -> str:
    """So many updates or messages, in words."""
    return f"{number} {kind}{_NAMES[box]}{'' if number == 1 else 's'}"


def _say_none(box: Box) -> str:
    return f"There are no dead {_NAMES[box]}s."


def _print(box: Box, letter: DeadLetter) -> None:
    explained = explain(box, letter)
    tries = f"{letter.attempts} {'try' if letter.attempts == 1 else 'tries'}"
    click.echo(
        f"{click.style(str(letter.id), bold=True)}  {letter.channel}  {_write_age(letter)} old  {tries}"
    )
    click.echo(f"    {letter.error}")
    click.echo(f"    {explained.meaning}")
    click.echo(f"    → {explained.remedy}")


def _describe(box: Box, letter: DeadLetter) -> dict[str, Any]:
    explained = explain(box, letter)
    return {
        "id": letter.id,
        "channel": letter.channel,
        "error": letter.error,
        "attempts": letter.attempts,
        "since": letter.since.astimezone(UTC).isoformat(),
        "age_seconds": round(_find_age(letter)),
        "meaning": explained.meaning,
        "remedy": explained.remedy,
        "can_be_put_back": letter.returnable,
    }


def _find_age(letter: DeadLetter) -> float:
    return max(0.0, (datetime.now(UTC) - letter.since).total_seconds())


def _write_age(letter: DeadLetter) -> str:
    seconds = _find_age(letter)
    for unit, size in (("days", _DAY), ("hours", _HOUR), ("minutes", _MINUTE)):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
