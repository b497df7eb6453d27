"""`vertelbot migrate`: the database to the newest schema, the reader views and grants made anew."""

from collections.abc import Mapping

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage import schema
from storage.errors import StorageError
from storage.faults import describe_database_error
from storage.settings import read_setting, read_storage_settings


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema; views and reader grants are made anew."""
    with provide_servers(read_environment()) as around:
        revision = migrate_database(around.environ)
    click.echo(f"The database is at revision {revision}.")


def migrate_database(environ: Mapping[str, str]) -> str:
    """Migrate the database of an environment; answers the revision it is at."""
    settings = read_storage_settings(environ)
    try:
        return schema.migrate(
            settings.database_url, reader_password=read_setting("VERTELBOT_READER_PASSWORD", environ)
        )
    except (OperationalError, ProgrammingError) as error:
        raise StorageError(describe_database_error(error)) from error
