"""The tables, with the meaning of every column that does not speak for itself.

Columns of type `LargeBinary` named `sealed…` hold data sealed by the vault: what was told and is not yet
confirmed, platform payloads, addresses. Times are `timestamptz`, ids of people and things are random.
"""

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
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _moment(name: str, *, now: bool = False, nullable: bool = False) -> Column[object]:
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


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
    _moment("published_at", now=True),
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
    _moment("published_at", now=True),
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

participants = Table(
    "participants",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    _moment("created_at", now=True),
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
    _moment("created_at", now=True),
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
    _moment("started_at", now=True),
    _moment("updated_at", now=True),
    CheckConstraint("status in ('open', 'finished', 'declined', 'discarded', 'expired')", name="status"),
    Index("ix_sessions_wake_at", "wake_at", postgresql_where=text("wake_at is not null")),
    Index("ix_sessions_follows", "follows", postgresql_where=text("follows is not null")),
)

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
    _moment("due_at", now=True),
    Column("error", Text),
    _moment("received_at", now=True),
    _moment("done_at", nullable=True),
    CheckConstraint("state in ('new', 'done', 'dead')", name="state"),
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
    _moment("due_at", now=True),
    _moment("leased_until", nullable=True),
    Column(
        "lease", UUID(as_uuid=True), comment="Token of who is sending it; nobody else may say how it went."
    ),
    Column("uncertain", Boolean, nullable=False, server_default=text("false"), comment="May have arrived."),
    Column("provider_id", Text),
    Column("provider_status", Text),
    Column("error", Text),
    _moment("created_at", now=True),
    _moment("sent_at", nullable=True),
    CheckConstraint("state in ('ready', 'sending', 'sent', 'held', 'dead')", name="state"),
    Index("ix_outbox_waiting", "address", "id", postgresql_where=text("state in ('ready', 'sending')")),
    Index("ix_outbox_held", "address", postgresql_where=text("state = 'held'")),
    Index("ix_outbox_provider", "provider_id", postgresql_where=text("provider_id is not null")),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("address", UUID(as_uuid=True), ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("source", Text, nullable=False, comment="What it came from; the same source is shown once."),
    Column("sealed_message", LargeBinary, nullable=False),
    _moment("created_at", now=True),
    UniqueConstraint("address", "source"),
)

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
    _moment("answered_at", now=True),
    Column(
        "withdrawn_at",
        DateTime(timezone=True),
        comment="Since when it counts no more: answered anew, or the story was taken back.",
    ),
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
    Column("told_on", Date, nullable=False),
    _moment("confirmed_at", now=True),
    Index("ix_stories_flow", "flow"),
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
    _moment("answered_at", now=True),
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
    _moment("created_at", now=True),
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
    _moment("created_at", now=True),
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
    _moment("created_at", now=True),
    _moment("done_at", nullable=True),
    CheckConstraint("state in ('waiting', 'kept', 'failed')", name="state"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("queue", Text, nullable=False),
    Column("subject", UUID(as_uuid=True), nullable=False, comment="What it is about: a recording, a photo."),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    _moment("due_at", now=True),
    _moment("rung_at", nullable=True),
    _moment("leased_until", nullable=True),
    Column("error", Text),
    _moment("created_at", now=True),
    _moment("done_at", nullable=True),
    UniqueConstraint("queue", "subject"),
    CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name="state"),
    Index("ix_jobs_waiting", "due_at", postgresql_where=text("state in ('waiting', 'running')")),
)

twilio_contents = Table(
    "twilio_contents",
    metadata,
    Column("key", Text, primary_key=True, comment="Hash of a question's wording and options."),
    Column("sid", Text, nullable=False),
    _moment("created_at", now=True),
)
