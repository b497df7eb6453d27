"""The schema: migrations from empty make just the tables the code expects; views say what they are."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from storage import schema
from storage.embedded.home import Servers
from storage.schema import VIEWS, newest_revision
from storage.tables import metadata
from storage_probe import read_as_owner

VIEW_FILES = Path(__file__).parents[2] / "storage" / "views"


def test_migrations_and_tables_do_not_differ(database_url: str) -> None:
    """What the migrations make is what `storage.tables` says, column by column."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    """A second migration, and one after it, leave the revision and the views as they are."""
    before = read_as_owner(
        database_url, "select viewname, definition from pg_views where schemaname = 'reader' order by 1"
    )

    assert schema.migrate(database_url) == newest_revision()
    assert schema.migrate(database_url) == newest_revision()
    assert before == read_as_owner(
        database_url, "select viewname, definition from pg_views where schemaname = 'reader' order by 1"
    )


def test_the_reader_password_is_set(servers: Servers, database_url: str) -> None:
    """A password given to `migrate` becomes the reader role's; it is kept hashed."""
    schema.migrate(database_url, reader_password='it\'s "quoted"')
    engine = create_engine(servers.database_url)
    with engine.begin() as connection:
        kept = connection.execute(
            text("select rolpassword from pg_authid where rolname = 'vertelbot_reader'")
        )
        assert str(kept.scalar_one()).startswith("SCRAM-SHA-256$")
        connection.execute(text("alter role vertelbot_reader password null"))
    engine.dispose()


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_of_a_reader_view_is_described(view: str, database_url: str) -> None:
    """Tools show these comments to people who build dashboards."""
    described = read_as_owner(
        database_url,
        "select a.attname, col_description(a.attrelid, a.attnum) is not null"
        f" from pg_attribute a where a.attrelid = 'reader.{view}'::regclass and a.attnum > 0",
    )

    assert [name for name, there in described if not there] == []


def test_the_reader_may_see_views_and_nothing_else(database_url: str) -> None:
    """The grants of the role, as Postgres itself lists them."""
    grants = read_as_owner(
        database_url,
        "select table_schema, table_name, privilege_type from information_schema.role_table_grants"
        " where grantee = 'vertelbot_reader' order by 2",
    )

    assert grants == [("reader", view, "SELECT") for view in sorted(VIEWS)]
