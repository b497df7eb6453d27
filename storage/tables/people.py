"""People, their addresses, and their places in flows."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from storage.tables.base import make_moment, metadata

participants = Table(
    "participants",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    make_moment("created_at", now=True),
)


addresses = Table(
    "addresses",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "participant", UUID(as_uuid=True), ForeignKey("participants.id", ondelete="CASCADE"), nullable=False
    ),
    Column("channel", Text, nullable=False),
    Column("token", Text, nullable=False, unique=True, comment="Keyed hash by which the address is found."),
    Column("sealed", LargeBinary, nullable=False, comment="The address itself, sealed."),
    Column("language", Text),
    Column(
        "gone", Boolean, nullable=False, server_default=text("false"), comment="Blocked us; nothing is sent."
    ),
    make_moment("heard_at", nullable=True),
    make_moment("stopped_at", nullable=True),
    Column(
        "erase_at",
        DateTime(timezone=True),
        comment="All of this person is erased; this goes too, once the last message is there, or then.",
    ),
    make_moment("created_at", now=True),
    Index("ix_addresses_participant", "participant"),
    Index("ix_addresses_erase_at", "erase_at", postgresql_where=text("erase_at is not null")),
)


sessions = Table(
    "sessions",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("address", UUID(as_uuid=True), ForeignKey("addresses.id", ondelete="SET NULL"), index=True),
    Column(
        "participant",
        UUID(as_uuid=True),
        ForeignKey("participants.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("channel", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("entry", Text),
    Column("language", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column(
        "follows",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="SET NULL"),
        comment="The finished session after which this one was started by itself.",
    ),
    Column(
        "sealed_state",
        LargeBinary,
        comment="The engine's session, sealed; gone once it ended and waits for nothing.",
    ),
    Column("wake_at", DateTime(timezone=True), comment="When it is to be told that time has passed."),
    make_moment("started_at", now=True),
    make_moment("updated_at", now=True),
    CheckConstraint("status in ('open', 'finished', 'declined', 'discarded', 'expired')", name="status"),
    Index("ix_sessions_wake_at", "wake_at", postgresql_where=text("wake_at is not null")),
    Index("ix_sessions_follows", "follows", postgresql_where=text("follows is not null")),
)
