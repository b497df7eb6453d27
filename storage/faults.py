"""How a fault is written down: ours by its type and place, the database's by what can be done about it.

Not by its message, which may quote people.
"""

import traceback
from pathlib import Path

from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import OperationalError, ProgrammingError


def write_fault(error: BaseException) -> str:
    """The type of an error and the lines that led to it, without any value: `TypeError at turns.py:98, …`."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    lines = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {lines}" if lines else type(error).__name__


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
