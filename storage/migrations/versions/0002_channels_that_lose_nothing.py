"""Channels that lose nothing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_index("ix_inbox_dead", "inbox", ["channel"], postgresql_where=sa.text("state = 'dead'"))
    op.create_index("ix_outbox_dead", "outbox", ["address"], postgresql_where=sa.text("state = 'dead'"))
    op.create_table(
        "channel_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel_marks")),
    )
    op.create_table(
        "entries",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("neighbourhood", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_entries")),
    )
    op.create_table(
        "sends",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("outbox", sa.BigInteger(), nullable=False),
        sa.Column(
            "part", sa.SmallInteger(), nullable=False, comment="Which of the platform's messages, from 0."
        ),
        sa.Column("provider_id", sa.Text(), nullable=True, comment="The platform's id of the message."),
        sa.Column("status", sa.Text(), nullable=True, comment="What the platform last reported of it."),
        sa.Column(
            "rank", sa.SmallInteger(), server_default=sa.text("0"), nullable=False, comment="Never goes back."
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox"], ["outbox.id"], name=op.f("fk_sends_outbox_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        sa.UniqueConstraint("outbox", "part", name=op.f("uq_sends_outbox_part")),
    )
    op.create_index(
        "ix_sends_provider_id", "sends", ["provider_id"], postgresql_where=sa.text("provider_id is not null")
    )
    op.add_column("addresses", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("addresses", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "outbox",
        sa.Column(
            "step",
            sa.Text(),
            nullable=True,
            comment="The question it asks, for the page on which that is answered by touch.",
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "plain",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="The platform refused a richer form; it goes as text alone.",
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "throttled",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="How often the platform asked for patience; such a try is not counted.",
        ),
    )
    # What platforms report is kept per platform message from now on; nothing was released with these.
    op.drop_index(op.f("ix_outbox_provider"), table_name="outbox")
    op.drop_column("outbox", "provider_status")
    op.drop_column("outbox", "provider_id")
