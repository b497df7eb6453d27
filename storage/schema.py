"""Brings a database to the newest schema, and makes the reader views and their grants anew each time."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, create_engine, text

READER = "vertelbot_reader"
"""The role of everyone who reads: may select from the views of schema `reader` and nothing else."""

VIEWS = ("stories_v1", "answers_v1", "questions_v1", "options_v1", "entries_v1")
"""The reader views in the order in which they build on each other."""

_ROLE = f"""
do $$ begin
    if not exists (select 1 from pg_roles where rolname = '{READER}') then
        create role {READER} login nosuperuser nocreatedb nocreaterole noinherit connection limit 50;
    end if;
end $$;
"""  # noqa: S608 - a name of ours, no input

_GRANTS = (
    "create schema if not exists reader",
    f"alter role {READER} set default_transaction_read_only = on",
    f"alter role {READER} set statement_timeout = '60s'",
    f"alter role {READER} set search_path = reader",
    f"revoke all on schema reader from {READER}",
    f"grant usage on schema reader to {READER}",
)


def migrate(database_url: str, *, reader_password: str | None = None) -> str:
    """Upgrade the schema and renew views and grants in one transaction; answers the revision it is at.

    Several servers may call this at once: they take turns. The reader role is made without a password
    (so it cannot log in over a network that asks one) unless one is given.
    """
    engine = create_engine(database_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(hashtext('vertelbot migrate'))"))
            command.upgrade(configure_alembic(connection), "head")
            _renew_reader(connection, reader_password)
        return newest_revision()
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The revision the code expects."""
    head = ScriptDirectory.from_config(configure_alembic(None)).get_current_head()
    return head or "none"


def current_revision(connection: Connection) -> str | None:
    """The revision a database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def configure_alembic(connection: Connection | None) -> Config:
    """Alembic's settings, for commands of its own such as writing a new migration."""
    config = Config()
    config.set_main_option("script_location", str(files("storage").joinpath("migrations")))
    config.attributes["connection"] = connection
    return config


def _renew_reader(connection: Connection, password: str | None) -> None:
    connection.execute(text(_ROLE))
    for statement in _GRANTS:
        connection.execute(text(statement))
    for view in VIEWS:
        connection.exec_driver_sql(
            files("storage").joinpath("views", f"{view}.sql").read_text(encoding="utf-8")
        )
        connection.execute(text(f"grant select on reader.{view} to {READER}"))
    if password:
        raw = connection.connection.driver_connection
        statement = sql.SQL("alter role {} password {}").format(sql.Identifier(READER), sql.Literal(password))
        connection.exec_driver_sql(statement.as_string(raw))  # pyright: ignore[reportArgumentType]  # psycopg's own
