"""`vertelbot migrate`: the database to the newest schema, the reader views and grants made anew."""

from collections.abc import Mapping

import click
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.settings import read_environment
from bot.surroundings import provide_servers
from storage import schema
from storage.errors import StorageError
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


def describe_database_error(error: OperationalError | ProgrammingError) -> str:
    """What an operator can do about a database that does not answer or refuses."""
    if isinstance(error.orig, InsufficientPrivilege):
        return (
            "The database user may not do this. Making the reader role needs the right CREATEROLE: "
            "let an administrator of Postgres run `alter role USER createrole`, or `vertelbot migrate` once."
        )
    if isinstance(error, ProgrammingError):
        return "The database has not the shape this version needs; run `vertelbot migrate`."
    return "The database cannot be reached; look at DATABASE_URL."
