"""Indexes by which a day's planning finds who is due; what a district was planned from."""

import sqlalchemy as sa
from alembic import op

from gateway.registry import online

revision = "0035"
down_revision = "0034"

_INDEXES = (
    ("beneficiaries", ("edd",)),
    ("beneficiaries", ("child_dob",)),
    ("visits", ("done_on", "visit")),
)


def upgrade() -> None:
    for table, columns in _INDEXES:
        online.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    op.create_table(
        "reminder_marks",
        sa.Column("district_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("mark", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("district_id", name=op.f("pk_reminder_marks")),
    )


def downgrade() -> None:
    for table, columns in _INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    op.drop_table("reminder_marks")
