"""Flows as they are published, their codebook, and the points at which people enter."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from storage.tables.base import make_moment, metadata

flows = Table(
    "flows",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("current_version", Integer, nullable=False),
    Column(
        "keywords",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="Words that start the current version, in lower case.",
    ),
    Column(
        "languages",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="Languages of the current version, its fallback first.",
    ),
    make_moment("published_at", now=True),
    Index("ix_flows_keywords", "keywords", postgresql_using="gin"),
    Index("ix_flows_published_at_flow", "published_at", "flow"),
)


flow_versions = Table(
    "flow_versions",
    metadata,
    Column("flow", Text, ForeignKey("flows.flow", deferrable=True, initially="DEFERRED"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("source", Text, nullable=False, comment="The flow file as it was published."),
    Column("body", Text, nullable=False, comment="What was read from it, as JSON; quicker to read again."),
    Column(
        "fingerprint", Text, nullable=False, comment="SHA-256 of the source; the same is not published twice."
    ),
    Column("origin", Text, nullable=False, comment="catalogue (came along) or file (an admin's own)."),
    make_moment("published_at", now=True),
)


flow_questions = Table(
    "flow_questions",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("question", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("allow", ARRAY(Text), nullable=False),
)


flow_options = Table(
    "flow_options",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("question", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("label", Text, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("code", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("language", Text),
    Column("team", Text),
    Column("neighbourhood", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    make_moment("created_at", now=True),
)
