"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "flow_options",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "flow", "version", "language", "question", "code", name=op.f("pk_flow_options")
        ),
    )
    op.create_table(
        "flow_questions",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("allow", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("flow", "version", "language", "question", name=op.f("pk_flow_questions")),
    )
    op.create_table(
        "flows",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column(
            "keywords",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Words that start the current version, in lower case.",
        ),
        sa.Column(
            "languages",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Languages of the current version, its fallback first.",
        ),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("flow", name=op.f("pk_flows")),
    )
    op.create_index("ix_flows_keywords", "flows", ["keywords"], unique=False, postgresql_using="gin")
    op.create_index("ix_flows_published_at_flow", "flows", ["published_at", "flow"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="Unique for ever: a repeat changes nothing."),
        sa.Column("chat", sa.Text(), nullable=False, comment="Keyed hash of channel and address."),
        sa.Column(
            "place", sa.BigInteger(), nullable=False, comment="The platform's own order; 0 where it has none."
        ),
        sa.Column(
            "sealed_raw",
            sa.LargeBinary(),
            nullable=True,
            comment="The raw update, sealed; gone once it is done.",
        ),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('new', 'done', 'dead')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["chat", "place", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("subject", sa.UUID(), nullable=False, comment="What it is about: a recording, a photo."),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name=op.f("ck_jobs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("queue", "subject", name=op.f("uq_jobs_queue_subject")),
    )
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting', 'running')"),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
    )
    op.create_table(
        "twilio_contents",
        sa.Column("key", sa.Text(), nullable=False, comment="Hash of a question's wording and options."),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_twilio_contents")),
    )
    op.create_table(
        "addresses",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("participant", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False, comment="Keyed hash by which the address is found."),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="The address itself, sealed."),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column(
            "gone",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Blocked us; nothing is sent.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant"],
            ["participants.id"],
            name=op.f("fk_addresses_participant_participants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("token", name=op.f("uq_addresses_token")),
    )
    op.create_table(
        "flow_versions",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="The flow file as it was published."),
        sa.Column(
            "body",
            sa.Text(),
            nullable=False,
            comment="What was read from it, as JSON; quicker to read again.",
        ),
        sa.Column(
            "fingerprint",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the source; the same is not published twice.",
        ),
        sa.Column(
            "origin", sa.Text(), nullable=False, comment="catalogue (came along) or file (an admin's own)."
        ),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["flow"],
            ["flows.flow"],
            name=op.f("fk_flow_versions_flow_flows"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("flow", "version", name=op.f("pk_flow_versions")),
    )
    op.create_table(
        "chat_messages",
        sa.Column("address", sa.UUID(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="What it came from; the same source is shown once."
        ),
        sa.Column("sealed_message", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["address"], ["addresses.id"], name=op.f("fk_chat_messages_address_addresses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address", "n", name=op.f("pk_chat_messages")),
        sa.UniqueConstraint("address", "source", name=op.f("uq_chat_messages_address_source")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("address", sa.UUID(), nullable=False),
        sa.Column(
            "sealed_message",
            sa.LargeBinary(),
            nullable=True,
            comment="The utterance, sealed; gone once it is delivered.",
        ),
        sa.Column("state", sa.Text(), server_default="ready", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "lease",
            sa.UUID(),
            nullable=True,
            comment="Token of who is sending it; nobody else may say how it went.",
        ),
        sa.Column(
            "uncertain",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="May have arrived.",
        ),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("provider_status", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('ready', 'sending', 'sent', 'held', 'dead')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            ["address"], ["addresses.id"], name=op.f("fk_outbox_address_addresses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_held", "outbox", ["address"], unique=False, postgresql_where=sa.text("state = 'held'")
    )
    op.create_index(
        "ix_outbox_provider",
        "outbox",
        ["provider_id"],
        unique=False,
        postgresql_where=sa.text("provider_id is not null"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["address", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('ready', 'sending')"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("address", sa.UUID(), nullable=True),
        sa.Column("participant", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "follows",
            sa.UUID(),
            nullable=True,
            comment="The finished session after which this one was started by itself.",
        ),
        sa.Column(
            "sealed_state",
            sa.LargeBinary(),
            nullable=True,
            comment="The engine's session, sealed; gone once it ended and waits for nothing.",
        ),
        sa.Column(
            "wake_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it is to be told that time has passed.",
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status in ('open', 'finished', 'declined', 'discarded', 'expired')",
            name=op.f("ck_sessions_status"),
        ),
        sa.ForeignKeyConstraint(
            ["address"], ["addresses.id"], name=op.f("fk_sessions_address_addresses"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["follows"], ["sessions.id"], name=op.f("fk_sessions_follows_sessions"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["participant"],
            ["participants.id"],
            name=op.f("fk_sessions_participant_participants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_address"), "sessions", ["address"], unique=False)
    op.create_index(
        "ix_sessions_follows",
        "sessions",
        ["follows"],
        unique=False,
        postgresql_where=sa.text("follows is not null"),
    )
    op.create_index(op.f("ix_sessions_participant"), "sessions", ["participant"], unique=False)
    op.create_index(
        "ix_sessions_wake_at",
        "sessions",
        ["wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at is not null"),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("session", sa.UUID(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("number", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("text", sa.Text(), nullable=True, comment="Free text, once the story is confirmed."),
        sa.Column(
            "sealed_text", sa.LargeBinary(), nullable=True, comment="Free text, until the story is confirmed."
        ),
        sa.Column("x", sa.Float(53), nullable=True),
        sa.Column("y", sa.Float(53), nullable=True),
        sa.Column("input_method", sa.Text(), nullable=False),
        sa.Column(
            "shown",
            postgresql.JSONB(),
            nullable=False,
            comment="The options' codes in the order they were shown.",
        ),
        sa.Column("superseded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status in ('answered', 'not_applicable', 'dont_know', 'skipped')", name=op.f("ck_answers_status")
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_answers_session_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_session"), "answers", ["session"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("participant", sa.UUID(), nullable=False),
        sa.Column("session", sa.UUID(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False, comment="Version of the consent text."),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Since when it counts no more: answered anew, or the story was taken back.",
        ),
        sa.ForeignKeyConstraint(
            ["participant"],
            ["participants.id"],
            name=op.f("fk_consents_participant_participants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_consents_session_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_session"), "consents", ["session"], unique=False)
    op.create_table(
        "photos",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("session", sa.UUID(), nullable=False),
        sa.Column(
            "sealed_source",
            sa.LargeBinary(),
            nullable=True,
            comment="Where the picture as it was sent can be had, sealed; gone once ours is made of it.",
        ),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column(
            "media",
            sa.Text(),
            nullable=True,
            comment="Id in the media store of the picture without metadata.",
        ),
        sa.Column("mime", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'kept', 'failed')", name=op.f("ck_photos_state")),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_photos_session_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index(op.f("ix_photos_session"), "photos", ["session"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("session", sa.UUID(), nullable=False),
        sa.Column(
            "sealed_source",
            sa.LargeBinary(),
            nullable=False,
            comment="Where the platform has the sound, sealed.",
        ),
        sa.Column("media", sa.Text(), nullable=True, comment="Id in the media store, once fetched."),
        sa.Column("mime", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Float(53), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_recordings_session_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_session"), "recordings", ["session"], unique=False)
    op.create_table(
        "stories",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("session", sa.UUID(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="The short code the teller gets."),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True, comment="Only of a confirmed story."),
        sa.Column(
            "story",
            sa.Text(),
            nullable=True,
            comment="The text the teller confirmed; null when there is none.",
        ),
        sa.Column(
            "sealed_draft",
            sa.LargeBinary(),
            nullable=True,
            comment="Text and title of an unfinished story, which its teller never confirmed, sealed.",
        ),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("share_with", sa.Text(), nullable=True),
        sa.Column(
            "complete",
            sa.Boolean(),
            nullable=False,
            comment="False when time ran out before it was confirmed.",
        ),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column(
            "confirmed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_stories_session_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sa.UniqueConstraint("code", name=op.f("uq_stories_code")),
        sa.UniqueConstraint("session", name=op.f("uq_stories_session")),
    )
    op.create_index("ix_stories_flow", "stories", ["flow"], unique=False)
    op.create_table(
        "transcripts",
        sa.Column("recording", sa.UUID(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False, comment="Text and segments, sealed."),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording"],
            ["recordings.id"],
            name=op.f("fk_transcripts_recording_recordings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording", name=op.f("pk_transcripts")),
    )
