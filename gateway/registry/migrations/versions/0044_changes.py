"""What the gateway has learnt, and the last place in the feed that was given."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

_UNNUMBERED = sa.text("position IS NULL")
_NOBODYS = sa.text("msisdn IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger()),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid()),
        sa.Column("msisdn", sa.String(length=16)),
        sa.Column("district_id", sa.BigInteger()),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("uq_changes_position", "changes", ["position"], unique=True)
    op.create_index(
        "ix_changes_unnumbered", "changes", ["id"],
        postgresql_where=_UNNUMBERED, sqlite_where=_UNNUMBERED,
    )  # fmt: skip
    op.create_index(op.f("ix_changes_beneficiary_id"), "changes", ["beneficiary_id"])
    op.create_index(
        op.f("ix_changes_msisdn"), "changes", ["msisdn"],
        postgresql_where=_NOBODYS, sqlite_where=_NOBODYS,
    )  # fmt: skip
    op.create_table(
        "change_positions",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_positions")),
    )


def downgrade() -> None:
    op.drop_table("change_positions")
    op.drop_table("changes")
