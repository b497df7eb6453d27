"""`vertelbot outbox`: what could not be delivered, shown, sent after all or thrown away."""

from collections.abc import Sequence

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import letters
from bot.commands.letters import as_json, in_channel, in_transaction, really, several
from storage.dead_letters import retry_messages
from storage.vault import Vault


@click.group()
def outbox() -> None:
    """Look at what could not be delivered; send it after all, or throw it away."""


@outbox.command("list")
@in_channel
@as_json
def list_messages(channel: str | None, as_json: bool) -> None:
    """List dead messages: what went wrong, what that means, what to do."""
    letters.show_list("outbox", channel, machine=as_json)


@outbox.command("show")
@click.argument("number", metavar="ID", type=int)
@click.option("--reveal", is_flag=True, help="Show what the person was to be told, not only its shape.")
@as_json
def show_message(number: int, reveal: bool, as_json: bool) -> None:
    """Show one dead message; without --reveal the kinds of its values only, for it may quote a person."""
    letters.show_one("outbox", number, reveal=reveal, machine=as_json)


@outbox.command("retry")
@several
@click.option("--all", "everything", is_flag=True, help="All that can still be said.")
@in_channel
@as_json
def retry(numbers: tuple[int, ...], everything: bool, channel: str | None, as_json: bool) -> None:
    """Send dead messages after all; not to people who are gone or asked for no more."""

    async def put_back(connection: AsyncConnection, _: Vault) -> tuple[Sequence[int], Sequence[int]]:
        done, left = await letters.choose(connection, "outbox", numbers, channel, everything=everything)
        await retry_messages(connection, done)
        return done, left

    done, left = in_transaction(put_back)
    after = "a server sends it within seconds." if len(done) == 1 else "a server sends them within seconds."
    letters.say_put_back("outbox", done, left, after, machine=as_json)


@outbox.command("drop")
@several
@really
@as_json
def drop(numbers: tuple[int, ...], yes: bool, as_json: bool) -> None:
    """Throw dead messages away for ever."""
    letters.drop("outbox", numbers, yes=yes, machine=as_json)
