"""Texts that can be heard."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "readings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="Recorded by a person, or made by a program."),
        sa.Column(
            "flow",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Of what was recorded: its flow and step.",
        ),
        sa.Column("step", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the text that is heard."),
        sa.Column(
            "voice",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Of what was made: program and voice.",
        ),
        sa.Column("media", sa.Text(), nullable=False, comment="Its id in the media store."),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("origin in ('recorded', 'made')", name=op.f("ck_readings_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_digest", "readings", ["language", "digest"], unique=False)
    op.create_index(
        "ix_readings_made",
        "readings",
        ["language", "digest", "voice"],
        unique=True,
        postgresql_where=sa.text("origin = 'made'"),
    )
    op.create_index(
        "ix_readings_recorded",
        "readings",
        ["flow", "step", "language"],
        unique=True,
        postgresql_where=sa.text("origin = 'recorded'"),
    )
