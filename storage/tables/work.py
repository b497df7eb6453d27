"""Slow jobs that are asked for."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID

from storage.tables.base import make_moment, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("queue", Text, nullable=False),
    Column(
        "subject",
        UUID(as_uuid=True),
        nullable=False,
        comment="What it is about: a recording or a piece of one, a photo.",
    ),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column(
        "urgent", Boolean, nullable=False, server_default=text("false"), comment="Goes before what is not."
    ),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    make_moment("due_at", now=True),
    make_moment("rung_at", nullable=True),
    make_moment("leased_until", nullable=True),
    Column("error", Text),
    make_moment("created_at", now=True),
    make_moment("done_at", nullable=True),
    UniqueConstraint("queue", "subject"),
    CheckConstraint("state in ('waiting', 'running', 'split', 'done', 'failed')", name="state"),
    Index("ix_jobs_waiting", "due_at", postgresql_where=text("state in ('waiting', 'running')")),
)
