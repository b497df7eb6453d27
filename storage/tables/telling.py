"""What people agreed to and told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from storage.tables.base import make_moment, metadata

consents = Table(
    "consents",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "participant", UUID(as_uuid=True), ForeignKey("participants.id", ondelete="CASCADE"), nullable=False
    ),
    Column(
        "session",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("question", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("version", Text, nullable=False, comment="Version of the consent text."),
    Column("language", Text, nullable=False),
    Column("given", Boolean, nullable=False),
    make_moment("answered_at", now=True),
    Column(
        "withdrawn_at",
        DateTime(timezone=True),
        comment="Since when it counts no more: answered anew, or the story was taken back.",
    ),
    Index("ix_consents_participant", "participant"),
)


stories = Table(
    "stories",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "session",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("code", Text, nullable=False, unique=True, comment="The short code the teller gets."),
    Column("flow", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("audience", Text, nullable=False),
    Column("entry", Text),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("title", Text, comment="Only of a confirmed story."),
    Column("story", Text, comment="The text the teller confirmed; null when there is none."),
    Column(
        "sealed_draft",
        LargeBinary,
        comment="Text and title of an unfinished story, which its teller never confirmed, sealed.",
    ),
    Column("told_by", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("share_with", Text),
    Column("complete", Boolean, nullable=False, comment="False when time ran out before it was confirmed."),
    Column(
        "held",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Whether a facilitator is still to look at it; no reader sees it until then.",
    ),
    Column("told_on", Date, nullable=False),
    make_moment("confirmed_at", now=True),
    Index("ix_stories_flow", "flow"),
)


searches = Table(
    "searches",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "session",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("number", Integer, nullable=False, comment="Which search of its session; the last one counts."),
    Column("sealed_story", LargeBinary, nullable=False, comment="The story as told, sealed."),
    Column("sealed_found", LargeBinary, comment="All texts with the names found in them, sealed."),
    make_moment("created_at", now=True),
    UniqueConstraint("session", "number"),
)


findings = Table(
    "findings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "session",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("question", Text, nullable=False, comment="Whose answer it was found in; empty for the story."),
    Column("mark", Text, nullable=False, comment="What stands in its place; its words are kept nowhere."),
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False, comment="Why it was found."),
    Column("source", Text, nullable=False, comment="On which list; empty for none."),
    Column("state", Text, nullable=False),
    CheckConstraint("state in ('taken_out', 'put_back', 'by_teller', 'by_facilitator')", name="state"),
)


answers = Table(
    "answers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "session",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("question", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text),
    Column("number", Numeric(12, 4)),
    Column("text", Text, comment="Free text, once the story is confirmed."),
    Column("sealed_text", LargeBinary, comment="Free text, until the story is confirmed."),
    Column("x", Float(53)),
    Column("y", Float(53)),
    Column("input_method", Text, nullable=False),
    Column("shown", JSONB, nullable=False, comment="The options' codes in the order they were shown."),
    Column("superseded", Boolean, nullable=False, server_default=text("false")),
    make_moment("answered_at", now=True),
    CheckConstraint("status in ('answered', 'not_applicable', 'dont_know', 'skipped')", name="status"),
)


recordings = Table(
    "recordings",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "session",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("sealed_source", LargeBinary, nullable=False, comment="Where the platform has the sound, sealed."),
    Column("media", Text, comment="Id in the media store, once fetched."),
    Column("mime", Text),
    Column("bytes", BigInteger),
    Column("seconds", Float(53)),
    Column("language", Text, nullable=False),
    Column(
        "languages",
        JSONB,
        nullable=False,
        server_default=text("'[]'"),
        comment="Which may be spoken in it, the likeliest first; none: the one of `language`.",
    ),
    Column("problem", Text, comment="Why it is not text, or not yet."),
    make_moment("created_at", now=True),
)


recording_pieces = Table(
    "recording_pieces",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("recording", UUID(as_uuid=True), ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False, comment="Its place in the recording, from 0."),
    Column("starts", Float(53), nullable=False, comment="In seconds from the beginning of the recording."),
    Column("ends", Float(53), nullable=False),
    Column("sealed_body", LargeBinary, comment="What was heard in it, sealed; null until it was."),
    make_moment("created_at", now=True),
    UniqueConstraint("recording", "number"),
)


transcripts = Table(
    "transcripts",
    metadata,
    Column(
        "recording", UUID(as_uuid=True), ForeignKey("recordings.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("sealed_body", LargeBinary, nullable=False, comment="Text and segments, sealed."),
    Column("model", Text, nullable=False),
    Column("language", Text, nullable=False),
    make_moment("created_at", now=True),
)


photos = Table(
    "photos",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "session",
        UUID(as_uuid=True),
        ForeignKey("sessions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column(
        "sealed_source",
        LargeBinary,
        comment="Where the picture as it was sent can be had, sealed; gone once ours is made of it.",
    ),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("media", Text, comment="Id in the media store of the picture without metadata."),
    Column("mime", Text),
    Column("width", Integer),
    Column("height", Integer),
    make_moment("created_at", now=True),
    make_moment("done_at", nullable=True),
    CheckConstraint("state in ('waiting', 'kept', 'failed')", name="state"),
)
