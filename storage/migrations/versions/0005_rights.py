"""What people have a right to: a file with all that is held of them, and that it is erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "data_files",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("participant", sa.UUID(), nullable=False),
        sa.Column("address", sa.UUID(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column(
            "media",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Ids in the media store of its parts, in order.",
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'made', 'failed')", name=op.f("ck_data_files_state")),
        sa.ForeignKeyConstraint(
            ["participant"],
            ["participants.id"],
            name=op.f("fk_data_files_participant_participants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["address"], ["addresses.id"], name=op.f("fk_data_files_address_addresses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_files")),
    )
    op.create_index("ix_data_files_participant", "data_files", ["participant"])
    op.create_index("ix_data_files_address", "data_files", ["address"])
    op.create_table(
        "erasures",
        sa.Column("code", sa.Text(), nullable=False, comment="Random; who asked for it was told this code."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="How many of each kind of data went; nothing of them.",
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('story', 'everything', 'anonymised', 'outdated')", name=op.f("ck_erasures_kind")
        ),
        sa.CheckConstraint(
            "asked_by in ('teller', 'operator', 'retention')", name=op.f("ck_erasures_asked_by")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_erasures")),
    )
    op.add_column(
        "addresses",
        sa.Column(
            "erase_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="All of this person is erased; this goes too, once the last message is there, or then.",
        ),
    )
    op.create_index("ix_addresses_participant", "addresses", ["participant"])
    op.create_index(
        "ix_addresses_erase_at", "addresses", ["erase_at"], postgresql_where=sa.text("erase_at is not null")
    )
    op.create_index("ix_consents_participant", "consents", ["participant"])
    op.create_index("ix_outbox_address", "outbox", ["address"])
