"""Rows of one insert, in a form whose statement SQLAlchemy builds once for each number of rows and keeps.

A `values` with several rows it would build anew each time.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Integer, Subquery, Table, bindparam, cast, literal_column, select, union_all


def list_rows(table: Table, columns: Sequence[str], count: int) -> Subquery:
    """So many rows for some columns of a table, with their `place`; their values come by `number_values`."""
    rows = [
        select(
            literal_column(str(place), Integer).label("place"),
            *(
                cast(bindparam(f"{name}_{place}", type_=table.c[name].type), table.c[name].type).label(name)
                for name in columns
            ),
        )
        for place in range(count)
    ]
    return union_all(*rows).subquery("given")


def number_values(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The values of rows, by the names under which `list_rows` waits for them."""
    return {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in row.items()}
