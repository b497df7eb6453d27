"""What people have a right to: a file with all that is held of them, and that it is erased."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from storage.tables.base import make_moment, metadata

data_files = Table(
    "data_files",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "participant", UUID(as_uuid=True), ForeignKey("participants.id", ondelete="CASCADE"), nullable=False
    ),
    Column("address", UUID(as_uuid=True), ForeignKey("addresses.id", ondelete="CASCADE"), nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column(
        "media",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="Ids in the media store of its parts, in order.",
    ),
    make_moment("asked_at", now=True),
    make_moment("made_at", nullable=True),
    CheckConstraint("state in ('waiting', 'made', 'failed')", name="state"),
    Index("ix_data_files_participant", "participant"),
    Index("ix_data_files_address", "address"),
)


erasures = Table(
    "erasures",
    metadata,
    Column("code", Text, primary_key=True, comment="Random; who asked for it was told this code."),
    Column("kind", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("counts", JSONB, nullable=False, comment="How many of each kind of data went; nothing of them."),
    make_moment("erased_at", now=True),
    CheckConstraint("kind in ('story', 'everything', 'anonymised', 'outdated')", name="kind"),
    CheckConstraint("asked_by in ('teller', 'operator', 'retention')", name="asked_by"),
)
