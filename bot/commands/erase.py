"""`vertelbot erase`: a story by its code, or all of a person, for ever."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import click
from redis import RedisError

from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage import stories
from storage.codes import make_code
from storage.database import Database
from storage.erasing import Erased, erase_participant, erase_story
from storage.errors import StorageError
from storage.media import MediaStore
from storage.settings import StorageSettings, read_storage_settings
from storage.vault import Vault
from workers.queue import Doorbell, connect_valkey


@click.command()
@click.argument("code", required=False)
@click.option("--participant", type=click.UUID, help="Erase everything of the person with this id.")
@click.option("--teller", is_flag=True, help="Erase everything of who told the story CODE.")
@click.option("--keep-stories", is_flag=True, help="Their confirmed stories stay, and lead to nobody.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
def erase(code: str | None, participant: UUID | None, teller: bool, keep_stories: bool, yes: bool) -> None:
    """Erase the story with this CODE, or all of a person; nothing brings it back.

    What was erased is logged under a code of its own, without anything of what it was.
    """
    if (code is None) is (participant is None) or (teller and code is None):
        raise click.UsageError("Give the CODE of a story, or --participant with an id.")
    whole = teller or participant is not None
    if keep_stories and not whole:
        raise click.UsageError("--keep-stories goes with --teller or --participant.")
    with provide_servers(read_environment()) as around:
        settings = read_storage_settings(around.environ)
        erasure = make_code()
        if not yes:
            what = (
                f"everything of the person {participant or f'who told {code}'}" if whole else f"story {code}"
            )
            stay = ", except their confirmed stories" if keep_stories else ""
            click.confirm(f"Erase {what}{stay}, for ever?", abort=True)
        erased = asyncio.run(_erase(settings, code, participant, erasure, whole=whole, stay=keep_stories))
        _let_go(settings, erased)
    click.echo(f"Erased: {describe_counts(erased.counts)}.")
    click.echo(f"It is logged under {erasure}; `vertelbot erasures {erasure}` shows it.")


async def _erase(
    settings: StorageSettings,
    code: str | None,
    participant: UUID | None,
    erasure: str,
    *,
    whole: bool,
    stay: bool,
) -> Erased:
    database, vault = Database.connect(settings.database_url, pool_size=1), Vault(settings.secrets)
    try:
        async with database.transaction() as connection:
            told = code.strip().upper() if code else ""
            person = participant or await stories.find_teller_of(connection, told)
            if person is None or not (await stories.is_known(connection, person)):
                raise StorageError(f"There is no {'story ' + told if told else 'such participant'}.")
            if whole:
                return await erase_participant(
                    connection, vault, person, "operator", erasure, stories_stay=stay
                )
            session = await stories.find_session_of(connection, person, told)
            if session is None:
                raise StorageError(f"There is no story {told}.")
            return await erase_story(connection, vault, session, "operator", erasure)
    finally:
        await database.close()


def _let_go(settings: StorageSettings, erased: Erased) -> None:
    """Delete the files and take back the rings; what fails now, the bot does later."""
    store = MediaStore(settings.media_folder, Vault(settings.secrets))
    for media in erased.media:
        try:
            store.delete(media)
        except OSError:
            click.echo("A file could not be deleted now; a running server does that within hours.", err=True)
    if not erased.jobs:
        return
    valkey = connect_valkey(settings.redis_url)
    try:
        for queue, job in erased.jobs:
            Doorbell(valkey).unring(queue, [job])
    except (RedisError, OSError):
        click.echo("Valkey is away; workers find nothing behind the rings that are left there.", err=True)
    finally:
        valkey.close()


def describe_counts(counts: Mapping[str, int]) -> str:
    """How many of each kind of data, in words."""
    named = [f"{count} {what.replace('_', ' ')}" for what, count in sorted(counts.items()) if count]
    return ", ".join(named) or "nothing was there"
