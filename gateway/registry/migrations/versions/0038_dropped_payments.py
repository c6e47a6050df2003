"""What a merge dropped of two payments of one cycle, and that an amount was decided by one."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

_TABLE = "dropped_payments"


def upgrade() -> None:
    op.add_column(
        "payments",
        sa.Column("amount_set_here", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("registration_no", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("pay_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.String(length=120)),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f(f"fk_{_TABLE}_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["pay_point_id"], ["pay_points.id"], name=op.f(f"fk_{_TABLE}_pay_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
    for column in ("payment_id", "pay_point_id"):
        op.create_index(op.f(f"ix_{_TABLE}_{column}"), _TABLE, [column])


def downgrade() -> None:
    op.drop_table(_TABLE)
    op.drop_column("payments", "amount_set_here")
