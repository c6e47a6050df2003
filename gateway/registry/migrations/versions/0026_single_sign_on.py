"""Who of the staff is whom at the sign-in service."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_TABLE = "staff_subjects"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f(f"fk_{_TABLE}_staff_id")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f(f"pk_{_TABLE}")),
    )
    op.create_index(op.f(f"ix_{_TABLE}_staff_id"), _TABLE, ["staff_id"])
