"""What comes in, what goes out, and what the platforms and the web chat are to remember."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from storage.tables.base import make_moment, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True, comment="Unique for ever: a repeat changes nothing."),
    Column("chat", Text, nullable=False, comment="Keyed hash of channel and address."),
    Column("place", BigInteger, nullable=False, comment="The platform's own order; 0 where it has none."),
    Column("sealed_raw", LargeBinary, comment="The raw update, sealed; gone once it is done."),
    Column("state", Text, nullable=False, server_default="new"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    make_moment("due_at", now=True),
    Column("error", Text),
    make_moment("received_at", now=True),
    make_moment("done_at", nullable=True),
    CheckConstraint("state in ('new', 'done', 'dead')", name="state"),
    Index("ix_inbox_dead", "channel", postgresql_where=text("state = 'dead'")),
    Index("ix_inbox_waiting", "chat", "place", "id", postgresql_where=text("state = 'new'")),
)


outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("address", UUID(as_uuid=True), ForeignKey("addresses.id", ondelete="CASCADE"), nullable=False),
    Column("sealed_message", LargeBinary, comment="The utterance, sealed; gone once it is delivered."),
    Column("state", Text, nullable=False, server_default="ready"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    make_moment("due_at", now=True),
    make_moment("leased_until", nullable=True),
    Column(
        "lease", UUID(as_uuid=True), comment="Token of who is sending it; nobody else may say how it went."
    ),
    Column("uncertain", Boolean, nullable=False, server_default=text("false"), comment="May have arrived."),
    Column("step", Text, comment="The question it asks, for the page on which that is answered by touch."),
    Column(
        "plain",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="The platform refused a richer form; it goes as text alone.",
    ),
    Column(
        "throttled",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="How often the platform asked for patience; such a try is not counted.",
    ),
    Column("error", Text),
    make_moment("created_at", now=True),
    make_moment("sent_at", nullable=True),
    CheckConstraint("state in ('ready', 'sending', 'sent', 'held', 'dead')", name="state"),
    Index("ix_outbox_address", "address"),
    Index("ix_outbox_waiting", "address", "id", postgresql_where=text("state in ('ready', 'sending')")),
    Index("ix_outbox_dead", "address", postgresql_where=text("state = 'dead'")),
    Index("ix_outbox_held", "address", postgresql_where=text("state = 'held'")),
)

sends = Table(
    "sends",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("outbox", BigInteger, ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    Column("part", SmallInteger, nullable=False, comment="Which of the platform's messages, from 0."),
    Column("provider_id", Text, comment="The platform's id of the message."),
    Column("status", Text, comment="What the platform last reported of it."),
    Column("rank", SmallInteger, nullable=False, server_default=text("0"), comment="Never goes back."),
    Column("error", Text),
    make_moment("sent_at", now=True),
    UniqueConstraint("outbox", "part"),
    Index("ix_sends_provider_id", "provider_id", postgresql_where=text("provider_id is not null")),
)

channel_marks = Table(
    "channel_marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", JSONB, nullable=False),
    make_moment("noted_at", now=True),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("address", UUID(as_uuid=True), ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("source", Text, nullable=False, comment="What it came from; the same source is shown once."),
    Column("sealed_message", LargeBinary, nullable=False),
    make_moment("created_at", now=True),
    UniqueConstraint("address", "source"),
)


twilio_contents = Table(
    "twilio_contents",
    metadata,
    Column("key", Text, primary_key=True, comment="Hash of a question's wording and options."),
    Column("sid", Text, nullable=False),
    make_moment("created_at", now=True),
)
