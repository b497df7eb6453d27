"""`vertelbot erasures`: what was erased, when and at whose wish."""

import json
from dataclasses import asdict

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.erase import describe_counts
from bot.commands.letters import in_transaction
from storage.erasures import Erasure, find_erasure, list_erasures


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")
def erasures(code: str | None, as_json: bool) -> None:
    """List what was erased, or show the erasure with this CODE; nothing of what it was is kept."""
    found = in_transaction(lambda connection, _: _read(connection, code))
    if code is not None and not found:
        raise click.ClickException(f"There is no erasure {code}.")
    if as_json:
        lines = [{**asdict(each), "erased_at": each.erased_at.isoformat()} for each in found]
        click.echo(json.dumps(lines, indent=2))
        return
    for each in found:
        moment = f"{each.erased_at:%Y-%m-%d %H:%M}"
        counts = describe_counts(each.counts)
        click.echo(f"{each.code}  {moment}  {each.kind}, asked by {each.asked_by}: {counts}")
    if not found:
        click.echo("Nothing was erased yet.")


async def _read(connection: AsyncConnection, code: str | None) -> list[Erasure]:
    if code is None:
        return await list_erasures(connection)
    found = await find_erasure(connection, code.strip().upper())
    return [found] if found else []
