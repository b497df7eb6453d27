"""`vertelbot channels`: tell the platforms what they must know about the bot, and see how that stands."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import click

from bot.channels.connecting import Point
from bot.channels.delivery_errors import DeliveryError
from bot.commands.serve import describe_channels
from bot.connections import SWITCHES, TITLES, describe_point, open_connections, write_name
from bot.settings import BotSettings, read_bot_settings, read_environment
from bot.surroundings import provide_servers
from storage.database import Database


@click.group()
def channels() -> None:
    """Connect the bot with Telegram, WhatsApp and SMS, and see how that stands."""


@channels.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")
def list_channels(as_json: bool) -> None:
    """Say which channels are on, where their platforms bring messages, and which texts are approved."""
    _with_settings(lambda settings, database: _list(settings, database, machine=as_json))


@channels.command()
@click.argument("channel", type=click.Choice(list(SWITCHES)), required=False)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.pass_context
def connect(context: click.Context, channel: str | None, dry_run: bool) -> None:
    """Tell the platforms where messages go, which commands there are, which texts are to be approved.

    All channels that are on, or one. What is right already is left alone, so it can be done at any time.
    """

    async def work(settings: BotSettings, database: Database) -> int:
        async with open_connections(settings, database) as looks:
            if channel is not None and channel not in looks:
                raise click.ClickException(f"{TITLES[channel]} is off; {SWITCHES[channel]} is not set.")
            if not looks:
                raise click.ClickException(f"No channel is on; set {' or '.join(SWITCHES.values())}.")
            wanted = [name for name in looks if channel in (None, name) or _is_below(name, channel)]
            changed = wrong = 0
            for name in wanted:
                points = await looks[name]()
                for point in points:
                    put_right, fine = await _connect(name, point, dry_run=dry_run)
                    changed, wrong = changed + put_right, wrong + (not fine)
                if name == "twilio" and not points[0].right:
                    break  # neither of its channels can be looked at
        _sum_up(changed, wrong, dry_run=dry_run)
        return wrong

    if _with_settings(work):
        context.exit(1)


def _show(name: str, point: Point) -> None:
    """Print how a point is, and what to do about it."""
    sign, colour = ("✗", "red") if not point.right else ("!", "yellow") if point.remedy else ("✓", "green")
    click.echo(f"{click.style(sign, fg=colour)} {write_name(name, point)}: {describe_point(point)}")


async def _connect(name: str, point: Point, *, dry_run: bool) -> tuple[bool, bool]:
    """Put a point right if that is needed; answers whether it was (or would be) changed, and is right now."""
    if point.right or point.mend is None:
        _show(name, point)
        return False, point.right
    plus = click.style("+", fg="green")
    if dry_run:
        click.echo(f"{plus} {write_name(name, point)}: {point.says}; this would be put right")
        return True, True
    try:
        await point.mend()
    except DeliveryError as error:
        click.echo(f"{click.style('✗', fg='red')} {write_name(name, point)}: {point.says}; {error}")
        return False, False
    click.echo(f"{plus} {write_name(name, point)}: {point.says}; put right now")
    return True, True


def _sum_up(changed: int, wrong: int, *, dry_run: bool) -> None:
    if changed:
        click.echo(f"{changed} {'would be put right' if dry_run else 'put right'}.")
    else:
        click.echo("Nothing to change.")
    if wrong:
        click.echo(f"{wrong} to mend by hand.")


async def _list(settings: BotSettings, database: Database, *, machine: bool) -> None:
    shown: list[tuple[str, Point]] = []
    async with open_connections(settings, database) as looks:
        for name, look in looks.items():
            shown += [(name, point) for point in await look()]
            if name == "twilio" and not shown[-1][1].right:
                break
    if machine:
        body = {
            "channels": describe_channels(settings),
            "points": [
                {"platform": name, "what": point.what, "says": point.says, "right": point.right}
                | ({"remedy": point.remedy} if point.remedy else {})
                for name, point in shown
            ],
        }
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    for line in describe_channels(settings):
        click.echo(line)
    for name, point in shown:
        _show(name, point)


def _is_below(name: str, channel: str | None) -> bool:
    return name == "twilio" and channel in ("whatsapp", "sms")


def _with_settings(work: Callable[[BotSettings, Database], Awaitable[int | None]]) -> int | None:
    async def do(settings: BotSettings) -> int | None:
        database = Database.connect(settings.storage.database_url, pool_size=2)
        try:
            return await work(settings, database)
        finally:
            await database.close()

    with provide_servers(read_environment()) as around:
        return asyncio.run(do(read_bot_settings(around.environ)))
