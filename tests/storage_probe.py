"""What can be found in the database: by a reader, and by someone who stole it."""

import psycopg
from psycopg import sql


def read_as_reader(database_url: str, statement: str) -> list[tuple[object, ...]]:
    """What a plain SQL client reads, logged in as the reader role."""
    address = database_url.replace("postgresql+psycopg://app@", "postgresql://vertelbot_reader@")
    return _read(address, statement)


def read_as_owner(database_url: str, statement: str) -> list[tuple[object, ...]]:
    """What the owner of the database reads."""
    return _read(database_url.replace("postgresql+psycopg://", "postgresql://"), statement)


def dump_database(database_url: str) -> str:
    """Every row of every table of ours as text: what a stolen database shows."""
    names = read_as_owner(
        database_url, "select tablename from pg_tables where schemaname = 'public' order by 1"
    )
    tables = [sql.Identifier(str(name)) for (name,) in names]
    with psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        rows = [
            row
            for table in tables
            for row in connection.execute(
                sql.SQL("select row_to_json(t)::text from {} t").format(table)
            ).fetchall()
        ]
    return "\n".join(str(row[0]) for row in rows)


def _read(address: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(statement.encode()).fetchall()
