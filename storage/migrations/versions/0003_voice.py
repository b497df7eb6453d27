"""Recordings in pieces, in one of several languages, tried for longer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "recording_pieces",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("recording", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="Its place in the recording, from 0."),
        sa.Column(
            "starts",
            sa.Float(precision=53),
            nullable=False,
            comment="In seconds from the beginning of the recording.",
        ),
        sa.Column("ends", sa.Float(precision=53), nullable=False),
        sa.Column(
            "sealed_body",
            sa.LargeBinary(),
            nullable=True,
            comment="What was heard in it, sealed; null until it was.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording"],
            ["recordings.id"],
            name=op.f("fk_recording_pieces_recording_recordings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_pieces")),
        sa.UniqueConstraint("recording", "number", name=op.f("uq_recording_pieces_recording_number")),
    )
    op.add_column(
        "recordings",
        sa.Column(
            "languages",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="Which may be spoken in it, the likeliest first; none: the one of `language`.",
        ),
    )
    op.add_column(
        "recordings",
        sa.Column("problem", sa.Text(), nullable=True, comment="Why it is not text, or not yet."),
    )
    op.add_column(
        "jobs",
        sa.Column(
            "urgent",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Goes before what is not.",
        ),
    )
    op.alter_column(
        "jobs",
        "subject",
        existing_type=sa.UUID(),
        existing_nullable=False,
        comment="What it is about: a recording or a piece of one, a photo.",
        existing_comment="What it is about: a recording, a photo.",
    )
    op.drop_constraint(op.f("ck_jobs_state"), "jobs", type_="check")
    op.create_check_constraint(
        op.f("ck_jobs_state"), "jobs", "state in ('waiting', 'running', 'split', 'done', 'failed')"
    )
