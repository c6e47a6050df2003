"""Whose turn it is, and what each provider was given in the last second: known without Redis."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "provider_rates",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_rates")),
    )
    op.create_table(
        "scheduler_turns",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scheduler_turns")),
    )


def downgrade() -> None:
    op.drop_table("scheduler_turns")
    op.drop_table("provider_rates")
