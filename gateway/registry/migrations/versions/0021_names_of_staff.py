"""Names beside e-mail addresses, and what people are told of sign-ins that may not be theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_TABLE = "sign_in_alerts"


def upgrade() -> None:
    op.add_column(
        "staff_users", sa.Column("name", sa.String(length=80), server_default="", nullable=False)
    )
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_device", sa.Boolean(), nullable=False),
        sa.Column("new_address", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.String(length=45)),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_users.id"], name=op.f(f"fk_{_TABLE}_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
    op.create_index(op.f(f"ix_{_TABLE}_staff_id_at"), _TABLE, ["staff_id", "at"])
