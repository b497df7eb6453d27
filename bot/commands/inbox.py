"""`vertelbot inbox`: what came in and could not be handled, shown, put back or thrown away."""

from collections.abc import Sequence

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import letters
from bot.commands.letters import as_json, in_channel, in_transaction, really, several
from storage.dead_letters import replay_updates
from storage.vault import Vault


@click.group()
def inbox() -> None:
    """Look at what came in and could not be handled; give it another turn, or throw it away."""


@inbox.command("list")
@in_channel
@as_json
def list_updates(channel: str | None, as_json: bool) -> None:
    """List dead updates: what went wrong, what that means, what to do."""
    letters.show_list("inbox", channel, machine=as_json)


@inbox.command("show")
@click.argument("number", metavar="ID", type=int)
@click.option("--reveal", is_flag=True, help="Show what the person sent, not only its shape.")
@as_json
def show_update(number: int, reveal: bool, as_json: bool) -> None:
    """Show one dead update; without --reveal the kinds of its values only, for it is personal."""
    letters.show_one("inbox", number, reveal=reveal, machine=as_json)


@inbox.command("replay")
@several
@click.option("--all", "everything", is_flag=True, help="All that can be put back.")
@in_channel
@as_json
def replay(numbers: tuple[int, ...], everything: bool, channel: str | None, as_json: bool) -> None:
    """Give dead updates another turn, in the order in which people sent them."""

    async def put_back(connection: AsyncConnection, _: Vault) -> tuple[Sequence[int], Sequence[int]]:
        done, left = await letters.choose(connection, "inbox", numbers, channel, everything=everything)
        await replay_updates(connection, done)
        return done, left

    done, left = in_transaction(put_back)
    after = "a server takes it now." if len(done) == 1 else "a server takes them now."
    letters.say_put_back("inbox", done, left, after, machine=as_json)


@inbox.command("drop")
@several
@really
@as_json
def drop(numbers: tuple[int, ...], yes: bool, as_json: bool) -> None:
    """Throw dead updates away; what people sent is gone for ever."""
    letters.drop("inbox", numbers, yes=yes, machine=as_json)
