"""Runs migrations on the connection that `storage.schema` hands over."""

from alembic import context
from sqlalchemy import Connection

from storage.tables import metadata


def run() -> None:
    """Run what is asked, in one transaction."""
    connection = context.config.attributes["connection"]
    if not isinstance(connection, Connection):
        raise TypeError("run migrations with `vertelbot migrate`")
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


run()
