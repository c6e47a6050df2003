"""What mothers pressed when the texts were tried with them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "text_trials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("pressed", sa.String(length=100), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("keys", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_trials")),
    )
    op.create_index(op.f("ix_text_trials_task_id"), "text_trials", ["task", "id"])


def downgrade() -> None:
    op.drop_table("text_trials")
