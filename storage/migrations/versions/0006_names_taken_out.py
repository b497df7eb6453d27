"""Names are taken out before anyone reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "searches",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("session", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="Which search of its session; the last one counts.",
        ),
        sa.Column("sealed_story", sa.LargeBinary(), nullable=False, comment="The story as told, sealed."),
        sa.Column(
            "sealed_found",
            sa.LargeBinary(),
            nullable=True,
            comment="All texts with the names found in them, sealed.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_searches_session_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
        sa.UniqueConstraint("session", "number", name=op.f("uq_searches_session_number")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("session", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column(
            "question",
            sa.Text(),
            nullable=False,
            comment="Whose answer it was found in; empty for the story.",
        ),
        sa.Column(
            "mark",
            sa.Text(),
            nullable=False,
            comment="What stands in its place; its words are kept nowhere.",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="Why it was found."),
        sa.Column("source", sa.Text(), nullable=False, comment="On which list; empty for none."),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('taken_out', 'put_back', 'by_teller', 'by_facilitator')",
            name=op.f("ck_findings_state"),
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_findings_session_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_session"), "findings", ["session"])
    op.add_column(
        "stories",
        sa.Column(
            "held",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Whether a facilitator is still to look at it; no reader sees it until then.",
        ),
    )
