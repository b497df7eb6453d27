"""Sound in which fixed texts of the bot can be heard."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, Table, Text, text

from storage.tables.base import make_moment, metadata

readings = Table(
    "readings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("origin", Text, nullable=False, comment="Recorded by a person, or made by a program."),
    Column(
        "flow", Text, nullable=False, server_default="", comment="Of what was recorded: its flow and step."
    ),
    Column("step", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of the text that is heard."),
    Column("voice", Text, nullable=False, server_default="", comment="Of what was made: program and voice."),
    Column("media", Text, nullable=False, comment="Its id in the media store."),
    Column("bytes", Integer, nullable=False),
    make_moment("made_at", now=True),
    CheckConstraint("origin in ('recorded', 'made')", name="origin"),
    Index(
        "ix_readings_recorded",
        "flow",
        "step",
        "language",
        unique=True,
        postgresql_where=text("origin = 'recorded'"),
    ),
    Index(
        "ix_readings_made",
        "language",
        "digest",
        "voice",
        unique=True,
        postgresql_where=text("origin = 'made'"),
    ),
    Index("ix_readings_digest", "language", "digest"),
)
