"""Figures are cheap: what is asked every few seconds reads what is open, not all that was ever sent."""

import re

import psycopg

from storage import figures


def test_figures_of_channels_lean_on_indexes(database_url: str) -> None:
    """Messages that are not delivered are found by the indexes of just those."""
    query = figures._BY_CHANNEL.text  # pyright: ignore[reportPrivateUsage]  # its plan is what is tested
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("set enable_seqscan = off")  # on tables as small as these, nothing is cheaper
        rows = connection.execute(f"explain {query}".encode()).fetchall()
    used = set(re.findall(r"ix_\w+", "\n".join(str(row) for row in rows)))

    assert {"ix_outbox_waiting", "ix_outbox_held", "ix_outbox_dead", "ix_inbox_dead"} <= used
