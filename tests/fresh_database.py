"""A database of one's own, copied from a migrated one, as long as a block lasts."""

from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

from storage.embedded.home import Servers


@contextmanager
def open_fresh_database(servers: Servers, template: str) -> Generator[str]:
    """The address of a fresh database, gone after the block."""
    name = f"test_{uuid4().hex}"
    admin = servers.database_url.replace("postgresql+psycopg://", "postgresql://").replace(
        "/vertelbot?", "/postgres?"
    )
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        yield servers.database_url.replace("/vertelbot?", f"/{name}?")
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
